#!/bin/bash
# bootstrap.sh - what ./bootstrap says where it can do nothing.
. "$(dirname "$0")/lib.sh"
need setpriv

says() { # STATUS REGEX COMMAND...
	local want=$1 regex=$2 status=0
	shift 2
	"$@" >"$TMP/said.log" 2>&1 || status=$?
	cat "$TMP/said.log"
	[ $status -eq "$want" ] && grep -qE "$regex" "$TMP/said.log"
}

check "it names the packages" says 0 '(^| )libinih-dev( |$)' \
    "$SRC/bootstrap" packages
check "it shows its commands" says 0 'bootstrap demo \[--uefi\]' \
    "$SRC/bootstrap" --help
check "an unknown command is a usage error" says 64 usage: \
    "$SRC/bootstrap" nonsense

# The copy can be read by everybody, wherever the source tree is.
mkdir -m 755 "$TMP/tree"
cp "$SRC/bootstrap" "$TMP/tree/"
for command in demo check; do
	check "$command without root says that it needs root" \
	    says 77 "sudo ./bootstrap $command" \
	    setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$TMP/tree/bootstrap" $command
done

echo 'ID=plan9' >"$TMP/os-release"
mount --bind "$TMP/os-release" /etc/os-release
for command in demo check; do
	check "$command on another distribution names the packages and stops" \
	    says 69 '(^| )libinih-dev( |$)' "$TMP/tree/bootstrap" $command
done
umount /etc/os-release
check "nothing was built" [ ! -e "$TMP/tree/build" ]

mkdir "$TMP/empty"
for tool in sh dirname cat mkdir grep tr id; do
	ln -s "$(command -v $tool)" "$TMP/empty/$tool"
done
check "without autoconf it names what is missing" says 69 \
    'autoreconf is missing' env PATH="$TMP/empty" "$TMP/tree/bootstrap"
