#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# perf-summary.sh DIR: what the files of bench/perf in DIR say, a line each: tool, workload,
# what, unit, value, with tabs between. A value that the machine does not have is "-".
set -eu
LC_ALL=C
export LC_ALL
cd "$1"
for f in stat-*.csv; do
	w=${f#stat-}
	awk -F , -v w="${w%.csv}" '
		/^#/ || NF < 3 { next }
		{ print "stat\t" w "\t" $3 "\t" ($2 == "" ? "events" : $2) "\t" ($1 ~ /^</ ? "-" : $1) }
	' "$f"
done
# overhead, samples, object, [k] symbol
for f in report-*.txt; do
	w=${f#report-}
	awk -v w="${w%.txt}" '
		$4 == "[k]" && $1 ~ /%$/ { print "record\t" w "\t" $5 "\tsamples\t" $2; n += $2 }
		$4 == "[.]" { user += $2 }
		END {
			print "record\t" w "\tall of the kernel\tsamples\t" n + 0
			print "record\t" w "\tall of the program\tsamples\t" user + 0
		}' "$f"
done
for f in bench-*.txt; do
	w=${f#bench-}
	awk -v w="${w%.txt}" 'NF == 1 && $1 ~ /^[0-9.]+$/ { print "bench mem\t" w "\trate\tbytes/s\t" $1 }' "$f"
done
for f in stress-*.yaml; do
	w=${f#stress-}
	sed -n "s/^ *bogo-ops-per-second-usr-sys-time: */stress-ng	${w%.yaml}	operations	1\/s of CPU	/p" "$f"
done
