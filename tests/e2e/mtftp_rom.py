#!/usr/bin/python3
"""MTFTP clients over plain sockets, made after what boot ROMs do.

	mtftp_rom.py CLIENT|CHECK key=value ...

Clients write what they received to out=PATH:
	intel	 Intel's PXE reference client: listens tmout s on the group,
		 opens from cport, wants block 1 by unicast and by multicast,
		 takes only the server's address and sport, gives up on a block
		 that goes down and, as master, on a gap; keeps of each pass
		 what follows its last gap
	ipxe	 opens at once from a port of its own, acknowledges its first
		 gap for each packet once it got a unicast one, opens again from
		 a new port after 0.25 s of silence, doubling; fails where it would
		 fall back to port 69: after three tries without any answer,
		 and at silence after it only heard a part of a pass (again=1: it
		 opens again; for links that lose its RRQ, of which no server
		 can know)
	listen	 asks nothing, keeps all blocks of one pass

Checks exit 0 or tell what they wanted and got.  Common keys: server= sport=
group= cport= file= me= (our address) other= (another one of ours).

SPDX-License-Identifier: ISC
"""
import select
import socket
import struct
import sys
import time

RRQ, DATA, ACK, ERROR = 1, 3, 4, 5
IP_PKTINFO = 8


class Failed(Exception):
    pass


def want(ok, what):
    if not ok:
        raise Failed(what)


class Args(dict):
    def __getattr__(self, key):
        try:
            return self[key]
        except KeyError:
            raise Failed("key %s= is missing" % key)


class Packet:
    def __init__(self, data, dst, src):
        self.op, self.block = struct.unpack("!HH", data[:4])
        self.data, self.src = data[4:], src
        self.multicast = dst.startswith(("224.", "239."))

    def __repr__(self):
        name = {DATA: "DATA", ERROR: "ERROR"}.get(self.op, str(self.op))
        return "%s %d (%d bytes) %s from %s:%d" % (
            name, self.block, len(self.data),
            "to the group" if self.multicast else "to us", *self.src)


class Socket:
    """A UDP socket that tells how a datagram was addressed."""

    def __init__(self, a, address="", port=0, join=False):
        self.a = a
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.s.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.s.bind((address, port))
        if join:
            self.s.setsockopt(
                socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                socket.inet_aton(a.group) + socket.inet_aton(a.me))

    def close(self):
        self.s.close()

    def fileno(self):
        return self.s.fileno()

    def send(self, data):
        self.s.sendto(data, (self.a.server, int(self.a.sport)))

    def rrq(self, name=None, extra=b"", mode=b"octet"):
        name = (name or self.a.file).encode()
        self.send(b"\0\1" + name + b"\0" + mode + b"\0" + extra)

    def ack(self, n):
        self.send(struct.pack("!HH", ACK, n & 0xffff))

    def error(self, code, text=b""):
        self.send(struct.pack("!HH", ERROR, code) + text + b"\0")

    def read(self):
        data, anc, _, src = self.s.recvmsg(65536, 256)
        dst = ""
        for level, kind, value in anc:
            if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
                dst = socket.inet_ntoa(value[8:12])
        return Packet(data, dst, src)

    def get(self, seconds):
        """The next packet, or None."""
        return self.read() if select.select([self], [], [], seconds)[0] \
            else None

    def all(self, seconds):
        """What comes until then."""
        end, got = time.monotonic() + seconds, []
        while time.monotonic() < end:
            p = self.get(max(0, end - time.monotonic()))
            if p:
                got.append(p)
        return got


def listener(a):
    """cport, joined to the group."""
    return Socket(a, "", int(a.cport), join=True)


def of_server(a, p):
    want(p is not None, "wanted a packet of the server, got none")
    want(p.src == (a.server, int(a.sport)),
         "wanted source %s:%s, got %r" % (a.server, a.sport, p))
    return p


def expect(a, s, block, multicast, seconds=2):
    p = of_server(a, s.get(seconds))
    want(p.op == DATA and p.block == block and p.multicast == multicast,
         "wanted DATA %d %s, got %r" %
         (block, "to the group" if multicast else "to us", p))
    return p


def expect_first(a, s):
    """Block 1 twice, unicast before multicast."""
    expect(a, s, 1, False)
    return expect(a, s, 1, True)


def expect_nothing(s, seconds, what):
    got = s.all(seconds)
    want(not got, "%s: wanted nothing, got %r" % (what, got[:3]))


def finish(a, s, block, mark=None):
    """As the master from block on to the end; all data from there."""
    data = b""
    while True:
        p = s.get(3)
        want(p is not None, "nothing after block %d" % (block - 1))
        if p.op != DATA or p.block != block:
            continue
        data += p.data
        s.ack(block)
        if len(p.data) < int(a.get("blksize", 512)):
            return data
        block += 1


# --- clients ------------------------------------------------------------


class Intel:
    """tail: what was received in order behind the last gap."""

    def __init__(self, a):
        self.a, self.s = a, listener(a)
        self.tmout, self.delay = float(a.tmout), float(a.delay)
        self.have, self.size, self.last = {}, 0, 0
        self.blksize = 0

    def take(self, p):
        of_server(self.a, p)
        want(p.op == DATA, "protocol error: %r" % p)
        if not self.size:
            self.size = len(p.data)
        self.have[p.block] = p.data
        if len(p.data) < self.size:
            self.last = p.block

    def complete(self):
        return self.last and len(self.have) == self.last

    def master(self):
        """Block 1 is here, both copies."""
        n, deadline = 1, time.monotonic() + 30
        self.s.ack(1)
        while not self.last or n < self.last:
            p = self.s.get(self.delay)
            want(p is not None and time.monotonic() < deadline,
                 "master: silence after block %d" % n)
            want(n <= p.block <= n + 1,
                 "master: wanted block %d or %d, got %r" % (n, n + 1, p))
            if not p.multicast:
                continue
            self.take(p)
            n = p.block
            self.s.ack(n)
        want(self.complete(), "master: incomplete")

    def open(self):
        """Three tries; "master", "listen" or a failure."""
        for _ in range(3):
            uni = multi = False
            self.s.rrq()
            end = time.monotonic() + self.delay
            while time.monotonic() < end:
                p = self.s.get(max(0, end - time.monotonic()))
                if not p:
                    break
                of_server(self.a, p)
                want(p.op == DATA, "open: %r" % p)
                if p.block != 1:
                    return "listen"
                self.take(p)
                uni, multi = uni or not p.multicast, multi or p.multicast
                if uni and multi:
                    return "master"
        raise Failed("open: no answer")

    def listen(self, wait):
        """One pass, or a part of it; returns how many blocks it missed."""
        seen = missed = 0
        while not self.complete():
            p = self.s.get(wait)
            if not p:
                return missed
            if not p.multicast:
                continue
            want(p.block >= seen or seen == self.last,
                 "listen: block %d after %d" % (p.block, seen))
            if seen and p.block > seen + 1:
                missed += p.block - seen - 1
            self.take(p)
            seen, wait = p.block, self.delay
        return missed

    def run(self):
        wait, passes = self.tmout, 0
        while not self.complete():
            missed = self.listen(wait)
            if self.complete():
                break
            want(passes < 20, "twenty passes and not complete")
            passes += 1
            time.sleep(max(0, self.tmout - missed) if self.have else 0)
            if self.open() == "master":
                self.master()
            wait = self.delay
        return b"".join(self.have[n + 1] for n in range(self.last))


class Ipxe:
    def __init__(self, a):
        self.a, self.mc = a, listener(a)
        self.have, self.last, self.uni = {}, 0, None
        self.jump = int(a.get("skip", 0))

    def open(self):
        if self.uni:
            self.uni.close()
        self.uni, self.master, self.peer = Socket(self.a, self.a.me), False, None
        self.uni.rrq()

    def gap(self):
        n = 0
        while n + 1 in self.have:
            n += 1
        return n

    def take(self, p):
        if p.op == ERROR:
            raise Failed("%r" % p)
        if p.multicast is False:
            self.master = True
        if self.peer is None:
            self.peer = p.src
        if p.src != self.peer or len(p.data) > 512:
            return
        self.have[p.block] = p.data
        if len(p.data) < 512:
            self.last = p.block
        if self.master:
            self.uni.ack(self.gap())

    def run(self):
        timeout, silent = 0.25, 0
        deadline = time.monotonic() + float(self.a.get("seconds", 60))
        self.open()
        while not (self.last and self.gap() == self.last):
            want(time.monotonic() < deadline, "too slow: %d of %d blocks" %
                 (len(self.have), self.last))
            got = select.select([self.uni, self.mc], [], [], timeout)[0]
            # its multicast socket hears unicast to cport too; not this one
            for s in got:
                self.take(s.read())
                timeout, silent = 0.25, 0
            if not got:
                want(self.master or self.peer is None or "again" in self.a,
                     "silence after a part of a pass: port 69")
                timeout *= 2
                silent += self.peer is None
                want(silent < 3, "three tries without an answer: port 69")
                self.open()
        return b"".join(self.have[n + 1] for n in range(self.last))


def listen(a):
    s, have, last = listener(a), {}, 0
    end = time.monotonic() + float(a.get("seconds", 30))
    while not last or len(have) < last:
        p = s.get(max(0, end - time.monotonic()))
        want(p is not None, "heard %d of %s blocks" %
             (len(have), last or "unknown"))
        of_server(a, p)
        want(p.multicast, "unicast to a listener: %r" % p)
        have[p.block] = p.data
        if len(p.data) < int(a.get("blksize", 512)):
            last = p.block
    return b"".join(have[n + 1] for n in range(last))


# --- checks -------------------------------------------------------------


def check_open(a):
    """71: unicast first, then multicast, both from sport."""
    s = listener(a)
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    finish(a, s, 2)


def check_pass(a):
    """72: an ACK to sport is accepted; block 2 by multicast only."""
    s = listener(a)
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    expect(a, s, 2, True)
    s.ack(2)
    expect(a, s, 3, True)
    s.ack(3)
    finish(a, s, 4)


def check_source_port(a):
    """73: the unicast answer goes to the port that asked."""
    mc, s = listener(a), Socket(a, a.me)
    s.rrq()
    expect(a, s, 1, False)
    expect(a, mc, 1, True)
    s.ack(1)
    expect(a, mc, 2, True)
    s.error(0)
    mc.all(0.5)


def check_stranger(a):
    """74: an ACK from another host or port is ignored."""
    s, x, y = listener(a), Socket(a, a.other, 0), Socket(a, a.me, 0)
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    expect(a, s, 2, True)
    x.ack(2)
    y.ack(2)
    x.error(0)
    for p in s.all(0.3):
        want(p.block == 2, "a stranger moved the pass: %r" % p)
    s.ack(2)
    p = s.get(1)
    while p and p.block == 2:
        p = s.get(1)
    want(p and p.block == 3, "wanted DATA 3, got %r" % p)
    s.ack(3)
    finish(a, s, 4)


def check_second(a):
    """75: a second opener gets nothing by unicast, now or later."""
    s, x = listener(a), Socket(a, a.other, 0)
    s.rrq()
    expect_first(a, s)
    x.rrq()
    expect_nothing(x, 0.05, "before ACK 1")
    s.ack(1)
    expect(a, s, 2, True)
    x.rrq()
    x.rrq()
    x.ack(1)
    expect_nothing(x, 0.2, "in the pass")
    s.ack(2)
    finish(a, s, 3)
    expect(a, x, 1, False)
    x.error(0)


def check_silent(a):
    """76: repeats, the pass goes to its end; a new RRQ begins at 1."""
    s, n, blocks = listener(a), 0, int(a.blocks)
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    got = [expect(a, s, 2, True)]
    end = time.monotonic() + 20
    while got[-1].block < blocks and time.monotonic() < end:
        got += s.all(0.1)
    order = [p.block for p in got]
    want(order == sorted(order), "went down: %r" % order[:50])
    want(order.count(2) > 2, "block 2 came %d times" % order.count(2))
    want(sorted(set(order)) == list(range(2, blocks + 1)),
         "blocks %r of %d" % (sorted(set(order))[-3:], blocks))
    s.all(0.3)
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    finish(a, s, 2)


def check_no_ack(a):
    """76, forged: block 1 three times each way, then nothing more."""
    s = listener(a)
    s.rrq()
    got = s.all(2)
    want(all(p.block == 1 for p in got), "more than block 1: %r" % got)
    uni = sum(not p.multicast for p in got)
    want(1 < uni <= 3, "unicast %d times" % uni)
    s.rrq()
    expect_first(a, s)
    s.error(0)
    s.all(0.3)


def check_duplicates(a):
    """77: a duplicate ACK causes no data."""
    s = listener(a)
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    s.ack(1)
    expect(a, s, 2, True)
    for _ in range(5):
        s.ack(1)
    s.ack(2)
    s.ack(2)
    expect(a, s, 3, True)
    s.ack(3)
    p = expect(a, s, 4, True)
    s.ack(p.block)
    finish(a, s, 5)


def check_jump(a):
    """78: ACK n as the answer to block 1: DATA n+1."""
    s, n = listener(a), int(a.blocks)
    s.rrq()
    expect_first(a, s)
    s.ack(n - 3)
    expect(a, s, n - 2, True)
    s.ack(n - 2)
    expect(a, s, n - 1, True)
    s.ack(n)
    got = [p.block for p in s.all(0.3)]
    want(got == [n] * 3, "after ACK %d: wanted it thrice, got %r" % (n, got))


def check_end(a):
    """79: the last block is short or empty, and comes three times."""
    s = listener(a)
    s.rrq()
    data = expect_first(a, s).data
    s.ack(1)
    last = 1
    if len(data) == 512:
        data += finish(a, s, 2)
        last = int(a.blocks)
    want(len(data) == int(a.size), "wanted %s bytes, got %d" %
         (a.size, len(data)))
    again = s.all(0.3)
    want([p.block for p in again] == [last, last],
         "wanted block %d twice more, got %r" % (last, again))


def check_options(a):
    """81: options are ignored: DATA 1 of 512 bytes; ERROR 8 ends it."""
    s = listener(a)
    s.rrq(extra=b"tsize\0000\0blksize\0001456\0")
    p = expect_first(a, s)
    want(len(p.data) == 512, "wanted 512 bytes, got %r" % p)
    s.error(8)
    expect_nothing(s, 0.8, "after ERROR 8")
    s.rrq()
    expect_first(a, s)
    s.ack(1)
    finish(a, s, 2)


def check_refused(a):
    """82: ERROR code= within 100 ms, nothing else."""
    s = Socket(a, a.me)
    s.rrq(mode=a.get("mode", "octet").encode())
    p = of_server(a, s.get(0.1))
    want(p.op == ERROR and p.block == int(a.code),
         "wanted ERROR %s, got %r %r" % (a.code, p, p.data))
    expect_nothing(s, 0.3, "after the ERROR")


def check_write(a):
    """A WRQ is refused, an unknown opcode too; junk is not answered."""
    s = Socket(a, a.me)
    s.send(b"\0\2x\0octet\0")
    p = of_server(a, s.get(0.5))
    want(p.op == ERROR and p.block == 2, "WRQ: got %r" % p)
    s.send(b"\0\7x\0octet\0")
    p = of_server(a, s.get(0.5))
    want(p.op == ERROR and p.block == 4, "opcode 7: got %r" % p)
    for junk in (b"", b"\0", b"\0\1", b"\0\4", b"\0\5", b"\0\3\0\1" + b"x" * 99):
        s.send(junk)
    got = s.all(0.3)
    want(len(got) <= 1, "junk was answered: %r" % got)


def check_names(a):
    """Backslashes, leading slashes, the tree's path, junk behind it."""
    for name in ("/" + a.file, "\\" + a.file, "//" + a.file,
                 a.root + "/" + a.file, a.file + "\xff"):
        s = listener(a)
        s.send(b"\0\1" + name.encode("latin-1") + b"\0octet\0")
        expect_first(a, s)
        s.error(0)
        s.all(0.1)
        s.close()


def check_no_multicast(a):
    """The opener hears no multicast, acknowledges block 1 and no other."""
    s = listener(a)
    s.rrq()
    expect(a, s, 1, False)
    s.ack(1)
    got = s.all(1)
    want(not got, "wanted nothing here, got %r" % got[:3])


def vanish(a):
    """A master that acknowledges some blocks and is gone."""
    s = listener(a)
    s.rrq()
    expect_first(a, s)
    for n in range(1, int(a.acks) + 1):
        s.ack(n)
        expect(a, s, n + 1, True)
    if "error" in a:
        s.error(0)


CLIENTS = {"intel": lambda a: Intel(a).run(), "ipxe": lambda a: Ipxe(a).run(),
           "listen": listen}


def main():
    a = Args(word.split("=", 1) for word in sys.argv[2:])
    try:
        if sys.argv[1] in CLIENTS:
            data = CLIENTS[sys.argv[1]](a)
            with open(a.out, "wb") as f:
                f.write(data)
        elif sys.argv[1] == "vanish":
            vanish(a)
        else:
            globals()["check_" + sys.argv[1]](a)
    except Failed as e:
        print("%s: %s" % (sys.argv[1], e))
        return 1
    return 0


sys.exit(main())
