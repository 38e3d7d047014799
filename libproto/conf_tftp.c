/*
 * conf_tftp.c - what only tftpd reads: addresses to listen on, networks of
 * both families, [tftp-upload FOLDER].
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"
#include "tftp.h"

enum {
	MODE_MAX = 0777,
	NETS = 128 /* in one line */
};

/* An element at the end of a list field; false: no memory. */
static bool
add(struct conf_parse *p, const struct conf_key *k, void *field,
    const void *element, size_t size)
{
	size_t *n = (size_t *)(void *)((char *)field - k->off + k->off_n);
	const void *was;
	char *v = conf_alloc(p->arena, (*n + 1) * size);

	if (!v)
		return conf_nomem(p);
	memcpy(&was, field, sizeof was);
	if (*n)
		memcpy(v, was, *n * size);
	memcpy(v + *n * size, element, size);
	memcpy(field, &v, sizeof v);
	(*n)++;
	return true;
}

/* The defaults, or another line's values, go where = stands. */
static void
begin_list(const struct conf_parse *p, const struct conf_key *k, void *field)
{
	bool first = p->now.seen[k - conf_keys] == p->line;

	if (!p->append || first)
		*(size_t *)(void *)((char *)field - k->off + k->off_n) = 0;
}

/* The next item: 1; 0 at the end, -1 told. */
static int
next(struct conf_parse *p, const char **text, struct value_item *it)
{
	char why[VALUE_WHY];
	int rc = value_next(text, it, why);

	if (rc == -1)
		(void)conf_bad(p, "%s", why);
	return rc;
}

bool
read_listens(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	size_t *n = (size_t *)(void *)((char *)field - k->off + k->off_n);
	struct value_item it;
	struct peer at;
	int rc;

	begin_list(p, k, field);
	while ((rc = next(p, &text, &it)) == 1) {
		if (!peer_parse(it.s, &at))
			return conf_bad(p,
			    "\"%.64s\" is not an IPv4 or IPv6 address; write "
			    ":: for all, 192.0.2.1, 192.0.2.1:69 or "
			    "[2001:db8::1]:69",
			    it.s);
		if (*n == CONF_LISTENS)
			return conf_bad(p,
			    "more than %d addresses; write :: for all of them",
			    CONF_LISTENS);
		if (!add(p, k, field, &at, sizeof at))
			return false;
	}
	return rc == 0;
}

bool
read_family(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	static const char *const names[] = {[CONF_FAMILY_BOTH] = "both",
	    [CONF_FAMILY_IPV4] = "ipv4",
	    [CONF_FAMILY_IPV6] = "ipv6"};

	(void)k;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0) {
			*(uint8_t *)field = (uint8_t)i;
			return true;
		}
	return conf_bad(
	    p, "\"%s\" is no family; write both, ipv4 or ipv6", text);
}

/* ADDRESS or ADDRESS/N of either family, host bits made zero. */
static bool
net_parse(const char *s, struct conf_net *ret)
{
	char text[ADDR_TEXT];
	const char *slash = strchr(s, '/');
	size_t len = slash ? (size_t)(slash - s) : strlen(s);
	uint64_t bits;

	if (len >= sizeof text)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if (!addr_parse(text, &ret->net))
		return false;
	bits = addr_is_ip4(&ret->net) ? 32 : 128;
	if (slash && !text_number(slash + 1, 0, bits, &bits))
		return false;
	ret->prefix = (uint8_t)(bits + (addr_is_ip4(&ret->net) ? 96 : 0));
	for (unsigned int bit = ret->prefix; bit < 128; bit++)
		ret->net.b[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return true;
}

bool
read_nets(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;
	struct conf_net net;
	int rc;

	begin_list(p, k, field);
	while ((rc = next(p, &text, &it)) == 1) {
		if (!net_parse(it.s, &net))
			return conf_bad(p,
			    "\"%.64s\" is not a network; write 192.0.2.0/24, "
			    "2001:db8::/64 or one address",
			    it.s);
		if (!add(p, k, field, &net, sizeof net))
			return false;
	}
	return rc == 0;
}

bool
conf_in_nets(const struct conf_net *net, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++) {
		size_t whole = net[i].prefix / 8, rest = net[i].prefix % 8;

		if (memcmp(net[i].net.b, a->b, whole) == 0 &&
		    (rest == 0 ||
			(net[i].net.b[whole] ^ a->b[whole]) >> (8 - rest) == 0))
			return true;
	}
	return false;
}

bool
read_bytes64(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	uint64_t n;

	if (!value_size(text, &n) || n < k->min || n > k->max)
		return conf_bad(p,
		    "\"%s\" is not such a size; write a number of bytes, or "
		    "one with k or M behind it, as in 64M",
		    text);
	*(uint64_t *)field = n;
	return true;
}

bool
read_file_mode(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	unsigned int mode = 0;
	const char *s = text;

	(void)k;
	for (; *s >= '0' && *s <= '7' && mode <= MODE_MAX; s++)
		mode = mode * 8 + (unsigned int)(*s - '0');
	if (*s || s == text || mode > MODE_MAX || !(mode & 0200) ||
	    (mode & 0111))
		return conf_bad(p,
		    "\"%s\" is no mode for a file; write it in octal, without "
		    "x and with w for its owner, as in 0644",
		    text);
	*(uint16_t *)field = (uint16_t)mode;
	return true;
}

bool
read_tftp_options(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	unsigned int set = 0, bit;
	struct value_item it;
	int rc;

	(void)k;
	while ((rc = next(p, &text, &it)) == 1) {
		if (!tftp_opt_parse(it.s, &bit))
			return conf_bad(p,
			    "\"%.64s\" is no option of TFTP; write blksize, "
			    "blksize2, tsize, timeout, windowsize, rollover "
			    "or multicast",
			    it.s);
		set |= bit;
	}
	if (rc == -1)
		return false;
	*(unsigned int *)field = set;
	return true;
}

/* ---- [tftp-upload FOLDER] ---- */

/* Without the slashes and "./" around it: "/" and "." are the tree, "". */
static const char *
tree_folder(const char *arg, size_t *ret_len)
{
	size_t len;

	while (*arg == '/' || (arg[0] == '.' && (arg[1] == '/' || !arg[1])))
		arg++;
	len = strlen(arg);
	while (len && (arg[len - 1] == '/' || (arg[len - 1] == '.' && len > 1 &&
						  arg[len - 2] == '/')))
		len--;
	*ret_len = len;
	return arg;
}

void
conf_begin_upload(struct conf_parse *p, const char *arg)
{
	struct conf_upload *u = &p->now.upload;
	size_t len;

	memset(u, 0, sizeof *u);
	u->line = p->line;
	p->now.base = u;
	arg = tree_folder(arg, &len);
	u->folder = conf_dup(p->arena, arg, len);
	if (!u->folder) {
		(void)conf_nomem(p);
		return;
	}
	p->now.keep = true;
	if (conf_mtftp_file_wrong(u->folder))
		(void)conf_bad(p, "%s", conf_mtftp_file_wrong(u->folder));
}

static bool
folder_is_there(const struct conf_parse *p, const char *folder)
{
	const struct conf_upload *u = p->upload.v;

	for (size_t i = 0; i < p->upload.n; i++)
		if (strcmp(u[i].folder, folder) == 0)
			return true;
	return false;
}

void
conf_end_upload(struct conf_parse *p)
{
	struct conf_upload *u = &p->now.upload;

	if (!conf_seen(p, "allow"))
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nobody may upload; write allow = 192.0.2.0/24, the "
		    "networks that may");
	if (!u->create && !u->overwrite)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "neither new files nor those that are there may be "
		    "written; write create = yes or overwrite = yes");
	if (!p->now.keep)
		return;
	if (folder_is_there(p, u->folder))
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "the folder is there already; put its keys together");
	else if (p->upload.n == CONF_UPLOADS)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "more than %d folders; name one above them", CONF_UPLOADS);
	else if (!conf_vec_add(&p->upload, u))
		(void)conf_nomem(p);
}

void
conf_upload_finish(struct conf_parse *p)
{
	p->c->nupload = p->upload.n;
	p->c->upload = conf_vec_finish(&p->upload, p->arena);
	if (!p->c->upload && p->c->nupload)
		(void)conf_nomem(p);
}

/* Is path below the folder? */
static bool
below(const char *path, const char *folder, size_t len)
{
	return len == 0 ||
	       (strncmp(path, folder, len) == 0 && path[len] == '/');
}

const struct conf_upload *
conf_upload_of(const struct conf_upload *u, size_t n, const char *path)
{
	const struct conf_upload *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(u[i].folder);

		if (below(path, u[i].folder, len) && (!best || len > longest)) {
			best = &u[i];
			longest = len;
		}
	}
	return best;
}
