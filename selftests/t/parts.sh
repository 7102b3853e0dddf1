# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What tree, export and ids make of the parts of the series, on a source that has nothing
# but a Makefile.

# adds FILE...: a patch that adds a file, as FILE of the small tree
adds()
{
	for p in "$@"; do
		name=${p##*/}
		name=${name#*-}
		name=${name%.patch}
		cat >"$small/kernel-patches/$p" <<-END
		From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
		From: nobody <nobody@localhost>
		Date: Thu, 1 Jan 2026 00:00:00 +0000
		Subject: [PATCH] $name

		For selftests/t/parts.sh.
		---
		diff --git a/$name b/$name
		new file mode 100644
		index 0000000..1111111
		--- /dev/null
		+++ b/$name
		@@ -0,0 +1 @@
		+$name
		END
		echo "${p##*/}" >>"$small/kernel-patches/${p%/*}/series"
	done
}

# subjects RANGE: of its commits, the first one first
subjects()
{
	tg log --reverse --format=%s "$1" | paste -s -d ' '
}

patches_id()
{
	(cd "$small/kernel-patches" && cat "$1"/*.patch | sha256sum)
}

id_of()
{
	PTB_KERNEL=$1 sh "$small/scripts/image-id.sh" series
}

# in_results FUNCTION [args]: one of lib/results.sh's there
in_results()
{
	sh -c 'root=$1 b=$1/build id=all tests=$2/selftests
		. "$tests/lib/test.sh" && . "$tests/lib/results.sh" && shift 2 && "$@"' - "$small" "$root" "$@"
}

# key KERNEL: of a test that boots it
key()
{
	mkdir -p "$small/build/matrix"
	in_results key_of x bench s390x "$1" mini
}

# same WHAT WANT GOT
same()
{
	[ "$2" = "$3" ] || {
		echo "$1: $3, and not $2"
		return 1
	}
}

# No patches are never the checksum of nothing
parts_empty()
{
	for s in tree.sh export.sh image-id.sh 'image-id.sh series' 'lint.sh patches' \
		'check-series.sh cheap'; do
		# shellcheck disable=SC2086 # a script and its argument
		refused 'error: kernel-patches/fixes/series names no patch' sh "$small"/scripts/$s
	done
	same 'base has none' none "$(id_of base)"
	adds fixes/0001-one.patch fixes/0002-two.patch
	id_of fixes
	refused 'kernel-patches/ptdesc/series names no patch' sh "$small/scripts/image-id.sh" series
	refused 'kernel-patches/ptdesc/series names no patch' sh "$small/scripts/tree.sh"
	refused 'kernel-patches/ptdesc/series names no patch' in_results guest_id
	echo 0001-none.patch >"$small/kernel-patches/ptdesc/series"
	refused 'kernel-patches/ptdesc/series names 0001-none.patch, which is missing' \
		sh "$small/scripts/image-id.sh" series
	rm "$small/kernel-patches/ptdesc/series"
}

# A commit of each part is amended, and each time that part alone is written
parts_amended()
{
	fixes=$(patches_id fixes) ptdesc=$(patches_id ptdesc)
	base=$(key base) patched=$(key patched) series=$(id_of patched) first=$(id_of fixes)
	echo more >>"$small/build/linux/four"
	tg commit -q -a --amend --no-edit
	verb_in "$small" tree.sh | grep 'has work that is not in kernel-patches/ yet'
	echo >>"$small/kernel-patches/fixes/0001-one.patch"
	refused 'build/linux has work that is not in' sh "$small/scripts/tree.sh"
	verb_in "$small" export.sh
	same 'fixes/ as before' "$fixes" "$(patches_id fixes)"
	[ "$ptdesc" != "$(patches_id ptdesc)" ]
	same 'the id of fixes' "$first" "$(id_of fixes)"
	[ "$series" != "$(id_of patched)" ]
	same 'the key of base' "$base" "$(key base)"
	[ "$patched" != "$(key patched)" ]
	ptdesc=$(patches_id ptdesc) tip=$(tg rev-parse HEAD)

	GIT_SEQUENCE_EDITOR="sed -i '1s/^pick/edit/'" tg rebase -q -i base
	echo more >>"$small/build/linux/one"
	tg commit -q -a --amend --no-edit
	GIT_EDITOR=: tg rebase --continue
	same 'fixes, moved along' 'one two' "$(subjects base..fixes)"
	same 'ptdesc' 'three four' "$(subjects fixes..HEAD)"
	verb_in "$small" export.sh
	[ "$fixes" != "$(patches_id fixes)" ]
	same 'ptdesc/ as before' "$ptdesc" "$(patches_id ptdesc)"
	[ "$tip" != "$(tg rev-parse HEAD)" ]
	[ "$first" != "$(id_of fixes)" ]
	same 'the key of base' "$base" "$(key base)"
}

# Where a part ends is said by its branch
parts_moved()
{
	tg branch -q -f fixes base
	refused 'no commit for kernel-patches/fixes/: branch fixes is not after base' \
		sh "$small/scripts/export.sh"
	tg branch -q -f fixes series
	refused 'no commit for kernel-patches/ptdesc/: branch series is not after fixes' \
		sh "$small/scripts/export.sh"
	tg branch -q -f fixes "$(tg commit-tree -m other 'base^{tree}')"
	refused 'branch fixes is not an ancestor of HEAD: git -C build/linux branch -f fixes COMMIT' \
		sh "$small/scripts/export.sh"
	tg branch -q -D fixes
	refused 'has no branch fixes: git -C build/linux branch -f fixes COMMIT' \
		sh "$small/scripts/export.sh"
	series=$(id_of patched)
	tg branch -q -f fixes series~3
	verb_in "$small" tree.sh | grep 'has work that is not in kernel-patches/ yet'
	verb_in "$small" export.sh
	same 'in fixes/' 1 "$(wc -l <"$small/kernel-patches/fixes/series")"
	same 'in ptdesc/' 3 "$(wc -l <"$small/kernel-patches/ptdesc/series")"
	same 'the id of the whole' "$series" "$(id_of patched)"
	tg branch -q -f fixes series~2
	verb_in "$small" export.sh
}

# The same commits from nothing, and nothing to do then
parts_again()
{
	was="$(tg rev-parse fixes) $(tg rev-parse series)"
	mv "$small/build/linux" "$small/build/linux.old"
	verb_in "$small" tree.sh
	same 'made anew' "$was" "$(tg rev-parse fixes) $(tg rev-parse series)"
	state=$(tg reflog | wc -l)
	verb_in "$small" tree.sh
	same 'nothing was done' "$state" "$(tg reflog | wc -l)"
	tg branch -q -D fixes
	verb_in "$small" tree.sh
	same 'the branch is back' "$was" "$(tg rev-parse fixes) $(tg rev-parse series)"
}

# has KERNEL FILE...: its source has these, and none of the others
has()
{
	PTB_KERNEL=$1 sh "$small/scripts/variant.sh"
	d=$small/build/variants/$1/linux
	[ -d "$d" ] || d=$small/build/variants/${1%%-*}/linux
	shift
	same "the source" "Makefile${*:+ $*}" "$(cd "$d" && echo *)"
}

parts_variants()
{
	has base
	has fixes one two
	has commit-3 one three two
	bug=$small/selftests/planted/bug.patch
	printf '# base: fixes\n--- /dev/null\n+++ b/bug\n@@ -0,0 +1 @@\n+bug\n' >"$bug"
	has planted-bug bug one two
	sed 's/fixes/series/; s/bug/slab/' "$bug" >"$small/kernel-patches/variants/slab.patch"
	has slab four one slab three two
	for k in base fixes patched slab planted-bug; do
		id_of "$k"
	done >"$small/ids"
	same 'an id each' 5 "$(sort -u "$small/ids" | wc -l)"
	echo '# base: none' >"$bug"
	for s in variant.sh image-id.sh; do
		refused "bug.patch: '# base:' takes base, fixes or series" \
			env PTB_KERNEL=planted-bug sh "$small/scripts/$s"
	done
}

run()
{
	small_tree "$b/test-parts"
	parts_empty
	adds ptdesc/0001-three.patch ptdesc/0002-four.patch
	verb_in "$small" tree.sh
	same 'fixes' 'one two' "$(subjects base..fixes)"
	same 'ptdesc' 'three four' "$(subjects fixes..series)"
	verb_in "$small" export.sh
	parts_amended
	parts_moved
	parts_again
	parts_variants
	rm -rf "$small"
}
