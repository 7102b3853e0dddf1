# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# bench ARCH KERNEL CONFIG [KERNEL ARGUMENTS]: every scenario of one kernel, complete and
# clean, or those that the arguments name.

boots()
{
	echo "$1 $2 $3"
}

run()
{
	bench "$@"
}
