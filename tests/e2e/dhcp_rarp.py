# dhcp_rarp.py - RARP requests (RFC 903) made and read by scapy.
# SPDX-License-Identifier: ISC
import select
import time

from dhcp_talk import equal, verdict
from scapy.all import ARP, Ether, Padding, conf

KNOWN, UNKNOWN, SERVER = ("02:00:00:00:02:01", "02:00:00:00:02:02",
                          "02:00:00:00:00:01")


def ask(mac, op=3, seconds=1.0):
    sock = conf.L2socket(iface="eth0")
    sock.send(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff", type=0x8035) /
              ARP(op=op, hwsrc=mac, hwdst=mac, psrc="0.0.0.0",
                  pdst="0.0.0.0") / Padding(bytes(18)))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([sock], [], [], 0.1)[0]:
            continue
        p = sock.recv(2000)
        if p and p[Ether].type == 0x8035 and p[Ether].src != mac:
            return Ether(bytes(p))
    return None


def body(frame):
    return ARP(bytes(frame.payload)) if frame else None


f = ask(KNOWN, seconds=3.0)
if verdict("a known host is answered", f is not None, "silence"):
    r = body(f)
    equal("... to it alone", f.dst, KNOWN)
    equal("... by op 4", r.op, 4)
    equal("... with its address", r.pdst, "10.9.0.50")
    equal("... as the target", r.hwdst, KNOWN)
    equal("... by the server", (r.hwsrc, r.psrc), (SERVER, "10.9.0.1"))
verdict("an unknown one is not", ask(UNKNOWN) is None, "a reply")
verdict("nor is a reply", ask(KNOWN, op=4) is None, "a reply")
