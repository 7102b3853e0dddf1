# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# boot ARCH KERNEL CONFIG

boots()
{
	echo "$1 $2 $3"
}

run()
{
	axes "$1" "$2" "$3" run.sh boot
}
