# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The unit tests of the programs of the host.

run()
{
	[ -f "$root/selftests/unit.sh" ] || skip "no selftests/unit.sh"
	target programs.sh
	sh "$root/selftests/unit.sh"
}
