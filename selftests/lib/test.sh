# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh: what tests have in common.

# What a test of t/ may say of itself; run() is the test, which stops at the first command
# that fails. boots: a line "ARCH KERNEL CONFIG" for each kernel that it boots, if their
# guests are all that it depends on. guests: what the initramfs is made of, and what looks
# at it from outside. in_guest: whether its result counts until these change.
boots()
{
	:
}

guests()
{
	echo bench/guest
}

# What selftests/pgtable and scripts/platform.sh have in a guest, for guests() of a test
kselftest_guests='bench/guest bench/plugin selftests/pgtable selftests/kselftest-skips'
platform_guests='selftests/platform scripts/platform.sh'

in_guest()
{
	[ -n "$(boots "$@")" ]
}

skip()
{
	echo "skip: $*"
	exit "$SKIP"
}

target()
{
	script=$1
	shift
	sh "$root/scripts/$script" "$@"
}

# axes ARCH KERNEL CONFIG SCRIPT...: a target of one kernel, one seed
axes()
{
	a=$1 k=$2 c=$3 s=$4
	shift 4
	PTB_ARCH=$a PTB_KERNEL=$k PTB_CONFIG=$c PTB_SEEDS=1 sh "$root/scripts/$s" "$@"
}

# refused WORDS COMMAND...: exit 1 and one line on stderr which has WORDS
refused()
{
	words=$1
	shift
	rc=0
	"$@" 2>"$b/log/refused" >/dev/null || rc=$?
	cat "$b/log/refused"
	[ "$rc" = 1 ] || { echo "exit $rc, not 1: $*"; return 1; }
	[ "$(wc -l <"$b/log/refused")" = 1 ] || { echo "not one line: $*"; return 1; }
	grep -q "$words" "$b/log/refused"
}
