#!/usr/bin/python3
"""What a TFTP server gives to clients that may not be there: one check for
each name, as in tftp_wire.py.

	tftp_guard.py CHECK key=value ...

SPDX-License-Identifier: ISC
"""
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib

import tftp_wire
from tftp_wire import (ACK, DATA, ERROR, K, OACK, RRQ, WRQ, Client, Failed,
                       contents, request, same, want)


def payloads(c, seconds):
    """Bytes of UDP payload that come until then."""
    end, n = time.monotonic() + seconds, 0
    while True:
        left = max(end - time.monotonic(), 0.001)
        c.s.settimeout(left)
        try:
            n += len(c.s.recv(70000))
        except socket.timeout:
            if time.monotonic() >= end:
                return n


def answers(packets, seconds):
    """What each of them gets, from a client of its own, until then."""
    cs = [(Client(), b) for b in packets]
    for c, b in cs:
        c.raw(b)
    time.sleep(seconds)
    return [(b, payloads(c, 0)) for c, b in cs]


# --- who never answers ------------------------------------------------------

def six_bytes_for_one_with_options():
    for b, n in answers([request(RRQ, b"f1048576", "octet", *opts)
                         for opts in (("blksize", 1468),
                                      ("tsize", 0, "blksize", 1468),
                                      ("multicast", ""),
                                      ("windowsize", 64, "blksize", 65464))],
                        float(K["seconds"])):
        want(0 < n <= 6 * len(b), "%d bytes for %d" % (n, len(b)))


def leased_ones_by_multicast():
    """A client that is no master yet may stay silent: 16 OACKs at most."""
    b = request(RRQ, b"f1048576", "octet", "multicast", "")
    for _, n in answers([b, b], float(K["seconds"])):
        want(0 < n <= 16 * len(b"\0\6multicast\x00255.255.255.255,65535,1\0"),
             "%d bytes" % n)


def twenty_six_for_a_plain_one():
    for b, n in answers([request(RRQ, b"bootx64.efi"),
                         request(RRQ, b"boot/a-longer-name-of-a-file")],
                        float(K["seconds"])):
        want(516 <= n <= 26 * len(b), "%d bytes for %d" % (n, len(b)))


def asking_again_gets_the_same_again():
    c, b = Client(), request(RRQ, b"bootx64.efi")
    for _ in range(5):
        c.raw(b)
        c.need(DATA, 1)
    n = payloads(c, float(K["seconds"]))
    want(n <= 5 * (26 * len(b) - 516), "%d bytes more" % n)


def errors_are_short():
    for b, n in answers([b"\0\1a\0octet\0", b"\0\2a\0octet\0",
                         b"\0\1\0octet\0", b"\0\1\0", b"\0\1a\0",
                         b"\0\1../x\0octet\0", b"\0\1a\0mail\0"], 0.4):
        want(n <= 6 * len(b), "%r: %d bytes for %d" % (b, n, len(b)))
    c = Client()
    c.raw(b"\0\1\0")  # what there is no room for is cut
    same("text", c.need(ERROR, 1)[2], b"no file name,\0")


def nothing_for_what_is_no_request():
    """To the service's port: not one byte."""
    c = Client()
    for op in (0, 3, 4, 5, 6, 7, 8, 9, 10, 255, 256, 0xffff):
        for rest in (b"", b"\0", b"\0\0", b"\0\1", b"\0\0x\0", b"\377" * 500):
            c.raw(struct.pack("!H", op) + rest)
    for b in (b"", b"\0", b"\1", b"GET / HTTP/1.0\r\n\r\n", b"\x12\x34" * 30):
        c.raw(b)
    same("bytes for junk", payloads(c, 0.5), 0)
    tftp_wire.plain_request()


def patient(c):
    """DATA 1 of f1048576; the server waits nine seconds for its ACK."""
    c.ask("f1048576", "octet", "timeout", 9)
    c.oack("timeout", 9)
    c.ack(0)
    c.need(DATA, 1)


def strangers_get_no_more_than_six():
    c, other = Client(), Client(me=K["me2"])
    patient(c)
    for b in (b"\0\4\0\1", b"\0\3\0\1x"):
        other.s.sendto(b, c.tid)
        n = payloads(other, 0.2)
        want(0 < n <= 6 * len(b), "%d bytes for %d" % (n, len(b)))
    for b in (b"", b"\0", b"\0\1x\0octet\0", b"\0\7x\0octet\0", b"\0\5\0\0\0",
              b"\377" * 40):
        other.s.sendto(b, c.tid)
    same("bytes for junk", payloads(other, 0.3), 0)
    c.ack(1)
    c.need(DATA, 2)
    c.error(0)


def an_ack_ends_the_bound():
    c = Client()
    c.ask("f1048576", "octet", "timeout", 1)
    c.oack("timeout", 1)
    c.ack(0)
    for _ in range(3):
        c.need(DATA, 1, within=5)
    c.error(0)


# --- how many ----------------------------------------------------------------

def proved_ones_stay():
    """max_clients 2: a silent one gives way, a real one does not."""
    real = Client()
    patient(real)
    real.ack(1)
    real.need(DATA, 2)
    for _ in range(4):
        silent = Client()
        silent.ask("f1048576", "octet", "timeout", 9)
        silent.oack("timeout", 9)
        time.sleep(0.3)
    real.ack(2)
    p = real.need(DATA, 3)
    same("the rest", real.rest(p, 512), contents("f1048576")[1024:])


def per_client():
    """max_per_client 3 of each address."""
    mine = [Client() for _ in range(4)]
    for c in mine[:3]:
        patient(c)
        c.ack(1)
        c.need(DATA, 2)
    mine[3].ask("f1048576")
    mine[3].silence(0.4, "a fourth of one address")
    other = Client(me=K["me2"])
    other.ask("f513")
    same("another address", other.rest(other.need(DATA, 1), 512),
         contents("f513"))
    mine[0].error(0)
    time.sleep(0.2)
    mine[3].ask("f513")
    same("one in its place", mine[3].rest(mine[3].need(DATA, 1), 512),
         contents("f513"))
    for c in mine[1:3]:
        c.error(0)


# --- ports -------------------------------------------------------------------

def ports_are_of_the_range():
    first, last = (int(p) for p in K["range"].split("-"))
    n = last - first + 1
    cs, seen = [], set()
    for _ in range(n):
        c = Client()
        patient(c)
        want(first <= c.tid[1] <= last, "port %d" % c.tid[1])
        seen.add(c.tid[1])
        cs.append(c)
    same("ports in use", len(seen), n)
    c = Client()
    c.ask("f513")
    c.silence(0.4, "without a free port")
    for x in cs:
        x.error(0)
    time.sleep(0.2)
    c.ask("f513")
    same("the file", c.rest(c.need(DATA, 1), 512), contents("f513"))


def ports_cannot_be_foreseen():
    ports = []
    for _ in range(40):
        c = Client()
        c.ask("f513")
        c.need(DATA, 1)
        c.ack(1)
        ports.append(c.tid[1])
        c.error(0)
    near = sum(abs(a - b) < 16 for a, b in zip(ports, ports[1:]))
    want(near < 5, "ports follow each other: %r" % ports)
    want(len(set(ports)) > 30, "ports repeat: %r" % ports)


# --- one port ----------------------------------------------------------------

def fetch_over_one_port(server=None, window=None, wanted=None, me=None,
                        name="f1048576", port=None):
    c = Client(server=server, me=me, service=port)
    opts = ["blksize", 1024]
    if window:
        opts += ["windowsize", window]
    c.ask(name, "octet", *opts)
    opts[-1] = wanted if window else 1024
    c.oack(*opts)
    same("the source", c.tid[:2], (server or K["server"], c.service))
    size, data, n = (wanted or 1), b"", 0
    c.ack(0)
    while True:
        p = c.need(DATA, within=4)
        same("the source", c.tid[1], c.service)
        if p[1] == (n + 1) & 0xffff:
            n = p[1]
            data += p[2]
            if len(p[2]) < 1024:
                break
            if n % size == 0:
                c.ack(n)
    c.ack(n)
    same("the file", data == contents(name), True)


def one_port():
    fetch_over_one_port(window=16, wanted=int(K.get("window", 1)))
    c = Client()
    c.refused(1, "missing")
    same("the source", c.tid[1], c.service)


def one_port_from_the_address_asked():
    for server in K["servers"].split(","):
        fetch_over_one_port(server=server, me="::" if ":" in server else "",
                            name="f513")


def one_port_many():
    """Eight at once: no block goes to another."""
    wrong = []

    def one(i):
        try:
            fetch_over_one_port(me=K["me" if i % 2 else "me2"],
                                name="f1048576" if i % 3 else "f524288",
                                window=8, wanted=int(K["window"]))
        except (Failed, OSError) as e:
            wrong.append(str(e))

    ts = [threading.Thread(target=one, args=(i,)) for i in range(8)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    want(not wrong, "; ".join(wrong))


def one_port_closed():
    c = Client()
    c.ask("f1048576", "octet", "blksize", 1024)
    c.oack("blksize", 1024)
    c.ack(0)
    c.need(DATA, 1)
    c.ack(1)
    c.s.close()


def one_port_repeated():
    c = Client()
    for _ in range(3):
        c.ask("f1048576", "octet", "blksize", 1024)
        c.oack("blksize", 1024)
    c.ack(0)
    p = c.need(DATA, 1)
    same("the file", c.rest(p, 1024), contents("f1048576"))
    c.silence(0.3, "a second stream")
    c.ack(5)
    c.silence(0.3, "to a late ACK")


def blind_acks_are_worth_the_rate():
    """One who sees nothing writes all ACKs of a large file."""
    rate = int(K["rate"])
    c = Client()
    c.s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
    c.raw(request(RRQ, b"f8m", "octet", "blksize", 1024))
    begin = time.monotonic()
    for n in range(0, 8192):
        c.raw(struct.pack("!HH", ACK, n))
        if n % 64 == 0:
            time.sleep(0.002)
    took = time.monotonic() - begin
    n = payloads(c, 0.5)
    want(n <= rate * (took + 1.7) + 2048,
         "%d bytes in %.1f s at %d a second" % (n, took, rate))
    c.raw(b"\0\5\0\0\0")


def the_rate_loses_nothing():
    """A client nobody vouches for is slowed down: each block comes once and
    in order, none has to be waited for until a timer ends (5 s here)."""
    blocks, rate = 400, int(K["rate"])
    c = Client()
    c.ask("f1048576", "octet", "blksize", 1024, "timeout", 5)
    c.oack("blksize", 1024, "timeout", 5)
    begin = time.monotonic()
    for n in range(blocks):
        c.ack(n)
        c.need(DATA, n + 1, within=4)
    took = time.monotonic() - begin
    c.error(0)
    want(blocks * 1024 <= rate * (took + 1.1) + 2048,
         "%d blocks came in %.2f s" % (blocks, took))
    want(took < 4.5, "%d blocks took %.2f s" % (blocks, took))


def started_by_inetd():
    """dgram udp wait: what inetd hands over is the one port."""
    port = 1570
    s = tftp_wire.listener(port)
    c = Client(service=port)
    c.ask("f513")
    d = subprocess.Popen([K["tftpd"], "-C", K["conf"], "-i", "1"], stdin=s,
                         stdout=s, stderr=s)
    try:
        p = c.need(DATA, 1, within=5)
        same("the source", c.tid, (K["server"], port))
        same("the file", c.rest(p, 512), contents("f513"))
        fetch_over_one_port(port=port)
        same("exit status", d.wait(5), 0)
    finally:
        if d.poll() is None:
            d.kill()
            d.wait()


def lease(state, ip, mac, until, more=""):
    line = "%s %s 1/%s - 2026-01-01T00:00:00Z %s%s" % (state, ip, mac, until,
                                                       more)
    return "%s %08x\n" % (line, zlib.crc32(line.encode()))


def write_leases():
    """A journal as dhcpd's; then lines over newlines written ahead."""
    path = K["leases"]
    with open(path + ".new", "w") as f:
        f.write("remoteboot-leases 1\n")
        f.write(lease("bound", K["me"], K["mac"], "never"))
        f.write(lease("bound", K["me2"], "b8:27:eb:00:00:02",
                      "2026-02-01T00:00:00Z"))  # ran out long ago
        f.write(lease("bound", "10.9.0.8", "00:16:3e:00:00:08", "never",
                      " uefi"))
        f.write("\n" * 4000)
    os.rename(path + ".new", path)


def a_lease_is_seen_while_we_run():
    """Without one a window of 1; from its line in the journal on, more."""
    c = Client(me=K["me2"])
    c.ask("f513", "octet", "windowsize", 16)
    c.oack("windowsize", 1)
    c.error(0)
    with open(K["leases"], "r+") as f:
        at = f.read().index("\n\n") + 1
        f.seek(at)
        f.write(lease("bound", K["me2"], "b8:27:eb:00:00:02", "never"))
    c.ask("f513", "octet", "windowsize", 16)
    c.oack("windowsize", 16)
    c.error(0)


# --- rules -------------------------------------------------------------------

def rules():
    """K["want"]: the OACK of a request for everything; "-": DATA 1."""
    c = Client(me=K["from"], server=K.get("to"))
    c.ask(K.get("file", "f513"), "octet", "tsize", 0, "blksize", 1468,
          "windowsize", 16, "timeout", 3)
    if K["want"] == "-":
        c.need(DATA, 1)
        c.ack(1)
    else:
        c.oack(*K["want"].split("/"))
    c.error(0)


def rule_rollover():
    """65536 blocks of 8: the one behind 65535 is K["next"]."""
    c = Client(me=K["from"])
    c.s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
    c.ask("f524288", "octet", "blksize", 8, "windowsize", 64)
    if K["next"] == "none":
        p = c.need(ERROR)
        want(b"blksize" in p[2], "no word of the blksize that would do: %r"
             % p[2])
        return
    c.oack("blksize", 8, "windowsize", 64)
    n, wanted = 0, 1
    c.ack(0)
    while n < 65536:
        p = c.need(DATA, within=5)
        if p[1] == wanted:
            n, last = n + 1, wanted
            wanted = n + 1 if n < 65535 else int(K["next"])
            if n % 64 == 0:
                c.ack(last)
        else:  # it came too late for us, and again
            want(n != 65535 or p[1] > 1, "block 65536 is %d on the wire, "
                 "wanted %d" % (p[1], wanted))
            if p[1] % 64 == 0:
                c.ack(last)
    c.error(0)


# --- floods ------------------------------------------------------------------

def forged(n):
    """Requests in the name of addresses of 10.64.0.0/10."""
    server = socket.inet_aton(K["server"])
    kinds = [request(RRQ, b"f1048576", "octet", "blksize", 1468, "tsize", 0),
             request(RRQ, b"f513", "octet", "tsize", 0),
             request(RRQ, b"f8m"),
             request(RRQ, b"f524288", "octet", "multicast", ""),
             request(RRQ, b"missing/%d" % random.randrange(10), "octet"),
             request(WRQ, b"upload", "octet"),
             b"\0\4\0\1"]
    for _ in range(n):
        data = kinds[random.choices(range(7), (50, 10, 10, 10, 10, 5, 5))[0]]
        src = struct.pack("!I", 0x0a400000 + random.getrandbits(22))
        udp = struct.pack("!HHHH", random.randrange(1024, 65536),
                          int(K.get("port", 69)), 8 + len(data), 0)
        yield (struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(data), 0, 0,
                           64, 17, 0, src, server) + udp + data)


def flood():
    """K["n"] of them, K["rate"] a second."""
    n, rate = int(K["n"]), int(K["rate"])
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    begin = time.monotonic()
    for i, b in enumerate(forged(n)):
        if i % 50 == 0:
            ahead = begin + i / rate - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
        s.sendto(b, (K["server"], 0))
    took = time.monotonic() - begin
    print("%d in %.1f s" % (n, took))
    want(took < 3 * n / rate, "too slow for %d a second: %.1f s" % (rate, took))


def start_within_a_second():
    """Real clients, one after the other, for K["seconds"].

    One in twenty may find this machine busy with something else.
    """
    end, took = time.monotonic() + float(K["seconds"]), []
    while time.monotonic() < end:
        c = Client()
        begin = time.monotonic()
        p = None
        while not p:  # as a client does that is not answered
            c.ask("f513", "octet", "tsize", 0)
            p = c.get(0.3)
        same("opcode", p[0], OACK)
        c.ack(0)
        p = c.need(DATA, 1)
        took.append(time.monotonic() - begin)
        same("the file", c.rest(p, 512), contents("f513"))
        time.sleep(0.1)
    took.sort()
    print("%d clients began after %.3f s in the median, %.3f s at most"
          % (len(took), took[len(took) // 2], took[-1]))
    late = sum(t >= 1 for t in took)
    want(late * 20 <= len(took) and took[-1] < 3,
         "%d of %d began later than that, the last after %.3f s"
         % (late, len(took), took[-1]))


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
