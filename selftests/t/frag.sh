# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# frag TARGET: mm/pgtable-frag.c in user space.

run()
{
	[ -f "$b/linux/mm/pgtable-frag.c" ] || target tree.sh
	make -s -C "$root/selftests/frag" "$1" KDIR="$b/linux" O="$b/frag" && return
	ls "$b"/frag/crash-* 2>/dev/null
	return 1
}
