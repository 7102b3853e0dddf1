#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Run again what results/RUN has, each kernel and seed of it, and say whether the
# consoles are identical. What differs in tools and sources is said first.
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

timeout=${PTB_TIMEOUT:-1800}

# keep_as FILE SHA: in build/images, if FILE has that checksum
keep_as()
{
	[ -f "$1" ] && [ "$(sha "$1")" = "$2" ] || return 1
	mkdir -p "$b/images"
	cp "$1" "$b/images/$2.$$"
	mv "$b/images/$2.$$" "$b/images/$2"
}

# Of the tools that made image and run, those that are others here
tools()
{
	{
		echo "qemu=$("$qemu" --version | head -n 1)"
		echo "cc=$("${cross}gcc" --version | head -n 1)"
		echo "ld=$("${cross}ld" --version | head -n 1)"
	} | while IFS= read -r line; do
		then=$(value "$in/versions" "${line%%=*}")
		[ "$then" = "${line#*=}" ] || echo "  ${line%%=*}: ${line#*=}; the run: $then"
	done
}

have_image()
{
	want=$(value "$in/hashes" image)
	[ ! -f "$b/images/$want" ] || return 0
	run build.sh
	kernel_paths
	keep_as "$image" "$want" && return
	tools
	for k in base_tree source_tree; do
		[ "$(value "$in/series" $k)" = "$(write_series | sed -n "s/^$k=//p")" ] ||
			echo "  $k is another one here"
	done
	die "$what: the image made here is not the one of the run"
}

# The guest of this tree, or of the commit that the run was made by
have_initramfs()
{
	want=$(value "$in/hashes" initramfs)
	[ ! -f "$b/images/$want" ] || return 0
	make_guest
	keep_as "$initramfs" "$want" && return
	commit=$(value "$in/harness" commit)
	[ -n "$commit" ] ||
		die "$what: its guest is not that of this tree, and the run does not say of which commit"
	git -C "$root" cat-file -e "$commit^{commit}" 2>/dev/null ||
		die "$what: its guest is of commit $commit, which is not here"
	say "building the guest of $commit"
	s=$b/reproduce/source
	rm -rf "$s"
	mkdir -p "$s"
	git -C "$root" archive "$commit" bench/guest | tar -x -C "$s"
	g=$s/out
	make -C "$s/bench/guest" ARCH="$arch" OUT="$g" >"$b/log/reproduce.log" 2>&1 ||
		die_with 10 "that guest did not build; log: build/log/reproduce.log"
	initramfs_list >"$g/list"
	make_initramfs "$g/initramfs.cpio"
	keep_as "$g/initramfs.cpio" "$want" && return
	tools
	die "$what: the guest made here is not the one of the run"
}

seed()
{
	mkdir -p "$dir/seed-$1"
	q=0
	(qemu "$1") || q=$?
	if cmp -s "$dir/seed-$1/console.log" "$from/seed-$1/console.log"; then
		say "seed $1: identical"
		return
	fi
	say "seed $1: NOT identical (QEMU ended with $q):"
	diff "$from/seed-$1/console.log" "$dir/seed-$1/console.log" | head -n 4
	bad=$((bad + 1))
}

one_kernel()
{
	in=$from/inputs
	arch=$(value "$in/run" arch)
	config=$(value "$in/run" config)
	kernel=$(value "$in/run" kernel)
	export PTB_ARCH="$arch" PTB_CONFIG="$config" PTB_KERNEL="$kernel"
	case $(value "$in/run" kind) in
	bench | more | boot) ;;
	*) die "${from#"$root"/}: only what is exact can be reproduced, this is a run of $(value "$in/run" kind)" ;;
	esac
	check_axes
	arch_facts "$arch"
	need "$qemu" "$qemu_package"
	what="$arch $config $kernel"
	have_image
	have_initramfs
	dir=$b/reproduce/$name-$kernel
	rm -rf "$dir"
	mkdir -p "$dir"
	cp -R "$in" "$dir/"
	say "$what: $(value "$in/run" seeds) seeds"
	tools
	for s in "$from"/seed-*; do
		seed "${s##*-}"
	done
}

given=${PTB_RUN:-}
r=
for d in "$given" "$root/$given" "$root/results/$given"; do
	if [ -n "$given" ] && [ -d "$d" ]; then
		r=$(cd "$d" && pwd -P)
		break
	fi
done
[ -n "$r" ] || die "RUN=$given: a directory of results/, or that of a kernel in one"
bad=0
if [ -d "$r/inputs" ]; then
	name=$(basename "$(dirname "$r")")
	set -- "$r/"
else
	name=${r##*/}
	set -- "$r"/*/
fi
lock reproduce
for from in "$@"; do
	from=${from%/}
	[ -d "$from/inputs" ] || die "${r#"$root"/} is not a published run"
	(one_kernel; exit "$((bad > 0 ? 15 : 0))") || {
		rc=$?
		[ "$rc" = 15 ] || exit "$rc"
		bad=$((bad + 1))
	}
done
[ "$bad" = 0 ] || die_with 15 "$given: not identical"
say "$given: identical"
