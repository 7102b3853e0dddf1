# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh: results that are kept. A result in a guest counts until what its
# images and its initramfs are made of changes; build/matrix/NAME.line is the newest
# of each test, and make publish RUN=build/matrix puts them all into results/, from where
# another machine goes on.
m=$b/matrix

# All that any test depends on: the series, the configurations of tests, what runs in
# guests. Not on cover, in which coverage only sees more.
guest_id()
{
	series_id >/dev/null || return 1
	(cd "$root" && find bench/guest bench/plugin selftests/pgtable selftests/fixes \
		selftests/debian selftests/platform \
		selftests/planted kernel-patches/configs kernel-patches/*/*.patch -type f \
		! -path '*/configs/native/*' ! -path '*/configs/cycles/*' \
		! -path '*/configs/kunit*/um.*' ! -path '*/configs/perf/*' ! -path '*/configs/cover/*' |
		sort | xargs sha256sum | sha256sum)
}

# of_test FILE FUNCTION [args]: what a file of t/ says of itself
of_test()
(
	file=$1
	shift
	# shellcheck source=/dev/null
	. "$tests/t/$file.sh"
	"$@"
)

# key_of NAME FILE [args]: what the result of a test depends on, where that is known
# before anything is built: of an image its patches, configuration, base and tools
key_of()
{
	boots_=$m/$1.boots
	file=$2
	shift 2
	of_test "$file" boots "$@" >"$boots_"
	if [ ! -s "$boots_" ]; then
		echo "$id"
		return
	fi
	{
		echo "$file" "$@"
		while read -r arch kernel config; do
			PTB_ARCH=$arch PTB_KERNEL=$kernel PTB_CONFIG=$config sh "$root/scripts/image-id.sh" 2>&1
			cat "$root"/kernel-patches/configs/*/"$arch.args" 2>/dev/null || :
		done <"$boots_"
		# shellcheck disable=SC2046 # a list of words
		(cd "$root" && find $(of_test "$file" guests "$@") -type f | sort | xargs sha256sum)
	} | sha256sum | cut -c 1-12
}

# keep NAME RESULT SECONDS: a line of the table; what it says of itself is its last
# line "detail: ..."
keep()
{
	[ -n "$table" ] || return 0
	case $2 in
	skip) detail=$(sed -n 's/^skip: //p' "$log" | tail -n 1) ;;
	FAIL) detail=$(grep -v '^ *$' "$log" | tail -n 1 | cut -c 1-120) ;;
	*) detail=$(sed -n 's/^detail: //p' "$log" | paste -s -d ';' | sed 's/;/; /g') ;;
	esac
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$key" "$commit" "$1" "$2" "$3" "$detail" \
		>"$m/$1.tmp"
	mv "$m/$1.tmp" "$m/$1.line"
}

# is_of_now NAME: its result is of what is here now
is_of_now()
{
	[ -f "$m/$1.line" ] && [ "$(cut -f 1 "$m/$1.line")" = "$(cat "$m/$1.key")" ]
}

# earlier NAME FILE [args]: it has passed, or was skipped, in a guest that would be the same now
earlier()
{
	[ "$table" = full ] || return 1
	name=$1
	file=$2
	shift 2
	of_test "$file" in_guest "$@" || return 1
	is_of_now "$name" || take_published "$name"
	is_of_now "$name" || return 1
	IFS='	' read -r _ _ _ result took _ <"$m/$name.line"
	case $result in
	pass)
		passed=$((passed + 1))
		result "$name" ok "$took s, earlier" ;;
	skip)
		skipped=$((skipped + 1))
		result "$name" ok "SKIP earlier" ;;
	*) return 1 ;;
	esac
	echo "  $result $name ($took s, earlier)"
}

# take_published NAME: what was published last of the same guests, where there is nothing
# newer here: the result, and which functions that test has run
take_published()
{
	from=
	for p in "$root"/results/*-matrix/full.tsv; do
		[ ! -f "$p" ] || from=${p%/*}
	done
	[ -n "$from" ] || return 0
	line=$(awk -F '\t' -v key="$(cat "$m/$1.key")" -v name="$1" \
		'$1 == key && $3 == name' "$from/full.tsv")
	[ -n "$line" ] || return 0
	printf '%s\n' "$line" >"$m/$1.line"
	mkdir -p "$b/coverage/ran"
	while read -r arch _ config; do
		for p in "$from/coverage/$arch-$config-"*; do
			[ ! -f "$p" ] || [ -f "$b/coverage/ran/${p##*/}" ] || cp -p "$p" "$b/coverage/ran/"
		done
	done <"$m/$1.boots"
}

# As inputs/series of a run has it
series_id()
{
	PTB_KERNEL=patched sh "$root/scripts/image-id.sh" series
}

# of_table: the line of each test of the table, in their order, with the guests of now
of_table()
{
	for name in $names; do
		! is_of_now "$name" || cat "$m/$name.line"
	done
}

# write_table FILE RESULTS
write_table()
{
	{
		echo "guests $id, series $(series_id | cut -c 1-12), commit $commit"
		qemu-system-x86_64 --version | head -n 1
		s390x-linux-gnu-gcc --version | head -n 1
		awk -F '\t' '{ n[$4]++ } END { printf "%d passed, %d failed, %d skipped\n", n["pass"], n["FAIL"], n["skip"] }' "$2"
		echo
		printf '%-28s %-6s %7s  %-9s %s\n' test result seconds commit detail
		while IFS='	' read -r _ at name result took detail; do
			printf '%-28s %-6s %7s  %-9s %s\n' "$name" "$result" "$took" "$at" "$detail"
		done <"$2"
	} >"$1.tmp"
	mv "$1.tmp" "$1"
	echo "table: ${1#"$root"/}"
}

# The tables: all there is, and of the planted bugs alone. A test that has not been run
# yet is named.
write_tables()
{
	of_table >"$m/$table.tsv"
	for name in $names; do
		cut -f 3 "$m/$table.tsv" | grep -qx "$name" || echo "$name"
	done >"$m/missing"
	write_table "$m/$table" "$m/$table.tsv"
	if [ -s "$m/missing" ]; then
		printf '\nnot run yet:\n' >>"$m/$table"
		paste -s -d ' ' "$m/missing" | fold -s -w 75 >>"$m/$table"
	fi
	[ "$table" = full ] || return 0
	grep '	planted-' "$m/full.tsv" >"$m/planted.tsv" || :
	write_table "$m/planted" "$m/planted.tsv"
}
