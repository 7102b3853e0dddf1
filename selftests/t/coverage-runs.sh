# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# coverage-runs ARCH: the runs that count which functions are executed: KUnit, and
# selftests/pgtable and what Debian's guest has.

boots()
{
	printf '%s\n' "$1 patched kunit" "$1 patched cover"
}

guests()
{
	echo bench/guest bench/plugin selftests/pgtable selftests/debian
}

# only_kernel_tables SEED: nothing has failed in this directory of a run but checks, and
# these because there are some more tables of the kernel. In Debian's guest test_vmalloc
# has gone through vmalloc space before, which is not in CONFIG=cover.
only_kernel_tables()
{
	said=$(sed -n 's/.*; \([0-9]*\) of [0-9]* checks failed$/\1/p' "$1/parse.log")
	[ -n "$said" ] || grep -qx 'exit=0' "$1/status"
	tr -d '\r' <"$1/console.log" | awk -v said="${said:-0}" '
	/^ptb: check .* result=fail/ {
		more = want = $0
		sub(/.* got=/, "", more)
		sub(/.* (want|low)=/, "", want)
		more -= want
		if ($3 !~ /^name=leak_(nr_pt|desc)$/ || more < 1 || more > 64) bad = 1
		if (more > most) most = more
		n++
	}
	END { if (bad || n != said) exit 1; if (most) print "detail: " most " tables of the kernel more" }'
}

# cover_run ARCH KIND: in a kernel in which nearly all functions are seen
cover_run()
{
	rc=0
	PTB_COVERAGE=try PTB_TIMEOUT=7200 axes "$1" patched cover run.sh "$2" || rc=$?
	# A check that failed: which one is for the caller
	[ "$rc" = 15 ] || return "$rc"
	for d in "$b"/runs/*-"$1"-cover-patched-"$2"-coverage; do
		:
	done
	echo "${d#"$root"/}" >"$b/log/last-run"
}

run()
{
	PTB_COVERAGE=try axes "$1" patched kunit run.sh bench
	say_run
	for kind in kselftest debian; do
		had_run "cover-$1-$kind" || cover_run "$1" $kind
		only_kernel_tables "$root/$(cat "$b/log/last-run")/seed-1"
		keep_run "cover-$1-$kind"
		say_run
	done
	rm -f "$b/log/cover-$1-kselftest.run" "$b/log/cover-$1-debian.run"
	target coverage.sh >"$b/log/coverage"
}
