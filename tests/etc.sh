#!/bin/sh
# etc.sh - the samples in etc/ are whole and what they claim to be.
# SPDX-License-Identifier: ISC
set -u
failed=0

verdict() { # SENTENCE STATUS [OUTPUT]
	if [ "$2" -eq 0 ]; then
		echo "PASS: $1"
	else
		echo "FAIL: $1"
		[ -z "${3:-}" ] || echo "$3" | sed 's/^/    /'
		failed=1
	fi
}

samples="etc/inetd.conf.sample etc/xinetd.d/tftp etc/xinetd.d/mtftp
etc/xinetd.d/bootps etc/init.d/remoteboot-dhcpd etc/init.d/remoteboot-mtftpd
etc/init.d/remoteboot-tftpd"
for d in dhcpd mtftpd tftpd; do
	samples="$samples etc/systemd/remoteboot-$d.service
	etc/systemd/remoteboot-$d.socket"
done
cd "${top_builddir:-.}" || exit 99

# shellcheck disable=SC2086,SC2181 # a list; 1: no match, 2: no file
left=$(grep -nE '@[a-z_]+@' $samples 2>&1)
[ $? -eq 1 ]
verdict "every path of the build is filled in" $? "$left"

if command -v shellcheck >/dev/null; then
	out=$(shellcheck etc/init.d/remoteboot-dhcpd \
	    etc/init.d/remoteboot-mtftpd etc/init.d/remoteboot-tftpd 2>&1)
	verdict "shellcheck has no word about the init scripts" $? "$out"
else
	echo "SKIP: init scripts (no shellcheck)"
fi

# Needs the programs in their places and no running systemd; what it says of
# units that are not there (network-online.target) is of no concern.
if command -v systemd-analyze >/dev/null; then
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-etc.XXXXXX") || exit 99
	trap 'rm -rf "$tmp"' EXIT
	for f in etc/systemd/remoteboot-*.service etc/systemd/remoteboot-*.socket; do
		sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$f" \
		    >"$tmp/${f##*/}"
	done
	out=$(systemd-analyze verify --man=no "$tmp"/* 2>&1 |
	    grep -F "$tmp")
	[ -z "$out" ]
	verdict "systemd understands every line of the units" $? "$out"
else
	echo "SKIP: units (no systemd-analyze)"
fi
exit $failed
