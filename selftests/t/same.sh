# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# same ARCH KERNEL CONFIG: the same image again gives the same console to the byte.

boots()
{
	echo "$1 $2 $3"
}

run()
{
	[ -d "$root/$(cat "$b/log/test-run-$1-$2-$3" || echo none)" ] || bench "$1" "$2" "$3"
	first=$root/$(cat "$b/log/test-run-$1-$2-$3")
	axes "$1" "$2" "$3" run.sh bench
	second=$root/$(cat "$b/log/last-run")
	cmp "$first/inputs/hashes" "$second/inputs/hashes"
	cmp "$first/seed-1/console.log" "$second/seed-1/console.log" || {
		echo "two runs of one image differ; load $(cat /proc/loadavg), see README.md, 4."
		return 1
	}
}
