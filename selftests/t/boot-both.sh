# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# boot-both ARCH CONFIG: both kernels on one CPU, and what can race on four.

boots()
{
	printf '%s\n' "$1 base $2" "$1 patched $2"
}

run()
{
	bench "$1" base "$2" "ptb=$lockdep_list"
	bench "$1" patched "$2" "ptb=$lockdep_list"
	PTB_TIMEOUT=1800 axes "$1" patched "$2" run.sh stress
	say_run
}
