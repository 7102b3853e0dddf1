#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Long checks of every patch; check-series.sh cheap: what needs no compiler.
# What passed is not done again until its inputs change, see build/check/done.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/check-lib.sh
. "$root/scripts/check-lib.sh"
# shellcheck source=scripts/check-objects.sh
. "$root/scripts/check-objects.sh"

# The three exceptions: who posts the series signs it off; a new file's MAINTAINERS
# entry is in the patch, where checkpatch does not look for it; and build/linux has no
# history that could have the commit of a Fixes: tag.
checkpatch()
{
	perl "$linux/scripts/checkpatch.pl" --strict --no-summary --color=never --show-types \
		--root="$linux" --ignore MISSING_SIGN_OFF,FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID "$1"
	echo 'detail: clean (but for MISSING_SIGN_OFF, FILE_PATH_CHANGES, UNKNOWN_COMMIT_ID)'
}

# kernel-doc of one state of the touched files, without line numbers
doc_of()
{
	d=$c/doc
	rm -rf "$d"
	for f in $(touched "$1" | grep '\.[ch]$'); do
		mkdir -p "$d/${f%/*}"
		git -C "$linux" show "$(commit "$2"):$f" >"$d/$f" 2>/dev/null || rm -f "$d/$f"
	done
	[ -d "$d" ] || return 0
	(cd "$d" && find . -type f | sed 's,^\./,,' | sort |
		PYTHONDONTWRITEBYTECODE=1 xargs python3 "$linux/scripts/kernel-doc" -none -Wall 2>&1) |
		sed -e 's/:[0-9][0-9]*\(:[0-9]*\)\{0,1\}/:/g' -e 's/line [0-9]*/line/g' |
		grep -i 'warning\|error' | sort
}

doc()
{
	need python3 python3
	doc_of "$1" $(($1 - 1)) >"$c/doc.before" || :
	doc_of "$1" "$1" >"$c/doc.after" || :
	comm -13 "$c/doc.before" "$c/doc.after" >"$c/doc.new"
	cat "$c/doc.new"
	echo "detail: $(touched "$1" | grep -c '\.[ch]$') files, $(wc -l <"$c/doc.new") new messages"
	[ ! -s "$c/doc.new" ]
}

# Every patch file, in an index of its own, gives its commit's tree; each part by itself
# on top of those before it, the first of them on the base alone
applies()
{
	GIT_INDEX_FILE=$c/index
	export GIT_INDEX_FILE
	rm -f "$GIT_INDEX_FILE"
	git -C "$linux" read-tree base
	n=0
	while [ "$n" -lt "$total" ]; do
		n=$((n + 1))
		git -C "$linux" apply --cached "$(patch_file "$n")" || {
			echo "detail: $(place "$n") does not apply to what is before it"
			return 1
		}
		[ "$(git -C "$linux" write-tree)" = "$(tree_of "$n")" ] || {
			echo "detail: $(place "$n") is not its commit in build/linux: make export"
			return 1
		}
	done
	rm -f "$GIT_INDEX_FILE"
	ends
	echo "detail: $total patches give their commits, and each part ends with its branch"
}

# The branch of each part is at its last patch
ends()
{
	branches | while read -r part branch; do
		n=$(last_of "$part")
		[ "$(git -C "$linux" rev-parse "$branch")" = "$(commit "$n")" ] || {
			echo "detail: branch $branch is not at $(place "$n"): make export"
			exit 1
		}
		echo "$branch: $(place "$n")"
	done
}

exports()
{
	rm -rf "$c/export"
	sh "$root/scripts/export.sh" "$c/export"
	for part in $parts; do
		for f in "$root/kernel-patches/$part/series" "$root/kernel-patches/$part"/*.patch; do
			cmp "$f" "$c/export/$part/${f##*/}"
		done
	done
	rm -rf "$c/export"
	echo "detail: $total patches, the same bytes"
}

# orig_find: the pristine source, ORIG= or Debian's; 77 if there is none
orig_find()
{
	orig=${PTB_ORIG:-}
	if [ -n "$orig" ]; then
		[ -e "$orig" ] || {
			echo "detail: ORIG=$orig does not exist"
			return 1
		}
		return
	fi
	(sh "$root/scripts/fetch.sh" --orig) || {
		echo "detail: pristine source not available ($(sed -n 's/^ptb: error: //p' \
			"$c/log/pristine" | tail -n 1)); ORIG=tarball or tree"
		return 77
	}
	for orig in "$b"/src/orig/*.orig.tar.xz; do :; done
}

# Only what the series touches, and what tells the version
orig_unpack()
{
	{
		echo Makefile
		git -C "$linux" diff --name-only --no-renames --diff-filter=MD base series
	} >"$c/files"
	if [ -d "$orig" ]; then
		tar -C "$orig" -cf - -T "$c/files" | tar -C "$d" -xf -
		return
	fi
	top=$(tar -tf "$orig" 2>/dev/null | head -n 1)
	sed "s,^,${top%%/*}/," "$c/files" >"$c/files.top"
	tar -C "$d" --strip-components=1 -xf "$orig" -T "$c/files.top"
}

orig_version()
{
	awk -F ' *= *' '/^(VERSION|PATCHLEVEL|SUBLEVEL) *=/ { v[$1] = $2 }
		END { print v["VERSION"] "." v["PATCHLEVEL"] "." v["SUBLEVEL"] }' "$d/Makefile"
}

# git am knows no fuzz: lines may have moved, but not changed
pristine()
{
	orig_find
	d=$c/orig
	rm -rf "$d"
	mkdir -p "$d"
	orig_unpack || {
		echo "detail: ORIG has not all of the files that the series touches"
		return 1
	}
	version=$(orig_version)
	case $version in
	"$(base_value version)" | "$(base_value version)".*) ;;
	*)
		echo "detail: that is Linux $version, not $(base_value version).y"
		return 1 ;;
	esac
	git init -q "$d"
	git -C "$d" add -Af
	git -C "$d" commit -q -m "Linux $version"
	n=0
	while [ "$n" -lt "$total" ]; do
		n=$((n + 1))
		git -C "$d" am -q --no-3way "$(patch_file "$n")" || {
			echo "detail: $(place "$n") does not apply to pristine Linux $version"
			return 1
		}
	done
	rm -rf "$d"
	echo "detail: $total patches apply to Linux $version, ${orig##*/}"
}

boot()
{
	PTB_KERNEL=commit-$1 PTB_ARCH=$2 PTB_CONFIG=$3 sh "$root/scripts/run.sh" boot
	echo "detail: boots, $(tail -n 1 "$b/log/last-run")"
}

boot_key()
{
	tree_of "$1"
	cat "$root/kernel-patches/configs/$3/$2".*
	scripts_hash kernel.sh build.sh run.sh guest.sh
	cat "$root"/bench/guest/*.[ch] 2>/dev/null || :
	gcc --version
	s390x-linux-gnu-gcc --version
	"qemu-system-$2" --version
}

# The first patch, the one that brings mm/ptdesc.c, the last of each part; EVERY=1: all
boots_of_patch()
{
	n=$1
	if [ -z "${PTB_EVERY:-}" ] && [ "$n" != 1 ] && ! ends_part "$n" &&
		! touched "$n" | grep -qx mm/ptdesc.c; then
		return
	fi
	for k in s390x-mini x86_64-mini x86_64-dynamic; do
		[ "$k" != x86_64-dynamic ] || has_symbol "$n" || continue
		check "p$n-boot-$k" "$(boot_key "$n" "${k%-*}" "${k#*-}" | hash)" \
			boot "$n" "${k%-*}" "${k#*-}"
	done
	at=
}

disasm_key()
{
	tree_of 0
	tree_of "$total"
	cat "$root"/kernel-patches/configs/mini/x86_64.* "$root/kernel-patches/disasm-reasons"
	scripts_hash disasm.sh kernel.sh
	gcc --version
}

disasm()
{
	sh "$root/scripts/disasm.sh"
}

cheap()
{
	key=$(cat "$root"/kernel-patches/*/*.patch "$root"/kernel-patches/*/series "$root"/scripts/check-*.sh \
		"$root/scripts/export.sh" | hash)
	key=$(echo "$key $(tree_of 0) $(tree_of "$total") $(ends)" | hash)
	check applies "$key" applies
	check exports "$key" exports
	n=0
	while [ "$n" -lt "$total" ]; do
		n=$((n + 1))
		key=$({ tree_of "$n"; tree_of $((n - 1)); cat "$(patch_file "$n")" \
			"$root/scripts/check-series.sh"; } | hash)
		check "p$n-checkpatch" "$key" checkpatch "$(patch_file "$n")"
		check "p$n-doc" "$key" doc "$n"
	done
}

expensive()
{
	check pristine "$({ tree_of "$total"; echo "${PTB_ORIG:-}"; scripts_hash check-series.sh; } | hash)" pristine
	m=0
	while [ "$m" -lt "$total" ]; do
		m=$((m + 1))
		objects_of_patch "$m"
	done
	check disasm "$(disasm_key | hash)" disasm
	m=0
	while [ "$m" -lt "$total" ]; do
		m=$((m + 1))
		boots_of_patch "$m"
	done
}

case ${1:-} in
'' | cheap) ;;
*) die "check-series.sh [cheap]" ;;
esac
export PTB_ARCH=s390x PTB_CONFIG=mini PTB_KERNEL=patched
arch=s390x config=mini kernel=patched
check_axes
need perl perl
need sparse sparse
run tree.sh
# The short checks must not wait for the long ones of another make
if [ "${1:-}" = cheap ]; then
	c=$c/cheap
fi
lock "check-${1:-all}"
mkdir -p "$c/done" "$c/log" "$c/warn"
rm -f "$c/summary"
trap 'say "interrupted: what is done is kept"; exit 130' INT TERM HUP
series_load
cheap
[ -n "${1:-}" ] || expensive
summary
[ "$fail" = 0 ]
