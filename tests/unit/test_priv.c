/*
 * test_priv.c - rights end: each test drops in a child and tries there what
 * must not work any more.  SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/capability.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/priv.h"
#include "sys/raw.h"
#include "sys/root.h"
#include "sys/udp.h"
#include "sys_tmp.h"
#include "unit.h"

static bool landlock; /* does this kernel have it? */

/* A user that every machine has; not root: ourselves. */
static const char *
user(void)
{
	return geteuid() == 0 ? "nobody" : NULL;
}

/* What the child writes to stderr is in the file "err". */
static void
child_log(void)
{
	int fd = open("err", O_WRONLY | O_CREAT | O_APPEND, 0644);

	if (fd == -1 || dup2(fd, 2) != 2 ||
	    log_open("testd", LOG_TO_STDERR, NULL) == -1)
		_exit(99);
}

/* Runs fn in a child; its answer is 0, or the number of the failed step. */
static int
in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		child_log();
		_exit(fn());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(
	    WIFEXITED(status), "the child died of signal %d", status & 0x7f);
	if (WEXITSTATUS(status) != 0)
		fprintf(stderr, "%s", tmp_read("err"));
	return WEXITSTATUS(status);
}

static void
setup(void)
{
	tmp_make();
	ck_assert_int_eq(mkdir("tree", 0755), 0);
	ck_assert_int_eq(mkdir("state", 0777), 0);
	ck_assert_int_eq(chmod("state", 0777), 0);
	tmp_write("tree/a.bin", "hello");
	tmp_write("beside", "beside");
}

static int
drop(void)
{
	static char tree[128], state[128];
	const struct priv_path path[] = {
	    {tree, PRIV_READ}, {state, PRIV_WRITE}, {"/no/such", PRIV_READ}};
	struct priv_rules r = {.user = user(), .path = path, .npath = 3};

	snprintf(tree, sizeof tree, "%s/tree", tmp_dir);
	snprintf(state, sizeof state, "%s/state", tmp_dir);
	return priv_drop(&r);
}

#define STEP(n, what)             \
	do {                      \
		if (!(what))      \
			return n; \
	} while (0)

/* The call fails with that errno. */
#define FAILS(e, call) ((call) == -1 && errno == (e))

static int
status_line(const char *key, const char *want)
{
	char line[256], got[64];
	int found = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*[^:]: %63s", got) == 1 &&
		    strncmp(line, key, strlen(key)) == 0 &&
		    strcmp(got, want) == 0)
			found = 1;
	if (f)
		fclose(f);
	return found;
}

/* /proc is out of reach of the child, so its parent reads it. */
static int
read_status(pid_t pid, const char *key, char *value, size_t size)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	value[0] = '\0';
	while (fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0 &&
		    line[strlen(key)] == ':')
			snprintf(value, size, "%s",
			    line + strlen(key) +
				strspn(line + strlen(key), ":\t "));
	value[strcspn(value, "\n")] = '\0';
	fclose(f);
	return value[0] != '\0';
}

static void
want_status(pid_t pid, const char *key, const char *want)
{
	char got[128];

	ck_assert_msg(read_status(pid, key, got, sizeof got), "no %s", key);
	ck_assert_msg(strcmp(got, want) == 0, "%s: want \"%s\", got \"%s\"",
	    key, want, got);
}

static int hold_to[2], hold_from[2];

/* Runs fn in a child that then waits, so that its status can be read. */
static pid_t
hold(int (*fn)(void))
{
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(hold_to), 0);
	ck_assert_int_eq(pipe(hold_from), 0);
	pid = fork();
	if (pid == 0) {
		child_log();
		c = (char)fn();
		if (write(hold_from[1], &c, 1) != 1 ||
		    read(hold_to[0], &c, 1) != 1)
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(read(hold_from[0], &c, 1), 1);
	ck_assert_msg(c == 0, "step %d: %s", c, tmp_read("err"));
	return pid;
}

static void
release(pid_t pid)
{
	ck_assert_int_eq(write(hold_to[1], "x", 1), 1);
	waitpid(pid, NULL, 0);
}

static void
want_no_capability(pid_t pid)
{
	static const char *const sets[] = {
	    "CapInh", "CapPrm", "CapEff", "CapAmb"};

	for (int i = 0; i < 4; i++)
		want_status(pid, sets[i], "0000000000000000");
}

START_TEST(the_kernel_confirms_that_every_right_is_gone)
{
	pid_t pid;

	setup();
	pid = hold(drop);
	want_no_capability(pid);
	want_status(pid, "NoNewPrivs", "1");
	want_status(pid, "Seccomp", "2");
	if (geteuid() == 0) { /* only root can empty the bounding set */
		want_status(pid, "CapBnd", "0000000000000000");
		want_status(pid, "Uid", "65534\t65534\t65534\t65534");
		want_status(pid, "Gid", "65534\t65534\t65534\t65534");
		want_status(pid, "Groups", "65534 ");
	}
	release(pid);
	tmp_remove();
}
END_TEST

static int
tries_ids(void)
{
	gid_t g = 0;

	STEP(1, drop() == 0);
	STEP(2, FAILS(EPERM, setuid(0)));
	STEP(3, FAILS(EPERM, setresuid(0, 0, 0)));
	STEP(4, FAILS(EPERM, setgid(0)));
	STEP(5, FAILS(EPERM, setgroups(1, &g)));
	STEP(6, FAILS(EPERM, setregid(0, 0)));
	return 0;
}

START_TEST(no_id_comes_back)
{
	setup();
	ck_assert_int_eq(in_child(tries_ids), 0);
	tmp_remove();
}
END_TEST

static int
tries_calls(void)
{
	char *argv[] = {NULL};
	int fd;

	STEP(1, drop() == 0);
	STEP(2, FAILS(EPERM, execve("/bin/true", argv, argv)));
	STEP(4, FAILS(EPERM, ptrace(PTRACE_TRACEME, 0, 0, 0)));
	STEP(5, FAILS(EPERM, kill(getppid(), 0)));
	STEP(6, FAILS(EPERM, socket(AF_PACKET, SOCK_DGRAM, 0)));
	STEP(7, FAILS(EPERM, socket(AF_INET, SOCK_STREAM, 0)));
	STEP(8, FAILS(EPERM, socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)));
	STEP(9, FAILS(EPERM, chroot("/")));
	STEP(10, FAILS(EPERM, (int)syscall(SYS_unshare, 0x10000000)));
	STEP(11, FAILS(EPERM, mkdir("state/dir", 0755)));
	STEP(12, FAILS(EPERM, listen(0, 1)));
	STEP(13, FAILS(EPERM, (int)syscall(SYS_bpf, 0, NULL, 0)));
	STEP(14, FAILS(EPERM, (int)syscall(425 /* io_uring_setup */, 1, 0)));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	STEP(15, fd != -1);
	STEP(16, FAILS(EPERM, (int)syscall(SYS_ioctl, fd, 0x8914, NULL)));
	return 0;
}

START_TEST(no_call_but_a_daemons_own_is_made)
{
	setup();
	ck_assert_int_eq(in_child(tries_calls), 0);
	tmp_remove();
}
END_TEST

static int
tries_aio(void)
{
	STEP(1, drop() == 0);
	STEP(2, FAILS(EPERM, (int)syscall(SYS_io_submit, 0UL, 0L, NULL)));
	STEP(3, FAILS(EPERM, linkat(AT_FDCWD, "x", AT_FDCWD, "y", 0)));
	return 0;
}

static int
tries_aio_that_is_kept(void)
{
	int fd;

	priv_also_calls(PRIV_CALLS_AIO);
	STEP(1, drop() == 0);
	STEP(2, FAILS(EINVAL, (int)syscall(SYS_io_submit, 0UL, 0L, NULL)));
	STEP(3, FAILS(EPERM, (int)syscall(SYS_io_setup, 1, NULL)));
	STEP(4, FAILS(EPERM, (int)syscall(425 /* io_uring_setup */, 1, 0)));
	fd = open("state/x", O_WRONLY | O_CREAT, 0600);
	STEP(5, fd != -1);
	STEP(6, linkat(AT_FDCWD, "state/x", AT_FDCWD, "state/y", 0) == 0);
	return 0;
}

START_TEST(calls_for_uploads_are_made_only_where_they_were_asked_for)
{
	setup();
	ck_assert_int_eq(in_child(tries_aio), 0);
	ck_assert_int_eq(in_child(tries_aio_that_is_kept), 0);
	tmp_remove();
}
END_TEST

#ifndef WITH_SANITIZERS
static int
tries_to_fork_and_execute(void)
{
	STEP(1, drop() == 0);
	STEP(2, FAILS(EPERM, fork()));
	STEP(3, mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	STEP(4, errno == EPERM);
	STEP(5, mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
	return 0;
}

START_TEST(no_process_is_made_and_no_memory_executable)
{
	setup();
	ck_assert_int_eq(in_child(tries_to_fork_and_execute), 0);
	tmp_remove();
}
END_TEST
#endif

static int
tries_paths(void)
{
	char path[128];

	STEP(1, drop() == 0);
	STEP(2, FAILS(EACCES, open("/etc/passwd", O_RDONLY)));
	STEP(3, FAILS(EACCES, open("/", O_RDONLY | O_DIRECTORY)));
	snprintf(path, sizeof path, "%s/beside", tmp_dir);
	STEP(4, FAILS(EACCES, open(path, O_RDONLY)));
	snprintf(path, sizeof path, "%s/tree/a.bin", tmp_dir);
	STEP(5, open(path, O_RDONLY) != -1);
	STEP(6, FAILS(EACCES, open(path, O_RDWR)));
	snprintf(path, sizeof path, "%s/tree/new", tmp_dir);
	STEP(7, FAILS(EACCES, open(path, O_WRONLY | O_CREAT, 0644)));
	snprintf(path, sizeof path, "%s/state/new", tmp_dir);
	STEP(8, FAILS(EACCES, open("/tmp/x", O_WRONLY | O_CREAT, 0644)));
	return 0;
}

START_TEST(no_path_but_those_named_is_opened)
{
	setup();
	if (landlock)
		ck_assert_int_eq(in_child(tries_paths), 0);
	tmp_remove();
}
END_TEST

/* All that a daemon does in its life, and it must work. */
static int
keeps_files(void)
{
	char from[128], to[128];
	int64_t mtime;
	uint64_t size;
	int root = root_open("tree"), fd;

	STEP(1, drop() == 0);
	STEP(2, root_open_file(root, "a.bin", &size, &mtime) != -1);
	snprintf(from, sizeof from, "%s/state/leases.new", tmp_dir);
	snprintf(to, sizeof to, "%s/state/leases", tmp_dir);
	for (int i = 0; i < 2; i++) {
		fd = open(from, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0644);
		STEP(3, fd != -1);
		STEP(4, write(fd, "line\n", 5) == 5);
		STEP(5, fdatasync(fd) == 0);
		STEP(6, ftruncate(fd, 2) == 0);
		STEP(7, close(fd) == 0);
		STEP(8, rename(from, to) == 0);
	}
	fd = open(strcat(from, "/.."), O_RDONLY | O_DIRECTORY);
	STEP(9, fd == -1); /* below a file that is gone */
	snprintf(from, sizeof from, "%s/state", tmp_dir);
	fd = open(from, O_RDONLY | O_DIRECTORY);
	STEP(10, fd != -1 && fsync(fd) == 0);
	STEP(11, unlink(to) == 0);
	return 0;
}

START_TEST(files_of_the_tree_and_of_the_state_stay_in_reach)
{
	setup();
	ck_assert_int_eq(in_child(keeps_files), 0);
	tmp_remove();
}
END_TEST

static int
keeps_sockets(void)
{
	static struct udp_in in[UDP_BATCH];
	struct peer me = {.port = 0}, bound;
	struct udp_rx *rx = udp_rx_new(100);
	struct pollfd p;
	size_t n;
	int fd, c;

	if (!addr_parse("127.0.0.1", &me.addr))
		return 90;
	fd = udp_listen(&me, 0, NULL);
	STEP(1, fd != -1 && udp_adopt(fd, &bound) == 0);
	STEP(2, drop() == 0);
	STEP(3, (c = udp_connect(&me.addr, 0, &bound)) != -1);
	STEP(4, udp_send_run(c, NULL, NULL, "abcd", 4, 2) == 2);
	p = (struct pollfd){fd, POLLIN, 0};
	STEP(5, poll(&p, 1, 2000) == 1);
	STEP(6, udp_recv(fd, rx, in) == 2);
	STEP(7, udp_multicast(fd, 1, 4, true) == 0);
	STEP(8, udp_interfaces(&n) != NULL && n > 0);
	STEP(9, epoll_create1(0) != -1);
	return 0;
}

START_TEST(transfers_and_interfaces_stay_in_reach)
{
	setup();
	ck_assert_int_eq(in_child(keeps_sockets), 0);
	tmp_remove();
}
END_TEST

static int
keeps_raw(void)
{
	static const uint8_t hw[6] = {0};
	struct ip4 lo = {0x7f000001};
	int raw = raw_open();

	STEP(1, raw != -1);
	STEP(2, drop() == 0);
	STEP(3, raw_send_udp(raw, 1, hw, 6, lo, 1, lo, 9, "x", 1) == 0);
	STEP(4, FAILS(EPERM, raw_open()));
	return 0;
}

START_TEST(a_raw_socket_opened_before_still_sends)
{
	setup();
	if (geteuid() == 0)
		ck_assert_int_eq(in_child(keeps_raw), 0);
	tmp_remove();
}
END_TEST

static int
keeps_log(void)
{
	char path[128], moved[128];

	snprintf(path, sizeof path, "%s/state/log", tmp_dir);
	snprintf(moved, sizeof moved, "%s/state/log.1", tmp_dir);
	STEP(1, log_open("testd", LOG_TO_FILE, path) == 0);
	STEP(2, drop() == 0);
	log_info("before the rotation");
	STEP(3, rename(path, moved) == 0);
	STEP(4, log_reopen() == 0);
	log_info("after the rotation");
	return 0;
}

START_TEST(the_log_file_is_given_to_the_user_and_opened_anew)
{
	struct stat sb;

	setup();
	ck_assert_int_eq(in_child(keeps_log), 0);
	ck_assert_ptr_nonnull(strstr(tmp_read("state/log.1"), "before the"));
	ck_assert_ptr_nonnull(strstr(tmp_read("state/log"), "after the"));
	ck_assert_int_eq(stat("state/log.1", &sb), 0);
	if (geteuid() == 0)
		ck_assert_uint_eq(sb.st_uid, 65534);
	tmp_remove();
}
END_TEST

/*
 * /dev/log of our own needs a mount namespace; the socket that a logger
 * listens on is bound by name before and after the drop.
 */
static int
keeps_syslog(void)
{
	struct sockaddr_un sa = {AF_UNIX, "/dev/log"};
	char buf[512];
	int logger = socket(AF_UNIX, SOCK_DGRAM, 0);

	STEP(77, unshare(CLONE_NEWNS) == 0);
	STEP(78, system("mount --make-rprivate / && "
			"mount -t tmpfs -o mode=755 none /dev && "
			"mknod -m 666 /dev/null c 1 3") == 0);
	STEP(1, bind(logger, (struct sockaddr *)&sa, sizeof sa) == 0);
	STEP(2, chmod("/dev/log", 0666) == 0);
	STEP(3, log_open("testd", LOG_TO_SYSLOG, NULL) == 0);
	STEP(4, rename("/dev/log", "/dev/log.old") == 0);
	STEP(5, rename("/dev/log.old", "/dev/log") == 0);
	STEP(6, drop() == 0);
	log_warning("first line");
	STEP(7, recv(logger, buf, sizeof buf, MSG_DONTWAIT) > 0);
	STEP(8, strstr(buf, "testd[") && strstr(buf, "first line"));
	STEP(9, strncmp(buf, "<28>", 4) == 0); /* daemon.warning */
	closelog(); /* as if the logger had gone and come back */
	log_info("second line");
	STEP(10, recv(logger, buf, sizeof buf, MSG_DONTWAIT) > 0);
	STEP(11, strstr(buf, "second line") != NULL);
	return 0;
}

START_TEST(syslog_goes_on_and_connects_again)
{
	int rc;

	setup();
	rc = geteuid() == 0 ? in_child(keeps_syslog) : 77;
	if (rc == 77 || rc == 78)
		printf("SKIP: needs root for a /dev/log of its own\n");
	else
		ck_assert_int_eq(rc, 0);
	tmp_remove();
}
END_TEST

static int
drop_as_root(void)
{
	struct priv_rules r = {.user = "root"};
	unsigned int uid, gid;

	STEP(1, priv_user(&r, &uid, &gid) == -1);
	STEP(2, priv_drop(&r) == -1);
	r.user = NULL;
	STEP(3, priv_drop(&r) == -1);
	r.user = "no-such-user";
	r.user_default = true; /* but not the default name */
	STEP(4, priv_drop(&r) == -1);
	return 0;
}

START_TEST(root_and_unknown_users_are_refused)
{
	setup();
	if (geteuid() == 0) {
		ck_assert_int_eq(in_child(drop_as_root), 0);
		ck_assert_ptr_nonnull(
		    strstr(tmp_read("err"), "user root: that is root"));
		ck_assert_ptr_nonnull(
		    strstr(tmp_read("err"), "user no-such-user: no such user"));
	}
	tmp_remove();
}
END_TEST

static int
drop_to_default(void)
{
	struct priv_rules r = {.user = "remoteboot", .user_default = true};
	unsigned int uid, gid;

	STEP(1, priv_user(&r, &uid, &gid) == 0);
	STEP(2, uid != 0 && gid != 0);
	STEP(3, priv_drop(&r) == 0);
	STEP(4, getuid() == uid && getgid() == gid);
	return 0;
}

START_TEST(without_the_default_user_nobody_does)
{
	setup();
	if (geteuid() == 0)
		ck_assert_int_eq(in_child(drop_to_default), 0);
	tmp_remove();
}
END_TEST

static int
drop_not_root(void)
{
	struct priv_rules r = {.user = "root", .user_default = false};
	unsigned int uid, gid;

	if (geteuid() == 0) {
		STEP(1, setresgid(12345, 12345, 12345) == 0);
		STEP(2, setresuid(12345, 12345, 12345) == 0);
	}
	STEP(3, priv_user(&r, &uid, &gid) == 0);
	STEP(4, uid == getuid() && gid == getgid());
	STEP(5, status_line("NoNewPrivs", "0") == 1);
	STEP(6, priv_drop(&r) == 0);
	STEP(7, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	STEP(8, prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2);
	if (landlock)
		STEP(9, FAILS(EACCES, open("/etc/passwd", O_RDONLY)));
	return 0;
}

START_TEST(not_started_as_root_the_user_stays_and_the_rest_ends)
{
	setup();
	ck_assert_int_eq(in_child(drop_not_root), 0);
	ck_assert_ptr_nonnull(strstr(tmp_read("err"),
	    "warning: user root: not started as root: the user stays"));
	tmp_remove();
}
END_TEST

static int
drop_with_a_capability(void)
{
	cap_value_t v = CAP_NET_BIND_SERVICE;
	struct priv_rules r = {.user = NULL};
	cap_t c = cap_init();

	/* as systemd's AmbientCapabilities= or setcap would start us */
	STEP(1, prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
	STEP(2, setresuid(12345, 12345, 12345) == 0);
	cap_set_flag(c, CAP_PERMITTED, 1, &v, CAP_SET);
	cap_set_flag(c, CAP_EFFECTIVE, 1, &v, CAP_SET);
	cap_set_flag(c, CAP_INHERITABLE, 1, &v, CAP_SET);
	STEP(3, cap_set_proc(c) == 0);
	STEP(4, cap_set_ambient(v, CAP_SET) == 0);
	STEP(5, priv_drop(&r) == 0);
	return 0;
}

START_TEST(capabilities_of_a_user_that_is_not_root_end_too)
{
	setup();
	if (geteuid() == 0) {
		pid_t pid = hold(drop_with_a_capability);

		want_no_capability(pid);
		release(pid);
	}
	tmp_remove();
}
END_TEST

static int
drop_with_also(void)
{
	char path[128];

	snprintf(path, sizeof path, "%s/tree/any.conf", tmp_dir);
	priv_also_folder(path, PRIV_READ);
	snprintf(path, sizeof path, "%s/state/any.log", tmp_dir);
	priv_also_folder(path, PRIV_APPEND);
	priv_also_folder("/rb.conf", PRIV_READ); /* not all of / */
	STEP(1, priv_drop(&(struct priv_rules){.user = user()}) == 0);
	snprintf(path, sizeof path, "%s/tree/a.bin", tmp_dir);
	STEP(2, open(path, O_RDONLY) != -1);
	snprintf(path, sizeof path, "%s/beside", tmp_dir);
	if (landlock)
		STEP(3, FAILS(EACCES, open(path, O_RDONLY)));
	snprintf(path, sizeof path, "%s/state/log", tmp_dir);
	STEP(4, open(path, O_WRONLY | O_APPEND | O_CREAT, 0600) != -1);
	if (landlock) {
		STEP(5, FAILS(EACCES, open(path, O_RDONLY)));
		STEP(6, FAILS(EACCES, unlink(path)));
	}
	return 0;
}

START_TEST(paths_that_the_start_adds_are_in_reach)
{
	setup();
	ck_assert_int_eq(in_child(drop_with_also), 0);
	tmp_remove();
}
END_TEST

static int
drop_with_whole_tmp(void)
{
	const struct priv_path path[] = {
	    {"/", PRIV_READ}, {"/tmp", PRIV_WRITE}};
	struct priv_rules r = {.user = user(), .path = path, .npath = 2};

	STEP(1, priv_drop(&r) == 0);
	STEP(2, open("/etc/passwd", O_RDONLY) != -1);
	return 0;
}

START_TEST(a_rule_for_everything_is_no_reason_to_fail)
{
	setup();
	ck_assert_int_eq(in_child(drop_with_whole_tmp), 0);
	tmp_remove();
}
END_TEST

static int
abort_after(void)
{
	struct rlimit none = {0, 0};

	STEP(1, setrlimit(RLIMIT_CORE, &none) == 0);
	STEP(2, drop() == 0);
	abort();
}

START_TEST(a_broken_invariant_still_ends_the_process)
{
	int status;
	pid_t pid;

	setup();
	pid = fork();
	if (pid == 0) {
		child_log();
		_exit(abort_after());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	    "want SIGABRT, got status %#x", (unsigned int)status);
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    the_kernel_confirms_that_every_right_is_gone, no_id_comes_back,
	    no_call_but_a_daemons_own_is_made,
	    calls_for_uploads_are_made_only_where_they_were_asked_for,
#ifndef WITH_SANITIZERS
	    no_process_is_made_and_no_memory_executable,
#endif
	    no_path_but_those_named_is_opened,
	    files_of_the_tree_and_of_the_state_stay_in_reach,
	    transfers_and_interfaces_stay_in_reach,
	    a_raw_socket_opened_before_still_sends,
	    the_log_file_is_given_to_the_user_and_opened_anew,
	    syslog_goes_on_and_connects_again,
	    root_and_unknown_users_are_refused,
	    without_the_default_user_nobody_does,
	    not_started_as_root_the_user_stays_and_the_rest_ends,
	    capabilities_of_a_user_that_is_not_root_end_too,
	    paths_that_the_start_adds_are_in_reach,
	    a_rule_for_everything_is_no_reason_to_fail,
	    a_broken_invariant_still_ends_the_process, NULL};

	landlock = syscall(444 /* landlock_create_ruleset */, NULL, 0, 1) >= 1;
	if (!landlock)
		printf("SKIP: no Landlock in this kernel\n");
	if (geteuid() != 0)
		printf("SKIP: not root: changing the user is not tested\n");
	return unit_main("priv", tests);
}
