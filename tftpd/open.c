/*
 * open.c - from a request to the open file that answers it, or a refusal.
 *
 * In this order: the rules of [tftp-map]; the readings of the name (name.h);
 * for each of them templates that go before files, the folders of the
 * client as the name is written and in another case, templates.  The first
 * that is there is served.  Digests come last: they are not of the name.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "sys/log.h"
#include "sys/root.h"
#include "tftpd/admit.h"
#include "tftpd/open_int.h"

int
opener_init(struct opener *o, const struct conf *c, const char *tree, bool hide)
{
	int error;

	o->c = c;
	o->hide = hide;
	o->tree = strdup(tree);
	o->map = map_new(c);
	o->virt = virt_new(c);
	o->fold = c->tftpd.fold_case ? fold_new() : NULL;
	if (o->tree && o->map && o->virt && (o->fold || !c->tftpd.fold_case))
		return 0;
	error = errno;
	opener_free(o);
	errno = error;
	return -1;
}

void
opener_free(struct opener *o)
{
	free(o->tree);
	o->tree = NULL;
	map_free(o->map);
	o->map = NULL;
	virt_free(o->virt);
	o->virt = NULL;
	fold_free(o->fold);
	o->fold = NULL;
}

enum found
open_refuse(struct opened *ret, uint16_t code, const char *text)
{
	ret->code = code;
	(void)snprintf(
	    ret->text, sizeof ret->text, "%.*s", OPEN_TEXT - 1, text);
	return FOUND_REFUSED;
}

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM ||
	       error == ENOBUFS;
}

enum found
open_refuse_errno(struct opened *ret, int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		(void)open_refuse(ret, TFTP_ENOTFOUND, "no such file");
		return FOUND_NOT;
	case EISDIR:
	case EINVAL:
		return open_refuse(ret, TFTP_EACCESS, "not a regular file");
	case EACCES:
	case EPERM:
	case EXDEV:
	case ELOOP:
		return open_refuse(ret, TFTP_EACCESS, "permission denied");
	default:
		(void)open_refuse(ret, TFTP_EUNDEF, strerror(error));
		return is_shortage(error) ? FOUND_SHORTAGE : FOUND_REFUSED;
	}
}

/* ---- one path ---- */

/* A file of the tree: ret->path as it is written. */
static enum found
open_real(struct asked *a)
{
	struct opened *ret = a->ret;

	ret->fd =
	    root_open_file(a->o->rootfd, ret->path, &ret->size, &ret->mtime_ns);
	return ret->fd != -1 ? FOUND : open_refuse_errno(ret, errno);
}

/* The same in another case, when it is not there. */
static enum found
open_folded(struct asked *a)
{
	enum found f = open_real(a);
	char real[NAME_LONG];

	if (f != FOUND_NOT || !a->o->fold ||
	    !fold_path(
		a->o->fold, a->o->rootfd, a->ret->path, real, sizeof real) ||
	    strcmp(real, a->ret->path) == 0)
		return f;
	memcpy(a->ret->path, real, strlen(real) + 1);
	return open_real(a);
}

/* Folder number i of the client; false: it has no more. */
bool
open_folder(struct asked *a, size_t i, char buf[static NAME_LONG])
{
	struct template_out out;
	const char *text;

	if (i >= a->nfolder)
		return false;
	text = a->folder[i];
	if (!vars_expand(&a->v, text, strlen(text), buf, NAME_LONG, &out)) {
		log_debug("tftp_folder %s: %s", text, out.why);
		(void)snprintf(buf, NAME_LONG, "\n"); /* none */
	}
	return true;
}

/* In the folders of the client. */
static enum found
open_in_folders(struct asked *a, const char *path)
{
	enum found f = FOUND_NOT;
	char dir[NAME_LONG];

	(void)open_refuse(a->ret, TFTP_ENOTFOUND, "no such file");
	for (size_t i = 0; f == FOUND_NOT && open_folder(a, i, dir); i++) {
		if (dir[0] == '\n')
			continue;
		if (dir[strspn(dir, "/")] == '\0') /* the tree: the kernel's */
			memcpy(a->ret->path, path, strlen(path) + 1);
		else if (!name_in_folder(dir, path, a->ret->path))
			continue;
		f = open_folded(a);
	}
	return f;
}

/* A file that is made of a template. */
static enum found
open_virtual(struct asked *a, const char *path, bool override)
{
	struct opened *ret = a->ret;
	struct virt_file file;
	struct vars v = a->v; /* the name may mean another client */
	char plain[NAME_PATH];

	if (name_without_junk(path, plain)) /* "*" would take it: next time */
		return FOUND_NOT;
	switch (
	    virt_open(a->o->virt, a->o->rootfd, path, override, &v, &file)) {
	case VIRT_NONE:
		return FOUND_NOT;
	case VIRT_FILE_MADE:
		ret->fd = file.fd;
		ret->size = file.size;
		ret->mtime_ns = 0;
		memcpy(ret->path, path, strlen(path) + 1);
		return FOUND;
	case VIRT_MISTAKE:
		return open_refuse(ret, TFTP_ENOTFOUND, file.text);
	case VIRT_ERRNO:
		break;
	}
	return open_refuse_errno(ret, errno);
}

enum found
open_path(struct asked *a, const char *path)
{
	enum found f = open_virtual(a, path, true);

	if (f == FOUND_NOT)
		f = open_in_folders(a, path);
	if (f == FOUND_NOT && !a->digest_first)
		f = open_virtual(a, path, false);
	return f;
}

/* ---- from the name to paths ---- */

/* All readings of a name that the rules have made. */
static enum found
open_readings(struct asked *a, const char *name,
    enum found (*open_it)(struct asked *, const char *))
{
	const char *tree = a->o->hide ? NULL : a->o->tree;
	enum found f = FOUND_NOT;
	char path[NAME_PATH];

	for (unsigned int nth = 0; f == FOUND_NOT; nth++) {
		enum name_err e = name_path(name, tree, nth, path);

		if (e == NAME_NO_MORE)
			break;
		if (e != NAME_OK)
			return open_refuse(
			    a->ret, TFTP_EACCESS, name_err_text(e));
		f = open_it(a, path);
	}
	return f;
}

static bool
map_value(void *arg, const char *name, char *buf, size_t size)
{
	struct asked *a = arg;

	return vars_value(&a->v, name, buf, size);
}

/* For the word "exists" of a rule. */
static bool
map_exists(void *arg, const char *name)
{
	struct asked *a = arg;

	if (open_readings(a, name, open_path) != FOUND)
		return false;
	(void)close(a->ret->fd);
	return true;
}

/* What a rule refuses, or cannot do; its place is for the log alone. */
static enum found
map_refused(struct asked *a, const struct map_out *out)
{
	char text[MAP_TEXT + 64] = "permission denied";
	uint16_t code = TFTP_EACCESS;

	switch (out->how) {
	case MAP_NAME:
		break;
	case MAP_REFUSED:
		if (out->text[0])
			(void)text_safe(
			    out->text, strlen(out->text), text, sizeof text);
		break;
	case MAP_NO_VALUE:
		code = TFTP_ENOTFOUND;
		(void)snprintf(text, sizeof text,
		    "${%s} has no value for this client", out->text);
		break;
	case MAP_TOO_LONG:
		(void)snprintf(text, sizeof text, "the name becomes too long");
		break;
	case MAP_LOOP:
		(void)snprintf(
		    text, sizeof text, "the rules for names come to no end");
		break;
	}
	(void)snprintf(a->ret->place, sizeof a->ret->place,
	    "%.*s:%u: ", OPEN_PLACE - 16, a->o->c->path, out->line);
	a->ret->warn = out->how == MAP_TOO_LONG || out->how == MAP_LOOP;
	return open_refuse(a->ret, code, text);
}

/* The rules, then the readings. */
enum found
open_mapped(struct asked *a, const char *name,
    enum found (*open_it)(struct asked *, const char *))
{
	struct map_in in = {
	    .name = name,
	    .write = a->q->write,
	    .ipv6 = !addr_is_ip4(&a->q->client->addr),
	    .value = map_value,
	    .exists = map_exists,
	    .arg = a,
	};
	struct map_out out;

	map_run(a->o->map, &in, &out);
	if (out.how != MAP_NAME)
		return map_refused(a, &out);
	return open_readings(a, out.text, open_it);
}

/* ---- all of it ---- */

/* [host] > [tftp-client] > [class] > [subnet] > [global]. */
static void
find_folders(struct asked *a)
{
	const struct conf_host *host = a->v.who.host;
	const struct conf_params *p = host ? host->params : NULL;
	const struct conf_tftp_client *r =
	    admit_rule(a->o->c, &a->v.client, &a->v.who);

	if ((!p || !(p->set & CONF_HAS_TFTP_FOLDER)) && r && r->ntftp_folder) {
		a->folder = r->tftp_folder;
		a->nfolder = r->ntftp_folder;
	} else {
		/* [global] has it, by default */
		p = vars_params(&a->v, CONF_HAS_TFTP_FOLDER);
		a->folder = p ? p->tftp_folder : NULL;
		a->nfolder = p ? p->ntftp_folder : 0;
	}
}

static enum open_how
look_for(const struct opener *o, const struct open_request *q,
    struct opened *ret, enum found (*open_it)(struct asked *, const char *))
{
	struct asked a = {.o = o, .q = q, .ret = ret};
	char name[NAME_PATH];
	enum found f;

	ret->warn = false;
	ret->place[0] = '\0';
	(void)open_refuse(ret, TFTP_ENOTFOUND, "no such file");
	vars_init(&a.v, o->c, &q->client->addr, q->who);
	a.v.name = q->name;
	find_folders(&a);
	if (q->server)
		a.v.server = *q->server;
	a.digest_first =
	    o->sums && !q->write && open_asks_digest(q->name, name);
	f = open_mapped(&a, q->name, open_it);
	/* rules that end in $ do not see through junk */
	if (f == FOUND_NOT && o->c->nmap && name_without_junk(q->name, name))
		f = open_mapped(&a, name, open_it);
	if (f == FOUND_NOT && a.digest_first) {
		a.digest_first = false;
		f = open_digest(&a, q->name);
		if (f == FOUND_NOT)
			f = open_mapped(&a, q->name, open_it);
	}
	switch (f) {
	case FOUND:
		return OPEN_FILE;
	case FOUND_SHORTAGE:
		return OPEN_SHORTAGE;
	case FOUND_LATER:
		return OPEN_LATER;
	case FOUND_NOT:
	case FOUND_REFUSED:
		break;
	}
	return OPEN_REFUSED;
}

enum open_how
open_requested(
    const struct opener *o, const struct open_request *q, struct opened *ret)
{
	return look_for(o, q, ret, open_path);
}

/* A file that need not be there yet. */
static enum found
only_name(struct asked *a, const char *path)
{
	char dir[NAME_LONG];

	for (size_t i = 0; open_folder(a, i, dir); i++)
		if (dir[0] != '\n' && name_in_folder(dir, path, a->ret->path))
			return FOUND;
	return open_refuse(
	    a->ret, TFTP_EACCESS, "no folder of this client's own");
}

enum open_how
open_name(
    const struct opener *o, const struct open_request *q, struct opened *ret)
{
	return look_for(o, q, ret, only_name);
}
