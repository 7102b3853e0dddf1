# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# A patch that does not fit is named, with its file, and leaves nothing behind.

run()
{
	small_tree "$b/test-clone"
	for p in fixes ptdesc; do
		cp "$root/selftests/bad.patch" "$small/kernel-patches/$p/0001-bad.patch"
		echo 0001-bad.patch >"$small/kernel-patches/$p/series"
	done
	refused 'kernel-patches/fixes/0001-bad.patch does not apply: Makefile:1' \
		sh "$small/scripts/tree.sh"
	refused 'no kernel-patches/variants/slab.patch' env PTB_KERNEL=slab sh "$small/scripts/variant.sh"
	cp "$root/selftests/bad.patch" "$small/kernel-patches/variants/slab.patch"
	refused 'kernel-patches/variants/slab.patch does not apply: patch failed: Makefile:1' \
		env PTB_KERNEL=slab sh "$small/scripts/variant.sh"
	[ "$(tg rev-parse HEAD)" = "$(tg rev-parse base)" ]
	rm -rf "$small"
}
