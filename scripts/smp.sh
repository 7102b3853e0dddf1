#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What CPUS CPUs take from each other when they allocate page tables of one mm, COLUMNS
# (base and patched by default) beside each other: a run each of kind smp, their table,
# and lists of what the foreign accesses were to.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/runs.sh
. "$root/scripts/runs.sh"

# values KERNEL RUN: "ROW KERNEL WHAT VALUE" a line, of each seed
values()
{
	for seed in "$2"/seed-*; do
		# The pool's lock and the tables' are what has such names
		awk -v kernel="$1" '
		function say(what, v) { print row, kernel, what, v }
		function flush() {
			if (row == "") return
			say("ops", ops)
			say("foreign", f["foreign"] / ops)
			say("rmw", f["rmw"] / ops)
			say("pool", pool / ops)
			say("ptl", ptl / ops)
			if (f["pages"]) say("split", 100 * f["split"] / f["pages"])
		}
		$1 == "row" {
			flush()
			for (i = 2; i <= NF; i++) { split($i, p, "="); f[p[1]] = p[2] }
			row = substr(f["name"], 5)
			ops = f["ops"]
			pool = ptl = 0
		}
		$1 == "cas4" && $NF ~ /^pte_frag_/ && $3 !~ /^(ptdesc|page)/ { pool += $2 }
		$1 == "cas4" && ($3 ~ /^ptdesc/ || $3 ~ /^page\(table\)/) { ptl += $2 }
		$1 == "end" { flush() }' "$seed/lines.txt"
		tr -d '\r' <"$seed/console.log" | awk -v kernel="$1" '
		$1 == "ptb:" && $2 == "mem" && / name=smp_/ {
			for (i = 3; i <= NF; i++) { split($i, p, "="); f[p[1]] = p[2] }
			bytes = f["nr_pt"] * 4096 + f["desc_slab"] + f["frag_slab"] + \
				f["ptl_slab"] + f["objext"]
			print substr(f["name"], 5), kernel, f["point"], bytes / f["tables"]
		}'
	done
}

# The median of the seeds, and of what is foreign the least and the most
table()
{
	echo "$arch $config, $cpus CPUs, ${PTB_MODE:-turns}, $seeds seeds; of each operation (a fault, munmap() of one"
	echo "table, fork()): foreign accesses (median, least, most), instructions that read and"
	echo "write, acquisitions of the pool's lock, of a table's; pages with tables of two CPUs"
	echo "in % of those with PTE tables (s390x); bytes a table when done, and after every"
	echo "other task has unmapped its range. In turns the order is given, freely it is QEMU's."
	printf '%-20s %-8s %6s %8s %8s %8s %8s %6s %6s %6s %7s %7s\n' row kernel ops foreign \
		least most rmw pool ptl split end half
	sort -s -k1,3 -k4,4n "$1" | awk -v columns="$columns" '
		{
			k = $1 SUBSEP $2 SUBSEP $3
			v[k, ++n[k]] = $4
			if (!seen[$1]++) rows[++r] = $1
		}
		function median(k, m) {
			m = n[k]
			if (!m) return "-"
			return (v[k, int((m + 1) / 2)] + v[k, int(m / 2) + 1]) / 2
		}
		function number(x, format) { return x == "-" ? x : sprintf(format, x) }
		function what(row, kernel, w, format) {
			return number(median(row SUBSEP kernel SUBSEP w), format)
		}
		END {
			c = split(columns, column, " ")
			for (i = 1; i <= r; i++) for (j = 1; j <= c; j++) {
				a = rows[i]; b = column[j]; k = a SUBSEP b SUBSEP "foreign"
				if (!n[k]) continue
				printf "%-20s %-8s %6s %8s %8.2f %8.2f %8s %6s %6s %6s %7s %7s\n",
					a, b, what(a, b, "ops", "%d"), what(a, b, "foreign", "%.2f"),
					v[k, 1], v[k, n[k]], what(a, b, "rmw", "%.2f"),
					what(a, b, "pool", "%.2f"), what(a, b, "ptl", "%.2f"),
					what(a, b, "split", "%.1f"), what(a, b, "end", "%.1f"),
					what(a, b, "half", "%.1f")
			}
		}'
}

# foreign RUN: what the foreign accesses of an operation are to, by object and function, and
# what the other CPU had written; the mean of the seeds
foreign()
{
	cat "$1"/seed-*/lines.txt | awk '
		$1 == "row" {
			for (i = 2; i <= NF; i++) { split($i, p, "="); f[p[1]] = p[2] }
			row = substr(f["name"], 5)
			ops[row] += f["ops"]
		}
		$1 == "foreign" {
			n = $2
			sub(/^foreign [0-9]+ /, "")
			sum[row "\t" $0] += n
		}
		END {
			for (k in sum) {
				split(k, p, "\t")
				printf "%s\t%.4f\t%s\t%s\t%s\t%s\n", p[1], sum[k] / ops[p[1]],
					p[2], p[3], p[4], p[5]
			}
		}' | sort -t "$(printf '\t')" -k1,1 -k2,2rn -k3
}

# keep_run RUN DIR: what is published of it, the plugin's raw counts with it
keep_run()
{
	mkdir "$2"
	cp -R "$1/inputs" "$1/data.json" "$1/foreign.tsv" "$2/"
	for s in "$1"/seed-*[0-9]; do
		mkdir "$2/${s##*/}"
		cp "$s/console.log" "$s/data.json" "$s/status" "$s/lines.txt" "$2/${s##*/}/"
	done
}

source_of()
{
	echo "version=$(value "$1/inputs/origin" version)"
	echo "series=$(value "$1/inputs/series" series)"
	[ "$(cat "$whole"/*/inputs/series | grep -c '^dirty=0$')" = "$(echo "$columns" | wc -w)" ] &&
		echo dirty=0 || echo dirty=1
	printf 'arch=%s\nconfig=%s, %s CPUs, %s\nseeds=%s\n' "$arch" "$config" "$cpus" \
		"${PTB_MODE:-turns}" "$seeds"
}

check_axes
check_columns
cpus=${PTB_CPUS:-4}
mkdir -p "$b/tables"
new=$b/tables/smp.$$
whole=$b/tables/smp-whole.$$
trap 'rm -rf "$new" "$new.table" "$whole"' EXIT
: >"$new"
rm -rf "$whole"
mkdir "$whole"
for kernel in $columns; do
	case $kernel in
	base) d=${PTB_BASE_RUN:-} ;;
	patched) d=${PTB_PATCHED_RUN:-} ;;
	*) d= ;;
	esac
	if [ -z "$d" ]; then
		run run.sh smp
		d=$(cat "$b/log/last-run")
	fi
	d=$root/${d#"$root"/}
	[ -f "$d/seed-1/lines.txt" ] || die "$d is no run of kind smp"
	values "$kernel" "$d" >>"$new"
	foreign "$d" >"$d/foreign.tsv"
	say "what was foreign: ${d#"$root"/}/foreign.tsv"
	keep_run "$d" "$whole/$kernel"
	series_run=$d
done
table "$new" >"$new.table"
cp "$new.table" "$whole/table.txt"
source_of "$series_run" >"$whole/source"
rm -rf "$b/smp"
mv "$whole" "$b/smp"
mv "$new.table" "$b/tables/${d##*/}.txt"
cat "$b/tables/${d##*/}.txt"
say "table: build/tables/${d##*/}.txt; with the runs in build/smp, make publish RUN=build/smp"
