/* sys_net.h - a cable for one test.  SPDX-License-Identifier: ISC */
#ifndef REMOTEBOOT_SYS_NET_H
#define REMOTEBOOT_SYS_NET_H

#include <check.h>
#include <net/if.h>
#include <string.h>

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A new veth drops what is sent before the kernel has seen its carrier. */
static inline void
wait_running(const char *ifname)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq ifr;

	for (int i = 0; i < 500; i++) {
		memset(&ifr, 0, sizeof ifr);
		strcpy(ifr.ifr_name, ifname);
		if (ioctl(fd, SIOCGIFFLAGS, &ifr) == 0 &&
		    (ifr.ifr_flags & IFF_RUNNING))
			break;
		usleep(10000);
	}
	ck_assert_msg(ifr.ifr_flags & IFF_RUNNING, "%s has no carrier", ifname);
	close(fd);
}

#endif
