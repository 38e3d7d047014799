# dhcp_bootp.py PART SERVER_MAC - BOOTP clients and PXE ROMs made of scapy,
# against the guide's samples.
# SPDX-License-Identifier: ISC
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp_talk import *
from scapy.all import ARP

PART, SERVER_MAC = sys.argv[1:3]
SERVER = "192.168.1.2"
link = Link("eth0")
ROM_LIST = bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42,
                  43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130, 131,
                  132, 133, 134, 135])
UUID = bytes([0]) + bytes(range(1, 17))
ROM = [(55, ROM_LIST), (57, (1472).to_bytes(2, "big")),
       (60, b"PXEClient:Arch:00000:UNDI:002001"), (93, b"\0\0"),
       (94, b"\1\2\1"), (97, UUID)]


def rom(mac, kind, *more, flags=0x8000, **fields):
    xid = new_xid()
    opts = [(53, bytes([kind]))] + list(more) + ROM
    return packet(mac, bootp(mac, xid, options(*opts), flags=flags, secs=4,
                             **fields)), xid


def want_options(who, r, want):
    """The options by number with these bytes, those of None in any bytes."""
    equal("%s: these options and no others" % who, sorted(r.order),
          sorted(want))
    for code, value in want.items():
        if value is not None:
            equal("%s: option %u" % (who, code), r.opt.get(code), value)


def name(field):
    return bytes(field).split(b"\0")[0]


NULL43 = bytes.fromhex("010400000000")
SAMPLE1 = {53: None, 54: addr(SERVER), 51: b"\xff\xff\xff\xff",
           1: addr("255.255.255.0"), 3: addr("192.168.1.1"), 6: addr(SERVER),
           12: b"pxetest1", 15: b"company.com", 43: NULL43, 60: b"PXEClient",
           132: b"workgroup", 135: b"bpbscript", 97: UUID}


def sample1():
    mac = "00:54:55:56:67:68"
    r = link.ask(*rom(mac, DISCOVER))
    if not verdict("sample 1: a ROM is answered", r is not None, "silence"):
        return
    equal("sample 1: by an OFFER", r.type, OFFER)
    want_options("sample 1, OFFER", r, SAMPLE1)
    equal("sample 1: yiaddr", r.bootp.yiaddr, "192.168.1.100")
    equal("sample 1: siaddr", r.bootp.siaddr, SERVER)
    equal("sample 1: file", name(r.bootp.file), b"bpbatch")
    equal("sample 1: giaddr is 0", r.bootp.giaddr, "0.0.0.0")
    equal("sample 1: the broadcast bit is honoured", r.ip.dst,
          "255.255.255.255")
    equal("sample 1: to everyone's MAC", r.ether.dst, "ff:ff:ff:ff:ff:ff")
    verdict("sample 1: at least 300 bytes", len(r.payload) >= 300,
            len(r.payload))
    equal("sample 1: 53 and 54 stand first", r.order[:2], [53, 54])
    equal("sample 1: DF is clear", int(r.ip.flags) & 2, 0)
    r = link.ask(*rom(mac, REQUEST, (50, addr("192.168.1.100")),
                      (54, addr(SERVER))))
    equal("sample 1: the REQUEST gets an ACK", r and r.type, ACK)
    want_options("sample 1, ACK", r, SAMPLE1)
    r = link.ask(*rom("00:54:55:56:67:69", DISCOVER))
    equal("sample 1: the second host", r and r.bootp.yiaddr, "192.168.1.101")
    verdict("sample 1: an unknown machine gets no answer",
            link.silent(*rom("00:54:55:56:67:70", DISCOVER)), "answered")
    without_broadcast_bit(mac)
    plain_bootp(mac)
    port_4011(mac)


def without_broadcast_bit(mac):
    frame, xid = rom(mac, DISCOVER, flags=0)
    link.send(frame)
    arps, reply = 0, None
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        if not select.select([link.sock], [], [], 0.1)[0]:
            continue
        p = link.sock.recv(4096)
        if p and ARP in p and p[Ether].src == SERVER_MAC:
            arps += 1
        if p and BOOTP in p and p[BOOTP].op == 2 and p[BOOTP].xid == xid:
            reply = Reply(p)
    equal("without the broadcast bit: to yiaddr", reply and reply.ip.dst,
          "192.168.1.100")
    equal("without the broadcast bit: in a frame to chaddr",
          reply and reply.ether.dst, mac)
    equal("without the broadcast bit: no ARP request", arps, 0)
    equal("without the broadcast bit: the UDP checksum is right",
          reply and checksum_ok(reply), True)


def checksum_ok(r):
    """scapy computes it anew when it is removed."""
    p = IP(bytes(r.ip))
    got = p[UDP].chksum
    del p[UDP].chksum
    return IP(bytes(p))[UDP].chksum == got


def plain_bootp(mac):
    for what, vend in (("of 236 bytes", b""),
                       ("of 300 bytes", options() + bytes(59)),
                       ("with a foreign cookie", b"CMU\0" + bytes(60))):
        xid = new_xid()
        r = link.ask(packet(mac, bootp(mac, xid, vend)), xid)
        who = "BOOTP " + what
        if not verdict(who + " is answered", r is not None, "silence"):
            continue
        equal(who + ": yiaddr", r.bootp.yiaddr, "192.168.1.100")
        equal(who + ": siaddr", r.bootp.siaddr, SERVER)
        equal(who + ": file", name(r.bootp.file), b"bpbatch")
        equal(who + ": 300 bytes", len(r.payload), 300)
        equal(who + ": the cookie", r.payload[236:240], COOKIE)
        verdict(who + ": no option of DHCP",
                not {51, 53, 54} & set(r.order), r.order)
        for code in (1, 3, 6, 12, 132, 135):
            equal("%s: option %u" % (who, code), r.opt.get(code),
                  SAMPLE1[code])


def port_4011(mac):
    os.system("ip addr add 192.168.1.100/24 dev eth0")  # it answers ARP now
    for sport in (4011, 68):
        xid = new_xid()
        opts = [(53, bytes([REQUEST]))] + ROM
        r = link.ask(packet(mac, bootp(mac, xid, options(*opts),
                                       ciaddr="192.168.1.100"),
                            src="192.168.1.100", dst=SERVER, sport=sport,
                            dport=4011, ether_dst=SERVER_MAC), xid)
        who = "port 4011 asked from port %u" % sport
        if not verdict(who + " answers", r is not None, "silence"):
            continue
        equal(who + ": from port 4011", r.udp.sport, 4011)
        equal(who + ": to the port that asked", r.udp.dport, sport)
        equal(who + ": an ACK", r.type, ACK)
        equal(who + ": yiaddr 0", r.bootp.yiaddr, "0.0.0.0")
        equal(who + ": 54 is the address that was asked", r.opt.get(54),
              addr(SERVER))
        equal(who + ": the file", name(r.bootp.file), b"bpbatch")
        equal(who + ": no lease", r.opt.get(51), None)


def sample2():
    mac = "00:01:02:03:04:05"
    r = link.ask(*rom(mac, DISCOVER))
    if not verdict("sample 2: a ROM is answered", r is not None, "silence"):
        return
    want_options("sample 2, OFFER", r,
                 {53: None, 54: addr(SERVER), 51: b"\xff\xff\xff\xff",
                  1: addr("255.255.255.0"), 3: addr("192.168.1.1"),
                  43: NULL43, 60: b"PXEClient", 97: UUID})
    equal("sample 2: yiaddr", r.bootp.yiaddr, "192.168.1.100")
    equal("sample 2: siaddr", r.bootp.siaddr, SERVER)
    equal("sample 2: file", name(r.bootp.file), b"bpbatch")
    xid = new_xid()
    r = link.ask(packet(mac, bootp(mac, xid, options((53, bytes([DISCOVER])))
                                   )), xid)
    verdict("sample 2: who is no PXE client gets neither 43 nor 60",
            r and not {43, 60} & set(r.order), r and r.order)


def pool():
    mac = "02:00:00:00:99:01"
    xid = new_xid()
    r = link.ask(packet(mac, bootp(mac, xid)), xid)
    equal("bootp_pool: BOOTP gets an address of the pool",
          r and r.bootp.yiaddr, "192.168.1.150")
    again = new_xid()
    r = link.ask(packet(mac, bootp(mac, again)), again)
    equal("bootp_pool: and the same one again", r and r.bootp.yiaddr,
          "192.168.1.150")
    xid = new_xid()
    r = link.ask(packet(mac, bootp(mac, xid, options(
        (53, bytes([DISCOVER])), (61, b"\1" + mac2str(mac))))), xid)
    equal("the system that a BOOTP ROM has started gets the ROM's address",
          r and r.bootp.yiaddr, "192.168.1.150")
    # INTEL's SendGUID: hlen 16, the UUID in chaddr
    xid, guid = new_xid(), bytes(range(0x40, 0x50))
    f = dict(op=1, htype=1, hlen=16, chaddr=guid, xid=xid, options=b"")
    r = link.ask(packet(mac, bytes(BOOTP(**f))[:236] + options(
        (53, bytes([DISCOVER])), *ROM)), xid)
    equal("a client with a UUID in chaddr gets all 16 bytes back",
          r and r.payload[28:44], guid)
    for junk in (b"", b"\1", bytes(235), b"\xff" * 300, b"\1\1\6" + bytes(237),
                 b"\1\1\x11" + bytes(300)):
        link.send(packet(mac, junk))
    xid = new_xid()
    r = link.ask(packet(mac, bootp(mac, xid)), xid)
    verdict("junk is dropped and the next client served", r is not None,
            "silence")


{"sample1": sample1, "sample2": sample2, "pool": pool}[PART]()
done()
