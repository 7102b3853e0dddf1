#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Install what the other verbs call; deps.sh full: and the compilers that only cross
# and the long checks need. Checks first: silent and without privileges when
# everything is there.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

# The kernel's build and its checkers, the cross compiler, QEMU, our programs.
packages="build-essential git ccache make bc bison flex cpio rsync kmod perl \
python3 xz-utils libelf-dev libssl-dev libjansson-dev gnuplot-nox sqlite3 pkg-config zlib1g-dev \
gcc-s390x-linux-gnu libc6-dev-s390x-cross gcc-powerpc64le-linux-gnu qemu-system-x86 \
python3-ply python3-git sparse cppcheck shellcheck clang clang-format libclang-rt-dev \
codespell dwarves \
procps spin gpgv curl ca-certificates debian-archive-keyring util-linux"

# What only make test-full needs, under the same names in Debian 12 and 13
full_packages="mmdebstrap python3-drgn gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabi \
libc6-dev-armel-cross qemu-system-arm gcc-hppa-linux-gnu gcc-m68k-linux-gnu \
gcc-mips64el-linux-gnuabi64 gcc-riscv64-linux-gnu gcc-sparc64-linux-gnu gcc-alpha-linux-gnu \
gcc-arc-linux-gnu gcc-hppa64-linux-gnu gcc-sh4-linux-gnu gcc-or1k-elf clang-19 lld-19 llvm-19 \
libc6-dev-mips64el-cross libc6-dev-riscv64-cross qemu-system-mips ovmf makedumpfile"

# QEMU's s390x and RISC-V binaries have packages of their own from Debian 13 on.
qemu_package_of()
{
	case $1 in
	12) echo qemu-system-misc ;;
	*) echo "qemu-system-$2" ;;
	esac
}

os_value()
{
	sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" /etc/os-release 2>/dev/null
}

missing()
{
	for p in $packages; do
		case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
		*' installed') ;;
		*) printf '%s ' "$p" ;;
		esac
	done
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "neither root nor sudo; as root: apt-get install $lack"
	fi
}

# What this release has: one compiler that it lacks must not keep out the others
known()
{
	for p in $lack; do
		! apt-cache show "$p" >>"$log" 2>&1 || printf '%s ' "$p"
	done
}

install_all()
{
	mkdir -p "$b/log"
	log=$b/log/deps.log
	say "installing: $lack"
	# shellcheck disable=SC2046 # a list of words
	if as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q update >"$log" 2>&1 &&
	   as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y install --no-install-recommends $(known) >>"$log" 2>&1; then
		say "installed"
		return
	fi
	check_no_space "$log"
	grep '^E:' "$log" | head -n 3 >&2 || :
	die "apt-get failed, see build/log/deps.log"
}

case ${1:-} in
'') ;;
full) packages="$packages $full_packages" ;;
*) die "deps.sh [full]" ;;
esac
id=$(os_value ID)
version=$(os_value VERSION_ID)
packages="$packages $(qemu_package_of "$version" s390x)"
[ "${1:-}" != full ] || packages="$packages $(qemu_package_of "$version" riscv)"
machine=$(uname -m)
[ "$machine" = x86_64 ] ||
	die "the host must be x86_64 (amd64), this is $machine: the x86_64 kernel is built natively"
case $id:$version in
debian:12 | debian:13) ;;
*)
	printf 'This is not Debian 12 or 13. Needed, by the names Debian gives them:\n%s\n' \
		"$packages" | fold -s -w 75
	die "install these by hand, the other verbs need nothing else" ;;
esac
lack=$(missing)
[ -n "$lack" ] || exit 0
install_all
lack=$(missing)
[ -z "$lack" ] || die "still missing after the installation: $lack"
