# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh: results that are kept. A result in a guest counts until the series,
# the configurations or what runs in there changes; build/matrix/NAME.line is the newest
# of each test, and make publish RUN=build/matrix puts them all into results/, from where
# another machine goes on.
m=$b/matrix

# What the result of a test in a guest depends on: the series, the configurations of
# tests, what runs in there. Not on cover, in which coverage only sees more.
guest_id()
{
	(cd "$root" && find bench/guest bench/plugin selftests/pgtable selftests/debian \
		selftests/planted kernel-patches/configs kernel-patches/*/*.patch -type f \
		! -path '*/configs/native/*' ! -path '*/configs/perf/*' ! -path '*/configs/cover/*' |
		sort | xargs sha256sum | sha256sum)
}

in_guest()
{
	case $1 in
	bench-* | same-* | profile-* | debug-* | stress-* | kunit-* | planted-* | freeing-* | \
		kselftest-* | debian-* | dump-* | boot-* | coverage-* | cross | disasm | reproduce) ;;
	*) return 1 ;;
	esac
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
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$id" "$commit" "$1" "$2" "$3" "$detail" \
		>"$m/$1.tmp"
	mv "$m/$1.tmp" "$m/$1.line"
}

# earlier NAME: it has passed, or was skipped, in a guest that would be the same now
earlier()
{
	[ "$table" = full ] && in_guest "$1" && [ -f "$m/$1.line" ] || return 1
	IFS='	' read -r was _ _ result took _ <"$m/$1.line"
	[ "$was" = "$id" ] || return 1
	case $result in
	pass) passed=$((passed + 1)) ;;
	skip) skipped=$((skipped + 1)) ;;
	*) return 1 ;;
	esac
	echo "  $result $1 ($took s, earlier)"
}

# What was published of the same guests, where there is nothing newer here: the results,
# and which functions those tests have run
take_published()
{
	from=
	for p in "$root"/results/*-matrix/full.tsv; do
		[ ! -f "$p" ] || from=${p%/*}
	done
	[ -n "$from" ] && [ "$(sed -n '1s/	.*//p' "$from/full.tsv")" = "$id" ] || return 0
	while IFS='	' read -r was at name rest; do
		grep -qs "^$id	" "$m/$name.line" || printf '%s\t%s\t%s\t%s\n' "$was" "$at" "$name" "$rest" >"$m/$name.line"
	done <"$from/full.tsv"
	mkdir -p "$b/coverage/ran"
	for p in "$from"/coverage/*; do
		[ ! -f "$p" ] || [ -f "$b/coverage/ran/${p##*/}" ] || cp -p "$p" "$b/coverage/ran/"
	done
}

# As inputs/series of a run has it
series_id()
{
	PTB_KERNEL=patched sh "$root/scripts/image-id.sh" series
}

# of_table: the line of each test of the table, in their order, with these guests
of_table()
{
	for name in $names; do
		[ -f "$m/$name.line" ] || continue
		IFS='	' read -r was _ <"$m/$name.line"
		[ "$was" != "$id" ] || cat "$m/$name.line"
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
