/*
 * priv.c - rights end before the first byte is read.
 *
 *	root --bounding set--> --groups, user--> --capabilities-->
 *	--no_new_privs--> (try to undo) --Landlock--> (try)
 *	--seccomp--> (try) ready
 *
 * The attempts to undo come before the next wall stands: behind seccomp
 * every one would fail for the filter's sake and prove nothing.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/priv.h"
#include "sys/priv_int.h"

enum {
	PATHS = 32,
	PATH_TEXT = 1024
};

static struct {
	char path[PRIV_PATHS][PATH_TEXT];
	enum priv_path_kind kind[PRIV_PATHS];
	size_t n;
	unsigned int calls;
} also;

void
priv_also_calls(unsigned int calls)
{
	also.calls |= calls;
}

void
priv_also_folder(const char *file, enum priv_path_kind kind)
{
	char dir[PATH_TEXT];
	const char *slash = strrchr(file, '/');

	if (!slash || slash == file)
		priv_also(slash ? file : ".", kind);
	else {
		(void)snprintf(
		    dir, sizeof dir, "%.*s", (int)(slash - file), file);
		priv_also(dir, kind);
	}
}

void
priv_also(const char *path, enum priv_path_kind kind)
{
	if (also.n == PRIV_PATHS || strlen(path) >= PATH_TEXT) {
		log_warning("%s: too many or too long paths; it is out of "
			    "reach after the start",
		    path);
		return;
	}
	(void)snprintf(also.path[also.n], PATH_TEXT, "%s", path);
	also.kind[also.n++] = kind;
}

/* Only the user that nobody named may be missing. */
static const struct passwd *
find_user(const struct priv_rules *rules)
{
	const struct passwd *pw = getpwnam(rules->user);
	static bool told;

	if (pw || !rules->user_default ||
	    strcmp(rules->user, PRIV_DEFAULT_USER) != 0)
		return pw;
	pw = getpwnam("nobody");
	if (pw && !told)
		log_warning("no user \"%s\" on this machine: running as "
			    "\"nobody\"; better: useradd --system %s",
		    rules->user, rules->user);
	told = true;
	return pw;
}

/* The user to become, or NULL after a log line. */
static const struct passwd *
get_user(const struct priv_rules *rules)
{
	const struct passwd *pw;

	if (!rules->user) {
		log_err("started as root and no user to change to; name one "
			"with -u");
		return NULL;
	}
	pw = find_user(rules);
	if (!pw)
		log_err("user %s: no such user; make it with useradd "
			"--system, or name another",
		    rules->user);
	else if (pw->pw_uid == 0 || pw->pw_gid == 0) {
		log_err("user %s: that is root; name a user without rights",
		    rules->user);
		pw = NULL;
	}
	return pw;
}

int
priv_user(const struct priv_rules *rules, unsigned int *ret_uid,
    unsigned int *ret_gid)
{
	const struct passwd *pw;

	if (geteuid() != 0) {
		*ret_uid = geteuid();
		*ret_gid = getegid();
		return 0;
	}
	pw = get_user(rules);
	if (!pw)
		return -1;
	*ret_uid = pw->pw_uid;
	*ret_gid = pw->pw_gid;
	return 0;
}

/* Only who has CAP_SETPCAP can and need do it. */
static int
drop_bounding(void)
{
	for (cap_value_t c = 0; c < cap_max_bits(); c++)
		if (cap_get_bound(c) > 0 && cap_drop_bound(c) == -1)
			return -1;
	return 0;
}

static int
drop_user(const struct priv_rules *rules)
{
	const struct passwd *pw = get_user(rules);

	if (!pw)
		return -1;
	log_give(pw->pw_uid, pw->pw_gid);
	if (drop_bounding() == -1 ||
	    initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1) {
		log_err("cannot become user \"%s\": %s", pw->pw_name,
		    strerror(errno));
		return -1;
	}
	return 0;
}

static int
drop_capabilities(void)
{
	cap_t none = cap_init(); /* all sets empty */
	int rc;

	if (!none)
		return -1;
	rc = cap_clear(none) == -1 || cap_set_proc(none) == -1 ? -1 : 0;
	(void)cap_free(none);
	if (rc == 0 &&
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1 &&
	    errno != EINVAL) /* before Linux 4.3 there are none */
		rc = -1;
	return rc;
}

/* Is any capability in any of our sets, or can one be had? */
static bool
some_capability(void)
{
	cap_t now = cap_get_proc(), none = cap_init();
	cap_value_t want = CAP_NET_RAW;
	bool some = true;

	if (now && none && cap_compare(now, none) == 0) {
		(void)cap_set_flag(now, CAP_PERMITTED, 1, &want, CAP_SET);
		(void)cap_set_flag(now, CAP_EFFECTIVE, 1, &want, CAP_SET);
		some = cap_set_proc(now) == 0;
	}
	(void)cap_free(now);
	(void)cap_free(none);
	return some;
}

static bool
some_ambient(void)
{
	for (cap_value_t c = 0; c < cap_max_bits(); c++)
		if (cap_get_ambient(c) > 0)
			return true;
	return false;
}

/* Only root could empty it; who could not, must not be able to use it. */
static bool
some_bounding(bool was_root)
{
	for (cap_value_t c = 0; was_root && c < cap_max_bits(); c++)
		if (cap_get_bound(c) > 0)
			return true;
	return false;
}

static const char *
rights_undone(bool was_root)
{
	gid_t root = 0;

	if (setresuid(0, 0, 0) == 0 || seteuid(0) == 0)
		return "root came back by setuid";
	if (getgid() != 0 && (setresgid(0, 0, 0) == 0 || setegid(0) == 0))
		return "group root came back by setgid";
	if (setgroups(1, &root) == 0)
		return "group root came back by setgroups";
	if (some_capability())
		return "a capability is left";
	if (some_ambient())
		return "an ambient capability is left";
	if (some_bounding(was_root))
		return "a capability is left in the bounding set";
	if (prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "no_new_privs could be taken back";
	return NULL;
}

/* what: NULL is fine. */
static int
proved(const char *what)
{
	if (what)
		log_err("rights have not ended: %s", what);
	return what ? -1 : 0;
}

/* Who named a user has to hear that it is another. */
static void
tell_user_stays(const struct priv_rules *rules)
{
	const struct passwd *pw;

	if (rules->user_default || !rules->user)
		return;
	pw = getpwnam(rules->user);
	if (!pw || pw->pw_uid != geteuid())
		log_warning("user %s: not started as root: the user stays %u",
		    rules->user, (unsigned int)geteuid());
}

static int
drop_rights(const struct priv_rules *rules)
{
	bool was_root = geteuid() == 0;

	if (!was_root)
		tell_user_stays(rules);
	else if (drop_user(rules) == -1)
		return -1;
	if (drop_capabilities() == -1) {
		log_err("cannot give up the capabilities: %s", strerror(errno));
		return -1;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
		log_err("cannot set no_new_privs: %s", strerror(errno));
		return -1;
	}
	return proved(rights_undone(was_root));
}

/* A wall was built, the kernel has none (told), or it failed. */
static bool
stands(const char *name, int built)
{
	if (built == -1)
		log_err("%s: %s", name, strerror(errno));
	if (built == 0)
		log_warning("this kernel has no %s: running without it", name);
	return built == 1;
}

static size_t
all_paths(const struct priv_rules *rules, struct priv_path all[static PATHS])
{
	size_t n = 0;

	for (size_t i = 0; i < rules->npath && n < PATHS; i++)
		if (rules->path[i].path)
			all[n++] = rules->path[i];
	for (size_t i = 0; i < also.n && n < PATHS; i++)
		all[n++] = (struct priv_path){also.path[i], also.kind[i]};
	return n;
}

#ifdef WITH_SANITIZERS
/*
 * The leak check at exit stops the process from a clone of it by ptrace,
 * which a process without rights may not do: it would end with an error of
 * its own.  So it is left to the unit tests, which do not drop.
 */
static int dropped;
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return dropped;
}
#endif

int
priv_drop(const struct priv_rules *rules)
{
	struct priv_path all[PATHS];
	size_t n = all_paths(rules, all);
	int built;

	if (drop_rights(rules) == -1)
		return -1;
#ifdef WITH_SANITIZERS
	dropped = 1;
#endif
	built = priv_landlock(all, n);
	if (stands("Landlock", built))
		built = proved(priv_landlock_undone(all, n));
	if (built == -1)
		return -1;
	built = priv_seccomp(also.calls);
	if (stands("seccomp", built))
		built = proved(priv_seccomp_undone());
	return built == -1 ? -1 : 0;
}
