# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by every script: the two axes, messages, paths.

set -eu

# What the caller's environment must not change: the kernel's make reads all
# of these, and MAKEFLAGS carries our own command line.
unset ARCH KERNEL CONFIG SEEDS MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL \
	CROSS_COMPILE KBUILD_OUTPUT O V W C LOCALVERSION KCFLAGS KCPPFLAGS \
	CFLAGS CPPFLAGS LDFLAGS CC LD HOSTCC LLVM GIT_DIR GIT_WORK_TREE \
	GIT_INDEX_FILE CDPATH 2>/dev/null || :
export LC_ALL=C TZ=UTC
# What deps installed, python3 with its modules above all, before its namesakes
PATH=/usr/bin:/bin:$PATH
umask 022

# A name of our own: POSIX leaves "local" undefined, so globals are few.
root=$(cd "$(dirname "$0")/.." && pwd -P)
b=$root/build
arch=${PTB_ARCH:-s390x}
kernel=${PTB_KERNEL:-patched}
config=${PTB_CONFIG:-mini}
seeds=${PTB_SEEDS:-3}
: "${PTB_T0:=$(date +%s)}"
export PTB_T0

# shellcheck source=scripts/arch.sh
. "$root/scripts/arch.sh"

# Same history on every machine: no configuration of the user's, no clock.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=base GIT_AUTHOR_EMAIL=base@localhost
export GIT_COMMITTER_NAME=series GIT_COMMITTER_EMAIL=series@localhost
# shellcheck disable=SC2034 # for those that source this
fixed_date='2026-01-01T00:00:00+0000'

say()
{
	t=$(($(date +%s) - PTB_T0))
	printf '[%02d:%02d] %s\n' $((t / 60)) $((t % 60)) "$*"
}

die_with()
{
	rc=$1
	shift
	printf 'ptb: error: %s\n' "$*" >&2
	exit "$rc"
}

die()
{
	die_with 1 "$@"
}

# need TOOL PACKAGE: name the package before something fails obscurely
need()
{
	command -v "$1" >/dev/null 2>&1 ||
		die "missing $1: apt package $2; run make deps${3:+ $3}"
}

sha()
{
	sha256sum "$@" | cut -d ' ' -f 1
}

# value FILE KEY of a key=value file
value()
{
	sed -n "s/^$2=//p" "$1" 2>/dev/null | head -n 1
}

base_value()
{
	value "$root/kernel-patches/BASE" "$1"
}

# The parts of the series in their order: directories of kernel-patches/, and branches
# of build/linux, where that of the last one is called series
parts="fixes ptdesc"

# series_files PARTS: the patches of these parts in order, PART/NAME a line. Nothing is
# never an answer: it would be hashed, checked and found to be right.
series_files()
{
	for part in $1; do
		list=kernel-patches/$part/series
		names=$(sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$root/$list" 2>/dev/null) || :
		[ -n "$names" ] || die "$list names no patch"
		for name in $names; do
			[ -f "$root/kernel-patches/$part/$name" ] ||
				die "$list names $name, which is missing"
			echo "$part/$name"
		done
	done
}

# branches: PART BRANCH a line, where the last commit of each part is
branches()
{
	for part in $parts; do
		case $parts in
		*" $part") echo "$part series" ;;
		*) echo "$part $part" ;;
		esac
	done
}

# variant_patch KERNEL: what it has on top of the series, if it is made by a patch
variant_patch()
{
	case $1 in
	slab) echo "$root/kernel-patches/variants/$1.patch" ;;
	cycles-*) echo "$root/bench/cycles/cycles.patch" ;;
	planted-*)
		p=${1#planted-}
		echo "$root/selftests/planted/${p%-on-base}.patch" ;;
	esac
}

# variant_adds KERNEL: a file that its patch has a line for in mm/Makefile
variant_adds()
{
	case $1 in
	cycles-*) echo "$root/bench/cycles/cycles.c" ;;
	esac
}

# variant_base PATCH: what it says that it is on top of
variant_base()
{
	on=$(sed -n 's/^# base: *//p' "$1" | head -n 1)
	case ${on:-series} in
	base | fixes | series) echo "${on:-series}" ;;
	*) die "${1#"$root"/}: '# base:' takes base, fixes or series" ;;
	esac
}

free_mb()
{
	df -Pm "$1" | awk 'NR == 2 { print $4 }'
}

# want_space MB WHAT
want_space()
{
	mkdir -p "$b"
	have=$(free_mb "$b")
	[ "$have" -ge "$1" ] ||
		die "disk full: $2 needs $1 MB in build/, $have MB are free"
}

# One writer at a time a resource; a second make waits instead of clobbering.
lock()
{
	mkdir -p "$b/lock"
	exec 9>"$b/lock/$1"
	flock -w 2 9 || {
		say "waiting for another make which holds $1"
		flock 9
	}
}

check_axes()
{
	case $root in
	*[[:space:]:]*) die "the kernel cannot be built below a path with spaces or colons" ;;
	esac
	case $arch in
	s390x | x86_64 | arm | arm64 | mips | riscv | um) ;;
	*) die "unknown ARCH=$arch: s390x, x86_64, arm, arm64, mips, riscv or um" ;;
	esac
	[ -f "$root/kernel-patches/configs/$config/$arch.config" ] ||
		die "unknown CONFIG=$config for ARCH=$arch, there are: $(list_configs)"
	check_kernel
	case $seeds in
	'' | *[!0-9]* | 0 | ????*) die "SEEDS=$seeds: a number from 1 to 999" ;;
	esac
}

list_configs()
{
	for f in "$root"/kernel-patches/configs/*/"$arch.config"; do
		f=${f%/*}
		printf '%s ' "${f##*/}"
	done
}

check_kernel()
{
	case $kernel in
	base | fixes | patched) ;;
	cycles-base | cycles-fixes | cycles-patched) ;;
	peer)
		[ -f "$root/kernel-patches/configs/$config/$arch.peer.config" ] ||
			die "no KERNEL=peer for ARCH=$arch CONFIG=$config: kernel-patches/configs/$config has no $arch.peer.config" ;;
	slab | planted-*)
		p=$(variant_patch "$kernel")
		[ -f "$p" ] || die "unknown KERNEL=$kernel: no ${p#"$root"/}" ;;
	commit-*)
		case ${kernel#commit-} in
		'' | *[!0-9]*) die "unknown KERNEL=$kernel: commit-NUMBER" ;;
		esac ;;
	*) die "unknown KERNEL=$kernel: base, fixes, slab, patched, peer, planted-NAME[-on-base] or commit-N" ;;
	esac
}

# Where a variant's source and objects are. The way from object directory to
# source is ../../linux for all, so that they share the compiler cache.
variant_dir()
{
	case $1 in
	patched) echo "$b" ;;
	commit-*) echo "$b/variants/commit" ;;	# one tree, moved along
	planted-*) echo "$b/variants/planted" ;;	# the same
	*) echo "$b/variants/$1" ;;
	esac
}

image_of()
{
	arch_facts "$arch"
	echo "$1/$kimage"
}

# run SCRIPT [args]: another verb, with this one's axes
run()
{
	script=$1
	shift
	PTB_ARCH=$arch PTB_KERNEL=$kernel PTB_CONFIG=$config PTB_SEEDS=$seeds \
		sh "$root/scripts/$script" "$@"
}

# Dies with the first of several "no space" traces; else says nothing
check_no_space()
{
	if grep -qs 'No space left on device' "$@"; then
		die "disk full: $(free_mb "$b") MB free in build/"
	fi
}

unlock()
{
	exec 9>&-
}
