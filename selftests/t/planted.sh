# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# planted ARCH BUG KIND [KERNEL ARGUMENTS]: the kernel with the bugs must not pass with this
# one switched on, and must be caught by what it does.

boots()
{
	echo "$1 planted-bugs kunit"
}

run()
{
	arch=$1 bug=$2 kind=$3
	shift 3
	axes "$arch" planted-bugs kunit build.sh
	rc=0
	PTB_TIMEOUT=200 PTB_EXTRA_ARGS="planted=$bug $*" axes "$arch" planted-bugs kunit \
		run.sh "$kind" || rc=$?
	case $rc in
	12 | 14 | 15) echo "detail: $arch kunit, $kind $*: $(planted_by bugs)" ;;
	*) echo "not caught: exit $rc"; return 1 ;;
	esac
}
