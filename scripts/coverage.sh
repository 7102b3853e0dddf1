#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which functions of kernel-patches/PATHS.md have run, in the newest run of each kind
# with COVERAGE=1. Prints a table; coverage.sh FILE, of all runs there have to be: into
# FILE, and exit 15 if what an entry says of its test is not so, by the functions that no
# other entry names: "none", and one has run; a test, and none of them has.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

paths=$root/kernel-patches/PATHS.md
c=$b/coverage

# ID FUNCTION: the words of the alloc and free entries that are names of C
functions()
{
	awk '
	/^\*\*[GSX][0-9]+\. / { id = $1; gsub(/[*.]/, "", id); in_entry = 0 }
	/^    (alloc|free) / { in_entry = 1; $1 = "" }
	/^    (context|desc|test) / { in_entry = 0 }
	!/^ / { in_entry = 0 }
	id && in_entry {
		gsub(/[(),;]/, " ")
		n = split($0, w, " ")
		for (i = 1; i <= n; i++) {
			named = sub(/^.*:/, "", w[i])
			if (w[i] ~ /^[a-z_][a-z0-9_]+$/ && (named || w[i] ~ /_/))
				print id, w[i]
		}
	}' "$paths" | awk '!seen[$0]++'
}

# The newest run of each: ARCH CONFIG KIND DIRECTORY
runs()
{
	for d in "$b"/runs/*-coverage*/; do
		# It came to its end; a check in it may have failed
		grep -qsxE 'exit=(0|15)' "${d}seed-1/status" || continue
		tail -n 1 "${d}seed-1/coverage.txt" 2>/dev/null | grep -q '^end ' || continue
		[ "$(value "${d}inputs/run" kernel)" = patched ] || continue
		echo "$(value "${d}inputs/run" arch) $(value "${d}inputs/run" config) $(value "${d}inputs/run" kind) $d"
	done | awk '{ newest[$1 " " $2 " " $3] = $0 } END { for (k in newest) print newest[k] }' | sort
}

# summary DIRECTORY ARCH CONFIG: of a run, "x NAME" what it has executed, "- NAME" what
# its kernel has; 1 if that is gone
summary()
{
	obj=$b/obj/$2-$3
	[ -f "$obj/vmlinux" ] || return 1
	echo "# $(basename "$1")"
	{
		nm "$obj/vmlinux" | sed -n 's/^[0-9a-f]* [tT] \([^.]*\).*/- \1/p'
		sed -n 's/^ran [0-9]* //p' "${1}seed-1/coverage.txt" | sed 's/\..*//; s/^/x /'
	} | awk 'FILENAME != "-" { named[$2] = 1; next } $2 in named' "$c/functions" - | sort -u
}

mkdir -p "$c/ran"
functions >"$c/functions"
runs >"$c/runs"
while read -r a config kind d; do
	of=$c/ran/$a-$config-$kind
	if summary "$d" "$a" "$config" >"$of.tmp"; then
		mv "$of.tmp" "$of"
	elif [ ! -f "$of" ]; then
		die "build/obj/$a-$config/vmlinux is gone, whose functions ${d#"$root"/} has run: make build"
	fi
done <"$c/runs"
ls "$c/ran" >"$c/all"
[ -s "$c/all" ] || die "no run with COVERAGE=1 is complete in build/runs: make bench COVERAGE=1"
n=0
while read -r f; do
	n=$((n + 1))
	sed "/^#/d; s/^x /$n /; s/^- /$n =/" "$c/ran/$f"
done <"$c/all" >"$c/ran.all"
{
	echo "Functions of PATHS.md and whether they have run: x yes, - no, blank: this kernel has"
	echo "no such function, or the compiler has put it into those that call it."
	echo
	n=0
	while read -r f; do
		n=$((n + 1))
		echo "  $n  $f, $(sed -n '1s/^# //p' "$c/ran/$f")"
	done <"$c/all"
	echo
	awk -v runs="$n" '
	FILENAME ~ /ran.all$/ { have[$1, $2] = 1; next }
	{
		line = ""; any = 0; exists = 0
		for (i = 1; i <= runs; i++) {
			mark = " "
			if (have[i, "=" $2]) { mark = "-"; exists = 1 }
			if (have[i, $2]) { mark = "x"; any = 1 }
			line = line mark " "
		}
		if (!any) missed = missed "  " $1 " " $2 (exists ? "" : " (no function of its own)") "\n"
		total++
		if (any) ran++
		else if (!exists) inlined++
		printf "%-4s %-42s %s\n", $1, $2, line
	}
	END {
		printf "\n%d names: %d have run, %d have not, %d are no functions of their own in any of these kernels\n", \
			total, ran, total - ran - inlined, inlined
		printf "\nNot run:\n%s", missed
	}' "$c/ran.all" "$c/functions"
} | sed 's/ *$//' >"$c/table"
awk '
FILENAME ~ /ran.all$/ { if ($2 ~ /^=/) exists[substr($2, 2)] = 1; else ran[$2] = 1; next }
FILENAME ~ /functions$/ { entries[$2]++; names[$1] = names[$1] " " $2; next }
/^\*\*[GSX][0-9]+\. / { id = $1; gsub(/[*.]/, "", id) }
id && /^    test / {
	sub(/^ *test */, "")
	own = did = 0
	k = split(names[id], w, " ")
	for (i = 1; i <= k; i++)
		if (entries[w[i]] == 1 && exists[w[i]]) { own++; if (ran[w[i]]) did = w[i] }
	if ($0 == "none" && did)
		print id " says none, but " did " has run"
	if ($0 !~ /none|chance|neither/ && own && !did)
		print id " says \"" $0 "\", but none of" names[id] " has run"
}' "$c/ran.all" "$c/functions" "$paths" >"$c/contradictions"
if [ -z "${1:-}" ]; then
	cat "$c/table"
	exit 0
fi
cp "$c/table" "$1"
[ ! -s "$c/contradictions" ] || {
	cat "$c/contradictions" >&2
	die_with 15 "kernel-patches/PATHS.md says otherwise than what has run: build/coverage/contradictions"
}
