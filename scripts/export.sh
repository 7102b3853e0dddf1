#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Write the commits of build/linux back to the parts of kernel-patches/, the same bytes
# for the same commits on every machine, whenever it is done.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"

out=${1:-$patches}		# the tests export somewhere else

# Give every commit the fixed date, author and committer: rewriting history does
# not churn the files, and git am of the files gives these very commits. Whoever
# posts the series is its author. Says PART FIRST LAST: a part is FIRST..LAST.
normalise()
{
	parent=$(g rev-parse base)
	at=base
	while read -r part last; do
		first=$parent
		for c in $(g rev-list --reverse "$at..$last"); do
			parent=$(GIT_AUTHOR_NAME=ptdesc GIT_AUTHOR_EMAIL=ptdesc@localhost \
				GIT_AUTHOR_DATE=$fixed_date GIT_COMMITTER_DATE=$fixed_date \
				g commit-tree "$c^{tree}" -p "$parent" -F "$new/message.$c")
		done
		at=$last
		echo "$part $first $parent"
	done <"$new/ends"
}

# PART COMMIT a line: where each ends. One after the other, and none without a commit.
find_ends()
{
	at=base
	before=base
	branches | while read -r part branch; do
		last=HEAD
		[ "$branch" = series ] || last=refs/heads/$branch
		how="git -C build/linux branch -f $branch COMMIT names the last commit of kernel-patches/$part/"
		last=$(g rev-parse -q --verify "$last^{commit}") ||
			die "build/linux has no branch $branch: $how"
		g merge-base --is-ancestor "$last" HEAD ||
			die "build/linux: branch $branch is not an ancestor of HEAD: $how"
		g merge-base --is-ancestor "$at" "$last" ||
			die "build/linux: branch $branch does not come after $before: $how"
		[ "$(g rev-list --count "$at..$last")" -gt 0 ] ||
			die "build/linux has no commit for kernel-patches/$part/: branch $branch is not after $before"
		at=$last
		before=$branch
		echo "$part $last"
	done
}

messages()
{
	for c in $(g rev-list --reverse base..HEAD); do
		[ "$(g rev-list --no-walk --count --merges "$c")" = 0 ] ||
			die "build/linux: $c is a merge, the series must be linear"
		g log -1 --format=%B "$c" | git stripspace >"$new/message.$c"
	done
}

# format FIRST LAST DIRECTORY
format()
{
	g -c diff.noprefix=false -c diff.mnemonicPrefix=false format-patch -q -N \
		--zero-commit --no-signature --no-cover-letter --no-attach --no-thread \
		--no-base --no-notes -M --abbrev=12 --diff-algorithm=myers \
		--stat=72 --summary -o "$3" "$1..$2"
	(cd "$3" && find . -name '*.patch' | sed 's,^\./,,' | sort) >"$3/series"
}

# install_files PART: only what changed is written; only what the last export wrote is
# removed
install_files()
{
	mkdir -p "$out/$1"
	for old in "$out/$1"/[0-9][0-9][0-9][0-9]-*.patch; do
		case ${old##*/} in
		'[0-9]'* | 0000-*) ;;
		*) [ -f "$new/$1/${old##*/}" ] || rm -f "$old" ;;
		esac
	done
	for p in "$new/$1"/*.patch "$new/$1/series"; do
		cmp -s "$p" "$out/$1/${p##*/}" || cp "$p" "$out/$1/${p##*/}"
	done
}

# build/linux and the files are now the same thing: tree has nothing to do
remember()
{
	: >"$new/state"
	while read -r part first last; do
		n=0
		for c in $(g rev-list --reverse "$first..$last"); do
			n=$((n + 1))
			p=$part/$(sed -n "${n}p" "$new/$part/series")
			echo "$(sha "$out/$p") $c $p" >>"$new/state"
		done
	done <"$new/parts"
	mv "$new/state" "$state"
	set_branches
}

[ -d "$linux" ] || run tree.sh
lock tree
[ ! -f "$applying" ] ||
	die "the series is half applied: make tree"
[ -z "$(g status --porcelain -uno | head -n 1)" ] ||
	die "build/linux has uncommitted changes: commit them first"
new=$b/export.new
rm -rf "$new"
mkdir -p "$new"
find_ends >"$new/ends" || exit 1
messages
normalise >"$new/parts"
if [ "$out" = "$patches" ]; then
	# Same trees: the files in the work tree stay as they are. All branches at once, for
	# the old one of a part is no ancestor of the new series.
	g symbolic-ref HEAD refs/heads/series
	while read -r part first last; do
		echo "update refs/heads/$(branches | sed -n "s/^$part //p") $last"
	done <"$new/parts" | g update-ref -m export --stdin
fi
while read -r part first last; do
	format "$first" "$last" "$new/$part"
	install_files "$part"
	say "exported $(wc -l <"$new/$part/series") patches to ${out#"$root"/}/$part"
done <"$new/parts"
[ "$out" != "$patches" ] || remember
rm -rf "$new"
