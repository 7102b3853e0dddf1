# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# Sourced: what the kernel, the compilers and QEMU call an architecture.

# arch_facts ARCH: sets karch, its name in the kernel's make; karch_dir, its
# directory in arch/; cross, the prefix of its compiler, empty for the host's and
# clang; compiler; cross_package, its Debian package; llvm, where that is clang, the
# ending of the tools' names; kimage, what is booted, and made by the goal of that
# name; qemu, what boots it, and qemu_package, its Debian package
arch_facts()
{
	karch=$1
	karch_dir=
	cross=
	cross_package=
	llvm=
	kimage=
	qemu=
	qemu_package=
	case $1 in
	s390x)
		karch=s390
		cross=s390x-linux-gnu-
		kimage=arch/s390/boot/bzImage
		qemu="qemu-system-s390x"
		qemu_package="qemu-system-s390x (Debian 12: qemu-system-misc)" ;;
	x86_64)
		karch_dir=x86
		kimage=arch/x86/boot/bzImage
		qemu="qemu-system-x86_64"
		qemu_package="qemu-system-x86" ;;
	i386)
		karch_dir=x86
		kimage=arch/x86/boot/bzImage ;;
	arm64)
		cross=aarch64-linux-gnu-
		kimage=arch/arm64/boot/Image
		qemu="qemu-system-aarch64"
		qemu_package="qemu-system-arm" ;;
	arm)
		cross=arm-linux-gnueabi-
		kimage=arch/arm/boot/zImage
		qemu="qemu-system-arm"
		qemu_package="qemu-system-arm" ;;
	powerpc)
		cross=powerpc64le-linux-gnu- ;;
	riscv)
		cross=riscv64-linux-gnu-
		kimage=arch/riscv/boot/Image
		qemu="qemu-system-riscv64"
		qemu_package="qemu-system-riscv (Debian 12: qemu-system-misc)" ;;
	mips)
		cross=mips64el-linux-gnuabi64-
		kimage=vmlinux
		qemu="qemu-system-mips64el"
		qemu_package="qemu-system-mips" ;;
	sparc | sparc64)
		karch=sparc
		cross=sparc64-linux-gnu- ;;
	m68k)
		cross=m68k-linux-gnu- ;;
	parisc)
		cross=hppa-linux-gnu- ;;
	parisc64)
		karch_dir=parisc
		cross=hppa64-linux-gnu- ;;
	alpha | arc)
		cross=$1-linux-gnu- ;;
	sh)
		cross=sh4-linux-gnu- ;;
	openrisc)
		cross=or1k-elf- ;;
	hexagon | loongarch)
		llvm=-19 ;;
	um)
		kimage=vmlinux ;;
	*) return 1 ;;
	esac
	karch_dir=${karch_dir:-$karch}
	compiler=${cross}gcc
	cross_package=${cross:+gcc-${cross%-}}
	if [ -n "$llvm" ]; then
		compiler=clang$llvm
		cross_package="clang$llvm lld$llvm llvm$llvm"
	fi
}
