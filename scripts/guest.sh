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
	initramfs_list >"$g/list"
	make_initramfs "$initramfs"
	sha "$g/init" >"$g/.initramfs"
	unlock
}

initramfs_list()
{
	cat <<-EOF
	dir /dev 755 0 0
	nod /dev/console 600 0 0 c 5 1
	dir /proc 755 0 0
	dir /sys 755 0 0
	file /init init 755 0 0
	EOF
}

# make_initramfs FILE: of what $g/list names
make_initramfs()
{
	git -C "$b/linux" show base:usr/gen_init_cpio.c >"$b/guest/gen_init_cpio.c"
	gcc -O2 -o "$b/guest/gen_init_cpio" "$b/guest/gen_init_cpio.c" >"$b/log/cpio.log" 2>&1 ||
		die_with 10 "gen_init_cpio did not build; log: build/log/cpio.log"
	(cd "$g" && "$b/guest/gen_init_cpio" -t 0 list >initramfs.tmp) ||
		die "making the initramfs failed"
	mv "$g/initramfs.tmp" "$1"
}

# The kernel's headers for programs; of the base, whichever kernel they run on
make_uapi()
{
	uapi=$b/uapi/$arch
	tree=$(git -C "$b/linux" rev-parse 'base^{tree}')
	if [ "$(cat "$uapi/.tree" 2>/dev/null)" = "$tree" ]; then
		return
	fi
	say "installing the headers of $arch"
	rm -rf "$uapi" "$b/uapi/src"
	mkdir -p "$uapi" "$b/uapi/src"
	git -C "$b/linux" archive base Makefile Kbuild scripts include/uapi include/asm-generic \
		"arch/$karch_dir" | tar -x -C "$b/uapi/src"
	make -C "$b/uapi/src" ARCH="$karch" headers_install INSTALL_HDR_PATH="$uapi" \
		>"$b/log/uapi.log" 2>&1 9>&- ||
		die_with 10 "the headers were not installed; log: build/log/uapi.log"
	rm -rf "$b/uapi/src"
	echo "$tree" >"$uapi/.tree"
}

# check_set: selftests/$set is a directory of kselftests
check_set()
{
	case $set in
	*[!a-z]*) die "SET=$set: pgtable or fixes" ;;
	esac
	[ -f "$root/selftests/$set/settings" ] || die "SET=$set: pgtable or fixes"
}

# selftests/$set in an initramfs of its own: that of the benchmark stays as it is
make_tests()
{
	make_guest
	lock guest
	make_uapi
	t=$g/tests
	mkdir -p "$t"
	git -C "$b/linux" show base:tools/testing/selftests/kselftest.h >"$t/kselftest.h"
	git -C "$b/linux" show base:tools/testing/selftests/kselftest_harness.h >"$t/kselftest_harness.h"
	initramfs_list >"$g/list"
	echo 'dir /tests 755 0 0' >>"$g/list"
	for f in "$root/selftests/$set"/*.c; do
		name=${f##*/}
		name=${name%.c}
		"${cross}gcc" -O2 -Wall -Werror -D_GNU_SOURCE= -static -s -Wl,--build-id=none \
			-ffile-prefix-map="$root"=. -isystem "$uapi/include" -I"$t" \
			-o "$t/$name" "$f" -lpthread >"$b/log/tests.log" 2>&1 || {
			check_no_space "$b/log/tests.log"
			grep -E 'error|warning' "$b/log/tests.log" | head -n 5 >&2 || :
			die_with 10 "selftests/$set/$name.c did not build for $arch; log: build/log/tests.log"
		}
		echo "file /tests/$name tests/$name 755 0 0" >>"$g/list"
	done
	initramfs=$g/initramfs-tests$([ "$set" = pgtable ] || echo "-$set").cpio
	make_initramfs "$initramfs"
	unlock
}
