/*
 * conf_int.h - what the files of the configuration share and nobody else.
 *
 *	conf_lines.c	lines of the file, by inih -> sections and keys
 *	conf_keys.c	the table of all sections and keys
 *	conf_find.c	a word in that table, or what it was meant to be
 *	conf_values.c	the readers of that table: text -> field;
 *	conf_lists.c	those that take several values
 *	conf_option.c	option.NAME = VALUE
 *	conf_match.c	match.NAME and begins.NAME = VALUES of a class
 *	conf_var.c	var.NAME = TEXT; [tftp-template NAME]
 *	conf_section.c	sections begun and ended
 *	conf.c		a whole parse; key = value
 *	conf_check.c	what can only be said of the whole: overlaps, doubles;
 *	conf_check_host.c, conf_check_keys.c, conf_check_pool.c,
 *	conf_check_wire.c
 *	conf_map.c	[tftp-map]
 *	conf_named.c	[pool NAME]
 *	conf_menu.c	[menu NAME], [boot_server NAME]: read and checked;
 *	conf_boot.c	looked up
 *	conf_tftp.c	[tftp-upload FOLDER], what only tftpd reads
 *	conf_tftp_client.c	[tftp-client NAME]
 *	conf_index.c	hash tables, lookups
 *	conf_arena.c	memory
 *	conf_error.c	errors collected, sorted by line, told
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_INT_H
#define REMOTEBOOT_CONF_INT_H

#include "conf.h"
#include "conf_keys.h"
#include "value.h"

/* ---- conf_arena.c: memory that is freed all at once ---- */

struct conf_arena;

struct conf_arena *conf_arena_new(void);
void conf_arena_free(struct conf_arena *a);
/* Zeroed, aligned for any type; NULL: no memory. */
void *conf_alloc(struct conf_arena *a, size_t size);
/* Bytes and text (a NUL added) without the alignment. */
void *conf_dup(struct conf_arena *a, const void *data, size_t len);
/* malloc'ed memory becomes the arena's, also when false (no memory). */
bool conf_adopt(struct conf_arena *a, void *p);

/* An array that grows. */
struct conf_vec {
	void *v;
	size_t n, cap, size; /* size of one element */
};
/* A copy of *element at the end; false: no memory. */
bool conf_vec_add(struct conf_vec *vec, const void *element);
/* Shrink to fit and hand it to the arena; NULL when empty or no memory. */
void *conf_vec_finish(struct conf_vec *vec, struct conf_arena *a);

/* ---- conf_index.c ---- */

/* Open addressing; a slot holds the element's number + 1, 0 is free. */
struct conf_hash {
	uint32_t *slot;
	uint32_t mask;
};

struct conf_index {
	struct conf_hash chaddr, client_id, yiaddr, mtftp;
	struct conf_hash called; /* no slots: nobody looks for it */
	/* subnets with an interface, by its name */
	const struct conf_subnet **on;
	size_t non;
};

/* The subnets are complete: those with an interface; false: no memory. */
bool conf_index_interfaces(struct conf *c);

/* Room for n elements; false: no memory. */
bool conf_hash_init(struct conf_hash *h, struct conf_arena *a, size_t n);
/* FNV-1a over len bytes, begun with seed. */
uint32_t conf_hash_of(uint32_t seed, const void *data, size_t len);
uint32_t conf_hash_chaddr(uint8_t htype, const uint8_t *chaddr, size_t hlen);
/* Put element i under hash value; the caller looked before. */
void conf_hash_put(struct conf_hash *h, uint32_t hash, uint32_t i);

/* ---- the parse ---- */

/* Lines of keys, for the checks at the end; 0: not there. */
struct conf_host_lines {
	unsigned int chaddr, client_id, yiaddr, hostname;
};
struct conf_subnet_read {
	struct conf_subnet subnet;
	unsigned int pool_line, interface_line, bootp_pool_line, mask_line;
	unsigned int wire_line;
};
struct conf_pool_lines {
	unsigned int range, class;
};
struct conf_mtftp_lines {
	unsigned int mtftp_ip, mtftp_sport;
	unsigned int mtftp_delay; /* of the section when it is not there */
};

/* The section that is being read. */
struct conf_section_now {
	enum conf_section kind; /* CONF_S_NONE: skip its keys */
	unsigned int line;
	char text[VALUE_ITEM + 1]; /* "host pc1", for messages */
	void *base;		   /* where its keys go */
	struct conf_params *params;
	unsigned int seen[CONF_KEYS_MAX]; /* line of each key */
	struct conf_vec opt;		  /* struct conf_opt */
	unsigned int opt_line[256];
	bool inner; /* option 43 was begun by option.43.N */
	struct conf_subnet subnet;
	struct conf_class class;
	struct conf_vec match; /* struct conf_match */
	bool match_seen;       /* right or wrong */
	struct conf_vec var;   /* struct conf_var */
	struct conf_host host;
	struct conf_params host_params;
	struct conf_mtftp mtftp;
	struct conf_upload upload;
	struct conf_tftp_client tftp_client;
	struct conf_boot_server boot_server;
	struct conf_menu menu;
	struct conf_template template;
	struct conf_pool pool;
	bool keep; /* goes into the configuration when it ends */
	bool any;  /* some section was begun */
};

struct conf_parse {
	struct conf *c;
	struct conf_arena *arena;
	bool nomem;
	unsigned int line;		      /* the one that is being read */
	const char *key;		      /* its key, or NULL */
	bool append;			      /* += */
	unsigned int single[CONF_SECTIONS];   /* line of [global] ... */
	unsigned int key_line[CONF_KEYS_MAX]; /* keys of the single ones */
	struct conf_section_now now;
	struct conf_vec subnet; /* struct conf_subnet_read */
	struct conf_vec class, host, mtftp;
	struct conf_vec host_lines;  /* struct conf_host_lines */
	struct conf_vec mtftp_lines; /* struct conf_mtftp_lines */
	struct conf_vec map;	     /* struct conf_map_rule */
	struct conf_vec template;    /* struct conf_template */
	struct conf_vec var_ref;     /* of conf_var.c */
	struct conf_vec boot_server; /* struct conf_boot_server */
	struct conf_vec upload;	     /* struct conf_upload */
	struct conf_vec tftp_client; /* struct conf_tftp_client */
	struct conf_vec menu, menu_lines, menu_ref; /* of conf_menu.c */
	struct conf_vec pool, pool_lines;	    /* of conf_named.c */
	struct conf_class *classes;    /* c->class, while it may change */
	struct conf_menu *menus;       /* c->menu, while it may change */
	struct conf_host_lines *lines; /* of c->host, at the end */
	struct conf_subnet *subnets;   /* c->subnet, while it may change */
	struct conf_subnet_read *subnet_lines; /* in the same order */
	struct conf_vec error;		       /* struct conf_error */
};

/* ---- conf_error.c ---- */

struct conf_error {
	unsigned int line;
	size_t order;
	char *text; /* malloc'ed */
};

/*
 * An error at a line: "section: key: " before it where they are not NULL.
 * Text: "what is wrong; what would be right".
 */
void conf_error_at(struct conf_parse *p, unsigned int line, const char *section,
    const char *key, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* An error in the value of the current key.  Returns false. */
bool conf_bad(struct conf_parse *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Tell all by line and free them. */
void conf_errors_tell(struct conf_parse *p, conf_error_fn *fn, void *arg);
/* No memory: remembered, told at the end.  Returns false. */
bool conf_nomem(struct conf_parse *p);

/* ---- conf_lines.c ---- */

/* Feed the lines through inih to the two below. */
void conf_lines(struct conf_parse *p, conf_read_fn *read, void *arg);

/* ---- conf.c: called by conf_lines() ---- */

/* key = value, p->append when it was key += value. */
void conf_key(struct conf_parse *p, const char *key, const char *value);

/* ---- conf_section.c ---- */

/* [text]; NULL: one that cannot be read. */
void conf_section(struct conf_parse *p, const char *text);
/* The section that is open, if any, is complete. */
void conf_section_end(struct conf_parse *p);
/* The defaults of a section's own keys, and of the boot keys in [global]. */
void conf_section_defaults(struct conf_parse *p, enum conf_section s,
    void *base, struct conf_params *params);

/* The line of a key in the section that ends, 0: not there. */
unsigned int conf_seen(const struct conf_parse *p, const char *name);

/* ---- conf_tftp.c ---- */

void conf_begin_upload(struct conf_parse *p, const char *arg);
void conf_end_upload(struct conf_parse *p);
/* The array of struct conf. */
void conf_upload_finish(struct conf_parse *p);

/* ---- conf_map.c ---- */

/* The rules of struct conf; false: no memory. */
bool conf_map_finish(struct conf_parse *p);

/* ---- conf_var.c ---- */

/* Is the key var.X? */
bool conf_is_var(const char *key);
void conf_var(struct conf_parse *p, const char *key, const char *text);
/*
 * The variables of a text: false after what is wrong with them was told.
 * Those of the user are looked for at the end, by conf_check_vars().
 */
bool conf_var_refs(struct conf_parse *p, const char *text);
void conf_check_vars(struct conf_parse *p);
/* The index of conf_host_called(). */
void conf_index_called(struct conf_parse *p);
/* The section ends: its variables into its params. */
void conf_vars_finish(struct conf_parse *p);
void conf_end_template(struct conf_parse *p);
/* The templates of struct conf; false: no memory. */
bool conf_template_finish(struct conf_parse *p);

/* ---- conf_tftp_client.c ---- */

void conf_begin_tftp_client(struct conf_parse *p, const char *arg);
void conf_end_tftp_client(struct conf_parse *p);
/* The array of struct conf, behind that of the classes. */
void conf_tftp_clients_finish(struct conf_parse *p);

/* ---- conf_menu.c ---- */

void conf_menu_init(struct conf_parse *p);
/* The section ends. */
void conf_end_boot_server(struct conf_parse *p);
void conf_end_menu(struct conf_parse *p);
/* Any section with boot keys ends: `menu` beside its other keys. */
void conf_end_params(struct conf_parse *p);
/* The arrays of struct conf; false: no memory. */
bool conf_menu_finish(struct conf_parse *p);
void conf_check_menus(struct conf_parse *p);

/* ---- conf_named.c ---- */

/* The section ends. */
void conf_end_pool(struct conf_parse *p);
/* The array of struct conf; false: no memory. */
bool conf_named_finish(struct conf_parse *p);
/* Their classes, and their ranges to those of the subnets. */
void conf_check_named(struct conf_parse *p);
/* Which of them are on a wire, once wires are known. */
void conf_named_of_wires(struct conf_parse *p);

/* ---- conf_values.c, for conf_lists.c and conf.c ---- */

/* Not empty, no control character; else told, false. */
bool conf_value_text(struct conf_parse *p, const struct value_item *it);
bool conf_value_interface(struct conf_parse *p, const struct value_item *it);
bool conf_hostname_ok(const char *s);
/* Does ".." stand between its slashes? */
bool conf_path_climbs(const char *s);
/* NULL, or what is wrong with the path of an [mtftp FILE]. */
const char *conf_mtftp_file_wrong(const char *s);

/* ---- conf_option.c ---- */

/* Is the key one of option.X? */
bool conf_is_option(const char *key);
/* option.X = value into the section's list. */
void conf_option(struct conf_parse *p, const char *key, const char *value);
/* The section ends: its options, sorted, into its params. */
void conf_options_finish(struct conf_parse *p);

/* ---- conf_match.c ---- */

/* Is the key match.X or begins.X? */
bool conf_is_match(const char *key);
void conf_match(struct conf_parse *p, const char *key, const char *value);
/* The class ends: what it looks at becomes its own. */
void conf_match_finish(struct conf_parse *p);

/* ---- conf_lists.c ---- */

/* A list of texts, each copied to the arena when ok() agrees. */
bool conf_texts(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field,
    bool (*ok)(struct conf_parse *, const struct value_item *));

/*
 * One value of a match: text in quotes, an address, hex bytes.  false after
 * the error was told.
 */
bool conf_byte_string(
    struct conf_parse *p, const struct value_item *it, struct conf_bytes *ret);

/* ---- conf_check.c, conf_check_pool.c, conf_check_host.c ---- */

enum {
	CONF_SUBNET_TEXT = 32,
	CONF_HOST_TEXT = 80
};

/* All that can be said only at the end; also builds the index. */
void conf_check(struct conf_parse *p);
/* Hosts: doubles, addresses outside; fills the index. */
void conf_check_hosts(struct conf_parse *p);
/* conf_check_keys.c: the daemons' keys against each other. */
void conf_check_keys(struct conf_parse *p);
/* The line of a key of the sections that stand once; 0: its default. */
unsigned int conf_line_of_key(
    const struct conf_parse *p, enum conf_section s, const char *key);
/* Pools: inside their subnet, apart; hosts' addresses are taken out. */
void conf_check_pools(struct conf_parse *p);
/* Shared networks: which subnets are on one wire, and what they share. */
void conf_check_wires(struct conf_parse *p);
/* "subnet 10.0.0.0/8" */
const char *conf_subnet_text(
    const struct conf_subnet *s, char buf[static CONF_SUBNET_TEXT]);
struct ip4 conf_subnet_last(const struct conf_subnet *s);
/* Is it the network or the broadcast address? */
bool conf_subnet_edge(const struct conf_subnet *s, struct ip4 a);

#endif
