/*
 * option.c - options by name, and those that the file defines; see option.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "addr.h"
#include "dhcp.h"
#include "dhcp_names.h"
#include "dhcpd/import/option.h"

/* Where ISC's spaces go that need no definition. */
static const struct {
	const char *name;
	uint8_t outer;
} known_spaces[] = {
    {"agent", DHCP_RELAY_AGENT},
    {"fqdn", 81},
    {"nwip", 63},
    {"vendor", DHCP_VENDOR_OPTIONS},
    {"gpxe", 175},
    {"ipxe", 175},
};

void
options_init(struct options *o, struct mem *m, struct report *r)
{
	*o = (struct options){.m = m, .report = r};
}

/* ---- types ---- */

/* Our type as fields of ISC's. */
static void
fields_of_ours(struct option_def *d, enum dhcp_vtype type)
{
	static const struct {
		enum option_type type;
		uint8_t size, n;
		bool array;
	} as[] = {
	    [DHCP_V_ANY] = {OPTION_UNKNOWN, 0, 1, false},
	    [DHCP_V_TEXT] = {OPTION_TEXT, 0, 1, false},
	    [DHCP_V_BYTES] = {OPTION_BYTES, 0, 1, false},
	    [DHCP_V_IP] = {OPTION_IP, 0, 1, false},
	    [DHCP_V_IPS] = {OPTION_IP, 0, 1, true},
	    [DHCP_V_PAIRS] = {OPTION_IP, 0, 2, true},
	    [DHCP_V_BOOL] = {OPTION_BOOL, 0, 1, false},
	    [DHCP_V_U8] = {OPTION_INT, 1, 1, false},
	    [DHCP_V_U16] = {OPTION_INT, 2, 1, false},
	    [DHCP_V_U32] = {OPTION_INT, 4, 1, false},
	    [DHCP_V_S32] = {OPTION_INT, 4, 1, false},
	    [DHCP_V_SECONDS] = {OPTION_INT, 4, 1, false},
	    [DHCP_V_U16S] = {OPTION_INT, 2, 1, true},
	    [DHCP_V_DOMAINS] = {OPTION_DOMAINS, 0, 1, false},
	    [DHCP_V_ROUTES] = {OPTION_BYTES, 0, 1, false},
	    [DHCP_V_REFUSED] = {OPTION_UNKNOWN, 0, 1, false},
	};

	d->nfield = as[type].n;
	d->array = as[type].array;
	for (size_t i = 0; i < d->nfield; i++) {
		d->field[i].type = as[type].type;
		d->field[i].size = as[type].size;
	}
}

/* RFC 2610 as ISC has it: "fIa" and "fto". */
static void
fields_of_slp(struct option_def *d)
{
	d->nfield = 2;
	d->field[0] = (struct option_field){OPTION_BOOL, 0};
	d->field[1] =
	    (struct option_field){d->code == 78 ? OPTION_IP : OPTION_TEXT, 0};
	d->array = d->code == 78;
	d->again = 1; /* the addresses alone: RFC 2610 3 */
}

static const struct option_def *
add_ours(struct options *o, const char *name, uint8_t code)
{
	const struct dhcp_name *known = dhcp_name_by_code(code);
	struct option_def *d = mem_alloc(o->m, sizeof *d);

	d->name = mem_dup(o->m, name, strlen(name));
	d->code = code;
	d->ours = true;
	if (code == 78 || code == 79)
		fields_of_slp(d);
	else
		fields_of_ours(d, known ? known->type : DHCP_V_ANY);
	d->next = o->def;
	o->def = d;
	return d;
}

/* ---- names ---- */

const struct option_space *
options_find_space(const struct options *o, const char *name)
{
	const struct option_space *s;

	for (s = o->space; s; s = s->next)
		if (word_same(s->name, name))
			return s;
	return NULL;
}

static struct option_space *
add_space(struct options *o, const char *name)
{
	struct option_space *s = mem_alloc(o->m, sizeof *s);

	s->name = mem_dup(o->m, name, strlen(name));
	for (size_t i = 0; i < sizeof known_spaces / sizeof known_spaces[0];
	     i++)
		if (word_same(known_spaces[i].name, name))
			s->outer = known_spaces[i].outer;
	s->next = o->space;
	o->space = s;
	return s;
}

static const struct option_def *
find_defined(
    const struct options *o, const struct option_space *space, const char *name)
{
	const struct option_def *d;

	for (d = o->def; d; d = d->next)
		if (d->space == space && word_same(d->name, name))
			return d;
	return NULL;
}

/* "option-135" of ISC 2, "unknown-135" of ISC 3. */
static bool
numbered(const char *name, uint64_t *code)
{
	const char *digits = NULL;

	if (strncmp(name, "option-", 7) == 0)
		digits = name + 7;
	else if (strncmp(name, "unknown-", 8) == 0)
		digits = name + 8;
	return digits && text_number(digits, 1, 254, code);
}

/* ISC writes its names with '-' alone; '_' is another letter there. */
static const struct dhcp_name *
named(const char *name)
{
	return strchr(name, '_') ? NULL : dhcp_name_by_text(name);
}

const struct option_def *
options_find(struct options *o, const char *name)
{
	const char *dot = strchr(name, '.');
	const struct option_space *space = NULL;
	const struct option_def *d;
	const struct dhcp_name *known;
	char front[64];
	uint64_t code;

	if (dot && (size_t)(dot - name) < sizeof front) {
		memcpy(front, name, (size_t)(dot - name));
		front[dot - name] = '\0';
		name = dot + 1;
		if (!word_same(front, "dhcp")) {
			space = options_find_space(o, front);
			return space ? find_defined(o, space, name) : NULL;
		}
	}
	d = find_defined(o, NULL, name);
	if (d)
		return d;
	if (numbered(name, &code))
		return add_ours(o, name, (uint8_t)code);
	known = named(name);
	return known ? add_ours(o, name, known->code) : NULL;
}

/* ---- definitions ---- */

void
options_space(struct options *o, const struct node *n)
{
	if (n->n < 3 || n->t[2].kind != TOK_WORD) {
		report_lost(o->report, n->at, "\"%s\"; the space has no name",
		    node_text(o->m, n, 0));
		return;
	}
	for (size_t i = 3; i + 2 < n->n; i++)
		if ((tok_is(&n->t[i], "code") || tok_is(&n->t[i], "length")) &&
		    tok_is(&n->t[i + 1], "width") &&
		    strcmp(n->t[i + 2].s, "1") != 0)
			report_lost(o->report, n->at,
			    "option space %s with wider codes; write the "
			    "option that holds it as hex bytes",
			    n->t[2].s);
	if (!options_find_space(o, n->t[2].s))
		(void)add_space(o, n->t[2].s);
}

/* Words of a type, one field after the other. */
struct typing {
	struct options *o;
	const struct node *n;
	size_t i;
	struct option_def *d;
	const char *encapsulated;
};

static const struct tok *
typing_word(const struct typing *t)
{
	static const struct tok none = {.kind = TOK_END, .s = ""};

	return t->i < t->n->n ? &t->n->t[t->i] : &none;
}

static bool
typing_takes(struct typing *t, const char *w)
{
	if (!tok_is(typing_word(t), w))
		return false;
	t->i++;
	return true;
}

static bool
put_field(struct typing *t, enum option_type type, unsigned int size)
{
	if (t->d->nfield == OPTION_FIELDS)
		return false;
	t->d->field[t->d->nfield++] = (struct option_field){type, size};
	return true;
}

/* "unsigned integer 16", "ip-address", ... */
static bool
field(struct typing *t)
{
	static const struct {
		const char *word;
		enum option_type type;
	} simple[] = {{"ip-address", OPTION_IP}, {"ip6-address", OPTION_IP6},
	    {"boolean", OPTION_BOOL}, {"text", OPTION_TEXT},
	    {"string", OPTION_BYTES}, {"domain-name", OPTION_DOMAIN},
	    {"domain-list", OPTION_DOMAINS}, {"zerolen", OPTION_NONE}};
	uint64_t bits;

	for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
		if (typing_takes(t, simple[i].word)) {
			(void)typing_takes(t, "compressed");
			return put_field(t, simple[i].type, 0);
		}
	if (typing_takes(t, "encapsulate")) {
		t->encapsulated = typing_word(t)->s;
		t->i++;
		return put_field(t, OPTION_BYTES, 0);
	}
	if (!typing_takes(t, "unsigned"))
		(void)typing_takes(t, "signed");
	if (!typing_takes(t, "integer") ||
	    !text_number(typing_word(t)->s, 8, 32, &bits) ||
	    (bits != 8 && bits != 16 && bits != 32))
		return false;
	t->i++;
	return put_field(t, OPTION_INT, (unsigned int)bits / 8);
}

static bool
fields(struct typing *t)
{
	if (typing_takes(t, "array")) {
		if (!typing_takes(t, "of"))
			return false;
		t->d->array = true;
	}
	if (!tok_is_mark(typing_word(t), '{'))
		return field(t);
	do {
		t->i++;
		if (!field(t))
			return false;
	} while (tok_is_mark(typing_word(t), ','));
	if (!tok_is_mark(typing_word(t), '}'))
		return false;
	t->i++;
	return true;
}

static void
undefinable(struct options *o, const struct node *n, const char *why)
{
	report_lost(o->report, n->at, "\"%s\"; %s", node_text(o->m, n, 0), why);
}

/* The space before the point of a name; NULL with *ok false: none such. */
static const struct option_space *
space_of(struct options *o, const char *name, const char **rest, bool *ok)
{
	const char *dot = strchr(name, '.');
	const struct option_space *s;
	char front[64];

	*rest = name;
	*ok = true;
	if (!dot)
		return NULL;
	*rest = dot + 1;
	*ok = (size_t)(dot - name) < sizeof front;
	if (!*ok)
		return NULL;
	memcpy(front, name, (size_t)(dot - name));
	front[dot - name] = '\0';
	if (word_same(front, "dhcp"))
		return NULL;
	s = options_find_space(o, front);
	for (size_t i = 0; !s && i < sizeof known_spaces / sizeof *known_spaces;
	     i++)
		if (word_same(known_spaces[i].name, front))
			s = add_space(o, front);
	*ok = s != NULL;
	return s;
}

void
options_define(struct options *o, const struct node *n)
{
	struct option_def *d = mem_alloc(o->m, sizeof *d);
	struct typing t = {.o = o, .n = n, .i = 5, .d = d};
	struct option_space *s;
	uint64_t code;
	bool ok;

	d->space = space_of(o, n->t[1].s, &d->name, &ok);
	d->at = n->at;
	if (!ok) {
		undefinable(o, n, "its option space is not declared");
		return;
	}
	if (n->n < 6 || !text_number(n->t[3].s, 0, 255, &code) ||
	    !tok_is_mark(&n->t[4], '=')) {
		undefinable(o, n,
		    "a definition is option NAME code N = TYPE, N up to 255");
		return;
	}
	d->code = (uint8_t)code;
	if (!fields(&t) || t.i != n->n) {
		undefinable(o, n, "its type is not known here");
		return;
	}
	if (t.encapsulated && !d->space) {
		if (!options_find_space(o, t.encapsulated))
			(void)add_space(o, t.encapsulated);
		for (s = o->space; s; s = s->next)
			if (word_same(s->name, t.encapsulated))
				s->outer = d->code;
	}
	d->next = o->def;
	o->def = d;
}
