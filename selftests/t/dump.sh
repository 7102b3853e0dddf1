# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# dump ARCH: page tables and descriptors are found in the memory of a guest.

boots()
{
	echo "$1 patched dump"
}

guests()
{
	echo bench/guest selftests/dump.py
}

run()
{
	axes "$1" patched mini dump.sh
	echo "detail: $(paste -s -d ';' "$root/$(cat "$b/log/last-run")/drgn.txt" | sed 's/;/; /g')"
}
