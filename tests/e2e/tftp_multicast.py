# tftp_multicast.py - RFC 2090 over plain sockets: what atftp does not try.
#
# usage: tftp_multicast.py SERVER NAME FILE
#
# SPDX-License-Identifier: ISC
import socket
import struct
import sys
import time

server, name, path = sys.argv[1:4]
content = open(path, "rb").read()
WAIT = 20  # a machine may be busy


def verdict(sentence, good, why=""):
    print(("PASS: %s" if good else "FAIL: %s (" + str(why) + ")") % sentence,
          flush=True)


class Client:
    def __init__(self, options=("blksize", "1408"), file=name):
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.s.bind(("", 0))
        self.s.settimeout(WAIT)
        self.group = None
        self.got = {}
        self.master = None
        self.rrq = b"\0\1" + file.encode() + b"\0octet\0multicast\0\0"
        self.rrq += b"".join(o.encode() + b"\0" for o in options)
        self.blksize = 1408 if "blksize" in options else 512

    def ask(self):
        self.s.sendto(self.rrq, (server, 69))

    def packet(self, wait=WAIT):
        self.s.settimeout(wait)
        try:
            data, self.tid = self.s.recvfrom(2000)
        except socket.timeout:
            return None
        return data

    def oack(self, wait=WAIT):
        """The options of the next OACK."""
        end = time.time() + wait
        while time.time() < end:
            p = self.packet(wait)
            if p and p[:2] == b"\0\6":
                words = p[2:].split(b"\0")
                self.options = dict(zip(words[::2], words[1::2]))
                self.raw = words
                addr, port, mc = self.options[b"multicast"].split(b",")
                self.master = mc == b"1"
                self.join(addr.decode(), int(port))
                return True
            if p and p[:2] == b"\0\5":
                return False
        return False

    def join(self, addr, port):
        if self.group:
            return
        self.group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.group.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.group.bind((addr, port))
        self.group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                              socket.inet_aton(addr) + b"\0\0\0\0")

    def ack(self, n):
        self.s.sendto(struct.pack(">HH", 4, n), self.tid)

    def data(self, wait=WAIT):
        """The number of the next block of the group."""
        self.group.settimeout(wait)
        try:
            p = self.group.recv(2000)
        except socket.timeout:
            return None
        n = struct.unpack(">H", p[2:4])[0]
        self.got[n] = p[4:]
        return n

    def first_hole(self):
        n = 1
        while n in self.got:
            n += 1
        return n

    def whole(self):
        last = len(content) // self.blksize + 1
        return self.first_hole() == last + 1

    def finish(self):
        """Fetch what is missing, master or not, until all is there."""
        last = len(content) // self.blksize + 1
        end = time.time() + 2 * WAIT
        while not self.whole() and time.time() < end:
            import select
            ready = select.select([self.s, self.group], [], [], 1)[0]
            if self.s in ready and self.oack(0.1):
                self.ack(self.first_hole() - 1)
            if self.group in ready:
                self.data(0.1)
                if self.master:
                    self.ack(self.first_hole() - 1)
        self.ack(last)
        return b"".join(self.got[i] for i in sorted(self.got)) == content


a, b = Client(), Client()
a.ask()
verdict("85 RRQ with multicast: OACK with address, port and mc=1",
        a.oack() and a.master, a.__dict__)
verdict("only what was asked is in the OACK, in its order",
        a.raw[0] == b"multicast" and a.raw[2] == b"blksize", a.raw)
b.ask()
verdict("85 the second client of the file: the same group and mc=0",
        b.oack() and not b.master
        and b.options[b"multicast"][:-1] == a.options[b"multicast"][:-1]
        and b.tid == a.tid, b.options)
c = Client(options=("tsize", "0"))
c.ask()
verdict("other options: another group, tsize is told",
        c.oack() and c.master and c.options[b"tsize"] == b"%d" % len(content)
        and c.options[b"multicast"] != a.options[b"multicast"], c.options)
c.s.sendto(b"\0\5\0\0bye\0", c.tid)
verdict("no data before the first ACK", a.data(0.5) is None, a.got)
a.ack(0)
b.ack(0)
verdict("then it comes to the group", a.data() == 1, a.got)
a.ack(1)
verdict("a master that says no more is replaced: the other one gets OACK mc=1",
        b.oack() and b.master, b.master)
b.ack(b.first_hole() - 1)
verdict("86 and gets all of it", b.finish(), len(b.got))
verdict("the one that was silent is asked again", a.oack() and a.master,
        a.master)
a.ack(a.first_hole() - 1)
verdict("... and gets all of it, too", a.finish(), len(a.got))

d, e = Client(), Client()
d.ask()
d.oack()
d.ack(0)
while d.data() < 1000:
    d.ack(d.first_hole() - 1)
e.ask()
verdict("who comes late is no master", e.oack() and not e.master, e.options)
e.ack(0)
verdict("86 the first one ends", d.finish(), len(d.got))
verdict("85 after the master's last ACK the late one is asked", e.oack()
        and e.master, e.options)
e.ack(e.first_hole() - 1)
verdict("... and gets what it missed", e.finish(), len(e.got))

w = Client()
w.ask()
w.oack()
w.ack(0)
w.data()
with open(path, "r+b") as changed:
    changed.write(b"another byte")
end = time.time() + WAIT
p = w.packet()
while p and p[:2] != b"\0\5" and time.time() < end:
    p = w.packet()
verdict("a file that is written into while it is sent: ERROR, no mixture",
        p and p[:4] == b"\0\5\0\0" and b"has changed" in p, p)
with open(path, "wb") as changed:
    changed.write(content)

f = Client(file="no/such/file")
f.ask()
verdict("a file that is not there: ERROR 1",
        f.packet()[:4] == b"\0\5\0\1", "")
