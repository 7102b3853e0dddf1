# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by what calls the kernel's make.

kernel_paths()
{
	what="$arch $config $kernel"
	fragment=$root/kernel-patches/configs/$config/$arch.config
	extra=${fragment%.config}.patched.config
	peer=${fragment%.config}.peer.config
	vdir=$(variant_dir "$kernel")
	source=$vdir/linux
	obj=$vdir/obj/$arch-$config
	image=$(image_of "$obj")
	log=$b/log/build-$arch-$config-$kernel.log
	counted=$b/log/objects-$arch-$config
	origin=$b/src/ORIGIN
	srcvar=srcroot
	if [ "$kernel" = peer ]; then
		counted=$counted-peer
		origin=$b/src/peer/ORIGIN
		# What gives a relative path before Linux 6.13
		srcvar=srctree
	fi
	arch_facts "$arch"
}

# The kernel's make, in the object directory. srcvar is given as a relative
# path: then no command line, no object and no compiler cache key holds the
# name of a directory, and all variants share the cache.
kmake()
{
	CCACHE_DIR=$b/ccache CCACHE_NOHASHDIR=1 CCACHE_COMPILERCHECK=content \
	CCACHE_MAXSIZE=4G CCACHE_BASEDIR=$b CCACHE_CONFIGPATH=/dev/null \
	KBUILD_BUILD_TIMESTAMP="$fixed_date" KBUILD_BUILD_USER=ptb \
	KBUILD_BUILD_HOST=ptb KBUILD_BUILD_VERSION=1 \
		make -C "$obj" -f ../../linux/Makefile --no-print-directory \
		"$srcvar=../../linux" ARCH="$karch" CROSS_COMPILE="$cross" \
		${llvm:+"LLVM=$llvm"} CC="ccache $compiler" HOSTCC="ccache gcc" LOCALVERSION= \
		KCFLAGS="$(config_fragment | sed -n 's/^#KCFLAGS# //p')" "$@"
}

# What must be equal for an image to be current
source_id()
{
	git -C "$source" rev-parse 'HEAD^{tree}'
	{
		git -C "$source" diff --no-ext-diff HEAD
		git -C "$source" ls-files -o --exclude-standard |
			while IFS= read -r f; do
				sha256sum "$source/$f"
			done
	} | sha256sum | cut -d ' ' -f 1
}

# What variant.sh has planted is in the index, and meant
is_dirty()
{
	git --no-optional-locks -C "$source" status --porcelain | case $kernel in
	slab | planted-* | cycles-*) grep -qv '^[MAD]  ' ;;
	*) grep -q . ;;
	esac
}

# under FRAGMENT: "#ON# NAME" in it says on top of which other one it is written
under()
{
	below=$(sed -n 's/^#ON# //p' "$1")
	[ -z "$below" ] || echo "$root/kernel-patches/configs/$below/$arch.config"
}

# layered FRAGMENT: what it is written on top of, and that of these, then itself. A
# line "#DROP# X" takes the line X out of what is below; ARCH.patched.config may as well.
layered()
{
	(
		lower=$(under "$1")
		[ -z "$lower" ] || layered "$lower" | without "$1"
	)
	cat "$1"
}

without()
{
	awk -v over="$1" 'BEGIN {
			while ((getline line <over) > 0)
				if (sub(/^#DROP# /, "", line)) drop[line] = 1
		}
		!($0 in drop)'
}

# Whether the kernel has nothing of the series
is_base()
{
	case $kernel in
	base | *-on-base | cycles-base) ;;
	*) return 1 ;;
	esac
}

config_fragment()
{
	if [ "$kernel" = peer ]; then
		layered "$fragment" | without "$peer"
		cat "$peer"
		return
	fi
	# What ARCH.patched.config adds is of ptdesc/: fixes/ does not know the symbol
	if is_base || [ "${kernel#cycles-}" = fixes ] || [ ! -f "$extra" ]; then
		layered "$fragment"
	else
		layered "$fragment" | without "$extra"
		cat "$extra"
	fi
}

stamp_text()
{
	echo "source=$(source_id | tr '\n' ' ')"
	made_by
	echo "make=$(sha "$root/scripts/kernel.sh")"
}

made_by()
{
	echo "config=$(config_fragment | sha256sum | cut -d ' ' -f 1)"
	echo "cc=$("${cross}gcc" --version | head -n 1)"
	echo "ld=$("${cross}ld" --version | head -n 1)"
}

# Every line of the fragment and every #CHECK# must be in .config
check_config()
{
	sed -n -e 's/^#CHECK# //p' -e '/^CONFIG_/p' -e '/^# CONFIG_.* is not set$/p' \
		"$obj/fragment" |
	while IFS= read -r line; do
		case $line in
		'# CONFIG_'*)
			name=${line#\# }
			name=${name% is not set}
			! grep -q "^$name=" "$obj/.config" || echo "$line" ;;
		*) grep -qxF "$line" "$obj/.config" || echo "$line" ;;
		esac
	done >"$obj/dropped"
	if [ -s "$obj/dropped" ]; then
		die "CONFIG=$config for $arch: olddefconfig did not keep $(tr '\n' ',' <"$obj/dropped")"
	fi
}

make_config()
{
	config_fragment >"$obj/fragment"
	cp "$obj/.config" "$obj/.config.last" 2>/dev/null || rm -f "$obj/.config.last"
	{
		kmake KCONFIG_ALLCONFIG=fragment allnoconfig && kmake olddefconfig
	} >"$log" 2>&1 9>&- || {
		check_no_space "$log"
		grep -vE '^ |^#|^$' "$log" | head -n 5 >&2 || :
		die_with 10 "$what: no configuration; log: ${log#"$root"/}"
	}
	check_config
	# The same options again must not look newer than the objects
	if cmp -s "$obj/.config" "$obj/.config.last"; then
		touch -r "$obj/.config.last" "$obj/.config"
	fi
}

# The patch files that KERNEL has on top of its base, in their order
kernel_patches()
{
	on=series
	p=
	case $kernel in
	base | peer) on=base ;;
	fixes) on=fixes ;;
	cycles-*)
		p=$(variant_patch "$kernel")
		[ "$kernel" = cycles-patched ] || on=${kernel#cycles-} ;;
	slab | planted-*)
		p=$(variant_patch "$kernel")
		on=base
		is_base || on=$(variant_base "$p") || exit 1 ;;
	esac
	case $on in
	fixes) list=$(series_files fixes) || exit 1 ;;
	series) list=$(series_files "$parts") || exit 1 ;;
	*) list= ;;
	esac
	for name in $list; do
		echo "$root/kernel-patches/$name"
	done | case $kernel in
	commit-*) head -n "${kernel#commit-}" ;;
	*) cat ;;
	esac
	# shellcheck disable=SC2046 # names without blanks
	[ -z "$p" ] || printf '%s\n' "$p" $(variant_adds "$kernel")
}

# What KERNEL is made of, without the messages: a changelog quotes what the series
# measured. A patch of selftests/planted begins with its first file.
series_id()
{
	list=$(kernel_patches) || exit 1
	[ -n "$list" ] || { echo none; return; }
	for p in $list; do
		case $p in
		*.patch) sed -n '/^diff --git \|^--- [a/]/,$p' "$p" ;;
		*) cat "$p" ;;
		esac
	done | sha256sum | cut -d ' ' -f 1
}

# What an image is made of, known without building it
image_inputs()
{
	id_=$(series_id) || exit 1
	echo "series=$id_"
	echo "origin=$(value "$origin" tarball_sha256)"
	made_by
}

# What was built: the series, its trees, whether there is more than is in git
write_series()
{
	id_=$(series_id) || exit 1
	echo "series=$id_"
	echo "base_tree=$(git -C "$b/linux" rev-parse 'base^{tree}')"
	echo "source_tree=$(git -C "$source" rev-parse 'HEAD^{tree}')"
	if is_dirty || { [ "$id_" != none ] && unexported; }; then
		echo dirty=1
	else
		echo dirty=0
	fi
}
