# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What make deps installs, in a table for all targets.

run()
{
	case $table in
	full) target deps.sh full ;;
	*) target deps.sh ;;
	esac
}
