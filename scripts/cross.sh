#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Compile what is about page tables for other architectures, and in configurations
# that nobody boots: configs/cross*/ARCH.config. cross.sh ARCH-CONFIG...: only these.
# What passed is not done again until its inputs change, see build/cross/done.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/check-lib.sh
. "$root/scripts/check-lib.sh"
# shellcheck source=scripts/check-objects.sh
. "$root/scripts/check-objects.sh"

c=$b/cross

# ARCH-CONFIG of each, those of an architecture one after the other
all_names()
{
	for f in "$root"/kernel-patches/configs/cross*/*.config; do
		f=${f%.config}
		d=${f%/*}
		echo "${f##*/}-${d##*/}"
	done | sort
}

# state_set ARCH-CONFIG KERNEL. An architecture has one object directory, so that
# programs of the host are made once; of objects nothing is taken over.
state_set()
{
	arch=${1%%-*}
	config=${1#*-}
	kernel=$2
	kernel_paths
	obj=$vdir/obj/cross-$arch
	log=$c/log/make-$1-$kernel
}

# Replaces kernel.sh's: base does not know the symbol
config_fragment()
{
	layered "$fragment" >"$c/fragment"
	case $kernel in
	base) grep -v DYNAMIC_PTDESC "$c/fragment" ;;
	*) cat "$c/fragment" ;;
	esac
}

# What the series is about. The rest sees of it what is inline in a header, as these
# do, and is compiled for x86_64 and s390x.
cross_goals()
{
	git -C "$source" grep -lE "$about" -- 'mm/*.c' | objects_of
	echo kernel/fork.o
	echo fs/proc/task_mmu.o
	echo "arch/$karch_dir/mm/"
	config_fragment | sed -n 's/^#GOALS# //p'
}

# All goals even if one fails, so that all is seen at once
cross_compile()
{
	mkdir -p "$obj"
	make_config
	goals=$(cross_goals | tr '\n' ' ')
	remove_goals
	rc=0
	# shellcheck disable=SC2086 # goals is a list
	kmake -k -O -j"${PTB_JOBS:-$(nproc)}" $goals >"$log" 2>&1 9>&- || rc=$?
	check_no_space "$log"
	messages "$goals" >"$c/warn/$1-$kernel"
}

# base is compiled only where the series has a message
new_messages()
{
	[ -s "$c/warn/$1-patched" ] || return 0
	PTB_KERNEL=base PTB_ARCH=x86_64 PTB_CONFIG=mini sh "$root/scripts/variant.sh" >&2
	state_set "$1" base
	cross_compile "$1" >&2
	comm -23 "$c/warn/$1-patched" "$c/warn/$1-base"
}

cross()
{
	state_set "$1" patched
	cross_compile "$1"
	grep -E 'error:|\*\*\*' "$log" || :
	[ "$rc" = 0 ] || {
		echo "detail: does not compile, log build/cross/log/make-$1-patched"
		return 1
	}
	symbol=off
	! grep -qx CONFIG_DYNAMIC_PTDESC=y "$obj/.config" || symbol=on
	objects=$(sed -n 's/^  CC  *//p' "$log" | awk -v list="$goals" "$counts counts(\$0)" | wc -l)
	new_messages "$1" >"$c/new"
	cat "$c/new"
	echo "detail: symbol $symbol, $objects objects," \
		"$(wc -l <"$c/warn/$1-patched") messages, $(wc -l <"$c/new") new"
	[ ! -s "$c/new" ]
}

cross_key()
{
	echo "$sources"
	config_fragment
	"${cross}gcc" --version
	scripts_hash cross.sh check-lib.sh check-objects.sh kernel.sh arch.sh
}

# Replaces check-lib.sh's
label()
{
	echo "[$n/$total] $1"
}

one()
{
	state_set "$1" patched
	if ! command -v "${cross}gcc" >/dev/null 2>&1; then
		check "$1" none sh -c "echo 'detail: no ${cross}gcc (apt package $cross_package)'; exit 77"
		return
	fi
	key=$(cross_key | hash)
	current "$1" "$key" || say "$(label "$1") ..."
	check "$1" "$key" cross "$1"
}

names=$(all_names | tr '\n' ' ')
for name in "$@"; do
	case " $names" in
	*" $name "*) ;;
	*) die "cross.sh has no $name, there are: $names" ;;
	esac
done
need ccache ccache
run deps.sh full || say "going on without what could not be installed"
run tree.sh
lock cross
mkdir -p "$c/done" "$c/log" "$c/warn"
rm -f "$c/summary"
trap 'say "interrupted: what is done is kept"; exit 130' INT TERM HUP
source=$b/linux
sources=$(git -C "$source" rev-parse 'base^{tree}'; source_id)
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $names
total=$#
n=0
for name in "$@"; do
	n=$((n + 1))
	one "$name"
done
awk -F '\t' '{ printf "%-26s %-4s  %s\n", $1, $2, $3 }' "$c/summary"
echo "$pass passed, $fail failed, $skip skipped"
[ "$fail" = 0 ]
