# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Every median of a published table.txt is that of the rows in SQLite, to its last digit.

# printed DIRECTORY: "DIRECTORY KERNEL ROW MEDIAN" a line, of its table of two kernels or more
printed()
{
	awk -v dir="$1" '
	FNR == NR { split($0, f, "\t"); if (f[1] == dir) row[f[3]] = 1; next }
	FNR == 1 {
		sub(/.*: /, "")
		n = split($0, kernel, / -> |, /)
		next
	}
	/^ +[a-z].* ratio/ { step = 2 }
	/^ +base +patched/ { step = 1 }
	step {
		name = $0
		sub(/ +-?[0-9].*| +-  .*/, "", name)
		if (!(name in row)) next
		split(substr($0, length(name) + 1), v, " ")
		for (i = 1; i <= n; i++) {
			at = step == 1 || i == 1 ? i : 2 * (i - 1)
			if (v[at] ~ /^[0-9.]+$/) print dir "\t" kernel[i] "\t" name "\t" v[at]
		}
	}' "$b/medians.tsv" "$root/results/$1/table.txt"
}

run()
{
	target db.sh medians >"$b/medians.tsv"
	cut -f 1 "$b/medians.tsv" | sort -u | while IFS= read -r d; do
		printed "$d"
	done >"$b/printed.tsv"
	awk -F '\t' '
	FNR == NR { median[$1, $2, $3] = $5; next }
	{
		at = index($4, ".")
		half = 0.5000001 / 10 ^ (at ? length($4) - at : 0)
		off = $4 - median[$1, $2, $3]
		if (($1, $2, $3) in median && off <= half && -off <= half) { good++; next }
		print "not reproduced: " $0 ", SQLite has " median[$1, $2, $3]
		bad++
	}
	END {
		print "detail: " good " of " good + bad " medians are reproduced"
		exit bad || good < 2891
	}' "$b/medians.tsv" "$b/printed.tsv"
}
