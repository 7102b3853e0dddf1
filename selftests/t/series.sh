# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# make export gives the patches that there are.

run()
{
	target tree.sh
	rm -rf "$b/test-export"
	target export.sh "$b/test-export"
	for p in "$root"/kernel-patches/*/series "$root"/kernel-patches/*/[0-9][0-9][0-9][0-9]-*.patch; do
		cmp "$p" "$b/test-export/${p#"$root"/kernel-patches/}"
	done
	rm -rf "$b/test-export"
}
