#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# struct ptdesc and its lock as pahole sees them, base and patched, and how the
# locks lie in cache lines. Leaves build/layout: table.txt, pahole's output, source.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"

l=$b/layout
list='x86_64-rt x86_64-lockdep x86_64-spinlock x86_64-mini x86_64-dynamic
s390x-lockdep s390x-spinlock s390x-mini'

# One object with debugging information, of a file that has both types
compile()
{
	obj=$vdir/obj/layout-$arch-$config
	log=$b/log/layout-$arch-$config-$kernel.log
	mkdir -p "$obj"
	stamp_text >"$obj/.ptb-stamp.new"
	if [ -f "$obj/mm/mmu_gather.o" ] && cmp -s "$obj/.ptb-stamp.new" "$obj/.ptb-stamp"; then
		return
	fi
	say "compiling for $what"
	rm -f "$obj/.ptb-stamp"
	make_config
	kmake -j"${PTB_JOBS:-2}" KCFLAGS=-g mm/mmu_gather.o >"$log" 2>&1 9>&- || {
		check_no_space "$log"
		die_with 10 "$what: mm/mmu_gather.o did not build; log: ${log#"$root"/}"
	}
	mv "$obj/.ptb-stamp.new" "$obj/.ptb-stamp"
}

# size_of TYPE; offset_of MEMBER of struct ptdesc, as pahole prints them
size_of()
{
	pahole --sizes "$obj/mm/mmu_gather.o" | awk -v t="$1" '$1 == t { print $2; exit }'
}

# layout LINE: one line of the table. The lock's objects lie one after the other
# from the start of a page, as slab_nomerge without debugging has them.
layout()
{
	pahole -C ptdesc "$obj/mm/mmu_gather.o" >"$l/$arch-$config-$kernel.txt"
	pahole -C spinlock "$obj/mm/mmu_gather.o" >>"$l/$arch-$config-$kernel.txt"
	awk -v what="$arch $config" -v kernel="$kernel" -v line="$1" \
		-v lock="$(size_of spinlock)" -v desc="$(size_of ptdesc)" '
	/[ *]ptl[ ;]/ {
		pointer = /\* +ptl[ ;]/
		sub(/.*\/\*/, "")
		at = $1 + 0
	}
	/struct page \*/ && /__page[ ;]/ { own = 1 }
	END {
		# page->ptl holds nothing but locks; a descriptor is aligned to 16
		object = own ? desc : pointer ? lock : 0
		if (object) object = own ? int((desc + 15) / 16) * 16 : int((lock + 7) / 8) * 8
		if (pointer) at = 0
		step = object ? object : desc
		for (o = 0; o + step <= 4096; o += step) {
			n++
			first = int((o + at) / line)
			last = int((o + at + lock - 1) / line)
			if (last > first) crossing++
			for (i = first; i <= last; i++) in_line[i]++
		}
		for (i in in_line) if (in_line[i] > most) most = in_line[i]
		for (o = 0; o + step <= 4096; o += step) {
			first = int((o + at) / line)
			last = int((o + at + lock - 1) / line)
			alone = 1
			for (i = first; i <= last; i++) if (in_line[i] > 1) alone = 0
			own_line += alone
		}
		printf "%-16s %-8s %6d %6d %6d %6d %8d %8.0f %8.0f\n", what, kernel, lock,
			object, at, line, most, 100 * own_line / n, 100 * crossing / n
	}' "$l/$arch-$config-$kernel.txt"
}

need pahole dwarves
mkdir -p "$l" "$b/log"
{
	echo 'struct ptdesc, its lock and cache lines. object: bytes of slab object a table with'
	echo 'a lock, 0 if the lock is in struct page; at: offset of the lock in it, or in struct'
	echo 'page; locks: most of them in one line; alone, crossing: percent of all locks that'
	echo 'share no line with another one, and that lie in two lines.'
	printf '%-16s %-8s %6s %6s %6s %6s %8s %8s %8s\n' '' kernel lock object at line \
		locks alone crossing
} >"$l/table.new"
for what in $list; do
	arch=${what%%-*}
	config=${what#*-}
	line=64
	[ "$arch" != s390x ] || line=256
	for kernel in base patched; do
		run tree.sh
		run variant.sh
		kernel_paths
		lock "layout-$arch-$config-$kernel"
		compile
		layout "$line" >>"$l/table.new"
		unlock
	done
done
{
	write_series
	value "$b/src/ORIGIN" version | sed 's/^/version=/'
	pahole --version | sed 's/^/pahole=/'
	for cc in gcc s390x-linux-gnu-gcc; do
		echo "cc=$("$cc" --version | head -n 1)"
	done
} >"$l/source"
mv "$l/table.new" "$l/table.txt"
cat "$l/table.txt"
