# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# fix PROGRAM: of selftests/fixes. It passes on patched, nothing of it skipped, and not on
# base: else it could not fail. Where two threads have to meet, base has three boots for it.

boots()
{
	printf '%s\n' "x86_64 base fixes" "x86_64 patched fixes"
}

guests()
{
	echo bench/guest selftests/fixes
}

# said_by PROGRAM RUN: its part of the console
said_by()
{
	tr -d '\r' <"$2/seed-1/console.log" | awk -v program="$1" '
		/^ptb: info kselftest=/ {
			if ($3 == "kselftest=" program) printf "%s", part
			part = ""
			next
		}
		{ part = part $0 "\n" }'
}

# Within a condition nothing stops at what fails
red_on_base()
{
	rc=0
	axes x86_64 base fixes run.sh kselftest || rc=$?
	case $rc in
	0 | 15) ;;
	*) echo "base: exit $rc" && exit 1 ;;
	esac
	for d in "$b"/runs/*-x86_64-fixes-base-kselftest-fixes*; do
		:
	done
	said_by "$1" "$d" >"$b/log/fix-base"
	grep -q '^not ok ' "$b/log/fix-base"
}

run()
{
	export PTB_SET=fixes
	n=1
	until red_on_base "$1"; do
		[ "$n" -lt 3 ] || { echo "$1 passes on base"; return 1; }
		n=$((n + 1))
	done
	axes x86_64 patched fixes run.sh kselftest
	said_by "$1" "$root/$(cat "$b/log/last-run")" >"$b/log/fix-patched"
	grep -q '^ok ' "$b/log/fix-patched"
	if grep -E '^not ok |^ok .*# SKIP' "$b/log/fix-patched"; then
		return 1
	fi
	echo "detail: $(grep -c '^ok ' "$b/log/fix-patched") passed, of which $(
		grep -c '^not ok ' "$b/log/fix-base") fail on base"
}
