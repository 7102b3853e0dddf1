# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: an initramfs of Debian's programs, of three kinds. tests: with the kernel's own
# tests of mm and selftests/debian; programs: with bench/debian; perf: with bench/perf.
# (native: of native-test.sh.) Nothing of the other architecture is executed while it is
# made: packages are extracted and not configured, the guest does the rest.

debian_common="base-files bash coreutils findutils grep gawk iproute2 libc-bin mount sed util-linux \
procps"

# Those ending in -dev are only compiled against, and out of the image again
debian_packages()
{
	case $flavour:$codename in
	tests:*) echo "$debian_common libcap2 libnuma1 liburing2 stress-ng trinity" \
		"libc6-dev libcap-dev libnuma-dev liburing-dev" ;;
	programs:bookworm) echo "$debian_common postgresql-15 redis-server redis-tools gcc libc6-dev make" ;;
	perf:*) echo "$debian_common gzip linux-perf stress-ng" ;;
	native:*) echo "$debian_common busybox-static diffutils dpkg e2fsprogs fdisk gzip hostname tar linux-perf" \
		"$(case $arch in s390x) echo s390-tools ;; *) echo grub-pc-bin grub2-common ;; esac)" ;;
	programs:*) echo "$debian_common postgresql-17 redis-server redis-tools gcc libc6-dev make" ;;
	esac
}

debian_arch()
{
	case $arch in
	s390x) echo s390x ;;
	x86_64) echo amd64 ;;
	*) die "ARCH=$arch: there is no Debian guest of it, only of s390x and x86_64" ;;
	esac
}

# debian_unpack TREE PACKAGES: the essential packages and PACKAGES
debian_unpack()
{
	need mmdebstrap mmdebstrap FULL=1
	want_space 1500 "the Debian guest"
	rm -rf "$1" "$1.tar"
	for site in $(apt_sites); do
		say "Debian $codename for $arch: packages of the $flavour"
		if mmdebstrap --variant=extract --architectures="$(debian_arch)" \
			--include="$(echo "$2" | tr ' ' ',')" "$codename" "$1.tar" \
			"deb [signed-by=$(apt_keyring)] $site $codename main" \
			>"$b/log/debian.log" 2>&1 9>&-; then
			break
		fi
		rm -f "$1.tar"
	done
	[ -f "$1.tar" ] || {
		check_no_space "$b/log/debian.log"
		grep '^E:' "$b/log/debian.log" | head -n 2 >&2 || :
		die "no archive of this machine gives Debian $codename for $arch, see build/log/debian.log"
	}
	mkdir -p "$1"
	tar -C "$1" --no-same-owner --exclude='./dev/*' -xf "$1.tar"
	rm -f "$1.tar"
	# Debian 12 leaves the merging of /usr to a maintainer script
	for l in bin sbin lib lib64; do
		if [ -d "$1/$l" ] && [ ! -L "$1/$l" ]; then
			mkdir -p "$1/usr/$l"
			cp -a "$1/$l/." "$1/usr/$l/"
			rm -rf "${1:?}/$l"
		fi
		[ ! -d "$1/usr/$l" ] || ln -sfn "usr/$l" "$1/$l"
	done
}

# tools/testing/selftests/mm of the base, by its own Makefile
debian_mm_tests()
{
	src=$d/src
	rm -rf "$src" "$d/mm"
	mkdir -p "$src" "$d/mm"
	say "building the kernel's tests of mm for $arch"
	git -C "$b/linux" archive base Makefile Kbuild scripts include usr mm/gup_test.h lib/test_hmm_uapi.h \
		"arch/$karch_dir" tools/include tools/scripts tools/arch tools/lib \
		tools/testing/selftests tools/testing/vma | tar -x -C "$src"
	{
		make -C "$src" ARCH="$karch" headers &&
		make -k -C "$src/tools/testing/selftests/mm" ARCH="$1" \
			CROSS_COMPILE="$cross" CC="${cross}gcc --sysroot=$d/tests" \
			KHDR_INCLUDES="-isystem $src/usr/include" OUTPUT="$d/mm" -j2
	} >"$b/log/debian-mm.log" 2>&1 9>&- || :
	cp "$src"/tools/testing/selftests/mm/*.sh "$d/mm/"
	find "$d/mm" -maxdepth 1 -type f -perm -100 ! -name '*.sh' | sort >"$d/mm.programs"
	[ "$(wc -l <"$d/mm.programs")" -ge 40 ] || {
		check_no_space "$b/log/debian-mm.log"
		grep -E 'error|\*\*\*' "$b/log/debian-mm.log" | head -n 5 >&2 || :
		die_with 10 "tools/testing/selftests/mm did not build for $arch; log: build/log/debian-mm.log"
	}
	rm -rf "$src"
}

# What no program here looks at; LLVM is PostgreSQL's, and only if it is told to compile
debian_leave_out()
{
	cat <<-EOF
	usr/share/doc
	usr/share/man
	usr/share/locale
	usr/share/i18n
	usr/share/info
	usr/share/perl
	var/cache
	var/lib/apt
	usr/lib/$triplet/libLLVM*
	usr/lib/$triplet/perl*
	usr/lib/postgresql/*/lib/bitcode
	EOF
	[ "$flavour" = programs ] || printf '%s\n' usr/include 'usr/lib/gcc*' 'usr/lib/*.a' "usr/lib/$triplet/*.a"
}

# debian_root DIRECTORY: what an image has of the unpacked packages, to begin with
debian_root()
{
	rm -rf "$1"
	mkdir -p "$1/dev" "$1/proc" "$1/sys" "$1/tmp" "$1/run" "$1/root"
	triplet=$arch-linux-gnu
	debian_leave_out >"$d/leave-out"
	tar -C "$d/$flavour" -X "$d/leave-out" --anchored -cf - . --transform 's,^\./,,' 2>/dev/null |
		tar -C "$1" -xf -
	ln -sf bash "$1/usr/bin/sh"
	ln -sf gawk "$1/usr/bin/awk"
}

# What the guest runs, a file a line; nothing else of ours makes its image another one
debian_scripts()
{
	case $flavour in
	tests) ls -d "$root"/selftests/debian/* ;;
	programs) ls -d "$root"/bench/debian/* ;;
	perf) ls -d "$root"/bench/perf/* "$root/bench/debian/lib" ;;
	esac
}

debian_image()
{
	i=$d/image
	debian_root "$i"
	case $flavour in
	tests)
		mkdir "$i/selftests"
		cp -R "$d/mm" "$i/selftests/mm"
		cp -R "$root/selftests/debian" "$i/tests"
		chmod 755 "$i"/tests/* ;;
	programs | perf)
		mkdir "$i/programs"
		# shellcheck disable=SC2046 # files without spaces
		cp $(debian_scripts) "$i/programs/"
		chmod 755 "$i"/programs/* ;;
	esac
	cp "$g/init" "$i/init"
	cat >"$i/etc/passwd" <<-EOF
	root:x:0:0:root:/root:/bin/sh
	postgres:x:100:100:postgres:/tmp:/bin/sh
	nobody:x:65534:65534:nobody:/:/bin/sh
	EOF
	printf 'root:x:0:\npostgres:x:100:\nnogroup:x:65534:\n' >"$i/etc/group"
	(cd "$i" && find . -exec touch -h -d @0 {} + && find . | sort |
		cpio -o -H newc -R 0:0 --reproducible --quiet) >"$d/initramfs.tmp"
	mv "$d/initramfs.tmp" "$initramfs"
	rm -rf "$i"
}

# debian_unpacked FLAVOUR: its packages are in $d/FLAVOUR, and $id says which these are
debian_unpacked()
{
	flavour=$1
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	d=$b/debian/$arch
	mkdir -p "$d"
	id=$(debian_arch && debian_packages && sha "$root/scripts/debian.sh" /etc/os-release)
	if [ "$(cat "$d/.$flavour" 2>/dev/null)" != "$id" ]; then
		rm -f "$d/.$flavour"
		debian_unpack "$d/$flavour" "$(debian_packages)"
		echo "$id" >"$d/.$flavour"
	fi
}

# make_debian tests|programs|perf: initramfs is the image
make_debian()
{
	make_guest
	lock debian
	debian_unpacked "$1"
	initramfs=$d/$flavour.cpio
	if [ "$flavour" = tests ]; then
		id="$id $(git -C "$b/linux" rev-parse 'base^{tree}')"
		if [ "$(cat "$d/.mm" 2>/dev/null)" != "$id" ]; then
			rm -f "$d/.mm"
			debian_mm_tests "$karch"
			echo "$id" >"$d/.mm"
		fi
	fi
	# shellcheck disable=SC2046 # files without spaces
	id="$id $(sha "$g/init" $(debian_scripts) | sha256sum)"
	if [ "$(cat "$initramfs.id" 2>/dev/null)" != "$id" ] || [ ! -f "$initramfs" ]; then
		rm -f "$initramfs.id"
		say "making the Debian guest of $arch, for $flavour"
		debian_image
		echo "$id" >"$initramfs.id"
	fi
	unlock
}
