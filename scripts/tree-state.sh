# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: what build/linux holds against what kernel-patches/ says.

linux=$b/linux
patches=$root/kernel-patches
state=$linux/.git/ptb-series		# one line a patch: sha256 commit name
applying=$linux/.git/ptb-applying	# exists while we own the branch

g()
{
	git -C "$linux" -c gc.auto=0 -c advice.detachedHead=false "$@"
}

# Does the tree hold work that the patch files do not?
unexported()
{
	[ -f "$state" ] || return 1
	tip=$(awk 'END { print $2 }' "$state")
	[ "$(g rev-parse HEAD)" != "$(g rev-parse "${tip:-base}")" ] ||
		[ -n "$(g status --porcelain -uno | head -n 1)" ]
}

refuse_unexported()
{
	if [ -z "${PTB_TREE_FORCE:-}" ] && unexported; then
		die "build/linux has work that is not in kernel-patches/ ($1): make export, or TREE_FORCE=1 to drop it"
	fi
}
