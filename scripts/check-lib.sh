# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by check-series.sh and cross.sh: results, one file each, the series, and
# what a compiler said.

c=$b/check
linux=$b/linux
pass=0
fail=0
skip=0

# The commits 0 (base) to total, and what a patch touches
series_load()
{
	git -C "$linux" rev-list --reverse base..series >"$c/commits"
	total=$(wc -l <"$c/commits")
	series_files "$parts" >"$c/patches" || exit 1
	[ "$total" = "$(wc -l <"$c/patches")" ] ||
		die "build/linux has $total commits, kernel-patches/ $(wc -l <"$c/patches") patches: make export"
}

commit()
{
	if [ "$1" = 0 ]; then
		echo base
	else
		sed -n "$1p" "$c/commits"
	fi
}

tree_of()
{
	git -C "$linux" rev-parse "$(commit "$1")^{tree}"
}

patch_file()
{
	echo "$root/kernel-patches/$(sed -n "$1p" "$c/patches")"
}

# place PATCH: its number in its part, as in fixes 3/12; of_part PART: how many it has
place()
{
	part=$(sed -n "$1s,/.*,,p" "$c/patches")
	echo "$part $(head -n "$1" "$c/patches" | grep -c "^$part/")/$(of_part "$part")"
}

of_part()
{
	grep -c "^$1/" "$c/patches"
}

# last_of PART: its last patch
last_of()
{
	grep -n "^$1/" "$c/patches" | tail -n 1 | cut -d : -f 1
}

ends_part()
{
	[ "$(last_of "$(sed -n "$1s,/.*,,p" "$c/patches")")" = "$1" ]
}

touched()
{
	git -C "$linux" diff-tree -r --name-only --diff-filter=AM \
		"$(commit $(($1 - 1)))" "$(commit "$1")"
}

has_symbol()
{
	git -C "$linux" grep -q '^config DYNAMIC_PTDESC$' "$(commit "$1")" -- mm arch
}

# The key of a result: whatever its inputs are, on stdin
hash()
{
	sha256sum | cut -d ' ' -f 1
}

scripts_hash()
{
	(cd "$root/scripts" && cat "$@") | hash
}

# current NAME KEY: has it passed with these inputs?
current()
{
	[ "$(sed -n 1p "$c/done/$1" 2>/dev/null)" = "pass $2" ]
}

# record NAME KEY VERDICT DETAIL: a line of the summary, too. Only what passed
# is not done again.
record()
{
	printf '%s %s\n%s\n' "$3" "$2" "$4" >"$c/done/.new"
	mv "$c/done/.new" "$c/done/$1"
	count "$1" "$3" "$4"
}

count()
{
	case $2 in
	pass) pass=$((pass + 1)) ;;
	fail) fail=$((fail + 1)) ;;
	skip) skip=$((skip + 1)) ;;
	esac
	printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$c/summary"
}

label()
{
	case $1 in
	p[0-9]*)
		n_=${1%%-*}
		echo "[$(place "${n_#p}")] ${1#*-}" ;;
	*) echo "[series] $1" ;;
	esac
}

# check NAME KEY FUNCTION [args]: exit 0 is pass, 77 skip; the last line which
# starts with "detail: " is what is shown.
check()
{
	name=$1
	key=$2
	shift 2
	if current "$name" "$key"; then
		count "$name" pass "$(sed -n 2p "$c/done/$name")"
		return
	fi
	set +e
	(
		set -e
		"$@"
	) >"$c/log/$name" 2>&1 </dev/null
	rc=$?
	set -e
	detail=$(sed -n 's/^detail: //p' "$c/log/$name" | tail -n 1)
	case $rc in
	0) verdict=pass ;;
	77) verdict=skip ;;
	*) verdict=fail ;;
	esac
	record "$name" "$key" $verdict "${detail:-exit $rc}"
	case $verdict in
	pass) say "$(label "$name"): $detail" ;;
	skip) say "$(label "$name"): skipped: $detail" ;;
	fail)
		say "$(label "$name"): FAILED: ${detail:-exit $rc}, log ${c#"$root"/}/log/$name"
		grep -v '^detail: ' "$c/log/$name" | tail -n 6 | sed 's/^/    /' ;;
	esac
}

# counts(OBJECT): is it in list, itself or its directory?
counts='
	BEGIN { n = split(list, w) }
	function counts(o, i)
	{
		for (i = 1; i <= n; i++)
			if (o == w[i] || (w[i] ~ /\/$/ && index(o, w[i]) == 1))
				return 1
		return 0
	}'

# Messages by object, without line numbers. Said of a header, it is one message
# however many objects include it. -O keeps what one object says together.
messages()
{
	awk -v list="$1" "$counts"'
	/^  [A-Z]+ / {
		o = $2 == "[M]" ? $3 : $2
		sub(/^(\.\.\/)+linux\//, "", o)
		sub(/\.c$/, ".o", o)
		next
	}
	/[Ww]arning:|[Ee]rror:/ {
		if (!counts(o)) next
		gsub(/\.\.\/\.\.\/linux\//, "")
		gsub(/:[0-9]+(:[0-9]+)?/, "")
		gsub(/line [0-9]+/, "line")
		if ($0 ~ /^[^ ]*\.h:/) { if (!seen[$0]++) print; next }
		print o " | " $0
	}' "$log" | sort
}

# The objects of the last time would say nothing
remove_goals()
{
	for d in $goals; do
		case $d in
		*/) find "$obj/$d" -name '*.o' -type f -exec rm -f {} + 2>/dev/null || : ;;
		*.o) rm -f "$obj/$d" ;;
		esac
	done
}

# One row a patch: how many of each kind of check failed
summary()
{
	awk -F '\t' -v total="$total" '
	FILENAME != "-" {
		split($1, name, "/")
		place[FNR] = name[1] " " ++of_part[name[1]]
		next
	}
	{
		r = "series"; k = $1
		if (match($1, /^p[0-9]+-/)) {
			r = substr($1, 2, RLENGTH - 2)
			k = substr($1, RLENGTH + 1)
		}
		sub(/-.*/, "", k)
		if (r == "series") {
			other = other sprintf("  %-12s %-5s %s\n", $1, $2, $3)
			next
		}
		n[r, k]++
		bad[r, k] += $2 == "fail"
		out[r, k] += $2 == "skip"
	}
	function cell(r, k)
	{
		if (!n[r, k]) return "-"
		if (bad[r, k]) return bad[r, k] " of " n[r, k] " failed"
		if (out[r, k]) return n[r, k] - out[r, k] " ok, " out[r, k] " skipped"
		return n[r, k] " ok"
	}
	END {
		f = "%-10s %-11s %-11s %-16s %-14s %s\n"
		printf f, "patch", "checkpatch", "kernel-doc", "W=1 and sparse", "compiled", "boots"
		for (r = 1; r <= total; r++)
			printf f, place[r], cell(r, "checkpatch"), cell(r, "doc"),
				cell(r, "objects"), cell(r, "compiled"), cell(r, "boot")
		printf "%s", other
	}' "$c/patches" - <"$c/summary"
	awk -F '\t' '$2 == "fail" { print "FAILED " $1 ": " $3 }' "$c/summary"
	echo "$pass passed, $fail failed, $skip skipped"
}
