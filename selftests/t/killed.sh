# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# QEMU killed, and then make: what is published stays, the next run goes on.

published_id()
{
	(cd "$root" && find results -type f | sort | xargs sha256sum | sha256sum)
}

run()
{
	axes s390x patched mini build.sh
	was=$(published_id)
	run_mark
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes s390x patched mini run.sh bench 2>"$b/log/killed" &
	pid=$!
	run_begun "$pid"
	kill -KILL "$qemu_pid"
	rc=0
	wait "$pid" || rc=$?
	cat "$b/log/killed"
	[ "$rc" = 16 ]
	grep -q '^ptb: error: s390x mini patched: truncated, see build/runs/' "$b/log/killed"
	[ ! -f "$begun/data.json" ]

	run_mark
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes s390x patched mini run.sh bench &
	pid=$!
	run_begun "$pid"
	pkill -KILL -g "$(ps -o pgid= -p "$pid" | tr -d ' ')" -f 'scripts/run.sh bench' || kill -KILL "$pid"
	kill -KILL "$qemu_pid"
	wait "$pid" || :
	[ ! -f "$begun/data.json" ]
	refused 'incomplete' env PTB_BASE_RUN="$begun" PTB_PATCHED_RUN="$begun" sh "$root/scripts/compare.sh"
	PTB_EXTRA_ARGS=ptb=lifecycle axes s390x patched mini run.sh bench
	[ "$(published_id)" = "$was" ]
}
