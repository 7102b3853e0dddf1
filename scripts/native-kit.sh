#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# build/native-kit/ARCH and a tar of it: kernels of CONFIG=native, base and patched, as
# Debian packages and tars, and bench/native.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"
# shellcheck source=scripts/qemu.sh
. "$root/scripts/qemu.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/debian.sh
. "$root/scripts/debian.sh"

config=native
kit=$b/native-kit/$arch

# What both packages hold: boot/ and an empty directory of modules
lay_out()
{
	rm -rf "$stage"
	mkdir -p "$stage/boot" "$stage/lib/modules/$release"
	cp "$image" "$stage/boot/vmlinuz-$release"
	cp "$obj/.config" "$stage/boot/config-$release"
	cp "$obj/System.map" "$stage/boot/System.map-$release"
	for f in modules.builtin modules.builtin.modinfo; do
		[ ! -f "$obj/$f" ] || cp "$obj/$f" "$stage/lib/modules/$release/"
	done
	: >"$stage/lib/modules/$release/modules.order"
}

# Only the initramfs: the hooks of GRUB and zipl would make this kernel the default
maintainer_script()
{
	cat >"$stage/DEBIAN/$1" <<-END
	#!/bin/sh
	set -e
	for hook in initramfs-tools dracut; do
		if [ -x /etc/kernel/$1.d/\$hook ]; then
			DEB_MAINT_PARAMS="\$*" /etc/kernel/$1.d/\$hook $release /boot/vmlinuz-$release
		fi
	done
	END
	chmod 755 "$stage/DEBIAN/$1"
}

pack()
{
	lay_out
	# Not lib/ itself: unpacked in / it would take the place of a link to usr/lib
	tar -C "$stage" --owner=0 --group=0 --sort=name --mtime="$fixed_date" -czf \
		"$new/linux-$release-$arch.tar.gz" boot "lib/modules/$release"
	mkdir "$stage/DEBIAN"
	cat >"$stage/DEBIAN/control" <<-END
	Package: linux-image-$release
	Version: 1
	Architecture: $(debian_arch)
	Maintainer: nobody <nobody@localhost>
	Section: kernel
	Priority: optional
	Description: Linux $release, for a benchmark of page tables
	 The configuration is small: what the benchmark and a distribution need.
	END
	maintainer_script postinst
	maintainer_script postrm
	# The date of what is in the package
	SOURCE_DATE_EPOCH=$(date -d "$fixed_date" +%s) dpkg-deb --root-owner-group -b "$stage" \
		"$new/linux-image-${release}_1_$(debian_arch).deb" >"$b/log/native-kit.log" 2>&1 || {
		check_no_space "$b/log/native-kit.log"
		die_with 10 "dpkg-deb failed; log: build/log/native-kit.log"
	}
	rm -rf "$stage"
}

versions()
{
	echo "cc=$("${cross}gcc" --version | head -n 1)"
	echo "ld=$("${cross}ld" --version | head -n 1)"
	echo "make=$(make --version | head -n 1)"
}

check_axes
case $arch in
s390x | x86_64) ;;
*) die "ARCH=$arch: there is a kit for s390x and x86_64" ;;
esac
need dpkg-deb dpkg
arch_facts "$arch"
for kernel in base patched; do
	run build.sh
done
for kernel in base patched; do
	kernel_paths
	! is_dirty || say "warning: $what is of uncommitted source: what is measured with it cannot be published"
done
lock native-kit
want_space 500 "the kit"
new=$kit.new
stage=$kit.tree
rm -rf "$new"
mkdir -p "$new/kit"
for kernel in base patched; do
	kernel_paths
	release=$(cat "$obj/include/config/kernel.release")
	say "packing $release"
	pack
	mkdir "$new/kit/$kernel"
	write_series >"$new/kit/$kernel/series"
	cp "$origin" "$new/kit/$kernel/origin"
	cp "$obj/.config" "$new/kit/$kernel/config"
done
versions >"$new/kit/versions"
write_harness >"$new/kit/harness"
echo "$arch" >"$new/kit/arch"
quiet_make "native programs $arch" bench/native ARCH="$arch" OUT="$b/native/$arch"
cp "$b/native/$arch/ptb-native" "$root/bench/native/ptb-run" "$root/bench/native/README" "$root/COPYING" "$new/"
(cd "$new" && find . -type f | sort | xargs sha256sum) >"$b/native/sums"
mv "$b/native/sums" "$new/SHA256SUMS"
rm -rf "$kit"
mv "$new" "$kit"
tar -C "$kit/.." --owner=0 --group=0 --sort=name --mtime="$fixed_date" -cf "$kit.tar" "$arch"
say "kit: build/native-kit/$arch.tar, $(du -m "$kit.tar" | cut -f 1) MB; README in it"
