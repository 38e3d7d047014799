# dhcp_talk.py - DHCP and BOOTP messages made and read by scapy, for the
# end-to-end tests of dhcpd.  Each check prints "PASS: ..." or "FAIL: ...".
# SPDX-License-Identifier: ISC
import os
import random
import select
import sys
import time

from scapy.all import (BOOTP, IP, UDP, Ether, Raw, bind_bottom_up, conf,
                       mac2str)

bind_bottom_up(UDP, BOOTP, sport=4011)

COOKIE = bytes([99, 130, 83, 99])
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)


def verdict(what, ok, why=""):
    text = "PASS: " + what if ok else "FAIL: %s (%s)" % (what, why)
    print(text, flush=True)
    return ok


def equal(what, got, want):
    return verdict(what, got == want, "wanted %r, got %r" % (want, got))


class Reply:
    """A reply as scapy sees it, and its options by number, in their order."""

    def __init__(self, frame):
        self.frame = frame
        self.ether, self.ip, self.udp = frame[Ether], frame[IP], frame[UDP]
        self.bootp = frame[BOOTP]
        self.payload = bytes(self.udp.payload)
        self.order, self.opt = [], {}
        area = self.payload[240:]
        while area and area[0] != 255:
            if area[0] == 0:
                area = area[1:]
                continue
            code, n = area[0], area[1]
            self.order.append(code)
            self.opt[code] = self.opt.get(code, b"") + area[2:2 + n]
            area = area[2 + n:]
        self.ended = bool(area)

    @property
    def type(self):
        return self.opt.get(53, b"\0")[0]


class Link:
    """An interface: frames out, replies to one transaction in."""

    def __init__(self, iface="eth0"):
        self.sock = conf.L2socket(iface=iface)

    def send(self, frame):
        self.sock.send(frame)

    def replies(self, xid, seconds):
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                return
            p = self.sock.recv(4096)
            if p and BOOTP in p and p[BOOTP].op == 2 and p[BOOTP].xid == xid:
                yield Reply(p)

    def ask(self, frame, xid, seconds=3.0):
        self.send(frame)
        for r in self.replies(xid, seconds):
            return r
        return None

    def silent(self, frame, xid, seconds=1.0):
        return self.ask(frame, xid, seconds) is None


def new_xid():
    return random.getrandbits(32)


def options(*opts):
    """(code, bytes) pairs as an options area with cookie and end."""
    area = COOKIE
    for code, value in opts:
        area += bytes([code, len(value)]) + value
    return area + b"\xff"


def packet(mac, payload, src="0.0.0.0", dst="255.255.255.255", sport=68,
           dport=67, ether_dst="ff:ff:ff:ff:ff:ff"):
    return (Ether(src=mac, dst=ether_dst) / IP(src=src, dst=dst) /
            UDP(sport=sport, dport=dport) / Raw(payload))


def bootp(mac, xid, vend=b"", **fields):
    f = dict(op=1, htype=1, hlen=6, chaddr=mac2str(mac) + bytes(10), xid=xid,
             options=b"")
    f.update(fields)
    return bytes(BOOTP(**f))[:236] + vend


def addr(text):
    return bytes(int(x) for x in text.split("."))


def done():
    sys.stdout.flush()
    os._exit(0)
