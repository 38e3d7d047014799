/*
 * build.h - what the files that build the model share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_BUILD_H
#define REMOTEBOOT_IMPORT_BUILD_H

#include "dhcpd/import/model.h"

/* ---- build.c ---- */

/* The statements of a block, said in scope s. */
void build_statements(
    struct model *mo, struct scope *s, const struct node *first);
struct scope *build_scope(struct model *mo, enum scope_kind kind,
    struct scope *up, const struct node *n);
/* Remember a setting in the scope; only its key and value need be set. */
void build_set(struct model *mo, struct scope *s, const struct node *n,
    const struct setting *set);
/* "WORDS OF THE STATEMENT; why" */
void build_lost(struct model *mo, const struct node *n, const char *why);
void build_left_out(struct model *mo, const struct node *n, const char *why);
/* Word i, or one of kind TOK_END. */
const struct tok *node_word(const struct node *n, size_t i);

/* ---- params.c ---- */

/* A statement by its first word; false: it is not in the table. */
bool params_statement(struct model *mo, struct scope *s, const struct node *n);

/* ---- build_option.c ---- */

void build_option(struct model *mo, struct scope *s, const struct node *n);
/* The bytes of an option of that scope's list as a setting. */
void build_option_set(struct model *mo, struct scope *s, const struct node *n,
    const struct option_def *def, const uint8_t *data, size_t len);

/* ---- build_net.c ---- */

void build_subnet(struct model *mo, struct scope *s, const struct node *n);
void build_shared(struct model *mo, struct scope *s, const struct node *n);
void build_pool(struct model *mo, struct scope *s, const struct node *n);
void build_range(struct model *mo, struct scope *s, const struct node *n);
void build_interface(struct model *mo, struct scope *s, const struct node *n);
void build_permit(struct model *mo, struct scope *s, const struct node *n);
void build_not(struct model *mo, struct scope *s, const struct node *n);
void build_authoritative(
    struct model *mo, struct scope *s, const struct node *n);

/* ---- build_host.c ---- */

void build_group(struct model *mo, struct scope *s, const struct node *n);
void build_host(struct model *mo, struct scope *s, const struct node *n);
void build_hardware(struct model *mo, struct scope *s, const struct node *n);
void build_fixed_address(
    struct model *mo, struct scope *s, const struct node *n);
struct isc_host *build_add_host(
    struct model *mo, const char *name, struct scope *scope);

/* ---- build_macs.c ---- */

/* Decides macs_are_hosts by what stands anywhere in the file. */
void build_look_at_macs(struct model *mo, const struct node *tree);
/* "allow members of X": is X the class of hardware addresses? */
bool build_is_mac_list(const struct model *mo, const struct node *n);

/* ---- build_class.c ---- */

void build_class(struct model *mo, struct scope *s, const struct node *n);
void build_subclass(struct model *mo, struct scope *s, const struct node *n);
void build_match(struct model *mo, struct scope *s, const struct node *n);
void build_old_class(struct model *mo, struct scope *s, const struct node *n);
/* if and what belongs to it; the last node of it. */
const struct node *build_if(
    struct model *mo, struct scope *s, const struct node *n);
/* Of "match": the hardware address, perhaps only without a client id. */
bool build_is_hardware(const struct expr *e);
struct isc_class *build_find_class(struct model *mo, const char *name);

#endif
