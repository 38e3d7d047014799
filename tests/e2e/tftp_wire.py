#!/usr/bin/python3
"""TFTP over plain sockets: one check of a server's packets for each name.

	tftp_wire.py CHECK key=value ...

Exits 0, or tells what it wanted and what it got.  Common keys: server= port=
me= (our address) me2= (another one of ours) tree= (the boot tree).

SPDX-License-Identifier: ISC
"""
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6
K = {}


class Failed(Exception):
    pass


def want(ok, what):
    if not ok:
        raise Failed(what)


def same(what, got, wanted):
    want(got == wanted, "%s: wanted %r, got %r" % (what, wanted, got))


def contents(name):
    with open(os.path.join(K["tree"], name), "rb") as f:
        return f.read()


def request(op, name, mode="octet", *opts):
    b = struct.pack("!H", op) + name + b"\0" + mode.encode() + b"\0"
    return b + b"".join(str(o).encode() + b"\0" for o in opts)


class Client:
    def __init__(self, me=None, port=0, server=None, service=None):
        self.server = server or K["server"]
        family = socket.AF_INET6 if ":" in self.server else socket.AF_INET
        self.s = socket.socket(family, socket.SOCK_DGRAM)
        self.s.bind((me or K.get("me", ""), port))
        self.port = self.s.getsockname()[1]
        self.service = service or int(K.get("port", 69))
        self.tid = None

    def ask(self, name, mode="octet", *opts, op=RRQ):
        if isinstance(name, str):
            name = name.encode()
        self.raw(request(op, name, mode, *opts))

    def raw(self, b):
        self.s.sendto(b, (self.server, self.service))

    def get(self, within=2.0):
        """(opcode, number, rest) or None; the TID is kept."""
        r, _, _ = select.select([self.s], [], [], within)
        if not r:
            return None
        b, self.tid = self.s.recvfrom(70000)
        if len(b) < 4:
            raise Failed("a packet of %d bytes" % len(b))
        op, n = struct.unpack("!HH", b[:4])
        return (op, b[2:], b) if op == OACK else (op, n, b[4:])

    def need(self, op, n=None, within=2.0):
        p = self.get(within)
        want(p is not None, "wanted opcode %d %s, got nothing" % (op, n))
        want(p[0] == op and (n is None or p[1] == n),
             "wanted opcode %d %s, got %r" % (op, n, p[:2] + (p[2][:40],)))
        return p

    def next(self, n, *ops, within=2.0):
        """DATA n in lock-step, or another opcode of ops.  Repeated DATA n-1
        is passed over: on a busy machine we may be slower than the timer."""
        for _ in range(20):
            p = self.get(within)
            want(p is not None, "wanted DATA %d, got nothing" % n)
            if p[:2] != (DATA, (n - 1) & 0xffff):
                break
        want(p[0] in (ops or (DATA,)) and (p[0] != DATA or p[1] == n),
             "wanted DATA %d, got %r" % (n, p[:2] + (p[2][:40],)))
        return p

    def send(self, *words):
        self.s.sendto(struct.pack("!%dH" % len(words), *words), self.tid)

    def ack(self, n):
        self.send(ACK, n & 0xffff)

    def error(self, code, msg=b""):
        self.s.sendto(struct.pack("!HH", ERROR, code) + msg + b"\0", self.tid)

    def oack(self, *pairs, past=None):
        """past: DATA with this number may still come before it."""
        p = self.get()
        while p and p[:2] == (DATA, past):
            p = self.get()
        want(p is not None, "wanted an OACK, got nothing")
        wanted = b"\0\6" + b"".join(str(x).encode() + b"\0" for x in pairs)
        same("OACK", p[2], wanted)

    def silence(self, seconds, what):
        p = self.get(seconds)
        want(p is None, "%s: wanted silence, got %r" % (what, p and p[:2]))

    def rest(self, first, blksize):
        """Lock-step to the end from the block `first` already received.

        When this machine is slow, a block may come again.
        """
        data = [first[2]]
        n = first[1]
        while len(data[-1]) == blksize:
            self.ack(n)
            p = self.need(DATA)
            while p[1] == n:
                p = self.need(DATA)
            n = (n + 1) & 0xffff
            same("the block", p[1], n)
            data.append(p[2])
        self.ack(n)
        return b"".join(data)

    def refused(self, code, *args, **kw):
        self.ask(*args, **kw)
        p = self.need(ERROR, code)
        want(p[2].endswith(b"\0") and len(p[2]) > 1, "ERROR without a text")


# --- RFC 1350 ------------------------------------------------------------

def plain_request():
    c = Client()
    c.ask("f513")
    p = c.need(DATA, 1)
    same("length of DATA 1", len(p[2]), 512)
    want(c.tid[1] != c.service, "DATA from the service's own port")
    same("the file", c.rest(p, 512), contents("f513"))
    c.silence(0.5, "after the last ACK")


def whole_blocks_end_empty():
    c = Client()
    c.ask("f1024")
    c.need(DATA, 1)
    c.ack(1)
    c.need(DATA, 2)
    c.ack(2)
    same("length of DATA 3", len(c.need(DATA, 3)[2]), 0)
    c.ack(3)


def duplicate_ack():
    c = Client()
    c.ask("f1048576", "octet", "timeout", 3)
    c.oack("timeout", 3)
    c.ack(0)
    c.need(DATA, 1)
    c.ack(1)
    c.need(DATA, 2)
    for _ in range(5):
        c.ack(1)
    c.silence(0.7, "duplicates of ACK 1")
    c.ack(2)
    c.need(DATA, 3)


def duplicate_ack_without_options():
    c = Client()
    c.ask("f1048576")
    c.need(DATA, 1)
    c.ack(1)
    c.ack(1)
    c.need(DATA, 2)
    c.silence(0.5, "a duplicate of ACK 1")


def lost_ack():
    retries = int(K["retries"])
    c = Client()
    c.ask("f513", "octet", "timeout", 1)
    c.oack("timeout", 1)
    c.ack(0)
    c.need(DATA, 1)
    last = time.monotonic()
    for i in range(retries):
        p = c.need(DATA, 1, within=1.6)
        took = time.monotonic() - last
        want(0.8 < took < 1.4, "retransmission %d after %.2f s" % (i, took))
        last += took
        same("the block", p[2], contents("f513")[:512])
    c.silence(2.5, "after %d retransmissions" % retries)


def lost_data_is_quick():
    """After some round trips a lost block costs milliseconds."""
    c = Client()
    c.ask("f1048576")
    p = c.need(DATA, 1)
    for n in range(1, 30):
        c.ack(n)
        p = c.next(n + 1)
    begin = time.monotonic()
    again = c.need(DATA, 30)  # as if the first one had been lost
    took = time.monotonic() - begin
    same("the block", again[2], p[2])
    want(took < 0.5, "sent again after %.3f s only" % took)
    c.ack(30)
    c.need(DATA, 31)
    c.error(0, b"enough")


def wrong_tid():
    c, other = Client(), Client(me=K["me2"])
    c.ask("f1048576")
    c.need(DATA, 1)
    other.tid = c.tid
    other.ack(1)
    other.need(ERROR, 5)
    thief = Client()  # our address, another port
    thief.tid = c.tid
    thief.error(0, b"end it")  # an ERROR is never answered
    thief.silence(0.3, "to a strange ERROR")
    thief.ack(1)
    thief.need(ERROR, 5)
    c.ack(1)
    c.need(DATA, 2)
    c.error(0)


def wrong_tid_late():
    """The same when so much was sent that the server's socket is connected."""
    c, other, thief = Client(), Client(me=K["me2"]), Client()
    c.ask("f1048576")
    for n in range(1, 401):
        c.need(DATA, n)
        if n % 100 == 0:
            for b in (other, thief):
                b.tid = c.tid
                b.ack(n)
                b.need(ERROR, 5)
            other.error(0, b"end it")
        c.ack(n)
    c.need(DATA, 401)
    other.silence(0.1, "to a strange ERROR")
    c.error(0)


def closed_port_late():
    c = Client()
    c.ask("f1048576")
    for n in range(1, 401):
        c.need(DATA, n)
        c.ack(n)
    c.s.close()


def closed_port():
    c = Client()
    c.ask("f1048576")
    c.need(DATA, 1)
    c.ack(1)
    c.s.close()  # DATA 2 finds nobody: ICMP


def mail_mode():
    Client().refused(4, "f513", "mail")
    Client().refused(4, "f513", "image")


def write_request():
    Client().refused(2, "new", op=WRQ)
    Client().refused(2, "f513", "netascii", "tsize", 100, op=WRQ)
    want(not os.path.exists(os.path.join(K["tree"], "new")), "a file")


def missing_file_is_told_at_once():
    begin = time.monotonic()
    for name in ("pxelinux.cfg/01-02-03-04-05-06-07", "pxelinux.cfg/C0A80001",
                 "pxelinux.cfg/default", "nowhere/at/all", "f513/x"):
        Client().refused(1, name, "octet", "tsize", 0)
    took = time.monotonic() - begin
    want(took < 0.5, "five answers took %.3f s" % took)


def bad_packets():
    junk = Client()
    for b in (b"", b"\0", b"\0\1", b"\0\1\0", b"\0\1\0octet\0", b"\0\1name",
              b"\0\1name\0", b"\0\3\0\1data", b"\0\4\0\0", b"\0\5\0\0x\0",
              b"\0\6blksize\0", b"\377" * 600, b"\0\1" + b"A" * 2046,
              b"\0\1" + b"/" * 400 + b"\0octet\0"):
        junk.raw(b)
    time.sleep(0.2)
    while junk.get(0.2):
        pass
    junk.raw(b"\0\7dir\0octet\0")  # EFI's DIR
    junk.need(ERROR, 4)
    junk.raw(b"\0\5\0\0x\0")
    junk.silence(0.3, "to an ERROR")
    plain_request()


# --- RFC 2347, 2348, 2349 --------------------------------------------------

def blksize():
    c = Client()
    c.ask("f1048576", "octet", "blksize", 1468)
    c.oack("blksize", 1468)
    c.ack(0)
    p = c.need(DATA, 1)
    same("length", len(p[2]), 1468)
    same("the file", c.rest(p, 1468), contents("f1048576"))


def blksize_out_of_range():
    for v in ("7", "0", "abc", "-1", "", "99999999999"):
        c = Client()
        c.ask("f513", "octet", "blksize", v)
        p = c.need(DATA, 1)
        same("length with blksize %r" % v, len(p[2]), 512)
        c.rest(p, 512)
    c = Client()
    c.ask("f513", "octet", "blksize", 65465)
    c.oack("blksize", 65464)
    c.error(8)


def tsize():
    for n in (0, 1, 512, 1048576):
        c = Client()
        c.ask("f%d" % n, "octet", "tsize", 0)
        c.oack("tsize", n)
        c.error(8)


def oack_order():
    c = Client()
    c.ask("f513", "OcTeT", "TSIZE", 0, "windowsize", 2, "foo", "bar",
          "BLKSIZE", 1024, "timeout", 9)
    c.oack("TSIZE", 513, "windowsize", 2, "BLKSIZE", 1024, "timeout", 9)
    c.error(8)


def nothing_accepted():
    c = Client()
    c.ask("f513", "octet", "foo", 1, "msftwindow", 31416, "timeout", 0)
    same("the file", c.rest(c.need(DATA, 1), 512), contents("f513"))


def probe_then_error():
    """EDK2, Intel, iPXE, PXELINUX: they learn the size and say ERROR.

    Then there is silence for ten seconds.
    """
    cs = []
    for code, msg in ((8, b"User aborted the transfer"), (8, b""),
                      (0, b"TFTP Aborted"), (0, b"No error, file close")):
        c = Client()
        c.ask("f1048576", "octet", "tsize", 0, "timeout", 1)
        c.oack("tsize", 1048576, "timeout", 1)
        c.error(code, msg)
        cs.append(c)
    time.sleep(10)
    for c in cs:
        c.silence(0, "after an ERROR")


def netascii():
    c = Client()
    c.ask("text", "netascii", "tsize", 0, "blksize", 128)
    c.oack("blksize", 128)
    c.ack(0)
    wanted = contents("text").replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")
    same("the text", c.rest(c.need(DATA, 1), 128), wanted)


# --- RFC 7440 --------------------------------------------------------------

def window():
    c = Client()
    c.ask("f1048576", "octet", "windowsize", 4, "timeout", 1)
    c.oack("windowsize", 4, "timeout", 1)
    c.ack(0)
    for n in (1, 2, 3, 4):
        c.need(DATA, n)
    c.silence(0.3, "before the window's ACK")
    c.ack(1)  # block 2 was lost
    for n in (2, 3, 4, 5):
        c.need(DATA, n)
    c.ack(1)
    c.ack(1)
    c.silence(0.3, "repeated ACKs of the gap")
    c.ack(5)
    for n in (6, 7, 8, 9):
        c.need(DATA, n)
    for n in (6, 7, 8, 9):  # nothing came: the whole window by the timer
        c.need(DATA, n)
    c.error(0)


def window_at_the_end():
    c = Client()
    c.ask("f1024", "octet", "windowsize", 64)
    c.oack("windowsize", 64)
    c.ack(0)
    data = b"".join(c.need(DATA, n)[2] for n in (1, 2, 3))
    same("the file", data, contents("f1024"))
    c.ack(3)
    c.silence(0.3, "after the end")


def window_is_bounded():
    c = Client()
    c.ask("f1048576", "octet", "windowsize", 65535, "timeout", 5)
    c.oack("windowsize", 64, "timeout", 5)
    c.ack(0)
    for n in range(1, 65):
        c.need(DATA, n)
    c.silence(0.3, "beyond the window")
    c.error(0)


def window_of_large_blocks():
    """More than the socket takes at once: it goes on when there is room."""
    c = Client()
    c.s.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
    c.ask("f8m", "octet", "blksize", 65464, "windowsize", 64)
    c.oack("blksize", 65464, "windowsize", 64)
    data = b""
    n, block = 0, 65464
    c.ack(0)
    while block == 65464:
        p = c.need(DATA, within=3)
        if p[1] == n + 1:
            n, block = p[1], len(p[2])
            data += p[2]
            if n % 64 == 0 or block < 65464:
                c.ack(n)
    want(data == contents("f8m"), "%d bytes, not the file" % len(data))


# --- requests again --------------------------------------------------------

def repeated_request():
    c = Client()
    c.ask("f1048576", "octet", "blksize", 1024, "timeout", 2)
    c.oack("blksize", 1024, "timeout", 2)
    tid = c.tid
    for _ in range(3):
        c.ask("f1048576", "octet", "blksize", 1024, "timeout", 2)
        c.oack("blksize", 1024, "timeout", 2)
        same("the TID", c.tid, tid)
    c.ack(0)
    c.need(DATA, 1)
    c.ack(1)
    c.need(DATA, 2)
    c.silence(0.5, "a second stream")
    c.ask("f1048576", "octet", "blksize", 1024, "timeout", 2)  # a late copy
    c.oack("blksize", 1024, "timeout", 2)
    c.silence(0.3, "a second stream")
    c.ack(2)
    c.need(DATA, 3)
    same("the TID", c.tid, tid)
    c.error(0)


def reset_client():
    """A ROM that was reset asks the same from the same port."""
    c = Client()
    for _ in range(3):
        c.ask("f1048576", "octet", "blksize", 1024)
        c.oack("blksize", 1024, past=20)
        c.ack(0)
        for n in range(1, 20):
            p = c.need(DATA, n) if n == 1 else c.next(n)
            same("block", p[2], contents("f1048576")[(n-1)*1024:n*1024])
            c.ack(n)
        c.next(20)
    c.error(0)


def request_overtakes_the_last_ack():
    """The next request of the same port is seen before the ACK that ends the
    first transfer: it is a new one, not a repeated one."""
    pid = int(K["pid"])
    c = Client()
    c.ask("f513")
    p = c.need(DATA, 1)
    c.ack(1)
    c.need(DATA, 2)
    os.kill(pid, signal.SIGSTOP)
    c.ask("f513")
    c.ack(2)
    time.sleep(0.1)
    os.kill(pid, signal.SIGCONT)
    tid = c.tid
    p = c.need(DATA, 1)
    want(c.tid != tid, "the first transfer goes on")
    same("the file", c.rest(p, 512), contents("f513"))


def windows(name, w, lost, copies):
    """Fetch by windows as RFC 7440 says; lost(n) is the fate of the nth DATA.
    Returns blocks of the file, DATA that came, DATA that had come before."""
    c = Client()
    c.ask(name, "octet", "blksize", 1408, "windowsize", w)
    c.oack("blksize", 1408, "windowsize", w)
    c.ack(0)
    data, since, told, came, before = [], 0, False, 0, 0
    while not data or len(data[-1]) == 1408:
        p = c.get()
        want(p and p[0] == DATA, "wanted DATA, got %s" % (p and p[:2],))
        came += 1
        ahead = (p[1] - len(data) - 1 + 32768) % 65536 - 32768
        if lost(came):
            continue
        before += ahead < 0
        if ahead:  # a gap is told once; what is old tells where we are
            if not told or ahead == -1:
                c.ack(len(data))
                since = 0  # from an ACK the server counts a whole window
            told = True
            continue
        data.append(p[2])
        told, since = False, since + 1
        if since == w or len(p[2]) < 1408:
            since = 0
            for _ in range(copies):
                c.ack(len(data))
    same("the file", b"".join(data), contents(name))
    return len(data), came, before


def lost_blocks_in_windows():
    """One in a hundred is lost: what came before hardly comes again."""
    blocks, came, before = windows("f1048576", 16, lambda n: n % 97 == 0, 1)
    want(before < blocks // 20, "%d of %d came twice" % (before, blocks))


def doubled_acks():
    """The network doubles each ACK: one stream, not two."""
    blocks, came, before = windows("f1048576", 8, lambda n: False, 2)
    want(came < blocks * 5 // 4, "%d DATA for %d blocks" % (came, blocks))


def other_request_from_the_same_port():
    c = Client()
    c.ask("f1048576")
    c.need(DATA, 1)
    c.ask("f513")
    p = c.need(DATA, 1)
    same("the file", c.rest(p, 512), contents("f513"))
    c.silence(1.5, "the first stream")


# --- names -----------------------------------------------------------------

def names():
    for name in (b"f513", b"/f513", b"//f513", b"\\f513", b"boot\\..\\f513",
                 b"f513\377", b"f513\377\377", b"f513\x01", b"f513 "):
        c = Client()
        c.ask(name)
        same("the file for %r" % name, c.rest(c.need(DATA, 1), 512),
             contents("f513"))
    c = Client()
    c.raw(b"\0\1f513\0octet")  # no last NUL
    same("the file", c.rest(c.need(DATA, 1), 512), contents("f513"))
    c = Client()
    c.raw(b"\0\1f513\0octet\0blksize\0001024")
    c.oack("blksize", 1024)
    c.error(8)


def escapes():
    for name in ("../x", "/../x", "..\\x", "boot/../../x", "outside",
                 "outside2", "secret", "boot", "fifo"):
        Client().refused(2, name)
    for name in ("n" * 500, "etc/hostname", "/etc/hostname"):
        Client().refused(1, name)


# --- addresses and services --------------------------------------------------

def answers_from_the_address_asked():
    for server in K["servers"].split(","):
        c = Client(me="::" if ":" in server else None, server=server)
        c.ask("f513")
        p = c.need(DATA, 1)
        same("source", c.tid[0], server)
        same("the file", c.rest(p, 512), contents("f513"))
        c = Client(me="::" if ":" in server else None, server=server)
        c.refused(1, "missing")
        same("source of the ERROR", c.tid[0], server)


def sent_to_many():
    """RFC 1123 4.2.3.5: a request to a broadcast address is ignored."""
    for many in K["many"].split(","):
        c = Client(me="::" if ":" in many else None, server=many)
        c.s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        c.ask("f513")
        c.silence(0.5, "a request to " + many)
        c.ask("missing")
        c.silence(0.5, "and one that is refused")


def large_packets():
    c = Client(service=59)
    c.ask("bpbatch.P")
    p = c.need(DATA, 1)
    same("length on port 59", len(p[2]), 1408)
    same("the file", c.rest(p, 1408), contents("bpbatch.P"))
    c = Client(service=59)
    c.ask("bpbatch.P", "octet", "blksize", 512, "tsize", 0)
    c.oack("tsize", len(contents("bpbatch.P")))
    c.ack(0)
    same("the file", c.rest(c.need(DATA, 1), 1408), contents("bpbatch.P"))
    c = Client(service=69)
    c.ask("bpbatch.P")
    same("length on port 69", len(c.need(DATA, 1)[2]), 512)
    c.error(0)


def client_limit():
    """-c 2: a third one gets no answer until there is room."""
    a, b, c = Client(), Client(), Client()
    for x in (a, b):
        x.ask("f1048576", "octet", "timeout", 5)
        x.oack("timeout", 5)
    c.ask("f513")
    c.silence(0.5, "with two clients")
    a.error(0)
    time.sleep(0.1)
    c.ask("f513")
    same("the file", c.rest(c.need(DATA, 1), 512), contents("f513"))
    b.error(0)


# --- files that change, signals ----------------------------------------------

def shrinking_file():
    path = os.path.join(K["tree"], "shrinks")
    with open(path, "wb") as f:
        f.write(b"x" * 100000)
    c = Client()
    c.ask("shrinks")
    c.need(DATA, 1)
    os.truncate(path, 1000)
    for n in range(1, 100):  # some are read ahead, far from all 196
        c.ack(n)
        p = c.next(n + 1, DATA, ERROR)
        if p[0] == ERROR:
            break
    same("the end", p[:2], (ERROR, 0))
    c.silence(1.5, "after the end")


def shrinking_windows():
    """A file that is sent out of memory, in windows; cut in its middle, and
    by one byte of its last page, which then ends in zeros."""
    for cut in 500001, 999999:
        path = os.path.join(K["tree"], "shrinks-too")
        with open(path, "wb") as f:
            f.write(b"x" * 1000000)
        os.utime(path, (1e9, 1e9))  # a file that is just written is read
        for _ in range(2):  # what was sent before is mapped
            c = Client()
            c.ask("shrinks-too", "octet", "blksize", 65464)
            c.oack("blksize", 65464)
            c.ack(0)
            c.rest(c.need(DATA, 1), 65464)
        c = Client()
        c.ask("shrinks-too", "octet", "blksize", 1408, "windowsize", 16)
        c.oack("blksize", 1408, "windowsize", 16)
        c.ack(0)
        n, p = 0, c.need(DATA, 1)
        while p[0] != ERROR:
            want(p[1] <= n + 1, "DATA %d after %d" % (p[1], n))
            same("DATA %d" % p[1], p[2], b"x" * 1408)
            if p[1] == n + 1:
                n += 1
            if n == 160:
                os.truncate(path, cut)
            if p[1] == n and n % 16 == 0:
                c.ack(n)
            p = c.get()
            want(p is not None, "nothing after DATA %d" % n)
        same("the end", p[:2], (ERROR, 0))
        want(n >= 160, "it ended before the file did: %d" % n)


def growing_file():
    path = os.path.join(K["tree"], "grows")
    with open(path, "wb") as f:
        f.write(b"x" * 1000)
    c = Client()
    c.ask("grows", "octet", "tsize", 0)
    c.oack("tsize", 1000)
    c.ack(0)
    p = c.need(DATA, 1)
    with open(path, "ab") as f:
        f.write(b"y" * 5000)
    same("the file", c.rest(p, 512), b"x" * 1000)


def replaced_file():
    path = os.path.join(K["tree"], "replaced")
    with open(path, "wb") as f:
        f.write(b"old" * 1000)
    c = Client()
    c.ask("replaced")
    p = c.need(DATA, 1)
    with open(path + ".new", "wb") as f:
        f.write(b"new" * 10)
    os.rename(path + ".new", path)
    same("the file", c.rest(p, 512), b"old" * 1000)


def reload_keeps_running_transfers():
    pid, conf = int(K["pid"]), K["conf"]
    with open(conf) as f:
        before = f.read()
    c = Client()
    c.ask("f1048576", "octet", "blksize", 8192)
    c.oack("blksize", 8192)
    c.ack(0)
    p = c.need(DATA, 1)
    with open(conf, "w") as f:
        f.write(before.replace("[tftpd]", "[tftpd]\nmax_blksize = 1000"))
    os.kill(pid, signal.SIGHUP)
    time.sleep(0.4)
    same("the file", c.rest(p, 8192), contents("f1048576"))
    c = Client()
    c.ask("f513", "octet", "blksize", 8192)
    c.oack("blksize", 1000)
    c.error(8)
    with open(conf, "w") as f:
        f.write("[tftpd]\nmax_blksize = much\n")
    os.kill(pid, signal.SIGHUP)
    time.sleep(0.4)
    c = Client()
    c.ask("f513", "octet", "blksize", 8192)
    c.oack("blksize", 1000)
    c.error(8)
    with open(conf, "w") as f:
        f.write(before)
    os.kill(pid, signal.SIGHUP)
    time.sleep(0.4)


def end_tells_the_clients():
    c = Client()
    c.ask("f1048576")
    c.need(DATA, 1)
    begin = time.monotonic()
    os.kill(int(K["pid"]), signal.SIGTERM)
    c.need(ERROR, 0)
    while os.path.exists("/proc/%s/exe" % K["pid"]):
        want(time.monotonic() - begin < 2, "still there after 2 s")
        time.sleep(0.02)


# --- started by others -------------------------------------------------------

def listener(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("0.0.0.0", port))
    return s


def started(argv, port, stdin=None, env=None, fds=()):
    """A request that waits in the socket is the first that is served."""
    c = Client(service=port)
    c.ask("f513")
    time.sleep(0.1)
    d = subprocess.Popen(argv, stdin=stdin, stdout=stdin, stderr=stdin,
                         env=env, pass_fds=fds)
    try:
        p = c.need(DATA, 1)
        same("source", c.tid[0], K["server"])
        same("the file", c.rest(p, 512), contents("f513"))
        c = Client(service=port)
        c.ask("f1024")
        same("the file", c.rest(c.need(DATA, 1), 512), contents("f1024"))
        begin = time.monotonic()
        d.wait(5)
        took = time.monotonic() - begin
        same("exit status", d.returncode, 0)
        want(0.5 < took < 2.5, "idle for %.1f s, wanted 1 s" % took)
    finally:
        if d.poll() is None:
            d.kill()
            d.wait()


def inetd():
    """dgram udp wait: the socket is descriptor 0."""
    port = 1069
    s = listener(port)
    started([K["tftpd"], "-d", K["tree"], "-u", "nobody", "-i", "1"], port,
            stdin=s)
    started([K["tftpd"], "-d", K["tree"], "-u", "nobody", "-i", "1"], port,
            stdin=s)  # inetd starts the next one on the same socket


def systemd():
    port = 1070
    s = listener(port)
    script = ('exec 3<&%d; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" "$@"'
              % s.fileno())
    started(["/bin/bash", "-c", script, K["tftpd"], "-d", K["tree"],
             "-u", "nobody", "-i", "1"], port, fds=(s.fileno(),))


def main():
    for a in sys.argv[2:]:
        k, v = a.split("=", 1)
        K[k] = v
    try:
        globals()[sys.argv[1]]()
    except Failed as e:
        print(e)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
