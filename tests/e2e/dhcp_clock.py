# dhcp_clock.py CLOCK SECONDS - the wall clock jumps while a lease of SECONDS
# runs: it is neither ended nor lengthened.  CLOCK is power.c's POWER_CLOCK.
# The pool has one address, so that the next client gets it when the lease
# has ended and not before.
# SPDX-License-Identifier: ISC
import os
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp_talk import *

CLOCK, SECONDS = sys.argv[1], int(sys.argv[2])
YEAR = 31557600
SERVER = "10.9.0.1"
link = Link("eth0")


def jump(seconds):
    with open(CLOCK, "r+b", buffering=0) as f:
        f.write(struct.pack("=q", seconds))


def discover(mac, xid):
    return packet(mac, bootp(mac, xid, options(
        (53, bytes([DISCOVER])), (55, bytes([1, 3]))), flags=0x8000))


def take(mac):
    """A lease: (not before, not after which it began, its address)."""
    xid = new_xid()
    offer = link.ask(discover(mac, xid), xid)
    if not offer:
        return None
    ask = packet(mac, bootp(mac, xid, options(
        (53, bytes([REQUEST])), (50, addr(offer.bootp.yiaddr)),
        (54, addr(SERVER))), flags=0x8000))
    before = time.monotonic()
    r = link.ask(ask, xid)
    if not r or r.type != ACK:
        return None
    return before, time.monotonic(), r.bootp.yiaddr


class Asking:
    """DISCOVER every 100 ms; which were answered, and when."""

    def __init__(self, mac):
        self.mac, self.sent, self.heard = mac, {}, {}

    def ask(self):
        xid = new_xid()
        self.sent[xid] = time.monotonic()
        link.send(discover(self.mac, xid))

    def listen(self, seconds):
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([link.sock], [], [], left)[0]:
                return
            p = link.sock.recv(4096)
            if p and BOOTP in p and p[BOOTP].op == 2:
                self.heard.setdefault(p[BOOTP].xid, time.monotonic())

    def until_answered(self, longest):
        end = time.monotonic() + longest
        while not self.heard and time.monotonic() < end:
            self.ask()
            self.listen(0.1)
        self.listen(2.0)        # answers that are late

    def refused(self):
        """When the last one was sent that nobody has answered."""
        return max((t for x, t in self.sent.items() if x not in self.heard),
                   default=0)


def life(what, holder, other, ahead):
    lease = take(holder) or take(holder)
    if not verdict("%s: a client gets a lease of %d s" % (what, SECONDS),
                   lease, "none"):
        return
    before, after, _ = lease
    time.sleep(1)
    jump(ahead)
    asking = Asking(other)
    asking.until_answered(SECONDS + 20)
    if not verdict("%s: it ends" % what, asking.heard, "not in time"):
        return
    first = min(asking.heard.values())
    verdict("%s: not before its client's own count ends" % what,
            first - before >= SECONDS, "%.2f s" % (first - before))
    verdict("%s: nor more than a second too late" % what,
            asking.refused() - after < SECONDS + 1,
            "still held after %.2f s" % (asking.refused() - after))


A, B = "02:00:00:00:33:01", "02:00:00:00:33:02"
life("no jump", A, B, 0)
life("a year ahead", B, A, YEAR)
life("thirty years back", A, B, -30 * YEAR)
life("and ahead again", B, A, 3 * YEAR)
done()
