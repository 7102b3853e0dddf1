# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: scripts and patches on a source that has nothing but a Makefile.

# small_tree DIRECTORY: scripts and such a source there, no patches
small_tree()
{
	small=$1
	rm -rf "$small"
	mkdir -p "$small/build/src" "$small/kernel-patches/fixes" "$small/kernel-patches/ptdesc" \
		"$small/kernel-patches/variants" "$small/selftests/planted" "$small/bench" "$small/linux-7.3.99"
	cp -R "$root/scripts" "$small/"
	cp -R "$root/bench/guest" "$small/bench/"
	cp -R "$root/kernel-patches/BASE" "$root/kernel-patches/configs" "$small/kernel-patches/"
	printf 'VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 99\n' >"$small/linux-7.3.99/Makefile"
	tar -C "$small" -cf "$small/linux.tar" linux-7.3.99
	export PTB_KERNEL_SRC="$small/linux.tar"
	verb_in "$small" fetch.sh
}

verb_in()
{
	sh "$1/scripts/$2"
}

tg()
{
	git -C "$small/build/linux" -c user.name=nobody -c user.email=nobody@localhost "$@"
}
