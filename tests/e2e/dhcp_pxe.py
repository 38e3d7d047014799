# dhcp_pxe.py NAME MODE SERVER SERVER_MAC CLIENT - PXE firmware made of scapy.
# SPDX-License-Identifier: ISC
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp_talk import *

MODE, SERVER, SERVER_MAC, CLIENT = sys.argv[2:6]
MAC = "02:00:00:00:07:01" if MODE != "proxy" else "02:00:00:00:08:01"
GROUP, GROUP_MAC = "224.0.1.2", "01:00:5e:00:01:02"
BROADCAST, ALL = "255.255.255.255", "ff:ff:ff:ff:ff:ff"
UUID = bytes(range(17))
LIST = bytes([1, 3, 6, 13, 43, 54, 60, 66, 67, 97, 128, 135])
BOOT_NOW = bytes.fromhex("060108" "0704e0000102" "ff")
PXE_NAMES = {0: b"PXEClient:Arch:00000:UNDI:002001",
             7: b"PXEClient:Arch:00007:UNDI:003016",
             9: b"PXEClient:Arch:00009:UNDI:003016",
             11: b"PXEClient:Arch:00011:UNDI:003016"}
link = Link("eth0")


def pxe(kind, arch, *opts, name=None, **where):
    """A message of firmware: frame and transaction."""
    xid = new_xid()
    fields = {k: where.pop(k) for k in ("ciaddr", "flags") if k in where}
    said = [(53, bytes([kind])), (55, LIST), (57, bytes([5, 0xc0])),
            (60, name or PXE_NAMES[arch]), (93, bytes([0, arch])),
            (94, bytes([1, 3, 16])), (97, UUID)]
    payload = bootp(MAC, xid, options(*said, *opts), **fields)
    return packet(MAC, payload, **where), xid


def item(kind, layer=0, arch=0, **where):
    """Boot server discovery; where: to the broadcast address by default."""
    boot_item = bytes([71, 4]) + kind.to_bytes(2, "big")
    boot_item += layer.to_bytes(2, "big") + b"\xff"
    where.setdefault("src", CLIENT)
    return pxe(REQUEST, arch, (43, boot_item), ciaddr=CLIENT, **where)


TO_GROUP = dict(dst=GROUP, ether_dst=GROUP_MAC, dport=4011, sport=4011)
TO_SERVER = dict(dst=SERVER, ether_dst=SERVER_MAC, dport=4011, sport=4011)


def sub_options(v):
    got = {}
    while v and v[0] != 255:
        got[v[0]] = v[2:2 + v[1]]
        v = v[2 + v[1]:]
    return got


def name_of_file(r):
    return r.bootp.file.rstrip(b"\0")


def accepted(v, file):
    """The rules by which Intel's client takes an offer with 43.6 to 43.10."""
    s = sub_options(v)
    control = s.get(6, b"\0")[0]
    if not control & 2 and not 224 <= s.get(7, b"\0")[0] < 240:
        return False
    if 8 not in s and (control & 4 or control & 3 == 3):
        return False
    return bool(control & 8 and file) or (9 in s and 10 in s)


def offer(arch, what):
    r = link.ask(*pxe(DISCOVER, arch, flags=0x8000))
    if not verdict(what + " is made an offer", r and r.type == OFFER, r):
        done()
    equal(what + ": option 60 has 9 bytes", r.opt.get(60), b"PXEClient")
    equal(what + ": option 97 is echoed", r.opt.get(97), UUID)
    verdict(what + ": firmware takes the offer",
            accepted(r.opt.get(43, b""), name_of_file(r)), r.opt.get(43))
    equal(what + ": no field carries options", r.opt.get(52), None)
    return r


def offers():
    for arch, want in ((0, b"pxelinux.0"), (7, b"grubx64.efi"),
                       (9, b"grubx64.efi")):
        what = "architecture %d" % arch
        r = offer(arch, what)
        equal(what + ": its file", name_of_file(r), want)
        equal(what + ": use it at once", r.opt.get(43), BOOT_NOW)
        equal(what + ": siaddr is the server", r.bootp.siaddr, SERVER)
    equal("giaddr is 0 on the link", r.bootp.giaddr, "0.0.0.0")
    r = offer(11, "architecture 11")
    equal("its menu names the group and the server's type", r.opt.get(43),
          bytes.fromhex("060101" "0704e0000102" "0803000300"
                        "0908000305") + b"linux" + bytes([10, 2, 10]) +
          b"?\xff")
    r = link.ask(*pxe(DISCOVER, 16, flags=0x8000,
                      name=b"HTTPClient:Arch:00016:UNDI:003001"))
    equal("HTTP boot: option 60", r and r.opt.get(60), b"HTTPClient")
    equal("HTTP boot: the URI", r and r.opt.get(67),
          b"http://10.7.0.1/grubx64.efi")
    equal("HTTP boot: nothing of PXE", r and r.opt.get(43), None)


def port_4011():
    for sport in (4011, 68):
        where = dict(TO_SERVER, sport=sport)
        r = link.ask(*pxe(REQUEST, 0, ciaddr=CLIENT, src=CLIENT, **where))
        what = "4011 asked from port %d" % sport
        if not verdict(what + " answers", r and r.type == ACK, r):
            continue
        equal(what + ": from 4011 to that port", (r.udp.sport, r.udp.dport),
              (4011, sport))
        equal(what + ": to the client", r.ip.dst, CLIENT)
        equal(what + ": yiaddr is 0", r.bootp.yiaddr, "0.0.0.0")
        equal(what + ": option 54 is whom it asked", r.opt.get(54),
              addr(SERVER))
        equal(what + ": the file", name_of_file(r), b"pxelinux.0")
        equal(what + ": no lease", r.opt.get(51), None)


def discovery():
    ways = (("broadcast", {}, 67, 68), ("multicast", TO_GROUP, 4011, 4011),
            ("multicast of iPXE", dict(TO_GROUP, sport=68), 4011, 68),
            ("unicast", TO_SERVER, 4011, 4011))
    for what, where, sport, dport in ways:
        what = "discovery by " + what
        r = link.ask(*item(3, **where))
        if not verdict(what + " is answered", r and r.type == ACK, r):
            continue
        equal(what + ": ports", (r.udp.sport, r.udp.dport), (sport, dport))
        equal(what + ": by unicast", r.ip.dst, CLIENT)
        equal(what + ": type and layer come back", r.opt.get(43),
              bytes.fromhex("470400030000ff"))
        equal(what + ": the file", name_of_file(r), b"linux.0")
        equal(what + ": 54 and siaddr are the server",
              (r.opt.get(54), r.bootp.siaddr), (addr(SERVER), SERVER))
        equal(what + ": no lease", r.opt.get(51), None)
    r = link.ask(*item(3, layer=1))
    equal("layer 1 is the second file", r and name_of_file(r), b"linux.0.1")
    quiet = (("an unknown type", item(4)),
             ("an unknown type by multicast", item(4, **TO_GROUP)),
             ("a layer that is not there", item(3, layer=2)),
             ("credentials", item(3, layer=0x8000)),
             ("the local disk", item(0)))
    for what, message in quiet:
        verdict("silence to discovery of " + what,
                link.silent(*message, seconds=0.5))


def proxy():
    r = offer(0, "beside another server a BIOS PC")
    equal("the proxy's offer has no address", r.bootp.yiaddr, "0.0.0.0")
    equal("it is broadcast", (r.ip.dst, r.ether.dst), (BROADCAST, ALL))
    equal("it has nothing of a lease or the network",
          [c for c in (51, 58, 59, 1, 3, 6) if c in r.opt], [])
    equal("it has the file", name_of_file(r), b"pxelinux.0")
    r = link.ask(*pxe(DISCOVER, 7))
    equal("UEFI has its own file", r and name_of_file(r), b"grubx64.efi")
    xid = new_xid()
    plain = packet(MAC, bootp(MAC, xid, options((53, bytes([DISCOVER])))))
    verdict("silence to who does not boot", link.silent(plain, xid, 0.5))
    request = pxe(REQUEST, 0, (50, addr(CLIENT)), (54, addr("10.8.0.2")))
    verdict("silence to a REQUEST for the other server",
            link.silent(*request, seconds=0.5))
    reboot = pxe(REQUEST, 0, (50, addr("192.168.9.9")))
    verdict("no DHCPNAK although authoritative",
            link.silent(*reboot, seconds=0.5))
    port_4011()


def alone():
    """Another server has port 67 of this machine."""
    verdict("silence to a DISCOVER",
            link.silent(*pxe(DISCOVER, 0, flags=0x8000), seconds=0.5))
    port_4011()


if MODE == "alone":
    alone()
elif MODE == "dhcp":
    offers()
    port_4011()
    discovery()
else:
    proxy()
done()
