#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# debian-results.sh CONSOLE: what the tests of a run of make debian said, a line each:
# result, tab, name. Of KUnit (suite.test), of the programs of mm (category, program,
# test), of stress-ng and trinity. Addresses in names are replaced.
# debian-results.sh BASE PATCHED: two of these lists compared; 1 if PATCHED has a
# failure that BASE has not, or lacks a test. But how far a category of mm gets that the
# clock has ended on both says nothing of the kernel.

# A line of a program with messages of the kernel in it becomes whole again
whole_lines()
{
	tr -d '\r' <"$1" | awk '
	/^\[ *[0-9]+\.[0-9]+\] / { print; next }
	held { $0 = held $0; held = "" }
	match($0, /\[ *[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]\] /) {
		held = substr($0, 1, RSTART - 1)
		print substr($0, RSTART)
		next
	}
	{ print }
	END { if (held) print held }'
}

results()
{
	whole_lines "$1" | sed 's/^\[ *[0-9]*\.[0-9]*\] \(\[ *[TC][0-9]*\] \)\{0,1\}//' | awk '
	function say(line, prefix,    r, name) {
		r = line ~ /^not ok/ ? "fail" : "pass"
		if (line ~ /# *(SKIP|skip)/) r = "skip"
		name = line
		sub(/^(not )?ok [0-9]+ */, "", name)
		sub(/^# (SKIP|skip) /, "", name)
		sub(/ *# .*$/, "", name)
		sub(/^- /, "", name)
		gsub(/0x[0-9a-f]+/, "0x*", name)
		gsub(/ +$/, "", name)
		if (++count[prefix name] > 1) name = name " (" count[prefix name] ")"
		print r "\t" prefix name
	}
	/^ptb: begin / { guest = 1; next }
	!guest && /^ *# Subtest: / { sub(/^ *# Subtest: /, ""); sub(/^ +/, ""); suite = $0; next }
	!guest && /^ *(not )?ok [0-9]+ / { indented = /^ /; sub(/^ +/, ""); say($0, indented ? "kunit " suite "." : "kunit "); next }
	/^# category: .*: exit/ { next }
	/^# category: / { category = $3; program = ""; next }
	/^# running / { program = $0; sub(/^# running (bash )?(\.\/)?/, "", program); next }
	/^(not )?ok [0-9]+ (stress-ng|trinity) / { say($0, ""); next }
	/^(not )?ok 0 category / { say($0, "mm "); next }
	/^(not )?ok [0-9]+ / { say($0, "mm " category ": "); next }
	/^# (not )?ok [0-9]+ / { sub(/^# /, ""); say($0, "mm " category ": " program ": "); next }'
}

compare()
{
	awk -F '\t' '
	FILENAME == ARGV[1] { base[$2] = $1; next }
	{ patched[$2] = $1 }
	function cut(n, c) {
		if (n !~ /^mm [^:]*: /) return 0
		c = n
		sub(/:.*/, "", c)
		sub(/^mm /, "mm category ", c)
		return (c in base) && base[c] == "fail" && patched[c] == "fail"
	}
	END {
		for (n in base) {
			b = base[n]; p = patched[n]
			count_b[b]++
			if (b == "fail" && p == "fail") both = both "  " n "\n"
			else if (b == "fail" && p != "") mended = mended "  " n " (" p ")\n"
			else if (b == "pass" && p == "" && cut(n)) late = late "  " n "\n"
			else if (b == "pass" && p == "") only = only "  " n " (missing)\n"
			else if (p == "fail") only = only "  " n " (base: " b ")\n"
			else if (b == "pass" && p == "skip") only = only "  " n " (skipped)\n"
		}
		for (n in patched) {
			count_p[patched[n]]++
			if (!(n in base) && patched[n] == "fail") only = only "  " n " (not in base)\n"
			if (!(n in base)) extra++
		}
		printf "base: %d passed, %d failed, %d skipped\n", count_b["pass"], count_b["fail"], count_b["skip"]
		printf "patched: %d passed, %d failed, %d skipped, %d that base has not\n", count_p["pass"], count_p["fail"], count_p["skip"], extra
		if (both) printf "fail on both:\n%s", both
		if (mended) printf "fail on base only:\n%s", mended
		if (late) printf "not reached by patched, in a category that the clock has ended on both:\n%s", late
		if (only) { printf "fail on patched only:\n%s", only; exit 1 }
	}' "$1" "$2"
}

case $# in
1) results "$1" ;;
2) compare "$1" "$2" ;;
*)
	echo "usage: debian-results.sh CONSOLE | BASE PATCHED" >&2
	exit 1 ;;
esac
