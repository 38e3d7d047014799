/*
 * test_start.c - sockets handed in, the log, the background, the pid file.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "start_child.h"
#include "sys/log.h"
#include "sys/start.h"
#include "unit.h"

static struct start st = {
    .ident = "testd",
    .synopsis = "is tested",
};

/* --- sockets handed in --- */

static int
udp_socket(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&sa, sizeof sa) == -1)
		_exit(98);
	return fd;
}

static bool
is_null(int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat("/dev/null", &b) == 0 &&
	       a.st_rdev == b.st_rdev && S_ISCHR(a.st_mode);
}

static bool
is_udp(int fd)
{
	socklen_t len = sizeof(int);
	int type = 0;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_DGRAM;
}

static void
child_inetd(void *arg)
{
	int fd = udp_socket();

	(void)arg;
	dup2(fd, 0); /* as inetd does */
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
	options(&st, "testd");
	start_sockets(&st);
	if (st.mode != START_INETD || st.nfd != 1 || st.fd[0] < 3)
		exit(1);
	if (!is_udp(st.fd[0]) || !(fcntl(st.fd[0], F_GETFD) & FD_CLOEXEC))
		exit(2);
	if (!is_null(0) || !is_null(1) || !is_null(2))
		exit(3);
	start_background(&st); /* stays */
	start_log(&st);
	exit(log_is_stderr() ? 4 : 0);
}

START_TEST(from_inetd_the_socket_moves_and_0_to_2_are_null)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_inetd, NULL), 0);
	tmp_remove();
}
END_TEST

static void
child_systemd(void *arg)
{
	char pid[32];
	int a = udp_socket(), b = udp_socket();

	(void)arg;
	dup2(a, 10);
	dup2(b, 11);
	dup2(10, 3);
	dup2(11, 4);
	snprintf(pid, sizeof pid, "%d", getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
	options(&st, "testd");
	start_sockets(&st);
	if (st.mode != START_SYSTEMD || st.nfd != 2 || st.fd[0] != 3 ||
	    st.fd[1] != 4)
		exit(1);
	if (getenv("LISTEN_FDS") || !(fcntl(3, F_GETFD) & FD_CLOEXEC))
		exit(2);
	if (!is_null(0) || is_null(2))
		exit(3);
	start_log(&st);
	exit(log_is_stderr() ? 0 : 4);
}

START_TEST(from_systemd_the_sockets_are_taken_and_stderr_stays)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_systemd, NULL), 0);
	tmp_remove();
}
END_TEST

static void
child_other_listen_pid(void *arg)
{
	(void)arg;
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "2", 1);
	options(&st, "testd -F");
	start_sockets(&st);
	exit(st.mode == START_STANDALONE && st.nfd == 0 ? 0 : 1);
}

START_TEST(sockets_for_another_process_are_not_taken)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_other_listen_pid, NULL), 0);
	tmp_remove();
}
END_TEST

static void
child_socketpair_stdin(void *arg)
{
	int fd[2];

	(void)arg;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd) == -1)
		exit(9);
	dup2(fd[0], 0);
	options(&st, "testd -F");
	start_sockets(&st);
	exit(st.mode == START_STANDALONE && is_null(0) ? 0 : 1);
}

START_TEST(another_kind_of_socket_on_0_is_not_inetd)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_socketpair_stdin, NULL), 0);
	tmp_remove();
}
END_TEST

/* --- log, background, pid file, ready --- */

static void
child_bad_log(void *arg)
{
	(void)arg;
	options(&st, "testd -F -l no/such/dir/x.log");
	start_sockets(&st);
	start_log(&st);
}

START_TEST(a_log_file_that_cannot_be_made_exits_73)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_bad_log, NULL), EX_CANTCREAT);
	ck_assert_ptr_nonnull(
	    strstr(tmp_read("out"), "x.log: No such file or directory"));
	tmp_remove();
}
END_TEST

/* A whole start to the background; what happens before ready is arg's. */
struct daemon {
	const char *line, *pid_file;
	int fail;    /* exit code before ready; -1: killed; 0: none */
	int seconds; /* how long it serves */
};

static void
child_daemon(void *arg)
{
	const struct daemon *d = arg;

	options(&st, d->line);
	start_sockets(&st);
	start_log(&st);
	start_background(&st);
	start_pid_file(&st, d->pid_file, getuid(), getgid());
	if (d->fail > 0)
		start_fail(d->fail, "something is wrong");
	if (d->fail < 0)
		raise(SIGKILL);
	start_ready(&st);
	if (!is_null(0) || !is_null(1) || !is_null(2))
		log_err("standard descriptors are not /dev/null");
	log_info("serving");
	if (d->seconds)
		sleep((unsigned int)d->seconds);
	start_end(&st);
}

static pid_t
pid_in(const char *path)
{
	return (pid_t)atoi(tmp_read(path));
}

/* Until the file has the text; "": until it is empty or gone.  3 s. */
static bool
wait_text(const char *path, const char *text)
{
	for (int i = 0; i < 300; i++) {
		const char *got = tmp_read(path);

		if (*text ? strstr(got, text) != NULL : *got == '\0')
			return true;
		usleep(10000);
	}
	return false;
}

static bool
wait_gone(pid_t pid)
{
	for (int i = 0; i < 300; i++) {
		if (kill(pid, 0) == -1)
			return true;
		usleep(10000);
		waitpid(pid, NULL, WNOHANG); /* we are its reaper */
	}
	return false;
}

START_TEST(the_parent_leaves_when_the_daemon_is_ready)
{
	struct daemon d = {"testd -l log", "run/testd.pid", 0, 30};
	char pid_path[128];
	struct stat sb;
	pid_t pid;

	tmp_make();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	snprintf(pid_path, sizeof pid_path, "%s/run/testd.pid", tmp_dir);
	d.pid_file = pid_path;
	ck_assert_int_eq(in_child(child_daemon, &d), 0);
	pid = pid_in("run/testd.pid");
	ck_assert_int_gt(pid, 1);
	ck_assert_int_eq(kill(pid, 0), 0);
	ck_assert_int_eq(getsid(pid), pid);
	ck_assert_int_eq(stat("run", &sb), 0);
	ck_assert_uint_eq(sb.st_mode & 0777, 0755);
	ck_assert(wait_text("log", "serving"));
	ck_assert_ptr_null(strstr(tmp_read("log"), "error"));
	ck_assert_str_eq(tmp_read("out"), "");
	/* a second one is refused while it lives, and takes over after */
	ck_assert_int_eq(in_child(child_daemon, &d), EX_UNAVAILABLE);
	ck_assert_ptr_nonnull(
	    strstr(tmp_read("out"), "testd is running already, process "));
	ck_assert_int_eq(pid_in("run/testd.pid"), pid);
	kill(pid, SIGKILL);
	ck_assert(wait_gone(pid));
	d.seconds = 0;
	ck_assert_int_eq(in_child(child_daemon, &d), 0);
	ck_assert(wait_text("log", "serving"));
	ck_assert(wait_text("run/testd.pid", ""));
	tmp_remove();
}
END_TEST

START_TEST(a_start_that_fails_in_the_background_is_the_parents_failure)
{
	struct daemon d = {"testd -l log", NULL, EX_OSERR, 0};

	tmp_make();
	ck_assert_int_eq(in_child(child_daemon, &d), EX_OSERR);
	ck_assert_str_eq(tmp_read("out"), "testd: error: something is wrong\n");
	ck_assert_ptr_nonnull(strstr(tmp_read("log"), "something is wrong"));
	d.fail = -1;
	ck_assert_int_eq(in_child(child_daemon, &d), EX_SOFTWARE);
	ck_assert_ptr_nonnull(strstr(tmp_read("out"), "died before it served"));
	tmp_remove();
}
END_TEST

START_TEST(the_end_removes_the_pid_file)
{
	struct daemon d = {"testd -F -l log", NULL, 0, 0};
	char path[128];

	tmp_make();
	snprintf(path, sizeof path, "%s/testd.pid", tmp_dir);
	d.pid_file = path;
	ck_assert_int_eq(in_child(child_daemon, &d), 0);
	ck_assert_int_eq(access(path, F_OK), -1);
	tmp_remove();
}
END_TEST

START_TEST(a_pid_file_is_not_written_through_a_link)
{
	struct daemon d = {"testd -F", NULL, 0, 0};
	char path[128];

	tmp_make();
	tmp_write("precious", "data");
	snprintf(path, sizeof path, "%s/testd.pid", tmp_dir);
	d.pid_file = path;
	ck_assert_int_eq(symlink("precious", path), 0);
	ck_assert_int_eq(in_child(child_daemon, &d), EX_CANTCREAT);
	ck_assert_str_eq(tmp_read("precious"), "data");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(link("precious", path), 0);
	ck_assert_int_eq(in_child(child_daemon, &d), EX_CANTCREAT);
	ck_assert_str_eq(tmp_read("precious"), "data");
	tmp_remove();
}
END_TEST

START_TEST(in_the_foreground_the_usual_pid_file_is_not_written)
{
	struct daemon d = {
	    "testd -F", RUNSTATEDIR "/remoteboot/testd.pid", 0, 0};

	tmp_make();
	ck_assert_int_eq(in_child(child_daemon, &d), 0);
	ck_assert_int_eq(access(d.pid_file, F_OK), -1);
	ck_assert_str_eq(tmp_read("out"),
	    "testd: error: standard descriptors are not /dev/null\n"
	    "testd: serving\n");
	tmp_remove();
}
END_TEST

static void
child_notify(void *arg)
{
	setenv("NOTIFY_SOCKET", arg, 1);
	options(&st, "testd -F");
	start_sockets(&st);
	start_log(&st);
	start_background(&st);
	start_ready(&st);
	start_end(&st);
}

static void
check_notify(char *name, const struct sockaddr_un *sa, socklen_t len)
{
	char buf[64] = "";
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	ck_assert_int_eq(bind(fd, (const struct sockaddr *)sa, len), 0);
	ck_assert_int_eq(in_child(child_notify, name), 0);
	ck_assert_int_eq(recv(fd, buf, sizeof buf, MSG_DONTWAIT), 7);
	ck_assert_mem_eq(buf, "READY=1", 7);
	ck_assert_int_eq(recv(fd, buf, sizeof buf, MSG_DONTWAIT), 10);
	ck_assert_mem_eq(buf, "STOPPING=1", 10);
	close(fd);
}

START_TEST(systemd_is_told_by_a_path_and_by_an_abstract_name)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	char name[64];
	int n;

	tmp_make();
	strcpy(sa.sun_path, "notify");
	strcpy(name, "notify");
	check_notify(name, &sa, sizeof sa);
	n = snprintf(name, sizeof name, "@remoteboot-unit-%d", getpid());
	memset(&sa, 0, sizeof sa);
	sa.sun_family = AF_UNIX;
	memcpy(sa.sun_path + 1, name + 1, n - 1);
	check_notify(
	    name, &sa, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	tmp_remove();
}
END_TEST

static void
child_nofile(void *arg)
{
	struct rlimit rl = {64, 128};

	(void)arg;
	options(&st, "testd -F");
	setrlimit(RLIMIT_NOFILE, &rl);
	start_nofile(100);
	if (getrlimit(RLIMIT_NOFILE, &rl) != 0 || rl.rlim_cur < 100)
		exit(1);
	start_nofile(50);
	if (getrlimit(RLIMIT_NOFILE, &rl) != 0 || rl.rlim_cur < 100)
		exit(2);
}

START_TEST(room_for_descriptors_is_made_as_far_as_it_may)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_nofile, NULL), 0);
	ck_assert_str_eq(tmp_read("out"), "");
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    from_inetd_the_socket_moves_and_0_to_2_are_null,
	    from_systemd_the_sockets_are_taken_and_stderr_stays,
	    sockets_for_another_process_are_not_taken,
	    another_kind_of_socket_on_0_is_not_inetd,
	    a_log_file_that_cannot_be_made_exits_73,
	    the_parent_leaves_when_the_daemon_is_ready,
	    a_start_that_fails_in_the_background_is_the_parents_failure,
	    the_end_removes_the_pid_file,
	    a_pid_file_is_not_written_through_a_link,
	    in_the_foreground_the_usual_pid_file_is_not_written,
	    systemd_is_told_by_a_path_and_by_an_abstract_name,
	    room_for_descriptors_is_made_as_far_as_it_may, NULL};

	return unit_main("start", tests);
}
