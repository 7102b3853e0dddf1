# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: ptb-cycles on what UML kernels would print.

# cycles_log FILE N ADD: of the row "slow" ADD more and of "fast" as much less, and a
# noise that is another one in each log
cycles_log()
{
	awk -v n="$2" -v add="$3" 'BEGIN {
		for (cpus = 1; cpus <= 2; cpus++)
			for (rep = 1; rep <= 3; rep++) {
				noise = (n * 7 + rep * 3) % 5
				printf "[    1.000000] cycles: row=same cpus=%d tables=100 rep=%d ns=%d.500\n", cpus, rep, 50 + noise
				printf "[    1.000000] cycles: row=slow cpus=%d tables=100 rep=%d ns=%d.000\n", cpus, rep, 100 + add + noise
				printf "[    1.000000] cycles: row=fast cpus=%d tables=1000 rep=%d ns=%d.000\n", cpus, rep, 100 - add + noise
			}
		print "[    2.000000] cycles: end"
	}' >"$1"
}

cycles_tests()
{
	c=$tmp/cycles
	mkdir -p "$c"
	logs_of=
	for i in 1 2 3 4 5 6 7 8 9; do
		cycles_log "$c/$i-a" "$i" 0
		cycles_log "$c/$i-b" $((i + 3)) 20
		logs_of="$logs_of $c/$i-a $c/$i-b"
	done
	# shellcheck disable=SC2086 # a list
	says 'cycles' 0 '' "$bin/ptb-cycles" base patched $logs_of
	same_file "$build: cycles, table" "$here/unit/cycles.table" "$tmp/table"
	says 'cycles: too few for an interval' 0 '' "$bin/ptb-cycles" base patched "$c/1-a" "$c/1-b"
	is "$build: cycles, too few" 6 "$(grep -c 'too few$' "$tmp/table")"
	says 'cycles: no pair' 1 usage "$bin/ptb-cycles" base patched "$c/1-a"
	says 'cycles: nothing' 1 usage "$bin/ptb-cycles" base patched
	sed '$d' "$c/1-b" >"$c/cut"
	says 'cycles: no end' 1 'truncated' "$bin/ptb-cycles" base patched "$c/1-a" "$c/cut"
	says 'cycles: no log' 1 'cannot read' "$bin/ptb-cycles" base patched "$c/1-a" "$c/none"
	rm -rf "$c"
}
