# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What is published is what the published runs say.

run()
{
	[ -f "$root/results/overview.txt" ] || skip "nothing is published"
	target overview.sh "$b/test-overview"
	cmp "$root/results/overview.txt" "$b/test-overview"
	rm -f "$b/test-overview"
}
