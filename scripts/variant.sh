#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# variant.sh: make the source tree of KERNEL; patched is build/linux itself.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/source.sh
. "$root/scripts/source.sh"

linux=$b/linux
# The commit a variant starts from
start_of()
{
	case $kernel in
	base | commit-0 | cycles-base) echo base ;;
	fixes | cycles-fixes) echo fixes ;;
	commit-*) git -C "$linux" rev-list --reverse base..series | sed -n "${kernel#commit-}p" ;;
	planted-*-on-base) echo base ;;
	*) variant_base "$patch" ;;
	esac
}

# Into the index as well: what is changed after that was not planted
plant()
{
	[ -n "$patch" ] || return 0
	git -C "$tree" apply --index "$patch" 2>"$b/log/plant.log" || {
		where=$(sed -n -e 's/^error: //p' -e 's/^fatal: //p' "$b/log/plant.log" | head -n 1)
		die "${patch#"$root"/} does not apply: $where"
	}
	[ -n "$adds" ] || return 0
	cp "$adds" "$tree/mm/" && git -C "$tree" add "mm/${adds##*/}"
}

make_worktree()
{
	say "laying out the source of $kernel"
	want_space 2500 "the source of $kernel"
	mkdir -p "$dir"
	rm -rf "$tree"
	git -C "$linux" worktree prune
	git -C "$linux" worktree add -q -f --detach "$tree" "$commit"
}

# is_laid_out ID: this source is there, by what it was made of
is_laid_out()
{
	[ "$(cat "$dir/.source" 2>/dev/null)" = "$1" ] &&
		git -C "$tree" rev-parse -q HEAD >/dev/null 2>&1
}

# Not a commit of build/linux but a tree of its own
make_peer()
{
	id=$(value "$b/src/peer/ORIGIN" tarball_sha256)
	if is_laid_out "$id"; then
		return
	fi
	say "laying out the source of peer"
	want_space 2500 "the source of peer"
	rm -f "$dir/.source"
	commit_source "$b/src/peer" "$tree" peer
	echo "$id" >"$dir/.source"
}

check_axes
[ "$kernel" != patched ] || exit 0
[ "$kernel" != peer ] || run fetch.sh peer
lock tree
mkdir -p "$b/log"
dir=$(variant_dir "$kernel")
tree=$dir/linux
if [ "$kernel" = peer ]; then
	make_peer
	exit 0
fi
patch=$(variant_patch "$kernel")
adds=$(variant_adds "$kernel")
start=$(start_of) || exit 1
[ -n "$start" ] || die "KERNEL=$kernel: the series has no such patch"
commit=$(git -C "$linux" rev-parse --verify -q "$start^{commit}")
id="$commit $(if [ -n "$patch" ]; then sha "$patch" ${adds:+"$adds"}; fi)"
if is_laid_out "$id"; then
	exit 0
fi
rm -f "$dir/.source"
if git -C "$tree" rev-parse -q HEAD >/dev/null 2>&1; then
	rm -f "$(git -C "$tree" rev-parse --git-path index.lock)"
	git -C "$tree" checkout -q -f --detach "$commit" &&
		git -C "$tree" clean -fdq
else
	make_worktree
fi
plant
echo "$id" >"$dir/.source"
