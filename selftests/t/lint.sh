# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# lint CHECK

run()
{
	target lint.sh "$1" >"$b/log/lint-$1.log" 2>&1 || { cat "$b/log/lint-$1.log"; return 1; }
	cat "$b/log/lint-$1.log"
	why=$(sed -n 's/^.*: skipped, //p' "$b/log/lint-$1.log")
	[ -z "$why" ] || skip "$why"
}
