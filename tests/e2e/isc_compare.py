# isc_compare.py FROM TO - the same messages to ISC dhcpds and to ours, and
# their replies compared option by option.
#
# Reads lines "NAME ISC-INTERFACE OUR-INTERFACE ..." from FROM: every message
# below goes out by all of these interfaces at once.  For each name the lines
# PASS: or FAIL: go to TO, then a line "end".  Differences that are meant
# stand in the table MEANT with their reason.
# SPDX-License-Identifier: ISC
import os
import select
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp_talk import *

HOST1, HOST2 = "00:54:55:56:67:68", "00:54:55:56:67:69"
HOST3, NOBODY = "00:01:02:03:04:05", "02:00:00:00:00:01"
UUID = bytes(range(17))
# all that the configurations set, and what ROMs ask for
WANTED = bytes([1, 2, 3, 6, 12, 13, 15, 17, 19, 23, 26, 28, 33, 39, 40, 42,
                43, 46, 51, 54, 58, 59, 60, 63, 66, 67] +
               list(range(128, 136)) + [150, 175] + list(range(200, 217)) +
               [252, 119, 121, 249])


def pxe(arch, *more):
    text = b"PXEClient:Arch:%05d:UNDI:003016" % arch
    return ((60, text), (93, bytes([arch >> 8, arch & 255])),
            (94, b"\x01\x03\x10"), (97, UUID)) + more


IPXE = (77, b"iPXE"), (175, bytes([177, 5, 1, 16, 0x36, 0x10, 0x2d]))
# what a client says beside type and list of wanted options
CLIENTS = {
    "plain": (),
    "bios": pxe(0),
    "ia32": pxe(6),
    "x64": pxe(7),
    "x64-9": pxe(9),
    "arm64": pxe(11),
    "ipxe": pxe(0, *IPXE),
    "ipxe-x64": pxe(7, *IPXE),
    "ipxe-bare": IPXE,
    "http": ((60, b"HTTPClient:Arch:00016:UNDI:003016"), (93, b"\0\x10"),
             (97, UUID)),
    "sun": ((60, b"SUNW.Ultra-5_10"),),
    "sun2": ((60, b"SUNW.Ultra"),),
    "mac": ((60, b"AAPLBSDPC/i386/iMac4,1"),),
    "accounting": ((77, b"accounting"),),
    "asks-long": ((51, (1000000).to_bytes(4, "big")),),
    "asks-short": ((51, (30).to_bytes(4, "big")),),
    "by-bytes": ((61, bytes.fromhex("01005455566768")),),
    "by-text": ((61, b"printer-3"),),
    "pc1": ((12, b"pc1"),),
    "pc7": ((12, b"pc7"),),
    "sun-pc1": ((60, b"SUNW.Ultra"), (12, b"pc1")),
}
# what a relay says of them
PORTS = {
    "port": b"\x01\x06eth0/1\x02\x03sw1",
    "port-7": b"\x01\x06eth0/7\x02\x03\x00\x01\x02",
    "other-port": b"\x01\x02p1\x02\x03sw2",
    "no-port": b"\x02\x03sw1",
}


def messages():
    """Names of the messages, and their frames."""
    for name, opts in CLIENTS.items():
        for who, mac in (("host1", HOST1), ("nobody", NOBODY)):
            yield name + " " + who, mac, DISCOVER, opts, WANTED, {}
    for who, mac in (("host2", HOST2), ("host3", HOST3)):
        yield "plain " + who, mac, DISCOVER, (), WANTED, {}
        yield "bios " + who, mac, DISCOVER, pxe(0), WANTED, {}
    for who, mac in (("host1", HOST1), ("nobody", NOBODY)):
        yield "no list " + who, mac, DISCOVER, (), b"", {}
        yield "bootp " + who, mac, 0, (), b"", {}
        yield ("inform " + who, mac, INFORM, pxe(7), WANTED,
               {"ciaddr": "192.168.1.77"})
    for name, said in PORTS.items():
        yield (name + " nobody", NOBODY, DISCOVER, (), WANTED,
               {"giaddr": "192.168.2.1", "hops": 1, "last": ((82, said),)})
    yield ("relayed nobody", NOBODY, DISCOVER, (), WANTED,
           {"giaddr": "192.168.2.1", "hops": 1})
    yield ("relayed host1", HOST1, DISCOVER, (), WANTED,
           {"giaddr": "192.168.2.1", "hops": 1})


def frame(mac, xid, kind, opts, wanted, fields):
    if kind == 0:
        vend = COOKIE + b"\xff" + bytes(59)
    else:
        vend = options((53, bytes([kind])), (57, b"\x05\xc0"), *opts,
                       *(((55, wanted),) if wanted else ()),
                       *fields.get("last", ()))
    fields = {k: v for k, v in fields.items() if k != "last"}
    src = fields.get("giaddr") or fields.get("ciaddr") or "0.0.0.0"
    return packet(mac, bootp(mac, xid, vend, **fields), src=src,
                  sport=67 if "giaddr" in fields else 68)


def as_dict(r):
    text = lambda b: bytes(b).split(b"\0")[0].decode("latin-1")
    return {"type": r.type, "yiaddr": r.bootp.yiaddr,
            "siaddr": r.bootp.siaddr, "sname": text(r.bootp.sname),
            "file": text(r.bootp.file), "giaddr": r.bootp.giaddr,
            "opt": {str(c): v.hex() for c, v in r.opt.items()}}


def ask(links, first):
    """The replies by interface and name of the message."""
    asked, got = list(messages()), {name: {} for name in links}
    last = first + len(asked)
    # nothing denies this: both answer it when they are through all others
    asked.append(("last", NOBODY, INFORM, (), WANTED,
                  {"ciaddr": "192.168.1.77"}))
    for i, m in enumerate(asked):
        f = bytes(frame(m[1], first + i, *m[2:]))
        for link in links.values():
            link.sock.outs.send(f)
        collect(links, got, range(first, last + 1), 0)
    # what had to be written to disk first may come a little behind
    while collect(links, got, range(first, last + 1),
                  0.4 if all(last in g for g in got.values()) else 2):
        pass
    return {name: {m[0]: g.get(first + i) for i, m in enumerate(asked[:-1])}
            for name, g in got.items()}


def collect(links, got, xids, seconds):
    """Read what comes within so long; False: nothing came."""
    socks = {link.sock: name for name, link in links.items()}
    ready = select.select(list(socks), [], [], seconds)[0]
    for sock in ready:
        p = sock.recv(4096)
        if p and BOOTP in p and p[BOOTP].op == 2 and p[BOOTP].xid in xids:
            got[socks[sock]].setdefault(p[BOOTP].xid, as_dict(Reply(p)))
    return bool(ready)


# --- judging ----------------------------------------------------------------

def is_pxe(name):
    opts = CLIENTS.get(name.split()[0], ())
    return name.startswith("inform") or any(
        c == 60 and v[:9] == b"PXEClient" for c, v in opts)


# what the configurations give to single hosts; all else is of pools
STATIC = {10, 11, 12, 13, 14}


def same_place(a, b):
    """Two addresses that each server chose out of the same pool."""
    (net_a, a), (net_b, b) = a.rsplit(".", 1), b.rsplit(".", 1)
    return net_a == net_b and int(a) not in STATIC and int(b) not in STATIC


def differences(isc, ours):
    """What differs: (field or option, ISC's value, ours)."""
    for k in ("type", "siaddr", "sname", "file", "giaddr"):
        if isc[k] != ours[k]:
            yield k, isc[k], ours[k]
    a, b = isc["yiaddr"], ours["yiaddr"]
    if a != b and not same_place(a, b):
        yield "yiaddr", a, b
    for c in sorted(set(isc["opt"]) | set(ours["opt"]), key=int):
        a, b = isc["opt"].get(c), ours["opt"].get(c)
        if a != b:
            yield int(c), a, b


def inner(text):
    """The options inside an option, whatever their order."""
    b, got = bytes.fromhex(text or ""), []
    while len(b) > 1:
        got.append((b[0], b[2:2 + b[1]]))
        b = b[2 + b[1]:]
    return sorted(got)


def meant(name, what, a, b, isc, ours):
    """Is the difference one that is meant to be?"""
    for reason, test in MEANT:
        if test(name, what, a, b, isc, ours):
            return reason
    return None


MEANT = [
    ("an infinite lease is ff ff ff ff, not what is left until 2038",
     lambda n, w, a, b, i, o: w == 51 and b == "ffffffff"),
    ("58 and 59 go with every lease that ends",
     lambda n, w, a, b, i, o: w in (58, 59)),
    ("the client identifier is echoed (RFC 6842)",
     lambda n, w, a, b, i, o: w == 61 and a is None),
    ("97 is echoed to PXE clients",
     lambda n, w, a, b, i, o: w == 97 and a is None),
    ("PXE clients with a boot file get 60 and 43, without which they fail",
     lambda n, w, a, b, i, o: w in (43, 60) and a is None and is_pxe(n) and
     (o["file"] or "43" in o["opt"])),
    ("siaddr is our address where a file is named and no next-server",
     lambda n, w, a, b, i, o: w == "siaddr" and a == "0.0.0.0" and
     b == "192.168.1.2" and o["file"]),
    ("siaddr names no server to BOOTP clients that get no file",
     lambda n, w, a, b, i, o: w == "siaddr" and b == "0.0.0.0" and
     n.startswith("bootp") and not o["file"]),
    ("what is PXE's is kept from HTTP boot clients",
     lambda n, w, a, b, i, o: w in (43, 60) and n.startswith("http ") and
     b is None),
    ("where a lease is infinite unasked, a long one is given when asked",
     lambda n, w, a, b, i, o: w == 51 and n.startswith("asks-long") and
     o["unasked"] == "ffffffff"),
    ("architecture 9 counts as 7 where they are not told apart",
     lambda n, w, a, b, i, o: n.startswith("x64-9") and w == "file"),
    ("121 goes to those that ask for it",
     lambda n, w, a, b, i, o: w == 121 and n.startswith("no list") and
     b is None),
    ("DHCPINFORM is told what host, group and pool say",
     lambda n, w, a, b, i, o: n.startswith("inform") and
     a in (None, "", "0.0.0.0")),
    ("options inside an option may stand in another order",
     lambda n, w, a, b, i, o: w in (43, 175) and a and b and
     inner(a) == inner(b)),
    ("HTTP boot clients get a URI, in option 67 too, or no file",
     lambda n, w, a, b, i, o: n.startswith("http ") and
     (w == "file" and "://" not in a or w == 67 and "://" in o["file"])),
    ("domain names are not compressed",
     lambda n, w, a, b, i, o: w == 119 and a and b),
]


def judge(name, isc, ours, to):
    bad, seen, n = [], set(), 0
    for m in isc:
        a, b = isc[m], ours[m]
        who = m.split()[-1]
        # ISC denies booting, but answers DHCPINFORM: ours does not then
        if b is None and m.startswith("inform") and not ours["x64 " + who]:
            continue
        if (a is None) != (b is None):
            bad.append("%s: %s" % (m, "only ISC answers" if a
                                   else "only ours answers"))
            continue
        n += a is not None
        if b:
            plain = ours.get("plain " + who) or b
            b["unasked"] = plain["opt"].get("51")
        for what, x, y in differences(a, b) if a else ():
            why = meant(m, what, x, y, a, b)
            if why:
                seen.add(why)
            else:
                bad.append("%s: %s: ISC %r, ours %r" % (m, what, x, y))
    for line in bad[:12]:
        print("    " + line, file=to)
    what = "%s: %d replies alike" % (name, n)
    print("FAIL: %s (%d differences)" % (what, len(bad)) if bad
          else "PASS: " + what, file=to)


def serve(source, to):
    links, first = {}, 0x51000000
    for line in source:
        words = line.split()
        for iface in words[1::3] + words[2::3]:
            links.setdefault(iface, Link(iface))
        now = {i: links[i] for i in words[1::3] + words[2::3]}
        replies = ask(now, first)
        first += 0x100
        for name, a, b in zip(words[::3], words[1::3], words[2::3]):
            judge(name, replies[a], replies[b], to)
        print("end", file=to, flush=True)


with open(sys.argv[1]) as source, open(sys.argv[2], "w") as to:
    serve(source, to)
done()
