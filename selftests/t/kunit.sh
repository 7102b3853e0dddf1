# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# kunit ARCH KERNEL: the tests within the kernel, and one scenario under DEBUG_VM. Of
# planted-bugs: it passes when none is switched on.

boots()
{
	echo "$1 $2 kunit"
}

run()
{
	axes "$1" "$2" kunit build.sh
	PTB_EXTRA_ARGS=ptb=fork_exit axes "$1" "$2" kunit run.sh bench
}
