# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by check-series.sh: compile what a patch affects, before and after it,
# and compare what compiler, kernel-doc (W=1) and sparse say. cross.sh takes from
# here which objects are about page tables.
#
# A view is one way to look at a commit: architecture, configuration, symbol.
# wide is for compiling only, so that every line the series touches is compiled.
#
# What compiled states were compared by. Not a checksum of these scripts, or a comment
# would cost an hour: who changes what is compiled or compared changes this word.
objects_method=4ec99e7fdc1dc9c3024203a533fb4ca694f4c7c19f350259d50e50f56ff7a2e3

views='s390x-mini-off s390x-mini-on s390x-wide-off s390x-wide-on
x86_64-mini-off x86_64-dynamic-on x86_64-wide-off x86_64-wide-on x86_64-leak-off x86_64-leak-on
arm64-wide-off mips-wide-off powerpc-wide-off riscv-wide-off sparc64-wide-off'

# The architectures that are never booted: of these only what a patch does in their
# own directory is looked at, as it is with the symbol neither switched on nor off
only_compiled()
{
	case $arch in
	s390x | x86_64) return 1 ;;
	esac
}

# A touched .c file affects its object. A touched header or Kconfig may affect
# anything: then mini compiles these directories, where page tables are made and
# walked, and wide, which is slow, the files that name what the series is about.
directories()
{
	echo mm/ fs/proc/ "arch/$karch_dir/mm/" kernel/fork.o
	[ "$karch_dir" != x86 ] || echo arch/x86/kernel/alternative.o
}

about='ptdesc|pagetable_|ptlock|_lockptr|pte_free|p[mu4]d_free|pgd_alloc|pgtable_trans_huge'

files_about()
{
	git -C "$source" grep -lE "$about" -- 'mm/*.c' 'fs/proc/*.c' kernel/fork.c \
		"arch/$karch_dir/mm/*.c" "arch/$karch_dir/platform/efi/*.c" \
		"arch/$karch_dir/xen/*.c" | grep -v '_32\.c$'
}

# option_of NAME MAKEFILE: the option which NAME is built for, if it is one
option_of()
{
	[ -f "$source/$2" ] || return 0
	# shellcheck disable=SC2016
	sed -e ':join' -e '/\\$/{ N; s/\\\n/ /; b join' -e '}' -e 's/\$(BITS)/64/g' "$source/$2" |
		awk -v name="$1" '
		/^[a-z-]+-\$\(CONFIG_[A-Z0-9_]*\)/ {
			for (i = 2; i <= NF; i++) if ($i == name) {
				split($1, part, /[()]/)
				print part[2]
				exit
			}
		}'
}

# The objects of the .c files on stdin, where they exist and are configured
objects_of()
{
	while IFS= read -r f; do
		[ -f "$source/$f" ] || continue
		o=${f##*/}
		o=${o%.c}.o
		d=${f%/*}
		while :; do
			option=$(option_of "$o" "$d/Makefile")
			# mm/Makefile has tests/X.o, other directories have their own
			below=${f#"$d"/}
			[ -n "$option" ] || option=$(option_of "${below%.c}.o" "$d/Makefile")
			[ -z "$option" ] || grep -qx "$option=y" "$obj/.config" || continue 2
			case $d in
			*/*) ;;
			*) break ;;
			esac
			o=${d##*/}/
			d=${d%/*}
		done
		echo "${f%.c}.o"
	done
}

# view_set VIEW COMMIT-NUMBER
view_set()
{
	view=$1
	arch=${view%%-*}
	config=${view#*-}
	config=${config%-*}
	symbol=${view##*-}
	kernel=commit-$2
	kernel_paths
	obj=$vdir/obj/w1-$view
	log=$c/log/make-$view
}

# Where nobody selects it, the allocator of small PTE tables is compiled, too
fragment_options()
{
	[ "$config" = wide ] || return 0
	if grep -qs '^config PTE_FRAGMENTS$' "$source/mm/Kconfig"; then
		printf '%s\n' CONFIG_COMPILE_TEST=y CONFIG_PTE_FRAGMENTS=y
	fi
	if grep -qs '^config PTE_FRAGMENTS_KUNIT_TEST$' "$source/mm/Kconfig"; then
		printf '%s\n' CONFIG_KUNIT=y CONFIG_PTE_FRAGMENTS_KUNIT_TEST=y
	fi
}

# Replaces kernel.sh's: the symbol is the view's
config_fragment()
{
	if ! only_compiled && [ "$symbol" = off ] &&
		grep -qs '^config LARGE_SPLIT_PTLOCKS$' "$source/mm/Kconfig"; then
		# Large locks would bring the symbol
		layered "$fragment" | grep -vE 'CONFIG_(PROVE_LOCKING|DEBUG_LOCK_ALLOC)=y'
	else
		layered "$fragment"
	fi
	! only_compiled || return 0
	case $symbol in
	on)
		echo CONFIG_DYNAMIC_PTDESC=y
		fragment_options ;;
	off) echo '# CONFIG_DYNAMIC_PTDESC is not set' ;;
	esac
}

# What of a patch this architecture sees
touched_here()
{
	touched "$1" | awk -v a="arch/$karch_dir/" \
		'/^(Documentation|tools|MAINTAINERS)/ { next } /^arch\// && index($0, a) != 1 { next } 1'
}

affects_all()
{
	if only_compiled; then
		touched_here "$1" | grep -q "^arch/$karch_dir/.*\.h\$"
	else
		touched_here "$1" | grep -qE '\.h$|(^|/)Kconfig'
	fi
}

# goals: what make is given, and what counts
goals_set()
{
	files=$(touched_here "$1" | grep '\.c$' || :)
	if ! affects_all "$1"; then
		goals=$(echo "$files" | objects_of)
	elif [ "$config" = wide ]; then
		goals=$({ echo "$files"; files_about; } | sort -u | objects_of)
	else
		goals=$(directories)
	fi
	goals=$(echo "$goals" | tr '\n' ' ')
}

go()
{
	[ "${at:-}" != "$1" ] || return 0
	PTB_KERNEL=commit-$1 sh "$root/scripts/variant.sh"
	at=$1
}

# s390 selects the symbol in the end: off is what its Kconfig would be without
select_drop()
{
	dropped=
	if [ "$symbol" = off ] && grep -qs 'select DYNAMIC_PTDESC' "$source/arch/$karch_dir/Kconfig"; then
		dropped=1
		rm -f "$vdir/.source"
		sed -i '/select DYNAMIC_PTDESC/d' "$source/arch/$karch_dir/Kconfig"
	fi
}

select_restore()
{
	[ -n "$dropped" ] || return 0
	git -C "$source" checkout -q -f HEAD -- "arch/$karch_dir/Kconfig"
}

# Configuring takes longer than compiling an object: only when it can differ
configure()
{
	mkdir -p "$obj"
	id=$({
		git -C "$source" ls-files -s | grep Kconfig
		config_fragment
		echo "$dropped"
		"${cross}gcc" --version
		cat "$root/scripts/kernel.sh"
	} | hash)
	[ "$(cat "$obj/.ptb-config" 2>/dev/null)" != "$id" ] || return 0
	rm -f "$obj/.ptb-config"
	make_config
	echo "$id" >"$obj/.ptb-config"
}

compile()
{
	remove_goals
	rc=0
	if [ -z "${goals% }" ]; then
		echo 0 >"$out.rc"
		: >"$out.w1"
		: >"$out.objs"
		return
	fi
	# shellcheck disable=SC2086 # goals is a list
	kmake -k -O -j"${PTB_JOBS:-2}" W=1 $goals >"$log" 2>&1 9>&- || rc=$?
	check_no_space "$log"
	messages "$goals" >"$out.w1"
	sed -n 's/^  CC  *\(\[M\] \)\{0,1\}//p' "$log" | sort -u |
		awk -v list="$goals" "$counts counts(\$0)" >"$out.objs"
	echo "$rc" >"$out.rc"
}

# The kernel asks for a newer sparse than Debian has, because of one keyword.
# Taken for __typeof__ it makes sparse complain of a few conditional expressions,
# before and after a patch alike.
checker="sh $root/scripts/sparse.sh -D__typeof_unqual__=__typeof__"

# sparse, for the touched files that this configuration compiles
run_sparse()
{
	: >"$out.sparse"
	list=$(for f in $files; do echo "${f%.c}.o"; done | sort |
		comm -12 - "$out.objs" | tr '\n' ' ')
	[ -n "$list" ] || return 0
	log=$log.sparse
	# shellcheck disable=SC2086
	kmake -k -O -j"${PTB_JOBS:-2}" W=1 C=2 CHECK="$checker" $list >"$log" 2>&1 9>&- || :
	messages "$list" >"$out.sparse"
	sed -n 's/^  CHECK  *\(.*\)\.c$/\1.o/p' "$log" |
		awk -v list="$list" "$counts counts(\$0)" >"$out.checked"
	if [ "$(wc -l <"$out.checked")" != "$(echo "$list" | wc -w)" ]; then
		echo "detail: sparse did not look at all of $list"
		return 1
	fi
}

# measure PATCH VIEW STATE: what STATE, the patch or its parent, says in VIEW
measure()
{
	view_set "$2" "$3"
	out=$c/warn/p$1-$2-$3
	state_key=$({
		tree_of "$3"
		touched "$1"
		view_inputs
	} | hash)
	[ "$(cat "$out.key" 2>/dev/null)" != "$state_key" ] || return 0
	rm -f "$out".*
	select_drop
	set +e
	(
		set -e
		configure
		goals_set "$1"
		compile
		run_sparse
	)
	rc=$?
	set -e
	select_restore
	[ "$rc" = 0 ] || return "$rc"
	[ -z "$dropped" ] || : >"$out.dropped"
	echo "$state_key" >"$out.key"
}

view_inputs()
{
	config_fragment
	"${cross}gcc" --version | head -n 1
	sparse --version
	echo "$objects_method"
}

# The state before the patch which brings the symbol has it off by nature
compare_view()
{
	n=$1
	measure "$n" "$2" "$n"
	before=$c/warn/p$n-$2-$((n - 1))
	[ -f "$before.key" ] || {
		echo "detail: could not be compiled before the patch, nothing to compare with"
		return 1
	}
	out=$c/warn/p$n-$2-$n
	objects=$(wc -l <"$out.objs")
	new=$out.new
	: >"$new"
	for k in w1 sparse; do
		comm -13 "$before.$k" "$out.$k" >>"$new"
	done
	cat "$new"
	extra=
	[ ! -f "$out.dropped" ] || extra=", built without s390's select"
	checked=0
	[ ! -f "$out.checked" ] || checked=$(wc -l <"$out.checked")
	if [ "$(cat "$out.rc")" != 0 ]; then
		grep -E 'error:|\*\*\*' "$c/log/make-$2" | head -n 5
		echo "detail: does not compile"
		return 1
	fi
	echo "detail: W=1 $objects objects, sparse $checked files, $(wc -l <"$new") new messages$extra"
	[ ! -s "$new" ]
}

view_key()
{
	view_set "$2" "$1"
	{
		tree_of "$1"
		tree_of $(($1 - 1))
		view_inputs
	} | hash
}

# supported PATCH: can this architecture's kernel have the symbol?
supported()
{
	has_symbol "$1" || return 1
	git -C "$linux" grep -qE 'select (ARCH_SUPPORTS_DYNAMIC_PTDESC|ARCH_HAS_PTE_FRAGMENTS)([[:space:]]|$)' \
		"$(commit "$1")" -- "arch/$karch_dir/Kconfig"
}

# From the patch on that builds on fragments, s390 has no kernel without the symbol
needs_symbol()
{
	git -C "$linux" grep -q 'select ARCH_HAS_PTE_FRAGMENTS$' "$(commit "$1")" -- arch/s390/Kconfig
}

# views_of PATCH: those that see anything of it
views_of()
{
	for v in $views; do
		view_set "$v" "$1"
		case $arch:$symbol in
		*:on) supported "$1" || continue ;;
		s390x:off) ! needs_symbol "$1" || continue ;;
		esac
		touched_here "$1" | grep -qE '\.[ch]$|(^|/)Kconfig' || continue
		# Made for one file, which no other has
		[ "$config" != leak ] || touched "$1" | grep -qx mm/kmemleak.c || continue
		if only_compiled; then
			touched_here "$1" | grep -q "^arch/$karch_dir/.*\.[ch]\$" || continue
		fi
		echo "$v"
	done
}

# compiled_so STATE:FILE: is there a kernel with the symbol in STATE that has FILE?
compiled_so()
{
	case $1 in
	off:mm/ptdesc.c | off:mm/pgtable-frag.c | off:mm/tests/pgtable_frag_kunit.c) return 1 ;;
	off:arch/s390/*) ! needs_symbol "$n" ;;
	esac
}

# no_compiler FILE: is it of an architecture that has been skipped?
no_compiler()
{
	for v in $views; do
		arch=${v%%-*}
		only_compiled || continue
		arch_facts "$arch"
		case $1 in
		"arch/$karch_dir/"*) ! command -v "${cross}gcc" >/dev/null; return ;;
		esac
	done
	return 1
}

# Every .c file must have been compiled by something, with the symbol off, and on
# if there is one
all_compiled()
{
	n=$1
	rc=0
	states=off
	! has_symbol "$n" || states='off on'
	for f in $(touched "$n" | grep '\.c$'); do
		case $f in
		tools/*) continue ;;
		esac
		for s in $states; do
			compiled_so "$s:$f" || continue
			grep -lqx "${f%.c}.o" "$c/warn/p$n-"*"-$s-$n.objs" 2>/dev/null || {
				echo "$f: in no configuration with the symbol $s"
				no_compiler "$f" || rc=1
				[ $rc = 1 ] || rc=77
			}
		done
	done
	echo "detail: $(touched "$n" | grep -c '\.c$') files, $([ $rc = 0 ] && echo each compiled || echo not all compiled)"
	return $rc
}

objects_of_patch()
{
	n=$1
	has_symbol "$n" || say "[$(place "$n")] symbol on: no symbol yet"
	todo=
	list=$(views_of "$n")
	for v in $list; do
		view_key "$n" "$v" >"$c/key-$v"
		if current "p$n-objects-$v" "$(cat "$c/key-$v")"; then
			check "p$n-objects-$v" "$(cat "$c/key-$v")" :
		elif only_compiled && ! command -v "${cross}gcc" >/dev/null; then
			check "p$n-objects-$v" none sh -c \
				"echo 'detail: no $arch compiler (apt package $cross_package)'; exit 77"
		else
			todo="$todo $v"
		fi
	done
	if [ -n "$todo" ]; then
		go $((n - 1))
		for v in $todo; do
			say "[$(place "$n")] objects-$v: before the patch"
			measure_parent "$n" "$v"
		done
		go "$n"
		for v in $todo; do
			check "p$n-objects-$v" "$(cat "$c/key-$v")" compare_view "$n" "$v"
		done
		at=
	fi
	check "p$n-compiled" "$(cat "$c"/key-* | hash)" all_compiled "$n"
	rm -f "$c"/key-*
}

# A parent that cannot have the symbol yet is compared as it is
measure_parent()
{
	set +e
	(
		set -e
		view_set "$2" $(($1 - 1))
		if ! supported $(($1 - 1)); then
			config_fragment() { layered "$fragment"; }
		fi
		measure "$1" "$2" $(($1 - 1))
	) >"$c/log/p$1-before-$2" 2>&1
	rc=$?
	set -e
	[ "$rc" = 0 ] || say "[$(place "$1")] $2 before the patch: failed, see build/check/log/p$1-before-$2"
}
