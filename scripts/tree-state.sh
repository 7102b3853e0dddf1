# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: what build/linux holds against what kernel-patches/ says.

linux=$b/linux
patches=$root/kernel-patches
state=$linux/.git/ptb-series		# one line a patch: sha256 commit PART/name
applying=$linux/.git/ptb-applying	# exists while we own the branch

g()
{
	git -C "$linux" -c gc.auto=0 -c advice.detachedHead=false "$@"
}

# kept_tip PART: the commit that make tree or export left there
kept_tip()
{
	awk -v part="$1/" 'index($3, part) == 1 { c = $2 } END { print c }' "$state"
}

# Is the end of a part, but for the last, another commit than make tree or export left?
moved()
{
	branches | while read -r part branch; do
		[ "$branch" != series ] || continue
		was=$(kept_tip "$part")
		now=$(g rev-parse -q --verify "refs/heads/$branch") || continue
		[ "${was:-$now}" = "$now" ] || echo "$branch"
	done
}

# Does the tree hold work that the patch files do not?
unexported()
{
	[ -f "$state" ] || return 1
	tip=$(awk 'END { print $2 }' "$state")
	[ "$(g rev-parse HEAD)" != "$(g rev-parse "${tip:-base}")" ] ||
		[ -n "$(moved)" ] ||
		[ -n "$(g status --porcelain -uno | head -n 1)" ]
}

# Nobody's work: of what is half applied
drop_branches()
{
	branches | while read -r _ branch; do
		[ "$branch" = series ] || g update-ref -d "refs/heads/$branch"
	done
}

# The branches of all parts where the state says, and moved along by git rebase -i base
set_branches()
{
	branches | while read -r part branch; do
		[ "$branch" = series ] || g update-ref "refs/heads/$branch" "$(kept_tip "$part")"
	done
	g config rebase.updateRefs true
}

refuse_unexported()
{
	if [ -z "${PTB_TREE_FORCE:-}" ] && unexported; then
		die "build/linux has work that is not in kernel-patches/ ($1): make export, or TREE_FORCE=1 to drop it"
	fi
}
