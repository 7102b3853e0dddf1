# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh: what tests that boot a guest have in common.

# With lockdep all scenarios take too long: in the table of tests these are @lockdep
lockdep_list=sparse,fork_exit,churn,lifecycle,halves,fork_unmap,worst,race,thp
debug_args='slab_debug=FZPU,ptdesc,ptdesc_frag'

# slow CONFIG: everything takes ten times as long where all is checked, so there are
# fewer rounds there. The kernel gives what it does not know to init's environment.
slow()
{
	case $1 in
	debug | memcg-off | uni) PTB_EXTRA_ARGS=PGTABLE_LOOPS=10 ;;
	kasan*) PTB_EXTRA_ARGS=PGTABLE_LOOPS=30 ;;
	*) return 0 ;;
	esac
	PTB_TIMEOUT=3600
	export PTB_EXTRA_ARGS PTB_TIMEOUT
}

# Of a table: a boot of half an hour that is complete when its test is stopped is not
# repeated. had_run NAME: last-run is that boot; keep_run NAME: last-run will be it.
had_run()
{
	[ -n "$table" ] && [ "$(sed -n 1p "$b/log/$1.run" 2>/dev/null)" = "$key" ] &&
		sed -n 2p "$b/log/$1.run" >"$b/log/last-run" &&
		[ -f "$root/$(cat "$b/log/last-run")/seed-1/console.log" ]
}

keep_run()
{
	[ -z "$table" ] || { echo "$key" && cat "$b/log/last-run"; } >"$b/log/$1.run"
}

# What the last run was, for the table
say_run()
{
	last=$root/$(cat "$b/log/last-run")
	echo "detail: $(sed -n 's/^kernel=//p' "$last/inputs/run"): $(tr -d '\r' \
		<"$last/seed-1/console.log" | grep -ac '^ptb: check ') checks, seed 1, $(
		sed -n 's/^seconds=//p' "$last/seed-1/status") s"
}

# guest KIND ARCH KERNEL CONFIG [KERNEL ARGUMENTS]: build the kernel and run it
guest()
{
	kind=$1 arch=$2 kernel=$3 config=$4
	shift 4
	axes "$arch" "$kernel" "$config" build.sh
	PTB_EXTRA_ARGS=$* axes "$arch" "$kernel" "$config" run.sh "$kind"
	say_run
}

# bench ARCH KERNEL CONFIG [KERNEL ARGUMENTS]: and keep which run it was, for t/same.sh
bench()
{
	guest bench "$@"
	cp "$b/log/last-run" "$b/log/test-run-$1-$2-$3"
}

# planted_by NAME: the line of the newest run of it by which it was caught
planted_by()
{
	for d in "$b"/runs/*-planted-"$1"*; do
		:
	done
	# Of a KUnit suite that did not pass, the test
	test_=$(tr -d '\r' <"$d/seed-1/console.log" | sed -n 's/^\[[^]]*\] *not ok [0-9]* /KUnit /p' | head -n 1)
	case $test_ in
	'') sed -n 's/^ptb: error: //p' "$d/seed-1/parse.log" | head -n 1 | cut -c 1-110 ;;
	*) echo "$test_" ;;
	esac
}

# run_begun PID [build]: waits until the guest of the run in the background speaks, which
# was started after run_mark; its directory is $begun, QEMU's process $qemu_pid
run_mark()
{
	sleep 1
	touch "$b/log/mark"
}

run_begun()
{
	n=0
	while [ "$n" -lt 240 ] && kill -0 "$1" 2>/dev/null; do
		begun=$(find "${2:-$b}/runs" -mindepth 1 -maxdepth 1 -name '*-s390x-mini-patched*' \
			-newer "$b/log/mark" 2>/dev/null | sort | tail -n 1)
		if [ -n "$begun" ] && grep -qa '^ptb: begin' "$begun/seed-1/console.log" 2>/dev/null &&
			[ ! -f "$begun/seed-1/status" ]; then
			for p in /proc/[0-9]*; do
				[ "$(readlink "$p/cwd" 2>/dev/null)" = "$(readlink -f "$begun")/seed-1" ] || continue
				case $(tr '\0' ' ' <"$p/cmdline") in
				qemu-*) qemu_pid=${p#/proc/} && return ;;
				esac
			done
		fi
		sleep 1
		n=$((n + 1))
	done
	echo "the run has not begun"
	return 1
}
