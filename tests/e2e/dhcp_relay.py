# dhcp_relay.py GIADDR SERVER SERVER_MAC - a relay agent made of scapy.
# SPDX-License-Identifier: ISC
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp_talk import *

GIADDR, SERVER, SERVER_MAC, MAC = sys.argv[1:5]
bind_bottom_up(UDP, BOOTP, dport=5067)
link = Link("eth0")
AGENT = bytes.fromhex("0104deadbeef" "0206020000005001")


def relayed(mac, *opts, giaddr=GIADDR, **fields):
    xid = fields.pop("xid", None) or new_xid()
    f = dict(giaddr=giaddr, hops=1)
    f.update(fields)
    sport = f.pop("sport", 67)
    p = packet(MAC, bootp(mac, xid, options(*opts), **f), src=GIADDR,
               dst=SERVER, sport=sport, ether_dst=SERVER_MAC)
    return p, xid


def ask(mac, *opts, **fields):
    return link.ask(*relayed(mac, *opts, **fields))


m1 = "02:00:00:00:77:01"
r = ask(m1, (53, bytes([DISCOVER])), (82, AGENT), (55, bytes([1, 3, 6])))
if not verdict("a relayed DISCOVER is answered", r is not None, "silence"):
    done()
equal("to the relay's address", r.ip.dst, GIADDR)
equal("to its port 67", r.udp.dport, 67)
equal("from port 67", r.udp.sport, 67)
equal("from the address that the relay asked", r.ip.src, SERVER)
equal("giaddr is copied", r.bootp.giaddr, GIADDR)
verdict("the address is of the relay's subnet",
        r.bootp.yiaddr.startswith("10.50."), r.bootp.yiaddr)
equal("option 82 comes back byte for byte", r.opt.get(82), AGENT)
equal("and stands last", r.order[-1], 82)
given = r.bootp.yiaddr

r = ask(m1, (53, bytes([REQUEST])), (50, addr(given)), (54, addr(SERVER)),
        (82, AGENT))
equal("the REQUEST is acknowledged", r and r.type, ACK)
equal("with the offered address", r and r.bootp.yiaddr, given)

r = ask(m1, (53, bytes([REQUEST])), (82, AGENT), ciaddr=given)
equal("a rebinding client is acknowledged through the relay", r and r.type, ACK)
equal("to the relay", r and r.ip.dst, GIADDR)

# RFC 3527: 82.5 names the subnet, the reply goes to giaddr all the same
m2 = "02:00:00:00:77:02"
link_selection = AGENT + bytes([5, 4]) + addr("10.60.0.0")
r = ask(m2, (53, bytes([DISCOVER])), (82, link_selection))
verdict("82.5 chooses the subnet", r and r.bootp.yiaddr.startswith("10.60."),
        r and r.bootp.yiaddr)
equal("82.5: the reply goes to giaddr", r and r.ip.dst, GIADDR)
equal("82.5: option 82 comes back whole", r and r.opt.get(82), link_selection)

# RFC 3011: 118 chooses the subnet and is echoed
r = ask(m2, (53, bytes([DISCOVER])), (118, addr("10.60.0.0")))
verdict("118 chooses the subnet", r and r.bootp.yiaddr.startswith("10.60."),
        r and r.bootp.yiaddr)
equal("118 is echoed", r and r.opt.get(118), addr("10.60.0.0"))

# INIT-REBOOT on the wrong net, known client: NAK, the relay broadcasts it
r = ask(m1, (53, bytes([REQUEST])), (50, addr("192.168.9.9")))
equal("a known client on the wrong net gets a NAK", r and r.type, NAK)
equal("to the relay", r and r.ip.dst, GIADDR)
equal("with the broadcast bit set", r and int(r.bootp.flags) & 0x8000, 0x8000)
equal("without an address", r and r.bootp.yiaddr, "0.0.0.0")

# a shared network: the relay is in one subnet, the host's address in another
r = ask("02:00:00:00:77:05", (53, bytes([DISCOVER])),
        (118, addr("10.60.0.0")), (55, bytes([1, 3])))
equal("a shared network gives a host its address in the other subnet",
      r and r.bootp.yiaddr, "10.61.0.5")
equal("with the router of that subnet", r and r.opt.get(3), addr("10.61.0.1"))

# RFC 5107: the relay stands for the server; RFC 8357: and has its own port
override = AGENT + bytes([11, 4]) + addr(GIADDR)
r = ask(m1, (53, bytes([DISCOVER])), (82, override))
equal("82.11 is option 54", r and r.opt.get(54), addr(GIADDR))
r = ask(m1, (53, bytes([REQUEST])), (50, addr(given)), (54, addr(GIADDR)),
        (82, override))
equal("a REQUEST to that identifier is acknowledged", r and r.type, ACK)
r = ask(m1, (53, bytes([DISCOVER])), (82, AGENT + bytes([19, 0])), sport=5067)
equal("82.19: the reply goes to the port that the relay used",
      r and r.udp.dport, 5067)

# RFC 4388
r = ask("00:00:00:00:00:00", (53, bytes([10])), (55, bytes([51, 91, 61])),
        ciaddr=given, hlen=0)
equal("a leasequery by address finds the lease", r and r.type, 13)
equal("its client is told", r and bytes(r.bootp.chaddr)[:6], mac2str(m1))
verdict("the time that is left is told", r and
        0 < int.from_bytes(r.opt.get(51, b""), "big") <= 600, r and r.opt)
verdict("so is the time since it was used", r and
        int.from_bytes(r.opt.get(91, b"\xff"), "big") < 60, r and r.opt)
r = ask(m1, (53, bytes([10])))
equal("a leasequery by hardware address finds it too",
      r and (r.type, r.bootp.ciaddr), (13, given))
r = ask("00:00:00:00:00:00", (53, bytes([10])), ciaddr="10.50.40.200", hlen=0)
equal("a free address is unassigned", r and r.type, 11)
r = ask("02:00:00:00:66:66", (53, bytes([10])))
equal("a client without a lease is unknown", r and r.type, 12)
p, xid = relayed(m1, (53, bytes([10])), giaddr="10.50.0.9")
verdict("who is not in leasequery_from is not told", link.silent(p, xid),
        "answered")

p, xid = relayed(m2, (53, bytes([DISCOVER])), giaddr="10.50.0.9")
verdict("a relay that is not in relays gets no answer", link.silent(p, xid),
        "answered")
p, xid = relayed(m2, (53, bytes([DISCOVER])), giaddr="172.31.0.1")
verdict("a relay of no subnet gets no answer", link.silent(p, xid), "answered")
p, xid = relayed(m2, (53, bytes([DISCOVER])), hops=17)
verdict("over 16 hops: no answer", link.silent(p, xid), "answered")
p, xid = relayed(m2, (53, bytes([OFFER])), op=2)
verdict("a reply is not answered", link.silent(p, xid), "answered")

# two repeated DISCOVERs, one address
a = ask("02:00:00:00:77:03", (53, bytes([DISCOVER])), xid=0x12345678)
b = ask("02:00:00:00:77:03", (53, bytes([DISCOVER])), xid=0x12345678)
equal("a repeated DISCOVER gets the same address", b and b.bootp.yiaddr,
      a and a.bootp.yiaddr)
done()
