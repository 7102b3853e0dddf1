# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# smp ARCH: where threads share what is left of a page, its tables are mostly of two of 16
# tasks that take turns: if not, the instrument is wrong. In the series they are of one.
# What two runs with -icount count is the same to the byte.

boots()
{
	printf '%s\n' "$1 planted-shared-spare mini" "$1 patched mini"
}

guests()
{
	echo bench/guest bench/plugin
}

# split_pages LOW HIGH: so many percent of the pages with tables have those of two CPUs
split_pages()
{
	awk -v low="$1" -v high="$2" '$1 == "row" && / name=smp_own_sparse_turns / {
			for (i = 2; i <= NF; i++) { split($i, p, "="); f[p[1]] = p[2] }
			share = 100 * f["split"] / (f["pages"] ? f["pages"] : 1)
			print "detail: " share " % of " f["pages"] " pages are split"
			good = f["pages"] && share >= low && share <= high
		}
		END { exit !good }' "$last/seed-1/lines.txt"
}

# smp_run ARCH KERNEL MODE: $last is the run
smp_run()
{
	axes "$1" "$2" mini build.sh
	PTB_CPUS=4 PTB_MODE=$3 PTB_SEEDS=1 PTB_EXTRA_ARGS=ptb_tasks=16 axes "$1" "$2" mini \
		run.sh smp 2>"$b/log/smp-err" || {
		! grep -q 'no plugins of version 1' "$b/log/smp-err" ||
			skip "QEMU has no plugins of version 1"
		[ "$3" != exact ] || ! grep -q 'timed out' "$b/log/smp-err" ||
			skip "QEMU hangs with several CPUs and -icount"
		cat "$b/log/smp-err"
		return 1
	}
	last=$root/$(cat "$b/log/last-run")
}

run()
{
	smp_run "$1" planted-shared-spare turns
	split_pages 80 100
	smp_run "$1" patched turns
	split_pages 0 5
	smp_run "$1" patched exact
	first=$last
	smp_run "$1" patched exact
	cmp "$first/seed-1/lines.txt" "$last/seed-1/lines.txt"
}
