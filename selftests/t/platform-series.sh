# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# platform-series ARCH CONFIG NAME: what base cannot do.

boots()
{
	echo "$1 patched $2"
}

guests()
{
	echo "$platform_guests"
}

run()
{
	axes "$1" patched "$2" platform.sh "$3"
}
