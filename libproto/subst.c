/*
 * subst.c - ${NAME} in templates, rewriting rules and folders; see subst.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "dhcp_names.h"
#include "subst.h"

static const struct {
	const char *name;
	enum subst_id id;
} known[] = {
    {"addr", SUBST_ADDR},
    {"addr_hex", SUBST_ADDR_HEX},
    {"host", SUBST_HOST},
    {"mac", SUBST_MAC},
    {"mac_dash", SUBST_MAC_DASH},
    {"mac_hex", SUBST_MAC_HEX},
    {"mac_pxe", SUBST_MAC_PXE},
    {"name", SUBST_NAME_ASKED},
    {"server", SUBST_SERVER},
    {"star", SUBST_STAR},
    {"uuid", SUBST_UUID},
    {"yiaddr", SUBST_YIADDR},
};

static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

bool
subst_user_ok(const char *name)
{
	return *name && strlen(name) < SUBST_NAME - sizeof "var." &&
	       name[strspn(name, letters)] == '\0';
}

static bool
option_ok(const char *name)
{
	const struct dhcp_name *o;
	uint64_t n;

	if (text_number(name, 1, 254, &n))
		return true;
	o = dhcp_name_by_text(name);
	return o && o->code != 0 && o->code != 255;
}

enum subst_id
subst_id(const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].id;
	if (strncmp(name, "var.", 4) == 0 && subst_user_ok(name + 4))
		return SUBST_USER;
	if (strncmp(name, "option.", 7) == 0 && option_ok(name + 7))
		return SUBST_OPTION;
	return SUBST_NONE;
}

static enum subst_kind
bad(struct subst_piece *ret, const char *why)
{
	ret->why = why;
	return ret->kind = SUBST_BAD;
}

/* len bytes between ${ and }. */
static enum subst_kind
variable(struct subst_piece *ret, const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	size_t n = colon ? (size_t)(colon - s) : len;

	ret->kind = SUBST_VAR;
	if (n == 0 || n >= SUBST_NAME)
		return bad(ret, "${} has no name, or too long a one; write "
				"$${ for a \"${\" of its own");
	memcpy(ret->name, s, n);
	ret->name[n] = '\0';
	for (s += n, len -= n; len; s += 6, len -= 6) {
		if (len >= 2 && s[1] == '-') {
			ret->has_default = true;
			ret->s = s + 2;
			ret->len = len - 2;
			return ret->kind;
		}
		if (len >= 6 && memcmp(s, ":upper", 6) == 0)
			ret->in = SUBST_UPPER;
		else if (len >= 6 && memcmp(s, ":lower", 6) == 0)
			ret->in = SUBST_LOWER;
		else
			return bad(ret, "behind the name of a variable stand "
					":upper, :lower or :-TEXT; write "
					"${NAME:upper}");
	}
	return ret->kind;
}

/* Where the next "${" or "$${" is; end when there is none. */
static const char *
next_dollar(const char *s, const char *end)
{
	for (; s < end; s++) {
		if (*s != '$')
			continue;
		if (end - s >= 2 && s[1] == '{')
			return s;
		if (end - s >= 3 && s[1] == '$' && s[2] == '{')
			return s;
	}
	return end;
}

enum subst_kind
subst_next(const char **text, size_t *len, struct subst_piece *ret)
{
	const char *s = *text, *end = s + *len, *at = next_dollar(s, end);
	const char *close;

	memset(ret, 0, sizeof *ret);
	if (s == end)
		return ret->kind = SUBST_END;
	ret->kind = SUBST_TEXT;
	ret->s = s;
	if (at > s) {
		ret->len = (size_t)(at - s);
	} else if (s[1] == '$') { /* $${: less the first $ */
		ret->s = s + 1;
		ret->len = 2;
		at = s + 3;
	} else {
		close = memchr(s, '}', (size_t)(end - s));
		if (!close)
			return bad(ret, "\"${\" is not closed; write ${NAME}, "
					"or $${ for a \"${\" of its own");
		(void)variable(ret, s + 2, (size_t)(close - s - 2));
		at = close + 1;
	}
	*text = at;
	*len = (size_t)(end - at);
	return ret->kind;
}

const char *
subst_wrong(const char *text, size_t len, char why[static SUBST_WHY])
{
	struct subst_piece p;

	while (subst_next(&text, &len, &p) != SUBST_END) {
		if (p.kind == SUBST_BAD) {
			(void)snprintf(why, SUBST_WHY, "%s", p.why);
			return why;
		}
		if (p.kind == SUBST_VAR && subst_id(p.name) == SUBST_NONE) {
			(void)snprintf(why, SUBST_WHY,
			    "there is no variable ${%s}; write var.NAME for "
			    "one of yours, option.NAME, addr, addr_hex, host, "
			    "mac, mac_dash, mac_hex, mac_pxe, name, server, "
			    "star, uuid or yiaddr, and $${ for a \"${\" of its "
			    "own",
			    p.name);
			return why;
		}
	}
	return NULL;
}

char
subst_in_case(char c, enum subst_case in)
{
	if (in == SUBST_UPPER && c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	if (in == SUBST_LOWER && c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}
