# power.py - what is on the disk after a power cut, from the log of power.c:
# only what was synced; a new name only when its folder was synced.
# usage: power.py LOG BEFORE AFTER [NS]
#	BEFORE: the folder as it was when the log began; AFTER: made anew.
#	NS: the power goes then (date +%s%N), without: when the log ends.
#	Prints one line of counts.
# SPDX-License-Identifier: ISC
import os
import shutil
import sys


class File:
    """Bytes that are on the disk, and what was done to them since."""

    def __init__(self, data=b""):
        self.disk = bytearray(data)
        self.since = []

    def sync(self):
        for at, data in self.since:
            if data is None:
                self.disk[at:] = bytes(max(0, at - len(self.disk)))
                continue
            if at > len(self.disk):
                self.disk += bytes(at - len(self.disk))
            self.disk[at:at + len(data)] = data
        self.since = []


class Folder:
    def __init__(self, path):
        self.names = {}
        for name in os.listdir(path):
            with open(os.path.join(path, name), "rb") as f:
                self.names[name] = File(f.read())
        self.disk = dict(self.names)    # the names that are on the disk
        self.inode = {}
        self.count = dict(write=0, sync=0, syncdir=0, rename=0)

    def happened(self, what, arg, data):
        if what in self.count:
            self.count[what] += 1
        if what in ("create", "open"):
            if what == "create":
                self.names[arg[1]] = File()
            self.inode[arg[0]] = self.names[arg[1]]
        elif what == "write":
            self.inode[arg[0]].since.append((int(arg[1]), data))
        elif what == "trunc":
            self.inode[arg[0]].since.append((int(arg[1]), None))
        elif what == "sync":
            self.inode[arg[0]].sync()
        elif what == "syncdir":
            self.disk = dict(self.names)
        elif what == "rename":
            self.names[arg[1]] = self.names.pop(arg[0])
        elif what == "link":
            self.names[arg[1]] = self.names[arg[0]]
        elif what == "unlink":
            del self.names[arg[0]]
        else:
            sys.exit("power.py: what is %r?" % what)


def events(log):
    """What happened, in its order; what was cut off half written is not."""
    while True:
        line = log.readline()
        if not line.endswith(b"\n"):
            return
        ns, what, *arg = line.decode().split()
        data = None
        if what == "write":
            n = int(arg[2])
            data = log.read(n + 1)
            if len(data) != n + 1:
                return
            data = data[:n]
        yield ns, what, arg, data


def cut(log, before, after, end=None):
    folder = Folder(before)
    with open(log, "rb") as f:
        for ns, what, arg, data in events(f):
            if end and int(ns) > int(end):
                break
            folder.happened(what, arg, data)
    shutil.rmtree(after, ignore_errors=True)
    os.mkdir(after)
    thrown = 0
    for name, f in folder.disk.items():
        thrown += sum(len(d) for _, d in f.since if d)
        with open(os.path.join(after, name), "wb") as out:
            out.write(f.disk)
    print(" ".join("%s=%d" % c for c in folder.count.items()),
          "thrown=%d" % thrown)


cut(*sys.argv[1:])
