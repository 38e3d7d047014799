/*
 * conf_tftp.h - what remoteboot.conf says to tftpd: [tftpd] and the sections
 * tftp-client, tftp-upload, tftp-map and tftp-template; part of conf.h.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_TFTP_H
#define REMOTEBOOT_CONF_TFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

struct conf_bytes;

/* A network of either family; IPv4 mapped, so /8 is a prefix of 104. */
struct conf_net {
	struct addr net; /* bits behind the prefix are zero */
	uint8_t prefix;
};

enum {
	CONF_ROLLOVER_0,
	CONF_ROLLOVER_1,
	CONF_ROLLOVER_NONE,  /* no block follows 65535 */
	CONF_ROLLOVER_UNSAID /* of a [tftp-client NAME] */
};

/*
 * One [tftp-client NAME]: a client is meant when every list that is not empty
 * has a matching member.
 */
struct conf_tftp_client {
	const char *name;
	const struct conf_net *address;
	size_t naddress;
	const struct conf_bytes *chaddr; /* how it begins */
	size_t nchaddr;
	const char *const *class; /* that of its lease, or by chaddr alone */
	size_t nclass;
	unsigned int refuse;		/* TFTP_OPT_* that are left out */
	uint16_t max_blksize;		/* 0: not said */
	uint16_t max_windowsize;	/* 0: not said */
	uint8_t rollover;		/* CONF_ROLLOVER_* */
	bool oack;			/* no: no option at all is granted */
	const char *const *tftp_folder; /* as in struct conf_params */
	size_t ntftp_folder;		/* 0: not said */
	unsigned int line, class_line;
};

/* From first to last, both included; 0: none said. */
struct conf_ports {
	uint16_t first, last;
};

/* One [tftp-upload FOLDER]: who may write what below it. */
struct conf_upload {
	const char *folder; /* below the tree, no slash around it; "": all */
	const struct conf_net *allow;
	size_t nallow;
	uint64_t max_size; /* bytes of one file */
	bool create;	   /* names that are not there */
	bool overwrite;	   /* files that are there */
	uint16_t mode;	   /* of new files: 0644 */
	unsigned int line;
};

enum conf_family {
	CONF_FAMILY_BOTH,
	CONF_FAMILY_IPV4,
	CONF_FAMILY_IPV6
};

enum {
	CONF_UPLOADS = 16, /* folders for uploads */
	CONF_LISTENS = 8   /* addresses that tftpd listens on */
};

/* What a rule of [tftp-map] does when it matches. */
enum conf_map_do {
	CONF_MAP_LABEL,	  /* nothing: a place to jump to */
	CONF_MAP_REPLACE, /* what matched by `to` */
	CONF_MAP_STOP,	  /* no rule behind it is looked at */
	CONF_MAP_RESTART, /* from the first rule */
	CONF_MAP_REFUSE,  /* the request, and say `to` */
	CONF_MAP_JUMP	  /* on behind the label `to` */
};

enum {
	CONF_MAP_NOCASE = 1 << 0,
	CONF_MAP_UNLESS = 1 << 1, /* when it does not match */
	CONF_MAP_REPEAT = 1 << 2, /* replace until it matches no more */
	CONF_MAP_ALL = 1 << 3,	  /* replace each match, once */
	CONF_MAP_READ = 1 << 4,	  /* RRQ only */
	CONF_MAP_WRITE = 1 << 5,  /* WRQ only */
	CONF_MAP_IPV4 = 1 << 6,
	CONF_MAP_IPV6 = 1 << 7,
	CONF_MAP_EXISTS = 1 << 8, /* replace and stop if there is such a file */
	/* behind replace: what else it does */
	CONF_MAP_THEN_STOP = 1 << 9,
	CONF_MAP_THEN_RESTART = 1 << 10
};

struct conf_map_rule {
	enum conf_map_do what;
	unsigned int how;  /* CONF_MAP_NOCASE ... */
	const char *regex; /* POSIX extended, NULL for a label */
	const char *to;	   /* replacement, message or label; never NULL */
	size_t jump;	   /* CONF_MAP_JUMP: number of the label's rule */
	unsigned int line;
};

/* [tftp-template NAME]: files that are made when they are asked for. */
struct conf_template {
	const char *name;
	const char *const *pattern; /* of the file names: * and ? */
	size_t npattern;
	const char *template; /* path below tftp_root, ${NAME} in it */
	bool override;	      /* goes before a real file of that name */
	unsigned int line;
};

/* Which digests tftpd makes by itself. */
enum conf_digests {
	CONF_DIGESTS_NO,
	CONF_DIGESTS_FILES, /* NAME.sha256 */
	CONF_DIGESTS_ALL    /* MANIFEST.sha256 too */
};

struct conf_tftpd {
	/* :: both families, all addresses; port 0: those below */
	const struct peer *listen;
	size_t nlisten;
	uint8_t family;		 /* enum conf_family */
	uint16_t port;		 /* 69; 0: off */
	uint16_t large_port;	 /* 59 when the service is wanted; 0: off */
	uint16_t large_blksize;	 /* 1408 */
	uint16_t max_blksize;	 /* granted at most */
	uint16_t max_windowsize; /* granted at most */
	uint32_t max_clients;	 /* transfers at once */
	uint32_t timeout_ms;	 /* first retransmission */
	uint32_t retries;
	bool fold_case;		   /* of names that are not there as written */
	uint8_t digests;	   /* enum conf_digests */
	uint8_t rollover;	   /* CONF_ROLLOVER_*: what follows 65535 */
	uint32_t idle_s;	   /* from inetd: end after that; 0: never */
	unsigned int refuse;	   /* TFTP_OPT_* that are never granted */
	uint32_t max_uploads;	   /* at once */
	struct ip4 multicast_ip;   /* RFC 2090: the first group */
	uint32_t multicast_groups; /* so many from there on; 0: not served */
	uint16_t multicast_port;
	uint8_t multicast_ttl;
	uint32_t multicast_rate; /* kilobytes a second at most; 0: any */
	const char *json_log;	 /* NULL: none */
	/* transfers of one address at once; 0: as many as all */
	uint32_t max_per_client;
	struct conf_ports port_range; /* of transfers */
	bool single_port; /* they stay on the port that was asked; then: */
	/* who needs not prove itself by a lease */
	const struct conf_net *trusted_networks;
	size_t ntrusted_networks;
	uint64_t unproven_rate; /* bytes a second for all others together */
	const char *user;
	const char *pid_file;
};

#endif
