#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A dump of a guest's memory, and what drgn finds in it: the page tables of a process
# and the descriptor of each.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

config=dump
check_axes
case $arch in
s390x | x86_64) ;;
*) die "ARCH=$arch: no tool is tried with its dumps, only with those of s390x and x86_64" ;;
esac
# drgn is not for every python3 that may be in the way
need /usr/bin/python3 python3
/usr/bin/python3 -c 'import drgn' 2>/dev/null || die "missing drgn: apt package python3-drgn; run make deps FULL=1"
run run.sh dump
dir=$root/$(cat "$b/log/last-run")
ready=$(tr -d '\r' <"$dir/seed-1/console.log" | sed -n 's/^ptb: info dump=ready //p' | head -n 1)
for word in $ready; do
	case $word in
	pid=*) pid=${word#pid=} ;;
	tables=*) tables=${word#tables=} ;;
	at=*) at=${word#at=} ;;
	vmcoreinfo=*) note=${word#vmcoreinfo=} ;;
	size=*) size=${word#size=} ;;
	esac
done
"$b/host/ptb-vmcore" "$dir/seed-1/dump" "$note" "$size"
say "drgn: process $pid, $tables tables at $at"
rc=0
/usr/bin/python3 "$root/selftests/dump.py" "$dir/seed-1/dump" "$(variant_dir "$kernel")/obj/$arch-$config/vmlinux" \
	"$pid" "$at" "$tables" >"$dir/drgn.txt" 2>&1 || rc=$?
cat "$dir/drgn.txt"
# As large as the guest's memory; the next one is soon made
rm -f "$dir/seed-1/dump"
[ "$rc" = 0 ] || die_with 15 "the dump does not show what the guest had, see ${dir#"$root"/}/drgn.txt"
