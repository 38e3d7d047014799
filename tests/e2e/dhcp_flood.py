# dhcp_flood.py PART - invented clients made of scapy, and a known host.
# SPDX-License-Identifier: ISC
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp_talk import *

PART = sys.argv[1]
POOL = 20
SERVER = addr("10.9.0.1")
KNOWN = "02:00:00:00:00:99"
link = Link("eth0")


def message(mac, kind, *more):
    xid = new_xid()
    opts = options((53, bytes([kind])), *more)
    return packet(mac, bootp(mac, xid, opts, flags=0x8000)), xid


def say(mac, kind, *more, seconds=3.0):
    return link.ask(*message(mac, kind, *more), seconds=seconds)


def stranger(n):
    return "02:00:00:00:01:%02x" % n


def flood():
    """DISCOVERs of invented clients; returns the addresses offered."""
    got = []
    for n in range(POOL + 10):
        # those for whom nothing is left are not answered
        r = say(stranger(n), DISCOVER, seconds=3.0 if n < POOL - 2 else 0.3)
        if r:
            got.append(r.bootp.yiaddr)
    return got


def gets_one(what, mac, seconds):
    """Ask as firmware does, again and again; then take the offer."""
    end = time.monotonic() + seconds
    offer = None
    while not offer and time.monotonic() < end:
        offer = say(mac, DISCOVER, seconds=1.0)
    if not verdict(what + ": is offered one", offer is not None, "nothing"):
        return
    a = offer.bootp.yiaddr
    ack = say(mac, REQUEST, (50, addr(a)), (54, SERVER))
    verdict(what + ": has it", ack is not None and ack.type == ACK and
            ack.bootp.yiaddr == a, "no ACK for %s" % a)


def offers():
    got = flood()
    equal("strangers are offered all but the tenth that is kept",
          len(set(got)), POOL - 2)
    gets_one("a known host, the pool being full of offers", KNOWN, 10)
    gets_one("another one", "02:00:00:00:00:98", 10)


def taken():
    got = flood()
    verdict("without a reserve strangers are offered the whole pool",
            len(set(got)) == POOL, "%d addresses" % len(set(got)))
    gets_one("a known host takes over an offer of some seconds ago", KNOWN, 20)


def declines():
    served = 0
    for n in range(2 * POOL):
        r = say(stranger(n), DISCOVER)
        if not r:
            break
        served += 1
        link.send(message(stranger(n), DECLINE, (50, addr(r.bootp.yiaddr)),
                          (54, SERVER))[0])
    equal("strangers that decline go on being offered addresses", served,
          2 * POOL)
    gets_one("a known host, after twice as many DECLINEs as addresses", KNOWN,
             10)
    mac = stranger(200)
    got = set()
    for n in range(7):
        r = say(mac, DISCOVER)
        if r:
            got.add(r.bootp.yiaddr)
            link.send(message(mac, DECLINE, (50, addr(r.bootp.yiaddr)),
                              (54, SERVER))[0])
    equal("of seven DECLINEs of one client five are heard", len(got), 6)


def lines():
    """More strangers than lines of one kind are written in a minute."""
    for n in range(700):
        link.send(message("02:00:00:00:%02x:%02x" % (16 + n // 256, n % 256),
                          DISCOVER)[0])
        if n % 50 == 49:
            time.sleep(0.02)
    gets_one("a known host, while hundreds are ignored", KNOWN, 10)


{"offers": offers, "taken": taken, "declines": declines, "lines": lines}[PART]()
done()
