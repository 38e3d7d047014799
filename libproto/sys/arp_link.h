/*
 * arp_link.h - ARP and RARP packets from and to the links: AF_PACKET sockets
 * that hear one operation only, whatever the interface.  Opened before the
 * rights end.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_ARP_LINK_H
#define REMOTEBOOT_SYS_ARP_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "arp.h"

/*
 * A socket that hears packets of that operation; a filter in the kernel
 * keeps all others from waking us.  -1 and errno.
 */
int arp_listen(uint16_t ethertype, enum arp_op op);
/*
 * The next packet and its interface.  1; 0: none is there, or one that is
 * not of Ethernet and IPv4 was thrown away; -1 and errno.
 */
int arp_recv(int fd, struct arp *a, uint32_t *ifindex);
/* To that hardware address, by any AF_PACKET socket.  0, or -1 and errno. */
int arp_send(int fd, uint32_t ifindex, uint16_t ethertype,
    const uint8_t to[static ARP_HLEN], const struct arp *a);
/* Ours on that interface, by any socket; false: none, or not Ethernet. */
bool arp_own_hw(int fd, const char *ifname, uint8_t hw[static ARP_HLEN]);

#endif
