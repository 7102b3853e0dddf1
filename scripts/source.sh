# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: a git tree of one commit out of what fetch.sh has brought.

# commit_source FROM TREE BRANCH: FROM has ORIGIN and the tarball it names.
# The commit is the same on every machine.
commit_source()
{
	origin=$1/ORIGIN
	version=$(value "$origin" version)
	rm -rf "$2"
	mkdir -p "$2"
	say "unpacking Linux $version"
	# As if written now: objects of another source must not look newer
	tar -xmf "$1/$(value "$origin" tarball)" --strip-components=1 -C "$2" ||
		die "unpacking failed: disk full, or a damaged tarball in ${1#"$root"/}"
	# Debian ignores all but its packaging: git would hide new files
	[ ! -f "$2/.gitignore" ] ||
		sed -i "/^# Debian packaging:/,\$d" "$2/.gitignore"
	say "committing Linux $version"
	git init -q -b "$3" "$2"
	git -C "$2" config gc.auto 0
	# A threshold of one byte sends all blobs into one pack: fast
	git -C "$2" -c core.bigFileThreshold=1 -c core.compression=1 add -Af
	GIT_AUTHOR_DATE=$fixed_date GIT_COMMITTER_DATE=$fixed_date \
		GIT_COMMITTER_NAME=base GIT_COMMITTER_EMAIL=base@localhost \
		git -C "$2" -c gc.auto=0 commit -q -m "Linux $version"
}
