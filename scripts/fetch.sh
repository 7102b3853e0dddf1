#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Bring the kernel source into build/src/ and write build/src/ORIGIN.
# fetch.sh linux|peer: the series' source, or the peer's (in build/src/peer);
# without a word, what KERNEL is built from.
# fetch.sh --orig: the pristine upstream tarball that Debian built from.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/apt.sh
. "$root/scripts/apt.sh"

# What is wanted, where it goes, and the option that can give it
what=${1:-$kernel}
case $what in
peer)
	spec=$root/kernel-patches/PEER
	src=$b/src/peer
	option=PEER
	from=${PTB_PEER:-}
	room=3000
	room_for="Linux $(value "$spec" version), its source and objects" ;;
*)
	spec=$root/kernel-patches/BASE
	src=$b/src
	option=KERNEL_SRC
	from=${PTB_KERNEL_SRC:-}
	room=8000
	room_for="the whole work (sources, objects of two kernels)" ;;
esac

spec_value()
{
	value "$spec" "$1"
}

tmp=$src/tmp
want=$(spec_value version)
package=$(spec_value package)

# makefile_version: VERSION.PATCHLEVEL.SUBLEVEL of the Makefile on stdin
makefile_version()
{
	awk -F ' *= *' '/^(VERSION|PATCHLEVEL|SUBLEVEL) *=/ { v[$1] = $2 }
		END { print v["VERSION"] "." v["PATCHLEVEL"] "." v["SUBLEVEL"] }'
}

# tarball_version FILE: without reading more of it than the Makefile
tarball_version()
{
	# head and --occurrence end tar early, which it calls a failure
	top=$(tar -tf "$1" 2>/dev/null | head -n 1 || :)
	{ tar -xOf "$1" --occurrence=1 "${top%%/*}/Makefile" 2>/dev/null || :; } |
		makefile_version
}

check_version()
{
	case $1 in
	"$want" | "$want".*) ;;
	..) die "$2 is not a kernel source" ;;
	*) die "$2 is Linux ${1%.}, not $want.y" ;;
	esac
}

# finish KIND FILE SHA256 TARBALL [CHECK]: everything lands by rename, ORIGIN
# last: without it nothing counts as fetched
finish()
{
	version=$(tarball_version "$4")
	check_version "$version" "$2"
	out=$src/linux-$version.tar${4##*.tar}
	mv -f "$4" "$out"
	{
		echo "version=$version"
		echo "kind=$1"
		echo "file=$2"
		echo "sha256=$3"
		echo "tarball=${out##*/}"
		echo "tarball_sha256=$(sha "$out")"
		echo "checked=${5:-no}"
	} >"$tmp/ORIGIN"
	printf '%s\n' "$(from_id)" >"$src/.from"
	mv -f "$tmp/ORIGIN" "$src/ORIGIN"
	rm -rf "$tmp"
	say "Linux $version from $1: $2"
}

# Tells one $from from another without writing its path down
from_id()
{
	[ -n "$from" ] || return 0
	if [ -e "$from/.git" ]; then
		git -C "$from" rev-parse HEAD
		return
	fi
	stat -L -c '%n %s %Y' "$from" | sha256sum | cut -d ' ' -f 1
}

is_current()
{
	[ -f "$src/ORIGIN" ] || return 1
	[ -f "$src/$(value "$src/ORIGIN" tarball)" ] || return 1
	[ -z "$from" ] || [ "$(from_id)" = "$(cat "$src/.from" 2>/dev/null)" ]
}

from_directory()
{
	[ -f "$from/Makefile" ] || die "$option=$from is not a kernel source"
	check_version "$(makefile_version <"$from/Makefile")" "$option=$from"
	say "packing $option"
	if [ -e "$from/.git" ]; then
		[ -z "$(git -C "$from" status --porcelain -uno | head -n 1)" ] ||
			say "note: $option has uncommitted changes, its HEAD is taken"
		git -C "$from" archive --format=tar --prefix=linux/ -o "$tmp/l.tar" HEAD
		id=git-$(git -C "$from" rev-parse --short=12 HEAD)
	else
		[ ! -f "$from/.config" ] ||
			die "$option=$from has been built in: make mrproper there first"
		tar -cf "$tmp/l.tar" --sort=name --mtime=@0 --owner=0 --group=0 \
			--numeric-owner --transform 's,^\.,linux,' -C "$from" .
		id=directory
	fi
	finish tree "$id" "$(sha "$tmp/l.tar")" "$tmp/l.tar"
}

from_tarball()
{
	case $from in
	*.tar | *.tar.gz | *.tar.xz | *.tar.bz2 | *.tar.zst) ;;
	*) die "$option=$from is neither a directory nor a .tar.* file" ;;
	esac
	check_version "$(tarball_version "$from")" "$option=$from"
	cp "$from" "$tmp/l.tar${from##*.tar}"
	finish tarball "${from##*/}" "$(sha "$from")" "$tmp/l.tar${from##*.tar}"
}

# One try at a site which may serve the suite
from_debian_site()
{
	apt_prepare "$1" "deb" || return 1
	ver=$(apt_candidate "$package")
	[ -n "$ver" ] || return 1
	say "downloading $package $ver ($(spec_value suites), apt)"
	(cd "$tmp" && apt_own apt-get -q download "$package=$ver") >>"$b/log/fetch.log" 2>&1 ||
		return 1
	deb=$(find "$tmp" -name "${package}_*.deb")
	sum=$(apt_own apt-cache show "$package=$ver" | sed -n 's/^SHA256: //p' | head -n 1)
	[ "$(sha "$deb")" = "${sum:-none}" ] ||
		die "$package: checksum differs from the signed index"
	say "unpacking the package"
	dpkg-deb -x "$deb" "$tmp/deb"
	finish debian "${deb##*/}" "$sum" "$tmp/deb/usr/src/$package.tar.xz" apt-signed-index
}

from_debian()
{
	command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || return 1
	for site in $(apt_sites); do
		if from_debian_site "$site"; then
			return 0
		fi
	done
	return 1
}

download()
{
	if command -v curl >/dev/null 2>&1; then
		curl -fsSL --connect-timeout 20 --retry 2 -C - -o "$2" "$1"
	else
		need wget wget
		wget -q --timeout=20 --tries=2 -c -O "$2" "$1"
	fi
}

from_kernel_org()
{
	release=$(spec_value release)
	file=linux-$release.tar.xz
	url=https://cdn.kernel.org/pub/linux/kernel/v${release%%.*}.x
	say "not in this machine's Debian archive: trying kernel.org for $file"
	mkdir -p "$src/partial"
	download "$url/$file" "$src/partial/$file" >>"$b/log/fetch.log" 2>&1 ||
		die "neither apt nor kernel.org gave a Linux $want source (build/log/fetch.log): use $option="
	sum=$(sha "$src/partial/$file")
	checked=no
	if download "$url/sha256sums.asc" "$tmp/sums" >>"$b/log/fetch.log" 2>&1; then
		grep -qx "$sum  $file" "$tmp/sums" || {
			rm -f "$src/partial/$file"
			die "$file: checksum differs from kernel.org's list"
		}
		checked=kernel.org-sha256sums
	fi
	finish kernel.org "$file" "$sum" "$src/partial/$file" "$checked"
}

# The .orig tarball is what Debian's patches start from: upstream, verified.
fetch_orig()
{
	source=$(spec_value source)
	for old in "$src/orig/${source}"_*.orig.tar.xz; do
		[ -f "$old" ] && exit 0
	done
	want_space 1000 "the upstream tarball"
	mkdir -p "$src/orig" "$tmp"
	why=
	: >"$b/log/fetch.log"
	for site in $(apt_sites); do
		apt_prepare "$site" "deb-src" || continue
		uri=$(apt_own apt-get source --print-uris --only-source --tar-only "$source" 2>>"$b/log/fetch.log" |
			grep '\.orig\.tar\.xz ' | head -n 1) || continue
		file=$(echo "$uri" | cut -d ' ' -f 2)
		sum=$(echo "$uri" | sed -n 's/.*SHA256:\([0-9a-f]*\).*/\1/p')
		say "downloading $file (apt)"
		(cd "$tmp" && apt_own apt-get -q source --download-only --only-source --tar-only \
			"$source") >>"$b/log/fetch.log" 2>&1 || {
			sed -n "s/^E: /  /p" "$b/log/fetch.log" | grep -o " [45][0-9][0-9] .*" | cut -d "[" -f 1 | head -n 1 >"$tmp/why"
			why="; it lists $file but answered$(cat "$tmp/why")"
			continue
		}
		[ "$(sha "$tmp/$file")" = "${sum:-none}" ] ||
			die "$file: checksum differs from the signed index"
		printf 'file=%s\nsha256=%s\n' "$file" "$sum" >"$src/orig/ORIGIN"
		mv "$tmp/$file" "$src/orig/$file"
		rm -rf "$tmp"
		say "upstream source: $file"
		exit 0
	done
	die "no Debian archive of this machine gives the source package $source $want$why"
}

lock fetch
mkdir -p "$src" "$b/log"
if [ "$what" = --orig ]; then
	fetch_orig
fi
if [ -n "$from" ] && [ ! -e "$from" ]; then
	die "$option=$from does not exist"
fi
if is_current; then
	exit 0
fi
need tar tar
need xz xz-utils
want_space "$room" "$room_for"
: >"$b/log/fetch.log"
rm -rf "$tmp"
mkdir -p "$tmp"
if [ -d "$from" ]; then
	from_directory
elif [ -n "$from" ]; then
	from_tarball
else
	from_debian || from_kernel_org
fi
