# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: our own programs, the guest's initramfs, the host's tools, the plugin.

# quiet_make WHAT DIR VARS...: says something only when there is work
quiet_make()
{
	name=$1
	sub=$2
	shift 2
	[ -f "$root/$sub/Makefile" ] || die "$sub/Makefile is missing"
	out=$b/log/$(echo "$name" | tr " " -).log
	mkdir -p "$b/log"
	if make -q -C "$root/$sub" "$@" >/dev/null 2>&1; then
		return
	fi
	say "building the $name"
	make -C "$root/$sub" "$@" >"$out" 2>&1 || {
		check_no_space "$out"
		grep -nE "error|warning|No rule" "$out" | head -n 8 >&2 || :
		die_with 10 "the $name did not build; log: ${out#"$root"/}"
	}
}

make_host()
{
	need gcc build-essential
	lock host
	quiet_make "host tools" bench/host OUT="$b/host"
	unlock
}

make_plugin()
{
	need gcc build-essential
	lock host
	quiet_make plugin bench/plugin OUT="$b/plugin"
	unlock
}

# The archive's times, owners and order are fixed: the same bytes for the
# same init, whatever kernel it is run with.
make_guest()
{
	need gcc build-essential
	arch_facts "$arch"
	[ -z "$cross" ] || need "${cross}gcc" "$cross_package"
	lock guest
	g=$b/guest/$arch
	initramfs=$g/initramfs.cpio
	quiet_make "guest $arch" bench/guest ARCH="$arch" OUT="$g"
	[ -f "$g/init" ] || die "bench/guest made no init"
	if [ -f "$initramfs" ] && [ "$(cat "$g/.initramfs" 2>/dev/null)" = "$(sha "$g/init")" ]; then
		unlock
		return
	fi
	git -C "$b/linux" show base:usr/gen_init_cpio.c >"$b/guest/gen_init_cpio.c"
	gcc -O2 -o "$b/guest/gen_init_cpio" "$b/guest/gen_init_cpio.c" >"$b/log/cpio.log" 2>&1 ||
		die_with 10 "gen_init_cpio did not build; log: build/log/cpio.log"
	cat >"$g/list" <<-EOF
	dir /dev 755 0 0
	nod /dev/console 600 0 0 c 5 1
	dir /proc 755 0 0
	dir /sys 755 0 0
	file /init init 755 0 0
	EOF
	(cd "$g" && ../gen_init_cpio -t 0 list >initramfs.tmp) ||
		die "making the initramfs failed"
	mv "$g/initramfs.tmp" "$initramfs"
	sha "$g/init" >"$g/.initramfs"
	unlock
}
