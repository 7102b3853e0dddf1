#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# build/linux: one base commit (tag base), then the patches of all parts by git am on
# the branch series; the branch of a part is at its last commit. Hashes are the same on
# every machine.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"
# shellcheck source=scripts/source.sh
. "$root/scripts/source.sh"

# The base commit. Renamed into place when complete: never half a tree.
make_base()
{
	new=$b/linux.new
	want_space 4000 "the source tree"
	commit_source "$b/src" "$new" series
	git -C "$new" tag base
	value "$b/src/ORIGIN" tarball_sha256 >"$new/.git/ptb-origin"
	: >"$new/.git/ptb-series"
	mv "$new" "$linux"
}

# Lines of $state that still hold, from the first patch on
kept_prefix()
{
	n=0
	for p in $list; do
		n=$((n + 1))
		line=$(sed -n "${n}p" "$state")
		[ "${line%% *}" = "$(sha "$patches/$p")" ] || return 0
		# From one part to another, or renumbered, it is the same commit
		echo "${line% *} $p"
	done
}

# apply_one PATCH: the commit is the same everywhere, as its dates are the
# patch's and the committer is fixed
apply_one()
{
	if g am -q -b --no-3way --committer-date-is-author-date \
		"$patches/$1" >"$b/log/am.log" 2>&1; then
		return
	fi
	where=$(sed -n -e 's/^error: patch failed: //p' -e 's/^error: //p' "$b/log/am.log" | head -n 1)
	g am --abort >/dev/null 2>&1 || g am --quit >/dev/null 2>&1 || :
	rm -f "$applying"
	check_no_space "$b/log/am.log"
	die "kernel-patches/$1 does not apply: ${where:-see build/log/am.log}"
}

apply_series()
{
	refuse_unexported "the series changed"
	kept_prefix >"$b/log/series.kept"
	tip=$(awk 'END { print $2 }' "$b/log/series.kept")
	total=$(echo "$list" | wc -l)
	kept=$(wc -l <"$b/log/series.kept")
	: >"$applying"
	drop_branches
	g checkout -q -f series
	g reset -q --hard "${tip:-base}"
	mv "$b/log/series.kept" "$state"
	[ "$total" -eq "$kept" ] || say "applying $((total - kept)) of $total patches"
	for p in $(echo "$list" | tail -n +$((kept + 1))); do
		apply_one "$p"
		echo "$(sha "$patches/$p") $(g rev-parse HEAD) $p" >>"$state"
	done
	set_branches
	rm -f "$applying"
}

# Stopped half way: what git left is ours to throw away, it is in the patches
recover()
{
	[ -f "$applying" ] || return 0
	say "an interrupted run left the series half applied: going on"
	rm -f "$linux/.git/index.lock"
	g am --quit >/dev/null 2>&1 || :
	drop_branches
	tip=$(awk 'END { print $2 }' "$state")
	g checkout -q -f series
	g reset -q --hard "${tip:-base}"
	rm -f "$applying"
}

is_current()
{
	kept_prefix | cmp -s - "$state" &&
		[ "$(echo "$list" | wc -l)" -eq "$(wc -l <"$state")" ]
}

need git git
list=$(series_files "$parts") || exit 1
run fetch.sh linux
lock tree
mkdir -p "$b/log"
if [ -d "$linux" ] && [ "$(cat "$linux/.git/ptb-origin" 2>/dev/null)" != \
	"$(value "$b/src/ORIGIN" tarball_sha256)" ]; then
	recover
	refuse_unexported "the kernel source changed"
	say "another kernel source: starting build/linux anew"
	rm -rf "$linux" "$b/variants"
fi
[ -d "$linux" ] || make_base
recover
if is_current; then
	if unexported; then
		say "note: build/linux has work that is not in kernel-patches/ yet"
	else
		set_branches
	fi
else
	apply_series
	say "build/linux: Linux $(value "$b/src/ORIGIN" version) and $(wc -l <"$state") patches"
fi
