/*
 * vars.h - the values of ${NAME} for one request: who asks, what is
 * configured for it.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_VARS_H
#define REMOTEBOOT_TFTPD_VARS_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "conf.h"
#include "tftpd/template.h"
#include "tftpd/who.h"

enum {
	VARS_STAR = 256
};

/* Whose values are asked for; its pointers are the caller's. */
struct vars {
	const struct conf *c;
	struct who who;	      /* who asks, or who is meant by the name */
	struct addr client;   /* who asks */
	struct addr server;   /* the address that was asked; :: not known */
	struct ip4 yiaddr;    /* 0.0.0.0: none known */
	const char *name;     /* as it was asked */
	char star[VARS_STAR]; /* what * stands for; "": there is none */
};

/* Of a request from client; who is what server_who() says of it. */
void vars_init(struct vars *v, const struct conf *c, const struct addr *client,
    const struct who *who);
/*
 * The name of a file says who is meant: star is the hardware address of a
 * client (00-54-55-56-67-68, 01-00-54-.., 005455566768), its IPv4 address
 * (192.0.2.7, C0000207), the name of a [host], or its var.serial.  From now
 * on values are those of it.  A star that says none of these changes
 * nothing but ${star}.
 */
void vars_star(struct vars *v, const char *star);
/*
 * The value of ${name}, at most size bytes with its NUL; false: it has none,
 * there is no such variable, or the value does not fit.
 */
bool vars_value(const struct vars *v, const char *name, char *buf, size_t size);
/* What holds for the client: host > class > subnet > global, or NULL. */
const struct conf_params *vars_params(const struct vars *v, uint32_t has);
/* As template_render() with these values. */
bool vars_expand(struct vars *v, const char *text, size_t len, char *buf,
    size_t size, struct template_out *ret);

#endif
