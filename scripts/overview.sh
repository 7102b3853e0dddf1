#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# results/overview.txt: base against the whole series, a group of rows for each
# configuration, from the newest published runs. A pure function of results/.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

results=$root/results
to=${1:-$results/overview.txt}		# the tests write somewhere else

# Directories with a base and a patched run, the newest of each configuration, as
# ARCH CONFIG NAME. A name begins with the time.
newest()
{
	for d in "$results"/[0-9]*/; do
		d=${d%/}
		run=$d/base/inputs/run
		if [ -f "$run" ] && [ -d "$d/patched/inputs" ] &&
		   [ "$(value "$run" kind)" = bench ]; then
			echo "$(value "$run" arch) $(value "$run" config) ${d##*/}"
		fi
	done | sort | awk '{ last[$1 " " $2] = $0 } END { for (k in last) print last[k] }' |
		sort
}

newest_layout()
{
	for d in "$results"/[0-9]*-layout/; do
		[ ! -d "$d" ] || echo "$d"
	done | sort | tail -n 1
}

make_host
new=$to.new
{
	echo "Base against the series, published runs. The rows that are claimed for every"
	echo "configuration, and all that got worse; made by make publish. Bytes and"
	echo "instructions as README.md says; slab is what a page table takes of it."
	newest | while read -r _ _ d; do
		echo
		"$b/host/ptb-compare" --headlines "$results/$d/base" "$results/$d/patched" || exit
		echo "from      $d"
	done || exit
	d=$(newest_layout)
	[ -z "$d" ] || {
		echo
		cat "$d/table.txt"
		d=${d%/}
		echo "from      ${d##*/}"
	}
} >"$new" || {
	rm -f "$new"
	die "the published runs cannot be compared"
}
mv "$new" "$to"
say "written: ${to#"$root"/}"
