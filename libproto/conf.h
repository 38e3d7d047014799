/*
 * conf.h - remoteboot.conf: INI text -> checked struct conf, and lookups.
 *
 * All three daemons read the same file; what is not theirs is checked all
 * the same.  A struct conf is built once, is never changed afterwards and
 * is freed as a whole; a reload builds a new one beside it.  Everything that
 * it points to belongs to it.
 *
 * What may be said of a boot (struct conf_params) may stand in [global],
 * [subnet], [class] and [host]; a lookup takes host > class > subnet >
 * global, value by value and option by option.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_H
#define REMOTEBOOT_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf_boot.h"
#include "conf_tftp.h"

#define CONF_INFINITE UINT32_MAX /* a duration: "infinite" */

/* One DHCP option as it goes on the wire, without code and length. */
struct conf_opt {
	uint8_t code;
	uint16_t len; /* may exceed 255: RFC 3396 */
	const uint8_t *data;
};

enum {
	CONF_HAS_FILE = 1 << 0,
	CONF_HAS_SNAME = 1 << 1,
	CONF_HAS_NEXT_SERVER = 1 << 2,
	CONF_HAS_LEASE_TIME = 1 << 3,
	CONF_HAS_SERVER_ID = 1 << 4,
	CONF_HAS_MENU = 1 << 5,
	CONF_HAS_TFTP_FOLDER = 1 << 6
};

/* var.NAME = VALUE */
struct conf_var {
	const char *name, *value;
	unsigned int line;
};

struct conf_params {
	uint32_t set;		    /* CONF_HAS_* */
	const char *file;	    /* `file` field, at most 127 bytes */
	const char *sname;	    /* `sname` field, at most 63 bytes */
	struct ip4 next_server;	    /* siaddr */
	struct ip4 server_id;	    /* option 54 in place of our address */
	const char *menu;	    /* of a [menu NAME], or CONF_NO_MENU */
	uint32_t lease_s;	    /* option 51, seconds or CONF_INFINITE */
	const struct conf_opt *opt; /* ascending code */
	size_t nopt;
	const struct conf_var *var; /* order of the file */
	size_t nvar;
	/* below tftp_root, looked into one after the other; ${NAME} in them */
	const char *const *tftp_folder;
	size_t ntftp_folder;
};

/* first..last, both included. */
struct conf_range {
	struct ip4 first, last;
	uint32_t named; /* of a pool: the number + 1 of its [pool NAME] */
};

/* Of whom is it? */
enum conf_clients {
	CONF_CLIENTS_ALL,
	CONF_CLIENTS_KNOWN,  /* those with a [host] */
	CONF_CLIENTS_UNKNOWN /* the others */
};

/* [pool NAME]: addresses for some clients only. */
struct conf_pool {
	const char *name;
	const struct conf_range *range; /* they stand in the subnets, too */
	size_t nrange;
	const char *const *class_name; /* none: of every class or of none */
	size_t nclass_name;
	enum conf_clients clients;
	bool bootp_pool; /* as of a subnet, for these addresses */
	unsigned int line;
};

struct conf_subnet {
	struct ip4 net, mask;
	unsigned int prefix;
	const char *interface; /* NULL: any interface with an address in it */
	const struct conf_range *pool;
	size_t npool;
	bool bootp_pool;	    /* BOOTP clients may take a pool address */
	bool proxy;		    /* another server gives the addresses */
	const char *shared_network; /* name of its wire; NULL: its own */
	/* the number + 1 of the first subnet on the same wire; 0: alone */
	uint32_t wire;
	/* it or another one on its wire has a pool of its own */
	bool wire_pool;
	/* the [pool NAME]s with addresses on its wire, by number, ascending */
	const uint32_t *named;
	size_t nnamed;
	struct conf_params params;
	unsigned int line;
};

struct conf_bytes {
	const uint8_t *data;
	size_t len;
};

/* What the client must say in one option, match.X or begins.X. */
struct conf_match {
	uint8_t code;
	uint8_t sub; /* of its sub-options that one; 0: the whole option */
	bool begins; /* with one of the values, else it is one of them */
	const struct conf_bytes *value;
	size_t nvalue; /* 0: it must be there, whatever it says */
	unsigned int line;
};

/* A class matches when every list that is not empty has a matching member. */
struct conf_class {
	const char *name;
	const char *const *vendor_class; /* prefixes of option 60 */
	size_t nvendor_class;
	const uint16_t *arch; /* any of these in option 93 */
	size_t narch;
	const char *const *user_class; /* option 77, raw or RFC 3004 members */
	size_t nuser_class;
	const struct conf_bytes *uuid; /* option 97 with its type byte */
	size_t nuuid;
	const struct conf_bytes *chaddr; /* how chaddr begins */
	size_t nchaddr;
	const struct conf_bytes *circuit_id; /* 82.1 */
	size_t ncircuit_id;
	const struct conf_bytes *remote_id; /* 82.2 */
	size_t nremote_id;
	const struct conf_match *match; /* all of them must match */
	size_t nmatch;
	bool deny;	      /* its clients are left unanswered */
	const uint32_t *pool; /* the [pool NAME]s that name it, ascending */
	size_t npool;
	struct conf_params params;
	unsigned int line;
};

/* htype and hardware address; ethernet is htype 1, hlen 6. */
struct conf_hw {
	uint8_t htype, hlen;
	uint8_t addr[16];
};

struct conf_host {
	const char *name;
	const struct conf_hw *chaddr;
	size_t nchaddr;
	const uint8_t *client_id; /* option 61 as on the wire, or NULL */
	size_t client_id_len;
	const struct ip4 *yiaddr; /* at most one for each subnet */
	size_t nyiaddr;
	const char *hostname;		  /* NULL: none said */
	bool deny;			  /* known, but to be left unanswered */
	const struct conf_params *params; /* NULL: nothing said */
	unsigned int line;
};

/* One [mtftp FILE]: what mtftpd sends and what option 43.1-5 says. */
struct conf_mtftp {
	const char *file; /* path under the boot tree, no leading slash */
	struct ip4 mtftp_ip;
	uint16_t mtftp_cport;
	uint16_t mtftp_sport;
	uint8_t mtftp_tmout; /* seconds, option 43.4 */
	uint8_t mtftp_delay; /* seconds, option 43.5 */
	/* 0 and NULL: those of [mtftpd] */
	uint8_t ttl;
	const char *interface;
	uint16_t blksize;
	unsigned int line;
};

enum {
	CONF_SERVERS = 16 /* most that one network has */
};

/* [global] and what only dhcpd uses. */
struct conf_dhcpd {
	bool authoritative; /* NAK what an unknown client claims to have */
	bool use_host_decl_names;
	bool deny_unknown; /* pool addresses only to known hosts */
	/* of pools: firmware, loader and system are one client */
	bool one_address_per_machine;
	/* giaddr that are answered; none: all.  Ascending, apart */
	const struct conf_range *relays;
	size_t nrelays;
	const struct conf_range *leasequery_from; /* giaddr that may ask */
	size_t nleasequery_from;
	uint8_t reserve; /* percent of each pool, for clients with a [host] */
	bool rarp;	 /* tell hosts their address by RARP */
	bool arp_probe;	 /* ask the link before a first offer */
	const char *const *interfaces; /* none: all that fit a subnet */
	size_t ninterfaces;
	/* all servers of this configuration, we among them; none: alone */
	const struct ip4 *servers;
	size_t nservers;
	uint32_t takeover_s; /* others' clients are answered after that */
	const char *lease_file;
	uint32_t max_leases;
	uint32_t offer_s;      /* how long an offer is held */
	uint32_t quarantine_s; /* how long a declined address rests */
	uint32_t min_lease_s, max_lease_s; /* bounds on what clients ask */
	uint16_t port;			   /* 67; 0: only pxe_port */
	uint16_t pxe_port;		   /* 4011; 0: off */
	uint32_t idle_s; /* from inetd: end after that; 0: never */
	const char *user;
	const char *pid_file;
};

enum conf_port_order {
	CONF_PORTS_LITTLE, /* Intel: 1758 is de 06 */
	CONF_PORTS_NETWORK
};

struct conf_mtftpd {
	uint16_t mtftp_sport; /* 1759: default of every [mtftp FILE] */
	enum conf_port_order port_order;
	/* multicast goes out there; NULL: where the request came in */
	const char *interface;
	uint8_t ttl;
	uint32_t timeout_ms; /* longest wait before a retransmission */
	uint32_t retries;    /* timeouts until a silent master is given up */
	uint32_t copies;     /* of each block in a row, at most */
	uint32_t rate_kBps;  /* for each file; 0: as its master can */
	uint32_t idle_s;
	const char *user;
	const char *pid_file;
};

struct conf {
	const char *path;	   /* as it was opened, for messages */
	const char *tftp_root;	   /* the boot tree, "/tftpboot" */
	struct conf_params params; /* [global] */
	struct conf_dhcpd dhcpd;
	struct conf_tftpd tftpd;
	struct conf_mtftpd mtftpd;
	const struct conf_subnet *subnet; /* ascending net, no overlap */
	size_t nsubnet;
	const struct conf_class *class; /* order of the file */
	size_t nclass;
	const struct conf_pool *pool; /* order of the file */
	size_t npool;
	const uint32_t *open_pool; /* those that name no class, by number */
	size_t nopen_pool;
	const struct conf_host *host; /* order of the file */
	size_t nhost;
	const struct conf_mtftp *mtftp; /* order of the file */
	size_t nmtftp;
	const struct conf_upload *upload; /* order of the file */
	size_t nupload;
	const struct conf_map_rule *map; /* order of the file */
	size_t nmap;
	const struct conf_template *template; /* order of the file */
	size_t ntemplate;
	const struct conf_tftp_client *tftp_client; /* order of the file */
	size_t ntftp_client;
	const struct conf_boot_server *boot_server; /* order of the file */
	size_t nboot_server;
	const struct conf_menu *menu; /* order of the file */
	size_t nmenu;
	struct conf_index *index; /* hash tables behind the lookups */
	struct conf_arena *arena; /* all memory of the above */
};

/*
 * Called for each error, in the order of the lines.  text is complete:
 * "file:line: section: key: what is wrong; what would be right".
 */
typedef void conf_error_fn(void *arg, const char *text);

/*
 * A line reader: at most size bytes of the next line into buf, its newline
 * included.  Returns how many; 0 at the end.  A line longer than size comes
 * in pieces.
 */
typedef size_t conf_read_fn(void *arg, char *buf, size_t size);

/*
 * Parse and cross-check a whole configuration.  path names it in messages.
 * NULL when there was any error (each was told to error()) or memory ran
 * out (told too).  Free with conf_free().
 */
struct conf *conf_parse(const char *path, conf_read_fn *read, void *read_arg,
    conf_error_fn *error, void *error_arg);
/* The same from len bytes at text. */
struct conf *conf_parse_text(const char *path, const char *text, size_t len,
    conf_error_fn *error, void *error_arg);
/* A configuration with every default and nothing else; NULL: no memory. */
struct conf *conf_defaults(void);
/* NULL is allowed. */
void conf_free(struct conf *c);

/*
 * Lookups, NULL when there is none: hash tables, constant time; the subnet
 * by binary search.
 */
const struct conf_subnet *conf_subnet_of(const struct conf *c, struct ip4 a);
/* The subnet that wants to be on that interface; the first of several. */
const struct conf_subnet *conf_subnet_on(
    const struct conf *c, const char *name);
/*
 * Which addresses of its wire a client of s may have: the number + 1 of the
 * first [pool NAME] there that is for its class (NULL: in none) and for known
 * or unknown clients; 0: those of the subnets' own pools.
 */
unsigned int conf_pool_of(const struct conf *c, const struct conf_subnet *s,
    const struct conf_class *class, bool known);
const struct conf_host *conf_host_by_chaddr(
    const struct conf *c, uint8_t htype, const uint8_t *chaddr, size_t hlen);
/* Is that one of its hardware addresses? */
bool conf_host_has_chaddr(const struct conf_host *host, uint8_t htype,
    const uint8_t *chaddr, size_t hlen);
const struct conf_host *conf_host_by_client_id(
    const struct conf *c, const uint8_t *id, size_t len);
const struct conf_host *conf_host_by_yiaddr(const struct conf *c, struct ip4 a);
/*
 * By the name of its section or its var.serial; only in a configuration with
 * a [tftp-template].
 */
const struct conf_host *conf_host_called(const struct conf *c, const char *s);
/* name without leading slashes. */
const struct conf_mtftp *conf_mtftp_by_file(
    const struct conf *c, const char *name);
/* Is a in one of n networks? */
bool conf_in_nets(const struct conf_net *net, size_t n, const struct addr *a);
/* Of n, the one with the innermost folder that path is below, or NULL. */
const struct conf_upload *conf_upload_of(
    const struct conf_upload *u, size_t n, const char *path);
/* Is the class one of hardware addresses, and of nothing else? */
bool conf_class_by_chaddr(const struct conf_class *class);
/* The place of a class among n, from 1; 0: none of that name. */
uint16_t conf_class_place(
    const struct conf_class *class, size_t n, const char *name);
/*
 * Does TFTP treat clients by a class that only DHCP can tell: one that a
 * [tftp-client] names, or that has a tftp_folder, variables or, where there
 * are templates, options?
 */
bool conf_class_for_tftp(const struct conf *c);
/* Is a in one of n ranges, which ascend and do not touch? */
bool conf_in_ranges(const struct conf_range *r, size_t n, struct ip4 a);
/* Are both on one wire, so that a client of it may have either's address? */
bool conf_same_wire(const struct conf_subnet *a, const struct conf_subnet *b);
/* The value of var.NAME in one place (NULL is allowed), or NULL. */
const char *conf_params_var(const struct conf_params *p, const char *name);
/* Is var.NAME set anywhere? */
bool conf_var_known(const struct conf *c, const char *name);
/* The option in one place, or NULL. */
const struct conf_opt *conf_params_opt(
    const struct conf_params *p, uint8_t code);

#endif
