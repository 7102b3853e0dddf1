# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# debug ARCH KERNEL CONFIG: with slab_debug.

boots()
{
	echo "$1 $2 $3"
}

run()
{
	PTB_EXTRA_ARGS=$debug_args axes "$1" "$2" "$3" run.sh bench
}
