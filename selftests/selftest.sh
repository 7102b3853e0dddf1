#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prove the measuring on ARCH, CONFIG: the same twice is identical, a kernel
# against itself is no change, and a planted cost shows where it must.
root=$(cd "$(dirname "$0")/.." && pwd -P)
b=$root/build
export PTB_SEEDS="${PTB_SEEDS:-3}"
set -eu

bench()
{
	PTB_KERNEL=$1 sh "$root/scripts/run.sh" bench
	run=$root/$(cat "$b/log/last-run")
}

fail()
{
	echo "ptb: selftest: $*" >&2
	exit 15
}

echo "1/3 the same image twice, byte by byte"
bench patched
first=$run
bench patched
second=$run
for s in "$first"/seed-*; do
	cmp "$s/console.log" "$second/${s##*/}/console.log" ||
		fail "${s##*/}: the console differs between two runs of one image;" \
			"load $(cat /proc/loadavg), see README.md, 4."
done
echo "  identical: $(find "$first" -name console.log | wc -l) seeds"

echo "2/3 a kernel against itself"
"$b/host/ptb-compare" --expect-same --json "$b/log/self.json" "$first" "$second" >"$b/log/self.txt" ||
	fail "a kernel against itself is not the same, see build/log/self.txt"
echo "  no change on every row"

echo "3/3 16 instructions planted where PTE tables are allocated"
if [ ! -f "$root/selftests/planted/plus16.patch" ]; then
	fail "no selftests/planted/plus16.patch"
fi
bench planted-plus16
"$b/host/ptb-compare" --expect-alloc --json "$b/log/plus16.json" "$second" "$run" >"$b/log/plus16.txt" ||
	fail "the planted cost does not show on exactly the rows that allocate, see build/log/plus16.txt"
echo "  changed on exactly the rows that allocate"
