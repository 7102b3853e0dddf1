# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The published run of one kernel, here and now.

in_guest()
{
	:
}

run()
{
	for d in "$root"/results/*-x86_64-overlay-patched/; do
		PTB_RUN=${d}patched
	done
	export PTB_RUN
	[ -d "$PTB_RUN" ] || skip "nothing is published"
	target reproduce.sh
}
