#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# platform.sh NAME: boot ARCH, KERNEL, CONFIG on the machine that it takes and run what
# selftests/platform has of that name. A directory build/runs/ID-NAME as of run.sh.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/qemu.sh
. "$root/scripts/qemu.sh"
# shellcheck source=scripts/rundir.sh
. "$root/scripts/rundir.sh"

topic=${1:-}
timeout=${PTB_TIMEOUT:-900}
firmware=/usr/share/OVMF

has()
{
	grep -qx "CONFIG_$1=y" "$obj/.config"
}

# Where the memory is that comes and goes: no table maps anything near it before
place=0x2000000000

# The device of hotremove: an ACPI DIMM where the kernel knows these
device()
{
	if has ACPI_HOTPLUG_MEMORY; then
		echo dimm
	else
		echo virtio
	fi
}

# What QEMU's monitor is told when the guest asks
answer()
{
	case $1:$(device) in
	plug:dimm) echo "device_add pc-dimm,id=d,memdev=m,addr=$place" ;;
	unplug:dimm) echo "device_del d" ;;
	plug:virtio) echo "qom-set v requested-size 256M" ;;
	unplug:virtio) echo "qom-set v requested-size 0" ;;
	*) say "the guest asks for $1" ;;
	esac
}

# Of the guest's questions those that are new
take_questions()
{
	cat "$d/monitor.out" >"$d/monitor.log" &
	exec 8>"$d/monitor.in"
	answered=0
	while kill -0 "$pid" 2>/dev/null; do
		asked=$(tr -d '\r' <"$d/console.log" | sed -n 's/^ptb: info ask=\([a-z]*\) .*/\1/p')
		new=$(echo "$asked" | tail -n +$((answered + 1)))
		for q in $new; do
			answered=$((answered + 1))
			answer "$q" >&8
		done
		sleep 1
	done
	exec 8>&-
	wait
}

machine()
{
	case $arch in
	x86_64)
		# Before version 9.1 QEMU's IRET from user mode to user mode, which a PV kernel
		# does, reads the stack as the kernel, which SMAP forbids. And Xen does not let
		# it read an MSR that only AMD has
		cpu=max,-la57
		case $topic in
		la57) cpu=max,+la57 ;;
		xen) cpu=Nehalem ;;
		esac
		printf '%s\n' -M pc -cpu "$cpu" ;;
	arm64) printf '%s\n' -M virt -cpu max ;;
	riscv) printf '%s\n' -M virt ;;
	mips) printf '%s\n' -M malta -cpu MIPS64R2-generic ;;
	esac
}

# Drives and firmware are copies in the directory of the run
devices()
{
	case $topic in
	hotremove)
		printf '%s\n' -m 512M,slots=3,maxmem=256G -object memory-backend-ram,id=m,size=256M \
			-chardev pipe,id=m,path=monitor -mon chardev=m,mode=readline
		[ "$(device)" = dimm ] ||
			printf '%s\n' -device "virtio-mem-pci,id=v,memdev=m,memaddr=$place,requested-size=0" ;;
	hwpoison_*)
		# A node of memory from which no process gets anything unless it asks for it
		printf '%s\n' -m 512M,slots=1,maxmem=4G \
			-object memory-backend-ram,id=m0,size=512M -numa node,nodeid=0,cpus=0-1,memdev=m0 \
			-object memory-backend-ram,id=m1,size=256M -numa node,nodeid=1 \
			-device pc-dimm,id=d,memdev=m1,node=1 ;;
	efi)
		printf '%s\n' -m 512 -drive "if=pflash,format=raw,readonly=on,file=$firmware/OVMF_CODE_4M.fd" \
			-drive if=pflash,format=raw,file=vars.fd ;;
	hibernate | kexec)
		printf '%s\n' -m 512 -drive if=none,id=disk,format=raw,cache=unsafe,file=disk \
			-device virtio-blk-pci,drive=disk ;;
	xen) printf '%s\n' -m 768 ;;
	*) printf '%s\n' -m 512 ;;
	esac
}

qemu_argv()
{
	echo "$qemu"
	machine
	devices
	# SeaBIOS lists one CPU of each socket where there is no ACPI
	smp=2,sockets=2
	[ "$topic" != xen ] && has SMP || smp=1
	printf '%s\n' -accel tcg,thread=multi -smp "$smp" -rtc base=2026-01-01T00:00:00 -seed SEED \
		-no-reboot -nodefaults -display none -chardev file,id=c,path=console.log \
		-serial chardev:c
	if [ "$topic" = xen ]; then
		printf '%s\n' -kernel ../../../xen/xen -append 'console=com1 com1=115200,8n1 dom0_mem=512M' \
			-initrd "../../../images/$image_sha $cmdline,../../../images/$initramfs_sha"
	else
		printf '%s\n' -kernel "../../../images/$image_sha" \
			-initrd "../../../images/$initramfs_sha" -append "$cmdline"
	fi
}

# Debian's hypervisor, as it is in the package: installed it would be booted by the host
make_xen()
{
	[ ! -f "$b/xen/xen" ] || return 0
	p=$(apt-cache pkgnames xen-hypervisor- | grep -xE 'xen-hypervisor-[0-9.]+-amd64' |
		sort -V | tail -n 1)
	[ -n "$p" ] || die "the archive of this machine has no xen-hypervisor-*-amd64"
	say "fetching $p"
	rm -rf "$b/xen"
	mkdir -p "$b/xen"
	if ! (cd "$b/xen" && apt-get -q download "$p" && dpkg-deb -x ./*.deb . &&
		gzip -dc boot/xen-*-amd64.gz >xen.tmp) >"$b/log/xen.log" 2>&1; then
		check_no_space "$b/log/xen.log"
		die "$p was not fetched; log: build/log/xen.log"
	fi
	mv "$b/xen/xen.tmp" "$b/xen/xen"
}

# What the guest has to know, and what the kernel is asked for
arguments()
{
	echo "panic=-1 oops=panic norandmaps slab_nomerge $(cat "$args")" |
		if [ "$topic" = xen ]; then sed 's/console=[^ ]*/console=hvc0/'; else cat; fi
	echo "platform=$topic desc=$(has DYNAMIC_PTDESC && echo 1 || echo 0)"
	# It compares clocks of the host and QEMU's, of which one waits where the host is busy
	[ "$arch" != x86_64 ] || echo ldt=1 no_timer_check
	case $topic in
	pti) echo pti=on ;;
	hotremove)
		echo memhp_default_state=online_movable blocks=2
		[ "$arch" != x86_64 ] || echo hugetlb_free_vmemmap=on huge=1 ;;
	hwpoison_*) echo memhp_default_state=offline slab_max_order=0 slab_strict_numa ;;
	hibernate) echo resume=/dev/vda ;;
	kexec) echo crashkernel=160M ;;
	esac
}

# The guest's programs as one init, static, the same bytes each time
make_platform()
{
	need gcc build-essential
	[ -z "$cross" ] || need "${cross}gcc" "$cross_package"
	lock guest
	g=$b/guest/platform-$arch
	mkdir -p "$g" "$b/log"
	"${cross}gcc" -std=gnu11 -O2 -g0 -Wall -Wextra -Werror -static -s -Wl,--build-id=none \
		-ffile-prefix-map="$root"=. -o "$g/init" "$root"/selftests/platform/*.c \
		>"$b/log/platform.log" 2>&1 || {
		check_no_space "$b/log/platform.log"
		grep -E 'error|warning' "$b/log/platform.log" | head -n 5 >&2 || :
		die_with 10 "selftests/platform did not build for $arch; log: build/log/platform.log"
	}
	initramfs_list >"$g/list"
	initramfs=$g/initramfs.cpio
	make_initramfs "$initramfs"
	[ "$topic" != kexec ] || add_second
	unlock
}

# The kernel that takes over when the first one crashes is the same one
add_second()
{
	cp "$image" "$g/kernel"
	cp "$initramfs" "$g/initrd"
	printf '%s' "$(arguments | sed 's/platform=kexec/platform=vmcore/; s/crashkernel=[^ ]*//' |
		paste -s -d ' ') nr_cpus=1 reset_devices" >"$g/args"
	cat >>"$g/list" <<-EOF
	file /second.kernel kernel 644 0 0
	file /second.initrd initrd 644 0 0
	file /second.args args 644 0 0
	EOF
	initramfs=$g/initramfs-kexec.cpio
	make_initramfs "$initramfs"
}

write_inputs()
{
	in=$dir/inputs
	mkdir "$in"
	image_sha=$(keep "$image")
	initramfs_sha=$(keep "$initramfs")
	cp "$obj/.config" "$in/config"
	printf '%s\n' "$cmdline" >"$in/cmdline"
	qemu_argv >"$in/qemu-argv"
	write_versions >"$in/versions"
	cp "$origin" "$in/origin"
	printf 'image=%s\ninitramfs=%s\nconfig=%s\n' "$image_sha" "$initramfs_sha" \
		"$(sha "$obj/.config")" >"$in/hashes"
	write_series >"$in/series"
	write_harness >"$in/harness"
	printf 'kind=platform\nname=%s\narch=%s\nconfig=%s\nkernel=%s\nseeds=1\nextra_args=%s\n' \
		"$topic" "$arch" "$config" "$kernel" "${PTB_EXTRA_ARGS:-}" >"$in/run"
}

# What QEMU writes to
make_files()
{
	case $topic in
	efi) cp "$firmware/OVMF_VARS_4M.fd" "$d/vars.fd" ;;
	hibernate | kexec) truncate -s 1G "$d/disk" ;;
	hotremove) mkfifo "$d/monitor.in" "$d/monitor.out" ;;
	esac
}

# boot: QEMU once; q is how it ended
boot()
{
	(qemu 1) 9>&- &
	pid=$!
	trap 'kill "$pid" 2>/dev/null; wait "$pid"; exit 130' INT TERM HUP
	[ "$topic" != hotremove ] || take_questions 9>&- &
	q=0
	wait "$pid" || q=$?
	trap - INT TERM HUP
}

# The crash is meant: of the first kernel what is before, of the second all
without_crash()
{
	awk '/^ptb: info crash=now/ { print; crash = 1 }
		crash && /Linux version/ { crash = 0 }
		!crash' "$d/console.log" >"$d/console.cut"
	mv "$d/console.log" "$d/console.both"
	mv "$d/console.cut" "$d/console.log"
}

# The dump that the second kernel has saved, by makedumpfile
read_dump()
{
	size=$(sed -n 's/^ptb: info vmcore=\([0-9]*\) .*/\1/p' "$d/console.log")
	truncate -s "$size" "$d/disk"
	# Free, cache and user pages are left out, as distributions do it
	if ! makedumpfile -d 31 "$d/disk" "$d/small" >"$d/makedumpfile.log" 2>&1 ||
		! makedumpfile --dump-dmesg "$d/disk" "$d/dmesg" >>"$d/makedumpfile.log" 2>&1 ||
		! grep -q 'sysrq: Trigger a crash' "$d/dmesg"; then
		echo "ptb: error: test failed: makedumpfile does not read the dump" >>"$d/parse.log"
		return 1
	fi
	echo "makedumpfile: $size -> $(stat -c %s "$d/small") bytes" >"$dir/dump.txt"
}

run_it()
{
	d=$dir/seed-1
	mkdir "$d"
	make_files
	start=$(date +%s)
	boot
	if [ "$topic:$q" = hibernate:0 ]; then
		mv "$d/console.log" "$d/console.first"
		boot
		mv "$d/console.log" "$d/console.second"
		cat "$d/console.first" "$d/console.second" >"$d/console.log"
	fi
	[ "$topic" != kexec ] || without_crash
	judge_seed
	[ "$rc:$topic" != 0:kexec ] || read_dump || rc=15
	rm -f "$d/monitor.in" "$d/monitor.out" "$d/disk" "$d/small" "$d/vars.fd"
	end_seed "$topic"
}

names="tables pti la57 efi xen hotremove hwpoison_slab hwpoison_table hwpoison_desc hibernate kexec"
case " $names " in
*" $topic "*) ;;
*) die "platform.sh NAME, of: $names" ;;
esac
check_axes
case $timeout in
'' | *[!0-9]*) die "TIMEOUT=$timeout: seconds" ;;
esac
arch_facts "$arch"
need "$qemu" "$qemu_package"
need timeout coreutils
case $topic in
efi)
	[ -f "$firmware/OVMF_CODE_4M.fd" ] ||
		die "missing OVMF: apt package ovmf; run make deps FULL=1" ;;
kexec) need makedumpfile makedumpfile FULL=1 ;;
esac
run build.sh
make_host
kernel_paths
[ -f "$image" ] || die "no image of $what: make build"
args=$fragment
while lower=$(under "$args") && [ -n "$lower" ]; do
	args=$lower
done
args=${args%.config}.args
make_platform
[ "$topic" != xen ] || make_xen
want_space 1500 "a run"
cmdline="$(arguments | paste -s -d ' ')${PTB_EXTRA_ARGS:+ $PTB_EXTRA_ARGS}"
make_run_dir "$arch-$config-$kernel-$topic"
write_inputs
say "$what: $topic, build/runs/$id"
run_it
check_no_space "$d/qemu.log" "$d/parse.log"
[ "$rc" = 0 ] || die_with "$rc" "$what: $topic: $(verdict_name "$rc"), see build/runs/$id"
printf '%s\n' "build/runs/$id" >"$b/log/last-run"
say "complete: build/runs/$id"
