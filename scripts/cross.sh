#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Link a small kernel of each architecture that there is a compiler for:
# configs/cross*/ARCH.config, each in the states of DYNAMIC_PTDESC that its line
# "#STATES# ..." names, or in all. Nothing is booted. cross.sh ARCH-CONFIG[-STATE]...:
# only these. What passed is not done again until its inputs change, see
# build/cross/done, here or where the newest published table was made; the table of all
# is build/cross/table.txt. cross.sh table: the table of what has passed, nothing is made.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/check-lib.sh
. "$root/scripts/check-lib.sh"
# shellcheck source=scripts/check-objects.sh
. "$root/scripts/check-objects.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"

c=$b/cross
# Nothing is found again in another state by what the preprocessor makes of it
export CCACHE_DEPEND=1

# What was linked and compared, and how. Not a checksum of these scripts, or a comment
# would cost hours: who changes what is made or compared changes this word.
cross_method=1

# off, on: the symbol; lockdep: on where it can be, with locks that are large; objects:
# the fragment as it is, of which only what is about page tables is compiled
states_of()
{
	s=$(sed -n 's/^#STATES# //p' "$1")
	echo "${s:-off on lockdep}"
}

# ARCH-CONFIG-STATE of each, those of an architecture one after the other
all_names()
{
	for f in "$root"/kernel-patches/configs/cross*/*.config; do
		d=${f%/*}
		a=${f##*/}
		for s in $(states_of "$f"); do
			[ "$kernel:$s" != base:on ] || continue
			echo "${a%.config}-${d##*/} $s"
		done
	done | sort -s -k 1,1 | tr ' ' -
}

# state_set NAME KERNEL. An architecture has one object directory, so that
# programs of the host are made once; of objects nothing is taken over.
state_set()
{
	name=$1
	arch=${1%%-*}
	state=${1##*-}
	config=${1#*-}
	config=${config%-*}
	kernel=$2
	kernel_paths
	obj=$vdir/obj/cross-$arch
	log=$c/log/make-$1-$2
	warn=$c/warn/$1-$2
}

has_on()
{
	case " $(states_of "$fragment") " in
	*' on '*) ;;
	*) return 1 ;;
	esac
}

# An architecture that is not built with the symbol must not have it
state_options()
{
	case $state in
	off) echo '# CONFIG_DYNAMIC_PTDESC is not set' ;;
	on) echo CONFIG_DYNAMIC_PTDESC=y ;;
	lockdep)
		echo CONFIG_DEBUG_KERNEL=y
		echo CONFIG_DEBUG_VM=y
		locks=$(layered "$fragment" | sed -n 's/^#LOCKS# //p')
		echo "${locks:-CONFIG_PROVE_LOCKING=y}"
		! has_on || echo CONFIG_DYNAMIC_PTDESC=y ;;
	objects) return ;;
	esac
	has_on || echo '#CHECK# # CONFIG_ARCH_SUPPORTS_DYNAMIC_PTDESC is not set'
}

# fragment_for KERNEL: base does not know the symbol
fragment_for()
{
	{
		layered "$fragment"
		state_options
	} | case $1 in
	base) grep -v DYNAMIC_PTDESC ;;
	*) cat ;;
	esac
}

# Replaces kernel.sh's
config_fragment()
{
	fragment_for "$kernel"
}

# What the series is about. The rest sees of it what is inline in a header, as these
# do.
objects_about()
{
	git -C "$source" grep -lE "$about" -- 'mm/*.c' | objects_of
	echo kernel/fork.o
	echo fs/proc/task_mmu.o
	echo "arch/$karch_dir/mm/"
}

# What has been made before would say nothing
remove_objects()
{
	find "$obj" \( -path "$obj/scripts" -o -path "$obj/tools" \) -prune -o \
		-name '*.o' -type f -exec rm -f {} +
	rm -f "$obj/vmlinux"
}

# Those of which something is said, so that base has to be asked
talking()
{
	awk '
	/^  [A-Z]+ / { o = /^  (CC|AS)  / && $2 ~ /^[^\/].*\.o$/ ? $2 : ""; next }
	/[Ww]arning:|[Ee]rror:/ { if (o != "") print o }' "$log" | sort -u
}

# cross_compile [OBJECT...]: or the whole kernel. All goals even if one fails, so that
# all is seen at once. kernel-doc is check-series' business.
cross_compile()
{
	mkdir -p "$obj"
	make_config
	remove_objects
	goals=${*:-vmlinux}
	[ "$state" != objects ] || [ $# -gt 0 ] || goals=$(objects_about | tr '\n' ' ')
	rc=0
	# shellcheck disable=SC2086 # goals is a list
	kmake -k -O -j"${PTB_JOBS:-$(nproc)}" W=1 cmd_checkdoc= $goals >"$log" 2>&1 9>&- || rc=$?
	check_no_space "$log"
}

# said OBJECTS: what of these, and of sections when vmlinux was linked, each once: a
# table of system calls says the same of every entry
said()
{
	{
		messages "$1"
		grep '^WARNING: modpost: ' "$log" || :
	} | sort -u
}

# Where it is kept what base says in this configuration, which is the same with the
# symbol on and off
base_says()
{
	{
		git -C "$b/linux" rev-parse 'base^{tree}'
		fragment_for base
		"$compiler" --version
		echo "$cross_method"
	} | hash
}

ask_base()
{
	PTB_KERNEL=base PTB_ARCH=x86_64 PTB_CONFIG=mini sh "$root/scripts/variant.sh" >&2
	(
		state_set "$name" base
		# shellcheck disable=SC2086 # a list
		cross_compile $goals >&2
		said "$talk"
	) | sort -u - "$says" >"$says.tmp"
	mv "$says.tmp" "$says"
}

# base is compiled only where the series has a message that base has not been heard
# to say, and there only that
new_messages()
{
	talk=$(talking | tr '\n' ' ')
	said "$talk" >"$warn"
	[ "$kernel" != base ] || return 0
	says=$c/warn/base-$(base_says)
	[ -f "$says" ] || : >"$says"
	goals=$talk
	! grep -q '^WARNING: modpost: ' "$warn" || goals=vmlinux
	[ -z "$(comm -23 "$warn" "$says")" ] || ask_base
	comm -23 "$warn" "$says"
}

cross()
{
	state_set "$1" "$2"
	cross_compile
	objects=$(grep -cE '^  (CC|AS)  +[^ /].*\.o$' "$log" || :)
	grep -E 'error:|undefined reference|\*\*\*' "$log" | head -n 20 || :
	[ "$rc" = 0 ] || {
		echo "detail: not all is made, log ${log#"$root"/}"
		return 1
	}
	[ "$state" = objects ] || [ -f "$obj/vmlinux" ] || {
		echo "detail: there is no vmlinux"
		return 1
	}
	done_=linked
	[ "$state" != objects ] || done_=compiled
	symbol=off
	! grep -qx CONFIG_DYNAMIC_PTDESC=y "$obj/.config" || symbol=on
	new_messages >"$c/new"
	cat "$c/new"
	echo "detail: $done_, symbol $symbol, $objects objects," \
		"$(wc -l <"$c/new") new of $(wc -l <"$warn") messages"
	[ ! -s "$c/new" ]
}

cross_key()
{
	echo "$sources"
	config_fragment
	"$compiler" --version
	echo "$cross_method"
}

# Replaces check-lib.sh's
label()
{
	echo "[$n/$total] $1"
}

one()
{
	state_set "$1" "$axis"
	if ! command -v "$compiler" >/dev/null 2>&1; then
		check "$1" none sh -c "echo 'detail: no $compiler (apt package $cross_package)'; exit 77"
		return
	fi
	key=$(cross_key | hash)
	current "$1" "$key" || take_published "$1" "$key"
	if [ -n "$only_table" ] && ! current "$1" "$key"; then
		count "$1" 'not yet' ''
		return
	fi
	current "$1" "$key" || say "$(label "$1") ..."
	check "$1" "$key" cross "$1" "$axis"
}

# take_published NAME KEY: what has passed with these inputs where the newest published
# table was made
take_published()
{
	from=
	for p in "$root"/results/*-cross/done.tsv; do
		[ ! -f "$p" ] || from=$p
	done
	[ -n "$from" ] || return 0
	awk -F '\t' -v name="$1" -v key="$2" \
		'$1 == name && $2 == key { print "pass " $2; print $3 }' "$from" >"$c/done/.taken"
	[ ! -s "$c/done/.taken" ] || mv "$c/done/.taken" "$c/done/$1"
}

# Who has the symbol is linked with it. s390 is booted.
supported()
{
	linked=" s390 "
	for k in $names; do
		case $k in
		*-on)
			arch_facts "${k%%-*}"
			linked="$linked$karch_dir " ;;
		esac
	done
	git -C "$source" grep -l 'select ARCH_SUPPORTS_DYNAMIC_PTDESC' -- 'arch/*/Kconfig*' |
		cut -d / -f 2 | sort -u >"$c/supported"
	while IFS= read -r d; do
		case $linked in
		*" $d "*) ;;
		*) echo "$d" ;;
		esac
	done <"$c/supported" >"$c/unlinked"
	echo "detail: $(wc -l <"$c/supported") architectures support the symbol," \
		"$(wc -l <"$c/unlinked") of them not linked with it: $(paste -s -d ' ' "$c/unlinked")"
	[ ! -s "$c/unlinked" ]
}

version_of()
{
	"$compiler" --version 2>/dev/null | sed -n '1s/.*[ (]\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p'
}

# A row for each architecture and configuration: what became of each state, the
# objects, and the messages that base does not have
table()
{
	echo "Linux $(value "$b/src/ORIGIN" version), series $(series_id | cut -c 1-12)," \
		"tree $(git -C "$source" rev-parse 'HEAD^{tree}' | cut -c 1-12)"
	echo "objects that were linked, or only made, and messages (W=1) that base does not have"
	echo
	row='%-22s %-35s %-16s %-16s %-16s\n'
	# shellcheck disable=SC2059 # row is a format
	printf "$row" "kernel" "compiler" "symbol off" "on" "lockdep" | sed 's/ *$//'
	cut -f 1 "$c/summary" | sed -n 's/\(-cross.*\)-[a-z]*$/\1/p' | uniq | while IFS= read -r k; do
		arch=${k%%-*}
		arch_facts "$arch"
		# shellcheck disable=SC2059
		printf "$row" "$k" "$compiler $(version_of)" "$(cell "$k" off)" "$(cell "$k" on)" \
			"$(cell "$k" lockdep)" | sed 's/ *$//'
	done
	echo
	echo "$pass passed, $fail failed, $skip skipped," \
		"$(awk -F '\t' '$2 == "not yet"' "$c/summary" | wc -l) not linked yet"
	awk -F '\t' '$2 == "fail" || $2 == "skip" { print $1 ": " $2 ", " $3 }' "$c/summary"
}

# cell KERNEL STATE: a fragment of which only objects are made is where its symbol is
cell()
{
	awk -F '\t' -v k="$1" -v s="$2" '
	$1 == k "-" s || ($1 == k "-objects" && index($3, "symbol " s ",")) {
		split($3, part, ", ")
		sub(/ objects/, "", part[3])
		sub(/ of.*/, "", part[4])
		what = part[3] (part[1] == "linked" ? "" : " made") ", " part[4]
		if ($2 != "pass") what = $2
	}
	END { print what ? what : "-" }' "$c/summary"
}

case $kernel in
patched) ;;
base) c=$b/cross-base ;;
*) die "cross.sh takes KERNEL=base or patched" ;;
esac
axis=$kernel
names=$(all_names | tr '\n' ' ')
chosen=
only_table=
if [ "${1:-}" = table ]; then
	only_table=1
	shift
fi
for name in "$@"; do
	some=
	for n in $names; do
		case $n in
		"$name" | "$name-off" | "$name-on" | "$name-lockdep" | "$name-objects") some="$some $n" ;;
		esac
	done
	[ -n "$some" ] || die "cross.sh has no $name, there are: $names"
	chosen="$chosen$some"
done
arch=x86_64
config=mini
need ccache ccache
run deps.sh full || say "going on without what could not be installed"
run tree.sh
run variant.sh
lock cross
mkdir -p "$c/done" "$c/log" "$c/warn"
rm -f "$c/summary"
trap 'say "interrupted: what is done is kept"; exit 130' INT TERM HUP
source=$(variant_dir "$axis")/linux
sources=$(git -C "$b/linux" rev-parse 'base^{tree}'; source_id)
# shellcheck disable=SC2086 # a list of words
set -- ${chosen:-$names}
total=$#
n=0
for name in "$@"; do
	n=$((n + 1))
	one "$name"
done
n=$total
[ -n "$chosen$only_table" ] || check supported "$(echo "$sources $names" | hash)" supported
awk -F '\t' '{ printf "%-28s %-4s  %s\n", $1, $2, $3 }' "$c/summary"
if [ -z "$chosen" ]; then
	table >"$c/table.tmp"
	mv "$c/table.tmp" "$c/table.txt"
	cat "$c/table.txt"
	{
		write_series
		value "$b/src/ORIGIN" version | sed 's/^/version=/'
		echo "cc=$(gcc --version | head -n 1)"
	} >"$c/source"
	say "table: ${c#"$root"/}/table.txt"
	if [ -n "${PTB_PUBLISH:-}" ]; then
		PTB_RUN=${c#"$root"/} sh "$root/scripts/publish.sh"
	fi
fi
[ "$fail" = 0 ]
