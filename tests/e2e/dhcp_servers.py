# dhcp_servers.py - many clients at once beside several servers: each sends
# DISCOVER until somebody offers, takes the first offer, and sends REQUEST.
# usage: dhcp_servers.py load CLIENTS FIRST
#	 dhcp_servers.py relay CLIENTS FIRST GIADDR SERVER...
# SPDX-License-Identifier: ISC
import random
import select
import socket
import struct
import sys
import time

from dhcp_talk import (ACK, DISCOVER, OFFER, REQUEST, addr, new_xid, options,
                       packet, verdict)
from scapy.all import BOOTP, conf

RATE = 300          # new clients a second
AGAIN = 1.0         # a client that hears nothing asks again
LONGEST = 25.0


class Client:
    def __init__(self, number):
        mac = bytes([2, 0x77, 0, 0]) + struct.pack(">H", number * 13 + 7)
        self.mac = mac
        self.xid = new_xid()
        self.began = self.asked = 0.0
        self.chosen = None      # (address, server)
        self.address = None
        self.took = 0.0

    def send(self, sock, now):
        if self.chosen and now - self.asked > AGAIN:
            self.chosen = None          # the server died meanwhile
        text = ":".join("%02x" % b for b in self.mac)
        sock.send(packet(text, self.message(int(now - self.began))))
        self.asked = now

    def message(self, secs, giaddr=bytes(4), hops=0):
        if self.chosen:
            opts = options((53, bytes([REQUEST])), (50, self.chosen[0]),
                           (54, self.chosen[1]))
        else:
            opts = options((53, bytes([DISCOVER])), (55, bytes([1, 3])))
        return struct.pack(">BBBBIHH12s4s16s192x", 1, 1, 6, hops, self.xid,
                           secs, 0x8000, bytes(12), giaddr,
                           self.mac + bytes(10)) + opts


def read(p):
    """Transaction, type, address and server of a reply."""
    return read_bytes(bytes(p[BOOTP]))


def read_bytes(b):
    kind, server, at = 0, b"", 240
    while at + 1 < len(b) and b[at] != 255:
        code, n = b[at], b[at + 1]
        if code == 53:
            kind = b[at + 2]
        elif code == 54:
            server = b[at + 2:at + 6]
        at += 2 + n
    return struct.unpack(">I", b[4:8])[0], kind, b[16:20], server


def heard(sock, by_xid, now):
    p = sock.recv(4096)
    if p is None or BOOTP not in p or p[BOOTP].op != 2:
        return
    xid, kind, yiaddr, server = read(p)
    c = by_xid.get(xid)
    if c is None or c.address:
        return
    if kind == OFFER and not c.chosen:
        c.chosen = (yiaddr, server)
        c.send(sock, now)
    elif kind == ACK and c.chosen and c.chosen[0] == yiaddr:
        c.address = yiaddr
        c.took = now - c.began


def load(count, first):
    sock = conf.L2socket(iface="eth0", filter="udp dst port 68")
    clients = [Client(first + i) for i in range(count)]
    by_xid = {c.xid: c for c in clients}
    start = time.monotonic()
    for i, c in enumerate(clients):
        c.began = start + i / RATE
    while True:
        now = time.monotonic()
        left = [c for c in clients if not c.address]
        if not left or now - start > count / RATE + LONGEST:
            break
        for c in left:
            if now >= c.began and now - c.asked >= AGAIN:
                c.send(sock, now)
        end = now + 0.02
        while time.monotonic() < end:
            if select.select([sock], [], [], 0.005)[0]:
                heard(sock, by_xid, time.monotonic())
    left = [c for c in clients if not c.address]
    took = sorted(c.took for c in clients if c.address)
    verdict("all %d clients got an address, the last one after %.1f s" %
            (count, took[-1] if took else 0), not left,
            "%d got none" % len(left))
    verdict("no two of them the same",
            len(set(c.address for c in clients)) == count, "held twice")


def relay(count, first, giaddr, servers):
    """The same as a relay sees it: every message goes to every server."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((giaddr, 67))
    sock.settimeout(0.1)
    clients = [Client(first + i) for i in range(count)]
    by_xid = {c.xid: c for c in clients}
    gave = {}                           # who offered what to whom
    start = time.monotonic()
    asked = 0.0
    while time.monotonic() - start < LONGEST:
        now = time.monotonic()
        left = [c for c in clients if not c.address]
        if not left:
            break
        if now - asked >= AGAIN:
            asked = now
            for c in left:
                message = c.message(int(now - start), addr(giaddr), 1)
                for server in servers:
                    sock.sendto(message, (server, 67))
        try:
            b, (server, port) = sock.recvfrom(2048)
        except socket.timeout:
            continue
        xid, kind, yiaddr, said = read_bytes(b)
        c = by_xid.get(xid)
        if c is None or c.address:
            continue
        if kind == OFFER:
            gave.setdefault(xid, set()).add(server)
            if not c.chosen:
                c.chosen = (yiaddr, said)
                message = c.message(int(now - start), addr(giaddr), 1)
                for s in servers:
                    sock.sendto(message, (s, 67))
        elif kind == ACK and c.chosen and c.chosen[0] == yiaddr:
            c.address = yiaddr
    left = [c for c in clients if not c.address]
    verdict("through a relay all %d clients got an address from %s" %
            (count, " and ".join(sorted(set.union(set(), *gave.values())))),
            not left, "%d got none" % len(left))
    verdict("each of them one, and from one server",
            len(set(c.address for c in clients)) == count and
            all(len(g) == 1 for g in gave.values()), gave)


random.seed()
if sys.argv[1] == "relay":
    relay(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
else:
    load(int(sys.argv[2]), int(sys.argv[3]))
