"""tftp_put.py - uploads, packet by packet: what no client does on purpose.

usage: tftp_put.py CHECK key=value...
SPDX-License-Identifier: ISC
"""
import glob
import os
import socket
import struct
import sys
import time

ARG = dict(a.split("=", 1) for a in sys.argv[2:])
UP = ARG.get("tree", "") + "/up/"


def want(ok, what):
    if not ok:
        sys.exit("wanted otherwise: " + what)


class Client:
    def __init__(self, name, *options, mode=b"octet"):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(8)
        self.to = (ARG["server"], int(ARG.get("port", 69)))
        self.send(b"\0\2" + name.encode() + b"\0" + mode + b"\0" + b"".join(
            o.encode() + b"\0" for o in options))
        self.answer = self.recv()

    def send(self, packet):
        self.sock.sendto(packet, self.to)

    def recv(self):
        packet, self.to = self.sock.recvfrom(65536)
        return packet

    def data(self, block, body):
        self.send(struct.pack(">HH", 3, block & 0xFFFF) + body)

    def ack(self, block):
        got = self.recv()
        want(got == struct.pack(">HH", 4, block & 0xFFFF),
             "ACK %d, got %r" % (block, got))

    def silent(self, seconds):
        self.sock.settimeout(seconds)
        try:
            got = self.recv()
        except socket.timeout:
            return
        finally:
            self.sock.settimeout(8)
        want(False, "silence, got %r" % got)


def hidden():
    return glob.glob(UP + ".tftpd-*")


def ack_means_stored():
    """Nothing is under the name before the last block; all with its ACK."""
    c = Client("up/stored")
    want(c.answer == b"\0\4\0\0", "ACK 0, got %r" % c.answer)
    want(not hidden(), "no file before DATA 1: it may be forged")
    c.data(1, b"a" * 512)
    c.ack(1)
    want(not os.path.exists(UP + "stored"), "nothing under the name")
    want(len(hidden()) == 1, "a hidden file")
    c.data(2, b"b" * 10)
    c.ack(2)
    with open(UP + "stored", "rb") as f:
        want(f.read() == b"a" * 512 + b"b" * 10, "the file, whole")
    want(not hidden(), "no hidden file")
    c.data(2, b"b" * 10)  # the last ACK was lost
    c.ack(2)


def repeated_blocks():
    """What comes twice is written once; a gap is told; a stranger is told."""
    c = Client("up/again", "windowsize", "4", "blksize", "8")
    want(c.answer == b"\0\6windowsize\x004\0blksize\x008\0",
         "OACK, got %r" % c.answer)
    c.data(1, b"11111111")
    c.data(1, b"xxxxxxxx")
    c.data(3, b"33333333")
    c.ack(1)
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.settimeout(8)
    other.sendto(b"\0\3\0\2yyyyyyyy", c.to)
    want(other.recv(100)[:4] == b"\0\5\0\5", "ERROR 5 to a stranger")
    c.data(2, b"22222222")
    c.data(3, b"33333333")
    c.data(4, b"4")
    c.ack(4)
    with open(UP + "again", "rb") as f:
        want(f.read() == b"11111111222222223333333" + b"34", "each block once")


def refusals():
    for name, options, code in (
            ("up/exists", (), 6), ("boot/x", (), 2), ("x", (), 2),
            ("up/../boot/x", (), 2), ("up/out/x", (), 2), ("up/no/x", (), 1),
            ("up/sub", (), 6), ("up/", (), 2), ("../x", (), 2),
            ("up/ne\x01w", (), 2), ("up/.tftpd-0123456789abcdef", (), 2),
            ("up/long", ("tsize", "2000001"), 3)):
        c = Client(name, *options)
        want(c.answer[:4] == struct.pack(">HH", 5, code),
             "%s: ERROR %d, got %r" % (name, code, c.answer))
    c = Client("up/mail", mode=b"mail")
    want(c.answer[:4] == b"\0\5\0\4", "mode mail: ERROR 4")
    want(not os.path.exists(UP + "new"), "no file")
    want(os.listdir(ARG["tree"] + "/boot") == ["kernel"], "boot as it was")


def error_leaves_nothing():
    c = Client("up/error")
    c.data(1, b"a" * 512)
    c.ack(1)
    c.send(b"\0\5\0\0enough\0")
    for _ in range(100):
        if not hidden():
            break
        time.sleep(0.05)
    want(not hidden(), "no hidden file")
    want(not os.path.exists(UP + "error"), "no file")


def request_repeated():
    """The first answer again, before and not after DATA 1."""
    c = Client("up/twice", "blksize", "16")
    first = c.to
    wrq = b"\0\2up/twice\0octet\0blksize\x0016\0"
    c.sock.sendto(wrq, (ARG["server"], int(ARG.get("port", 69))))
    want(c.recv() == c.answer, "the same OACK")
    want(c.to == first, "from the same port")
    c.data(1, b"x")
    c.ack(1)


def odd_names():
    """Names of bytes that are none of a text."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(8)
    sock.sendto(b'\0\1a"b\\\n\xff{}\0octet\0', (ARG["server"], 69))
    want(sock.recv(100)[:4] == b"\0\5\0\1", "ERROR 1")
    sock.sendto(b"\0\1" + b"\1" * 255 + b"\0octet\0", (ARG["server"], 69))
    want(sock.recv(100)[:4] == b"\0\5\0\1", "ERROR 1 for a long one")


def half():
    """Half of a file, then nothing more: for who kills the server."""
    c = Client("up/half")
    c.data(1, b"a" * 512)
    c.ack(1)
    want(len(hidden()) == 1, "a hidden file")


globals()[sys.argv[1]]()
