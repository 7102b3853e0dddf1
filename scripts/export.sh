#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Write the commits of build/linux back to kernel-patches/, the same bytes for
# the same commits on every machine, whenever it is done.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"

out=${1:-$patches}		# the tests export somewhere else

# Give every commit the fixed date, author and committer: rewriting history does
# not churn the files, and git am of the files gives these very commits. Whoever
# posts the series is its author.
normalise()
{
	parent=$(g rev-parse base)
	for c in $(g rev-list --reverse base..HEAD); do
		parent=$(GIT_AUTHOR_NAME=ptdesc GIT_AUTHOR_EMAIL=ptdesc@localhost \
			GIT_AUTHOR_DATE=$fixed_date GIT_COMMITTER_DATE=$fixed_date \
			g commit-tree "$c^{tree}" -p "$parent" -F "$new/message.$c")
	done
	echo "$parent"
}

messages()
{
	for c in $(g rev-list --reverse base..HEAD); do
		[ "$(g rev-list --no-walk --count --merges "$c")" = 0 ] ||
			die "build/linux: $c is a merge, the series must be linear"
		g log -1 --format=%B "$c" | git stripspace >"$new/message.$c"
	done
}

format()
{
	g -c diff.noprefix=false -c diff.mnemonicPrefix=false format-patch -q -N \
		--zero-commit --no-signature --no-cover-letter --no-attach --no-thread \
		--no-base --no-notes -M --abbrev=12 --diff-algorithm=myers \
		--stat=72 --summary -o "$new/files" "base..$1"
}

# Only what changed is written; only what the last export wrote is removed.
install_files()
{
	for old in "$out"/[0-9][0-9][0-9][0-9]-*.patch; do
		case ${old##*/} in
		'[0-9]'* | 0000-*) ;;
		*) [ -f "$new/files/${old##*/}" ] || rm -f "$old" ;;
		esac
	done
	for p in "$new"/files/*.patch; do
		[ -f "$p" ] || continue
		cmp -s "$p" "$out/${p##*/}" || cp "$p" "$out/${p##*/}"
	done
	cmp -s "$new/series" "$out/series" || cp "$new/series" "$out/series"
}

# build/linux and the files are now the same thing: tree has nothing to do
remember()
{
	: >"$new/state"
	for c in $(g rev-list --reverse base..HEAD); do
		p=$(sed -n "$(($(wc -l <"$new/state") + 1))p" "$new/series")
		echo "$(sha "$out/$p") $c $p" >>"$new/state"
	done
	mv "$new/state" "$state"
}

[ -d "$linux" ] || run tree.sh
lock tree
[ ! -f "$applying" ] ||
	die "the series is half applied: make tree"
[ -z "$(g status --porcelain -uno | head -n 1)" ] ||
	die "build/linux has uncommitted changes: commit them first"
new=$b/export.new
rm -rf "$new"
mkdir -p "$new/files" "$out"
messages
tip=$(normalise)
if [ "$out" = "$patches" ] && [ "$tip" != "$(g rev-parse HEAD)" ]; then
	# Same trees: the files in the work tree stay as they are
	g symbolic-ref HEAD refs/heads/series
	g update-ref -m export refs/heads/series "$tip"
fi
format "$tip"
(cd "$new/files" && find . -name '*.patch' | sed 's,^\./,,' | sort) >"$new/series"
install_files
[ "$out" != "$patches" ] || remember
say "exported $(wc -l <"$new/series") patches"
rm -rf "$new"
