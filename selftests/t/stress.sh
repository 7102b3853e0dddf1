# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# stress ARCH KERNEL CONFIG [KERNEL ARGUMENTS]: on four CPUs.

boots()
{
	echo "$1 $2 $3"
}

run()
{
	guest stress "$@"
}
