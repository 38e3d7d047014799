/*
 * leasefile_open.c - the lease file at start: folder, lock, reading.
 *
 *	folder (made, handed to the user) -> PATH.lock -> every line into the
 *	table -> what a broken write left behind the last line is cut off
 *
 * A half line at the very end, or before the newlines that were written
 * ahead, is what a power cut leaves: it was never acknowledged and is cut off.
 * Empty lines say nothing.  Any other line that is not to be believed
 * is damage: it is skipped, the file is kept as PATH.damaged and a new one
 * written.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dhcpd/leasefile_io.h"
#include "sys/log.h"

enum {
	CHUNK = 64 * 1024,
	TOLD = 10 /* damaged lines that are told one by one */
};

static bool
wrong(char why[static LEASEFILE_WHY], const struct leasefile *lf,
    const char *what, const char *remedy)
{
	snprintf(why, LEASEFILE_WHY, "lease file %s: %s; %s", lf->path, what,
	    remedy);
	return false;
}

static bool
wrong_errno(char why[static LEASEFILE_WHY], const struct leasefile *lf,
    const char *what, const char *remedy)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
	return wrong(why, lf, text, remedy);
}

/* ---- folder and lock ---- */

/* mkdir -p; *made: the last folder is new. */
static int
make_folders(char *dir, bool *made)
{
	char *p;

	for (p = dir + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(dir, 0755) == 0) {
			leasefile_sync_above(dir);
		} else if (errno != EEXIST) {
			*p = '/';
			return -1;
		}
		*p = '/';
	}
	*made = mkdir(dir, 0755) == 0;
	if (*made)
		leasefile_sync_above(dir);
	return *made || errno == EEXIST ? 0 : -1;
}

/* May the user that we become make files in the folder? */
static bool
user_may_write(const struct stat *st, const struct leasefile_owner *own)
{
	if (own->uid == 0 || (st->st_mode & S_IWOTH))
		return true;
	if (st->st_uid == own->uid)
		return st->st_mode & S_IWUSR;
	return st->st_gid == own->gid && (st->st_mode & S_IWGRP);
}

/* Did we hand the folder to another user at an earlier start? */
static bool
is_ours(const struct leasefile *lf, const struct stat *folder)
{
	char name[NAME_MAX];
	struct stat st;

	return leasefile_beside(lf, ".lock", name) &&
	       fstatat(lf->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_uid == folder->st_uid &&
	       st.st_uid != 0;
}

static bool
open_folder(struct leasefile *lf, const struct leasefile_owner *own,
    char why[static LEASEFILE_WHY])
{
	char dir[LEASEFILE_PATH], *slash;
	struct stat st;
	bool made = false;

	snprintf(dir, sizeof(dir), "%s", lf->path);
	slash = strrchr(dir, '/');
	if (!slash)
		snprintf(dir, sizeof(dir), ".");
	else
		slash[slash == dir] = '\0';
	if (make_folders(dir, &made) == -1)
		return wrong_errno(why, lf, "cannot make its folder",
		    "make it, or name another file in lease_file");
	lf->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lf->dirfd == -1 || fstat(lf->dirfd, &st) == -1)
		return wrong_errno(why, lf, "cannot open its folder",
		    "correct its path or rights");
	if (!own->set || (!made && user_may_write(&st, own)))
		return true;
	if (!made)
		made = is_ours(lf, &st);
	if (made && fchown(lf->dirfd, own->uid, own->gid) == -1)
		return wrong_errno(why, lf, "cannot hand over its folder",
		    "make it by hand and chown it to the user");
	if (!made) {
		snprintf(why, LEASEFILE_WHY,
		    "lease file %s: user %u may not write to its folder; "
		    "chown %u %s",
		    lf->path, own->uid, own->uid, dir);
		return false;
	}
	return true;
}

/*
 * Hand a file to the user.  A second name for it is refused: the folder is
 * the user's, and root must not be led to give away a file of others.
 */
static int
hand_over(int fd, const struct leasefile_owner *own)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!own->set || st.st_uid == own->uid)
		return 0;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1) {
		errno = EPERM;
		return -1;
	}
	return fchown(fd, own->uid, own->gid);
}

/* A file in the folder, the user's; -1 and errno. */
static int
open_beside(const struct leasefile *lf, const char *name,
    const struct leasefile_owner *own)
{
	int saved,
	    fd = openat(lf->dirfd, name,
		O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);

	if (fd != -1 && hand_over(fd, own) == -1) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* The lock stays with the process; the pid in it is only for the message. */
static bool
take_lock(struct leasefile *lf, const struct leasefile_owner *own,
    char why[static LEASEFILE_WHY])
{
	char name[NAME_MAX], text[96], pid[24] = "";
	ssize_t n;

	if (!leasefile_beside(lf, ".lock", name))
		return wrong(why, lf, "its name is too long", "shorten it");
	lf->lockfd = open_beside(lf, name, own);
	if (lf->lockfd == -1)
		return wrong_errno(why, lf, "cannot open its .lock",
		    "remove it or correct its rights");
	if (flock(lf->lockfd, LOCK_EX | LOCK_NB) == 0)
		return true;
	n = pread(lf->lockfd, pid, sizeof(pid) - 1, 0);
	pid[n > 0 ? strspn(pid, "0123456789") : 0] = '\0';
	snprintf(text, sizeof(text), "another dhcpd%s%s uses it",
	    *pid ? ", process " : "", pid);
	return wrong(why, lf, text, "stop that one or name another file");
}

/* ---- reading ---- */

/* The journal being read: what was found so far. */
struct load {
	const struct leasefile *lf;
	struct leases *ls;
	const struct lease_clock *now;
	off_t at;  /* behind the last whole line */
	off_t end; /* behind the last that is a record, or damaged */
	/* a line that is damaged if another one follows, else torn */
	struct {
		const char *why; /* NULL: there is none */
		size_t line, len;
		bool empty; /* an empty line follows it */
	} doubt;
	size_t line, loaded, bad, outside;
	size_t torn_line, torn_len; /* 0: it ends as it should */
	bool header, foreign;
	bool quiet; /* it was told before */
};

static void
load_bad(struct load *ld, size_t line, const char *why)
{
	if (ld->bad++ < TOLD && !ld->quiet)
		log_warning("%s:%zu: not a lease record, skipped: %s",
		    ld->lf->path, line, why);
}

/* The line in doubt is damaged. */
static void
load_doubt(struct load *ld)
{
	if (ld->doubt.why)
		load_bad(ld, ld->doubt.line, ld->doubt.why);
	ld->doubt.why = NULL;
}

static void
load_record(struct load *ld, const char *p, size_t len)
{
	struct lease_record rec;
	const char *why = lease_text_get(p, len, &rec);

	load_doubt(ld);
	if (why) {
		ld->doubt.why = why;
		ld->doubt.line = ld->line;
		ld->doubt.len = len;
		ld->doubt.empty = false;
		return;
	}
	ld->loaded++;
	if (!lease_journal_apply(ld->ls, &rec, ld->now))
		ld->outside++;
}

/* One line, without its newline; it ends at offset end. */
static void
load_line(struct load *ld, const char *p, size_t len, off_t end)
{
	ld->line++;
	if (ld->line == 1) {
		ld->header = len + 1 == strlen(LEASE_HEADER) &&
			     memcmp(p, LEASE_HEADER, len) == 0;
		ld->foreign = !ld->header;
	} else if (len == 0) {
		ld->doubt.empty = true;
		return;
	} else {
		load_record(ld, p, len);
	}
	if (!ld->doubt.why)
		ld->end = end;
}

/*
 * The whole lines at the front of buf; returns how many bytes they have.  A
 * buffer without any newline is one damaged line, taken whole.
 */
static size_t
load_lines(struct load *ld, const char *buf, size_t len, size_t size)
{
	const char *p = buf, *end = buf + len, *nl;

	while (!ld->foreign && (nl = memchr(p, '\n', (size_t)(end - p)))) {
		load_line(
		    ld, p, (size_t)(nl - p), ld->at + (off_t)(nl + 1 - buf));
		p = nl + 1;
	}
	if (p == buf && len == size) {
		if (ld->line++ == 0)
			ld->foreign = true;
		load_doubt(ld);
		load_bad(ld, ld->line, "longer than a line can be");
		ld->end = ld->at + (off_t)len;
		return len;
	}
	return (size_t)(p - buf);
}

/* At the end, with half a line of so many bytes left over. */
static void
load_end(struct load *ld, size_t half)
{
	if (half) {
		ld->torn_line = ld->line + 1;
		ld->torn_len = half;
	}
	if (ld->doubt.why && ld->doubt.empty) {
		ld->torn_line = ld->doubt.line;
		ld->torn_len = ld->doubt.len;
	} else if (ld->doubt.why) {
		load_doubt(ld);
		ld->end = ld->at;
	}
}

/*
 * Read to the end; what follows the last line that counts is left behind
 * ld->end.
 */
static int
load_file(struct load *ld)
{
	char *buf = malloc(CHUNK);
	size_t have = 0, used;
	ssize_t n = 0;

	if (!buf)
		return -1;
	while (!ld->foreign) {
		n = pread(
		    ld->lf->fd, buf + have, CHUNK - have, ld->at + (off_t)have);
		if (n <= 0)
			break;
		have += (size_t)n;
		used = load_lines(ld, buf, have, CHUNK);
		ld->at += (off_t)used;
		have -= used;
		memmove(buf, buf + used, have);
	}
	/* an empty file is new; half of the first line is a broken start */
	if (n == 0 && ld->line == 0 &&
	    (have >= strlen(LEASE_HEADER) ||
		memcmp(buf, LEASE_HEADER, have) != 0))
		ld->foreign = true;
	load_end(ld, have);
	free(buf);
	lease_expire(ld->ls, ld->now->boot_s, UINT_MAX);
	return n == -1 ? -1 : 0;
}

static void
tell_load(const struct load *ld)
{
	const char *path = ld->lf->path;

	if (ld->torn_line)
		log_warning("%s:%zu: the last line is not whole, cut off: %zu "
			    "bytes",
		    path, ld->torn_line, ld->torn_len);
	if (ld->bad > TOLD)
		log_warning("%s: %zu lines in all were not lease records", path,
		    ld->bad);
	if (ld->outside)
		log_warning("%s: %zu records are of addresses in no pool; they "
			    "stay until the file is written anew",
		    path, ld->outside);
}

/* Keep what was damaged, for whoever wants to look. */
static void
save_damaged(const struct leasefile *lf)
{
	char name[NAME_MAX];

	if (!leasefile_beside(lf, ".damaged", name))
		return;
	unlinkat(lf->dirfd, name, 0);
	if (linkat(lf->dirfd, lf->base, lf->dirfd, name, 0) == 0)
		log_warning("lease file %s: was damaged; kept as %s.damaged "
			    "and written anew",
		    lf->path, lf->path);
}

/*
 * A new file, or one that needs to be written anew.  Only the new one must
 * be: lines may be appended behind damaged ones too.
 */
static bool
rewrite(struct leasefile *lf, const struct load *ld,
    const struct leasefile_owner *own, char why[static LEASEFILE_WHY])
{
	if (ld->bad)
		save_damaged(lf);
	if (leasefile_rewrite(lf, ld->ls, ld->now) == 0 &&
	    hand_over(lf->fd, own) == 0)
		return true;
	if (!ld->header)
		return wrong_errno(why, lf, "cannot be written",
		    "correct the rights or make room on the disk");
	leasefile_grows(lf);
	return true;
}

static bool
load(struct leasefile *lf, struct leases *ls, const struct leasefile_owner *own,
    const struct lease_clock *now, char why[static LEASEFILE_WHY])
{
	struct load ld = {.lf = lf, .ls = ls, .now = now};
	struct stat st;

	lf->fd = open_beside(lf, lf->base, own);
	if (lf->fd == -1 || fstat(lf->fd, &st) == -1)
		return wrong_errno(
		    why, lf, "cannot be opened", "correct its path or rights");
	if (!S_ISREG(st.st_mode))
		return wrong(why, lf, "is not a file", "name a file");
	if (load_file(&ld) == -1)
		return wrong_errno(
		    why, lf, "cannot be read", "look after the disk");
	if (ld.foreign)
		return wrong(why, lf, "is not a lease file of ours",
		    "its first line would be \"remoteboot-leases 1\"; move it "
		    "away or name another file");
	tell_load(&ld);
	lf->end = lf->size = ld.end;
	lf->stats.records = lf->stats.loaded = ld.loaded;
	lf->stats.bad = ld.bad;
	lf->stats.outside = ld.outside;
	lf->tidy_at = leasefile_tidy_at(ls);
	lf->torn = st.st_size > lf->end && ftruncate(lf->fd, lf->end) == -1;
	if (ld.bad || !ld.header)
		return rewrite(lf, &ld, own, why);
	return true;
}

int
leasefile_replay(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	struct load ld = {.lf = lf, .ls = ls, .now = now, .quiet = true};

	leasefile_anew_stop(lf); /* it was of the other table */
	if (load_file(&ld) == -1)
		return -1;
	lf->stats.outside = ld.outside;
	return 0;
}

void
leasefile_note_pid(struct leasefile *lf)
{
	char pid[24];
	int len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());

	if (ftruncate(lf->lockfd, 0) == -1 ||
	    pwrite(lf->lockfd, pid, (size_t)len, 0) == -1)
		log_debug("%s.lock: %s", lf->path, strerror(errno));
}

struct leasefile *
leasefile_open(const char *path, struct leases *ls,
    const struct leasefile_owner *own, const struct lease_clock *now,
    char why[static LEASEFILE_WHY])
{
	struct leasefile *lf = calloc(1, sizeof(*lf));
	char *slash;

	if (!lf) {
		snprintf(why, LEASEFILE_WHY, "no memory for the lease file");
		return NULL;
	}
	lf->dirfd = lf->lockfd = lf->fd = lf->oldfd = -1;
	lf->ahead = LEASEFILE_AHEAD;
	snprintf(lf->path, sizeof(lf->path), "%s", path);
	slash = strrchr(lf->path, '/');
	lf->base = slash ? slash + 1 : lf->path;
	if (!*lf->base || strlen(path) >= sizeof(lf->path)) {
		wrong(why, lf, *lf->base ? "is too long a path" : "is a folder",
		    "name a file");
		goto fail;
	}
	if (!open_folder(lf, own, why) || !take_lock(lf, own, why) ||
	    !load(lf, ls, own, now, why))
		goto fail;
	leasefile_note_pid(lf);
	return lf;
fail:
	leasefile_close(lf);
	return NULL;
}
