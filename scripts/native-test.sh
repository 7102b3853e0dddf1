#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kit of ARCH, tried: a disk with Debian's programs and both kernels of the kit, made
# and given its boot loader (zipl, GRUB) by a guest, boots by itself, alternates, and
# brings back two runs that compare takes. Measures nothing: QEMU has no events of a CPU.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/apt.sh
. "$root/scripts/apt.sh"
# shellcheck source=scripts/debian.sh
. "$root/scripts/debian.sh"

config=native
timeout=${PTB_TIMEOUT:-1800}

# run_qemu NAME ARGS...: the console to NAME.log; 0 if the machine ended by itself
run_qemu()
{
	log=$w/$1.log
	shift
	case $arch in
	s390x) set -- -M s390-ccw-virtio -cpu max -device sclpconsole,chardev=c "$@" ;;
	*) set -- -M pc -cpu max -serial chardev:c "$@" ;;
	esac
	timeout -k 10 "$timeout" "$qemu" -accel tcg,thread=multi -smp 2 -m 3072 -nodefaults \
		-display none -chardev "file,id=c,path=$log" "$@" \
		-drive "file=$w/disk,format=raw,if=none,id=d0" -device "$blk,drive=d0,serial=ptb-disk,bootindex=1" \
		-drive "file=$w/result,format=raw,if=none,id=d1" -device "$blk,drive=d1,serial=ptb-result" \
		</dev/null >"$w/qemu.log" 2>&1 9>&- || {
		rc=$?
		cat "$w/qemu.log" >&2
		tail -n 5 "$log" >&2
		[ "$rc" != 124 ] || die_with 13 "$arch native: timed out, see ${log#"$root"/}"
		die_with 16 "$arch native: QEMU ended with $rc, see ${log#"$root"/}"
	}
	! grep -aE 'WARNING: |BUG: |Oops|rcu: INFO: .*stall|Kernel panic' "$log" | head -n 1 | grep . >&2 ||
		die_with 14 "$arch native: splat, see ${log#"$root"/}"
}

# Which disk is vda is decided anew by each boot
disk_named()
{
	cat <<-'END'
	disk_named()
	{
		d=$(grep -lx "$1" /sys/block/vd*/serial)
		d=${d%/serial}
		echo "/dev/${d##*/}"
	}
	END
}

installer()
{
	cat <<-'END'
	#!/bin/bash
	export PATH=/usr/sbin:/usr/bin
	END
	disk_named
	cat <<-'END'
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mountpoint -q /dev || mount -t devtmpfs dev /dev
	end()
	{
		echo "ptb-test: $*"
		sync
		busybox poweroff -f
		sleep 60
	}
	trap 'end "installer failed in line $LINENO"' ERR
	set -e
	mkdir -p /target /run /tmp
	disk=$(disk_named ptb-disk)
	printf 'label: dos\nlabel-id: 0x70746274\nstart=1MiB, type=83\n' | sfdisk -q "$disk"
	sleep 1
	mkfs.ext4 -q -O ^metadata_csum_seed,^orphan_file "${disk}1"
	mount "${disk}1" /target
	mkdir /target/proc /target/sys /target/dev /target/run /target/tmp
	for d in bin boot etc lib* ptb root sbin usr var; do
		[ ! -e "/$d" ] || cp -a "/$d" /target/
	done
	mv /target/ptb/ptb-init /target/ptb/reboot /target/usr/sbin/
	for d in proc sys dev; do
		mount --bind /$d /target/$d
	done
	for p in /ptb/linux-image-*.deb; do
		chroot /target dpkg -i "$p" >/tmp/dpkg.log 2>&1 || {
			cat /tmp/dpkg.log
			false
		}
	done
	if [ -x /target/usr/sbin/grub-install ]; then
		mkdir -p /target/boot/grub
		chroot /target grub-install --target=i386-pc "$disk"
		printf 'GRUB_TERMINAL=console\nGRUB_TIMEOUT=0\n' >/target/etc/default/grub
		chroot /target grub-mkconfig -o /boot/grub/grub.cfg
	fi
	if [ -x /target/usr/sbin/zipl ]; then
		release=$(uname -r)
		printf '[defaultboot]\ndefault = own\n[own]\ntarget = /boot\nimage = /boot/vmlinuz-%s\nparameters = "%s"\n' \
			"$release" "$(cat /proc/cmdline)" >/target/etc/zipl.conf
	fi
	chroot /target /ptb/ptb-run start 1 || {
		cat /target/ptb/*.log
		false
	}
	umount /target/proc /target/sys /target/dev /target
	end installed
	END
}

disk_init()
{
	cat <<-'END'
	#!/bin/bash
	# Instead of systemd: what its unit does, and the results to the second disk
	export PATH=/usr/sbin:/usr/bin
	END
	disk_named
	cat <<-'END'
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t tmpfs run /run
	mount -t tmpfs tmp /tmp
	hostname ptb-test
	echo "ptb-test: booted $(uname -r)"
	/ptb/ptb-run boot || echo "ptb-test: ptb-run failed"
	tar -C /ptb -cf "$(disk_named ptb-result)" runs
	echo "ptb-test: done"
	sync
	busybox poweroff -f
	END
}

# QEMU 7.2 does not know the re-IPL that leaves memory as it is, and stops
disk_reboot()
{
	cat <<-'END'
	#!/bin/bash
	clear=/sys/firmware/reipl/ccw/clear
	[ ! -e $clear ] || echo 1 >$clear
	exec busybox reboot -f
	END
}

# The installer's initramfs: Debian's programs and the kit
make_image()
{
	i=$w/image
	debian_root "$i"
	mkdir -p "$i/boot"
	cp -R "$b/native-kit/$arch" "$i/ptb"
	rm -f "$i"/ptb/linux-*.tar.gz
	# The hooks of an unconfigured GRUB have nothing to go by yet
	rm -rf "$i/etc/kernel"
	printf 'events="instructions cpu-clock"\nlist=sparse,fork_exit\nlimit=900\n' >"$i/ptb/settings"
	disk_init >"$i/ptb/ptb-init"
	disk_reboot >"$i/ptb/reboot"
	installer >"$i/init"
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$i/etc/passwd"
	printf 'root:x:0:\n' >"$i/etc/group"
	chmod 755 "$i/init" "$i/ptb/ptb-init" "$i/ptb/reboot"
	(cd "$i" && find . | sort | cpio -o -H newc -R 0:0 --quiet) >"$w/installer.cpio"
	rm -rf "$i"
}

check_axes
case $arch in
s390x) blk=virtio-blk-ccw console=ttysclp0 ;;
x86_64) blk=virtio-blk-pci console=ttyS0 ;;
*) die "ARCH=$arch: there is a kit for s390x and x86_64" ;;
esac
arch_facts "$arch"
need "$qemu" "$qemu_package"
run native-kit.sh
make_host
lock native-test
want_space 4000 "a disk for the kit"
debian_unpacked native
w=$b/native-test/$arch
rm -rf "$w"
mkdir -p "$w"
say "the installer's image"
make_image
truncate -s 2G "$w/disk"
truncate -s 64M "$w/result"
kernel=patched
kernel_paths
say "installing both kernels and the boot loader on a disk"
run_qemu install -no-reboot -kernel "$image" -initrd "$w/installer.cpio" \
	-append "console=$console root=PARTUUID=70746274-01 rw init=/usr/sbin/ptb-init"
grep -aq '^ptb-test: installed' "$w/install.log" ||
	die_with 15 "$(grep -a '^ptb-test: ' "$w/install.log" | tail -n 1 | tr -d '\r'), see build/native-test/$arch/install.log"
say "booting the disk by its own loader"
run_qemu boot
tr -d '\r' <"$w/boot.log" | sed -n 's/^ptb-test: booted/  booted/p'
grep -aq '^ptb-test: done' "$w/boot.log" || die_with 16 "the disk did not come to its end, see build/native-test/$arch/boot.log"
tar -C "$w" -xf "$w/result" || die_with 16 "the disk brought nothing back"
rm -f "$w/disk" "$w/result" "$w/installer.cpio"
grep -qx instructions "$w/runs/absent" || die_with 15 "QEMU has counted instructions as an event of a CPU"
PTB_BASE_RUN=$w/runs/native-cpu-clock-base PTB_PATCHED_RUN=$w/runs/native-cpu-clock-patched \
	sh "$root/scripts/compare.sh" >"$w/table"
sed -n '1,/^COST/p' "$w/table"
say "the kit of $arch boots by its own loader, alternates and is compared"
