/*
 * priv_seccomp.c - no system call but those that a running daemon makes.
 *
 * A list of what is allowed; the rest fails with EPERM.  Not a kill: a C
 * library that starts to use a new call then costs a log line at night and
 * not the service, and the daemon can prove the filter by trying.  Only a
 * foreign calling convention (32-bit or x32 numbers on amd64), which no
 * honest code path has, kills.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/priv_int.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCH AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define ARCH AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCH AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCH AUDIT_ARCH_S390X
#endif

enum {
	CHECKS = 2,
	INSNS_MAX = 2048,
	X32_BIT = 0x40000000
};

/* The argument, under the mask, has that value. */
struct check {
	uint32_t arg;
	uint32_t mask; /* 0: no check, and none behind it */
	uint32_t value;
};

struct allowed {
	uint32_t nr;
	struct check check[CHECKS];
};

#define ALL UINT32_MAX
#define CALL(name)                      \
	{                               \
		SYS_##name,             \
		{                       \
			{0, 0, 0},      \
			{               \
				0, 0, 0 \
			}               \
		}                       \
	}
#define ARG(name, a, m, v)              \
	{                               \
		SYS_##name,             \
		{                       \
			{a, m, v},      \
			{               \
				0, 0, 0 \
			}               \
		}                       \
	}
#define SOCKET(family, type)                 \
	{                                    \
		SYS_socket,                  \
		{                            \
			{0, ALL, family},    \
			{                    \
				1, 0xf, type \
			}                    \
		}                            \
	}

/* Hottest first; a name that a machine lacks is left out. */
static const struct allowed list[] = {
    /* the loop */
    CALL(epoll_pwait),
#ifdef SYS_epoll_wait
    CALL(epoll_wait),
#endif
    CALL(recvfrom),
    CALL(sendto),
    CALL(preadv),
    CALL(pread64),
    CALL(recvmmsg),
    CALL(sendmmsg),
    CALL(sendmsg),
    CALL(recvmsg),
    CALL(timerfd_settime),
    CALL(clock_gettime),
    CALL(read),
    CALL(epoll_ctl),
#ifdef SYS_epoll_pwait2
    CALL(epoll_pwait2),
#endif
    CALL(timerfd_create),
    CALL(timerfd_gettime),
    CALL(epoll_create1),
    CALL(signalfd4),
    CALL(eventfd2),
    CALL(ppoll),
#ifdef SYS_poll
    CALL(poll),
#endif
    /* files */
    CALL(write),
    CALL(readv),
    CALL(writev),
    CALL(pwrite64),
    CALL(pwritev),
    CALL(lseek),
    CALL(close),
    CALL(openat),
#ifdef SYS_open
    CALL(open),
#endif
#ifdef SYS_openat2
    CALL(openat2),
#endif
#ifdef SYS_preadv2
    CALL(preadv2),
    CALL(pwritev2),
#endif
    CALL(fstat),
#ifdef SYS_newfstatat
    CALL(newfstatat),
#endif
#ifdef SYS_fstatat64
    CALL(fstatat64),
#endif
#ifdef SYS_stat
    CALL(stat),
    CALL(lstat),
#endif
#ifdef SYS_statx
    CALL(statx),
#endif
    CALL(fadvise64),
    CALL(fdatasync),
#ifdef SYS_sync_file_range
    CALL(sync_file_range),
#endif
    CALL(fsync),
    CALL(ftruncate),
    CALL(fallocate),
    CALL(flock),
    CALL(fcntl),
    CALL(fchmod),
#ifdef SYS_rename
    CALL(rename),
    CALL(unlink),
    CALL(access),
    CALL(readlink),
#endif
#ifdef SYS_renameat
    CALL(renameat),
#endif
    CALL(renameat2),
    CALL(unlinkat),
    CALL(faccessat),
    CALL(readlinkat),
#ifdef SYS_faccessat2
    CALL(faccessat2),
#endif
    CALL(getdents64),
    CALL(memfd_create),
    CALL(getcwd),
    CALL(dup),
    CALL(dup3),
    CALL(umask),
#ifdef SYS_dup2
    CALL(dup2),
#endif
    /* sockets: UDP; Unix for syslog and systemd; netlink for addresses */
    SOCKET(AF_INET, SOCK_DGRAM),
    SOCKET(AF_INET6, SOCK_DGRAM),
    SOCKET(AF_UNIX, SOCK_DGRAM),
    SOCKET(AF_UNIX, SOCK_STREAM),
    SOCKET(AF_NETLINK, SOCK_RAW),
    CALL(bind),
    CALL(connect),
    CALL(setsockopt),
    CALL(getsockopt),
    CALL(getsockname),
    CALL(getpeername),
    CALL(shutdown),
    /* questions to an interface, a terminal, a socket */
    ARG(ioctl, 1, ALL, 0x8910 /* SIOCGIFNAME */),
    ARG(ioctl, 1, ALL, 0x8913 /* SIOCGIFFLAGS */),
    ARG(ioctl, 1, ALL, 0x8915 /* SIOCGIFADDR */),
    ARG(ioctl, 1, ALL, 0x8921 /* SIOCGIFMTU */),
    ARG(ioctl, 1, ALL, 0x8927 /* SIOCGIFHWADDR */),
    ARG(ioctl, 1, ALL, 0x8933 /* SIOCGIFINDEX */),
    ARG(ioctl, 1, ALL, FIONREAD),
    ARG(ioctl, 1, ALL, 0x5401 /* TCGETS */),
    /* memory, never made executable */
    ARG(mmap, 2, PROT_EXEC, 0),
    ARG(mprotect, 2, PROT_EXEC, 0),
    CALL(brk),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    /* the process itself */
    CALL(exit_group),
    CALL(exit),
    CALL(getpid),
    CALL(gettid),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(getrandom),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(sigaltstack),
    CALL(tgkill),
    CALL(futex),
    CALL(sched_yield),
    CALL(getrusage),
    CALL(restart_syscall),
    CALL(uname),
    CALL(sysinfo),
    CALL(gettimeofday),
    CALL(nanosleep),
    CALL(clock_nanosleep),
    CALL(clock_getres),
#ifdef SYS_time
    CALL(time),
#endif
#ifdef SYS_rseq
    CALL(rseq),
#endif
    ARG(prctl, 0, ALL, PR_GET_SECCOMP),
    ARG(prctl, 0, ALL, PR_GET_NO_NEW_PRIVS),
    /* a child ends with its daemon; a change of user forgets it */
    ARG(prctl, 0, ALL, PR_SET_PDEATHSIG),
#ifdef WITH_SANITIZERS
    /* ASan's and UBSan's own needs when they report */
    CALL(mmap),
    CALL(mprotect),
    CALL(prctl),
    CALL(prlimit64),
    CALL(sched_getaffinity),
    CALL(clone),
    CALL(wait4),
    CALL(pipe2),
#ifdef SYS_getrlimit
    CALL(getrlimit),
#endif
#endif
};

/* With PRIV_CALLS_AIO. */
static const struct allowed aio[] = {
    CALL(io_submit),
    CALL(io_getevents),
    CALL(io_destroy),
    CALL(linkat),
};

#ifdef ARCH

struct prog {
	struct sock_filter insn[INSNS_MAX];
	unsigned short n;
};

static void
emit(struct prog *p, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	if (p->n < INSNS_MAX)
		p->insn[p->n++] = (struct sock_filter){code, jt, jf, k};
}

static void
load(struct prog *p, size_t offset)
{
	emit(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* The low half of an argument: all that our checks look at. */
static size_t
arg_offset(uint32_t arg)
{
	size_t at = offsetof(struct seccomp_data, args) + arg * 8;

	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? at + 4 : at;
}

/* nr in the accumulator when it begins and, if it does not allow, ends. */
static void
emit_allowed(struct prog *p, const struct allowed *a)
{
	unsigned int checks = 0;

	while (checks < CHECKS && a->check[checks].mask)
		checks++;
	if (checks == 0) {
		emit(p, BPF_JMP | BPF_JEQ | BPF_K, a->nr, 0, 1);
		emit(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
		return;
	}
	/* each check is three, then the verdict and the load at the end */
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, a->nr, 0, (uint8_t)(checks * 3 + 2));
	for (unsigned int i = 0; i < checks; i++) {
		load(p, arg_offset(a->check[i].arg));
		emit(p, BPF_ALU | BPF_AND | BPF_K, a->check[i].mask, 0, 0);
		emit(p, BPF_JMP | BPF_JEQ | BPF_K, a->check[i].value, 0,
		    (uint8_t)((checks - 1 - i) * 3 + 1));
	}
	emit(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	load(p, offsetof(struct seccomp_data, nr));
}

static void
emit_all(struct prog *p, unsigned int calls)
{
	load(p, offsetof(struct seccomp_data, arch));
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	emit(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	load(p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
	emit(p, BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 0, 1);
	emit(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
#endif
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		emit_allowed(p, &list[i]);
	for (size_t i = 0;
	     (calls & PRIV_CALLS_AIO) && i < sizeof aio / sizeof aio[0]; i++)
		emit_allowed(p, &aio[i]);
	emit(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
}

int
priv_seccomp(unsigned int calls)
{
	static struct prog p;
	struct sock_fprog fprog;

	p.n = 0;
	emit_all(&p, calls);
	if (p.n == INSNS_MAX) {
		errno = E2BIG;
		return -1;
	}
	fprog = (struct sock_fprog){p.n, p.insn};
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &fprog, 0, 0) == 0)
		return 1;
	return errno == EINVAL || errno == ENOSYS ? 0 : -1;
}

#else

int
priv_seccomp(unsigned int calls)
{
	(void)calls;
	(void)aio;
	(void)list;
	return 0; /* nobody has told us this machine's number */
}

#endif

/* Does a call that must be refused by the filter get past it? */
static bool
passes(long rc)
{
	return rc != -1 || errno != EPERM;
}

const char *
priv_seccomp_undone(void)
{
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER)
		return "the seccomp filter is not there";
	if (passes(socket(AF_INET, SOCK_STREAM, 0)))
		return "a TCP socket can be made";
	if (passes(socket(AF_INET, SOCK_RAW, IPPROTO_UDP)))
		return "a raw socket can be made";
	/* without an argument that would do anything if it were let through */
	if (passes(syscall(SYS_execve, NULL, NULL, NULL)))
		return "a program can be run";
	if (passes(syscall(SYS_ptrace, -1, 0, 0, 0)))
		return "a process can be traced";
	return NULL;
}
