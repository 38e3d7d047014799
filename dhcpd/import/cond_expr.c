/*
 * cond_expr.c - boolean expressions of ISC as rules over what a [class] asks.
 *
 * The questions that boot configurations ask: how option 60 begins, which
 * architecture (option 93, or its digits in option 60), which user class
 * (option 77), how the hardware address begins; and of each other option or
 * sub-option what it is, how it begins, and whether it is there at all.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcp.h"
#include "dhcpd/import/cond.h"
#include "addr.h"

struct asking {
	struct mem *m;
	const char *why;
};

static bool
wrong(struct asking *a, const char *why)
{
	if (!a->why)
		a->why = why;
	return false;
}

/* value for everyone. */
static void
for_all(struct rules *r, int value)
{
	rules_add(r, &(struct rule){.value = value});
}

/* 1 for those that c fits, 0 for all others. */
static void
for_some(struct rules *r, const struct cond *c)
{
	rules_add(r, &(struct rule){.cond = *c, .value = 1});
	for_all(r, 0);
}

/* ---- single questions ---- */

/* The option or sub-option that it names. */
static bool
which_option(const struct expr *e, struct cond_option *o)
{
	static const struct {
		const char *name;
		uint8_t sub;
	} agent[] = {{"agent.circuit-id", 1}, {"agent.remote-id", 2},
	    {"agent.agent-id", 2}, {"agent.link-selection", 5},
	    {"agent.subscriber-id", 6}};

	if (e->op != EXPR_OPTION && e->op != EXPR_EXISTS)
		return false;
	if (e->opt) {
		o->code = e->opt->space ? e->opt->space->outer : e->opt->code;
		o->sub = e->opt->space ? e->opt->code : 0;
		return o->code && (o->sub || !e->opt->space);
	}
	for (size_t i = 0; i < sizeof agent / sizeof agent[0]; i++)
		if (e->name && word_same(e->name, agent[i].name)) {
			o->code = DHCP_RELAY_AGENT;
			o->sub = agent[i].sub;
			return true;
		}
	return false;
}

static bool
ask_option(struct asking *a, struct rules *r, const struct cond_option *of,
    const uint8_t *s, size_t len)
{
	struct cond c = {.noption = 1};

	if (len == 0)
		return wrong(a, "an empty value is not compared");
	if (len > COND_VALUE)
		return wrong(a, "its value is too long for a line");
	c.option[0] = *of;
	c.option[0].nvalue = 1;
	c.option[0].value[0].data = s;
	c.option[0].value[0].len = len;
	for_some(r, &c);
	return true;
}

static bool
ask_vendor_class(
    struct asking *a, struct rules *r, const uint8_t *s, size_t len)
{
	struct cond c = {.nvendor_class = 1};

	if (len == 0 || len > COND_VALUE || memchr(s, 0, len))
		return wrong(a, "option 60 is not compared with a short text");
	c.vendor_class[0] = mem_dup(a->m, s, len);
	for_some(r, &c);
	return true;
}

static bool
ask_arch(struct rules *r, uint64_t arch)
{
	struct cond c = {.narch = 1};

	c.arch[0] = (uint16_t)arch;
	for_some(r, &c);
	return true;
}

static bool
ask_user_class(struct asking *a, struct rules *r, const uint8_t *s, size_t len)
{
	struct cond c = {.nuser_class = 1};

	if (len > 1 && s[0] == len - 1) { /* RFC 3004 */
		s++;
		len--;
	}
	if (len == 0 || len > 254 || memchr(s, 0, len))
		return wrong(a, "option 77 is not compared with text");
	c.user_class[0] = mem_dup(a->m, s, len);
	for_some(r, &c);
	return true;
}

static bool
is_option(const struct expr *e, uint8_t code)
{
	return e->op == EXPR_OPTION && e->opt && !e->opt->space &&
	       e->opt->code == code;
}

/* The architecture's digits in "PXEClient:Arch:00007:UNDI:003016". */
static bool
ask_digits(struct asking *a, struct rules *r, uint64_t off, const uint8_t *s)
{
	const char *text = mem_printf(a->m, "%sClient:Arch:%.5s",
	    off == 15 ? "PXE" : "HTTP", (const char *)s);

	return ask_vendor_class(a, r, (const uint8_t *)text, strlen(text));
}

/* substring(option 60, 0, 9) = "PXEClient" */
static bool
ask_part_of_60(struct asking *a, struct rules *r, uint64_t off, uint64_t want,
    const uint8_t *s, size_t len)
{
	uint64_t arch;

	if (off == 0 && want == len)
		return ask_vendor_class(a, r, s, len);
	if ((off == 15 || off == 16) && want == 5 && len == 5 &&
	    text_number(mem_dup(a->m, s, len), 0, UINT16_MAX, &arch))
		return ask_digits(a, r, off, s);
	return wrong(a,
	    "a [class] asks how option 60 begins, not what stands inside it; "
	    "write vendor_class");
}

static bool
ask_93(struct asking *a, struct rules *r, const uint8_t *s, size_t len)
{
	if (len == 2)
		return ask_arch(r, (uint64_t)s[0] << 8 | s[1]);
	if (len == 1)
		return wrong(a,
		    "option 93 has two bytes and never equals one; write "
		    "arch = 7");
	return wrong(a, "option 93 is not compared with two bytes");
}

/* substring(option X, 0, n), or option X (want: SIZE_MAX) = constant */
static bool
ask_any(struct asking *a, struct rules *r, const struct expr *option,
    uint64_t want, const uint8_t *s, size_t len)
{
	struct cond_option o = {.how = want == len ? COND_BEGINS : COND_IS};

	if (!which_option(option, &o))
		return wrong(a, "no option of that name is known; define it");
	return ask_option(a, r, &o, s, len);
}

/* hardware, or substring(hardware, OFF, WANT) = a constant */
static bool
ask_hardware(struct asking *a, struct rules *r, uint64_t off, uint64_t want,
    const uint8_t *s, size_t len)
{
	struct cond_option o = {.code = COND_HARDWARE, .how = COND_BEGINS};

	if (want > len && off + len != 7)
		return wrong(a, "no hardware address is so short");
	if (off == 0 && len > 1 && s[0] == 1)
		return ask_option(a, r, &o, s + 1, len - 1);
	if (off == 1 && len <= 16)
		return ask_option(a, r, &o, s, len);
	return wrong(a,
	    "chaddr of a [class] asks how the address of an Ethernet card "
	    "begins");
}

/* 0:c:29 as binary-to-ascii(16, 8, ":", ...) makes it. */
static const uint8_t *
hex_back(struct asking *a, const uint8_t *s, size_t len, size_t *ret_len)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *b = mem_alloc(a->m, len + 1);
	bool begun = false;
	const char *d;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == ':' && begun && i + 1 < len) {
			begun = false;
			n++;
			continue;
		}
		d = s[i] ? strchr(digits, s[i]) : NULL;
		/* never a zero in front, never three digits */
		if (!d || (begun && (b[n] == 0 || b[n] > 15)))
			return NULL;
		b[n] = (uint8_t)(b[n] << 4 | (d - digits));
		begun = true;
	}
	*ret_len = n + 1;
	return begun ? b : NULL;
}

static bool ask_equal(struct asking *a, struct rules *r, const struct expr *e,
    const uint8_t *s, size_t len);

/* binary-to-ascii(16, 8, ":", DATA) = "0:c:29" */
static bool
ask_ascii(struct asking *a, struct rules *r, const struct expr *e,
    const uint8_t *s, size_t len)
{
	size_t n = 0, k = 0;
	const uint8_t *colon = expr_const(a->m, e->arg[2], &n), *b = NULL;

	if (e->arg[0]->op == EXPR_NUMBER && e->arg[0]->number == 16 &&
	    e->arg[1]->op == EXPR_NUMBER && e->arg[1]->number == 8 && colon &&
	    n == 1 && *colon == ':')
		b = hex_back(a, s, len, &k);
	if (!b)
		return wrong(a,
		    "it is no text that binary-to-ascii(16, 8, \":\", ...) "
		    "makes: lower case, without leading zeros");
	return ask_equal(a, r, e->arg[3], b, k);
}

static bool
ask_substring(struct asking *a, struct rules *r, const struct expr *e,
    const uint8_t *s, size_t len)
{
	const struct expr *of = e->arg[0];
	uint64_t off = e->arg[1]->number, want = e->arg[2]->number;

	if (e->arg[1]->op != EXPR_NUMBER || e->arg[2]->op != EXPR_NUMBER)
		return wrong(a, "its part is not given by two numbers");
	if (want < len) {
		for_all(r, 0); /* it is never so long */
		return true;
	}
	if (of->op == EXPR_HARDWARE)
		return ask_hardware(a, r, off, want, s, len);
	if (is_option(of, DHCP_USER_CLASS) && off <= 1 && want == len)
		return ask_user_class(a, r, s, len);
	if (is_option(of, DHCP_ARCH) && off == 0 && want == 2)
		return ask_93(a, r, s, len);
	if (is_option(of, DHCP_VENDOR_CLASS) && (off || want == len))
		return ask_part_of_60(a, r, off, want, s, len);
	if (of->op == EXPR_OPTION && off == 0)
		return ask_any(a, r, of, want, s, len);
	return wrong(a,
	    "a [class] asks how an option begins, not what stands inside it; "
	    "write begins.NAME");
}

/* a value of the client = a constant */
static bool
ask_equal(struct asking *a, struct rules *r, const struct expr *e,
    const uint8_t *s, size_t len)
{
	if (expr_is_call(e, "binary-to-ascii", 4))
		return ask_ascii(a, r, e, s, len);
	if (expr_is_call(e, "substring", 3))
		return ask_substring(a, r, e, s, len);
	if (e->op == EXPR_HARDWARE)
		return ask_hardware(a, r, 0, UINT64_MAX, s, len);
	if (is_option(e, DHCP_ARCH))
		return ask_93(a, r, s, len);
	if (is_option(e, DHCP_USER_CLASS))
		return ask_user_class(a, r, s, len);
	if (e->op == EXPR_OPTION)
		return ask_any(a, r, e, UINT64_MAX, s, len);
	return wrong(a, NULL);
}

/* Why a question cannot be asked, by what it is about. */
static const char *
why_not(const struct expr *e)
{
	if (e->op == EXPR_KNOWN)
		return "no [class] asks whether a client has a [host]; say it "
		       "in the [host]s";
	return "a [class] compares the hardware address and options with "
	       "constants only";
}

/* ---- expressions ---- */

static bool ask(struct asking *a, const struct expr *e, struct rules *r);

static bool
ask_compare(struct asking *a, const struct expr *x, const struct expr *y,
    struct rules *r)
{
	const struct expr *value = x;
	size_t len = 0;
	const uint8_t *s = expr_const(a->m, y, &len);

	if (expr_is_call(x, "extract-int", 2) && is_option(x->arg[0], 93) &&
	    y->op == EXPR_NUMBER && y->number <= UINT16_MAX)
		return ask_arch(r, y->number);
	if (!s) {
		s = expr_const(a->m, x, &len);
		value = y;
	}
	if (!s)
		return wrong(a, "it compares two values of the client");
	if (ask_equal(a, r, value, s, len))
		return true;
	return wrong(a, why_not(value));
}

/* "^text" as a regular expression: how it begins; "^text$": what it is. */
static bool
ask_matches(struct asking *a, const struct expr *e, struct rules *r)
{
	size_t len = 0;
	const uint8_t *s = expr_const(a->m, e->arg[1], &len);
	const struct expr *of = e->arg[0];
	bool whole = s && len > 2 && s[len - 1] == '$';

	len -= whole;
	if (!s || len < 2 || s[0] != '^' || of->op != EXPR_OPTION ||
	    memchr(s, 0, len) ||
	    strcspn((const char *)s + 1, ".[]()*+?\\|^${}") != len - 1)
		return wrong(a,
		    "a [class] knows no regular expressions but \"^TEXT\"; "
		    "write begins.NAME, which is how an option begins");
	if (whole)
		return ask_equal(a, r, of, s + 1, len - 1);
	if (is_option(of, DHCP_VENDOR_CLASS))
		return ask_vendor_class(a, r, s + 1, len - 1);
	if (is_option(of, DHCP_USER_CLASS) || is_option(of, DHCP_ARCH))
		return wrong(
		    a, "a [class] compares options 77 and 93 as a whole");
	return ask_any(a, r, of, len - 1, s + 1, len - 1);
}

static bool
ask_exists(struct asking *a, const struct expr *e, struct rules *r)
{
	struct cond c = {.noption = 1};

	c.option[0].how = COND_THERE;
	if (!which_option(e, &c.option[0]))
		return wrong(a, "no option of that name is known; define it");
	for_some(r, &c);
	return true;
}

/* Each rule of x with each of y: their values by and (or by or). */
static bool
combine(struct asking *a, const struct rules *x, const struct rules *y,
    bool both, struct rules *r)
{
	const struct rule *p, *q;
	struct rule one = {.value = 0};

	for (p = x->first; p; p = p->next)
		for (q = y->first; q; q = q->next) {
			if (!cond_and(a->m, &p->cond, &q->cond, &one.cond)) {
				r->full |= one.cond.full;
				continue;
			}
			one.value =
			    both ? p->value && q->value : p->value || q->value;
			rules_add(r, &one);
		}
	rules_tidy(r, rule_same_value);
	return !r->full ||
	       wrong(a,
		   "that is over 256 cases, or over 8 options or 16 values in "
		   "one [class]; write classes for parts of it");
}

static bool
ask_two(struct asking *a, const struct expr *e, struct rules *r)
{
	struct rules x, y;

	rules_init(&x, a->m);
	rules_init(&y, a->m);
	return ask(a, e->arg[0], &x) && ask(a, e->arg[1], &y) &&
	       combine(a, &x, &y, e->op == EXPR_AND, r);
}

static void
turn(struct rules *r)
{
	for (struct rule *p = r->first; p; p = p->next)
		p->value = !p->value;
}

static bool
ask(struct asking *a, const struct expr *e, struct rules *r)
{
	switch (e->op) {
	case EXPR_TRUE:
		for_all(r, 1);
		return true;
	case EXPR_AND:
	case EXPR_OR:
		return ask_two(a, e, r);
	case EXPR_NOT:
		if (!ask(a, e->arg[0], r))
			return false;
		turn(r);
		return true;
	case EXPR_EQUAL:
		return ask_compare(a, e->arg[0], e->arg[1], r);
	case EXPR_UNEQUAL:
		if (!ask_compare(a, e->arg[0], e->arg[1], r))
			return false;
		turn(r);
		return true;
	case EXPR_MATCHES:
		return ask_matches(a, e, r);
	case EXPR_EXISTS:
		return ask_exists(a, e, r);
	default:
		return wrong(a, why_not(e));
	}
}

bool
cond_from_expr(
    struct mem *m, const struct expr *e, struct rules *ret, const char **why)
{
	struct asking a = {.m = m};
	bool ok;

	rules_init(ret, m);
	ok = ask(&a, e, ret);
	*why = a.why;
	return ok;
}

bool
cond_from_match(struct mem *m, const struct expr *e, const struct expr *value,
    struct rules *ret, const char **why)
{
	struct asking a = {.m = m};
	bool ok;

	rules_init(ret, m);
	ok = ask_compare(&a, e, value, ret);
	*why = a.why;
	return ok;
}
