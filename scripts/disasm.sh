#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Symbol off, x86_64: the code of base and patched, function by function. What
# differs must be in kernel-patches/disasm-reasons: OBJECT:FUNCTION<TAB>reason.
#
# Not compared are addresses, and offsets into a section without a symbol (a
# string, a table): they move with everything before them. Line numbers are not
# in the code but in the bug table, or they are where a reason must be given.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"

reasons=$root/kernel-patches/disasm-reasons
d=$b/check/disasm

objects_in()
{
	(cd "$1" && find . -name '*.o' -not -path './tools/*' -not -path './scripts/*' \
		-not -name '.*' -not -name 'vmlinux*' | sed 's,^\./,,' | sort)
}

# One line a function: name, tab, its code
functions_of()
{
	[ -f "$1" ] || return 0
	objdump -dr --no-show-raw-insn --no-addresses "$1" | awk '
	function out() { if (name != "") print name "\t" body; name = body = pad = "" }
	/^<.*>:$/ { out(); name = substr($0, 2, length($0) - 3); next }
	/^$/ || /^Disassembly of section/ || /file format/ { next }
	{
		# How much padding ends a function depends on where the next begins
		if ($0 ~ /^[ \t]*(data16 |cs )*(nop|nopw|nopl|int3|xchg +%ax,%ax)/) {
			pad = pad $0 "\001"
			next
		}
		gsub(/\.[a-zA-Z_][a-zA-Z0-9_.]*[+-]0x[0-9a-f]+/, "&\002")
		gsub(/[+-]0x[0-9a-f]+\002/, "")
		# Into another function: an offset there says what changed there
		if (match($0, /<[^<>]*[+]0x[0-9a-f]+>$/) && index($0, "<" name "+") == 0)
			sub(/[+]0x[0-9a-f]+>$/, ">")
		body = body pad $0 "\001"
		pad = ""
	}
	END { out() }' | sort
}

# The functions whose code is not in the other, or not there as often
differ()
{
	functions_of "$old/$1" >"$d/old"
	functions_of "$new/$1" >"$d/new"
	comm -3 "$d/old" "$d/new" | sed 's/^\t//' | cut -f 1 | sort -u |
		sed "s,^,$1:,"
}

compare()
{
	: >"$d/list.new"
	n=0
	same=0
	{ objects_in "$old"; objects_in "$new"; } | sort -u >"$d/objects"
	while IFS= read -r o; do
		n=$((n + 1))
		if cmp -s "$old/$o" "$new/$o"; then
			same=$((same + 1))
		else
			differ "$o" >>"$d/list.new"
		fi
	done <"$d/objects"
	mv "$d/list.new" "$d/list"
}

# Every differing function with its reason; exit 1 if one has none
report()
{
	awk -F '\t' '
	FNR == NR { if ($0 !~ /^#/ && NF > 1) why[$1] = $2; next }
	{
		printf "  %s: %s\n", $1, $1 in why ? why[$1] : "NO REASON"
		if (!($1 in why)) bad = 1
		used[$1]
	}
	END {
		for (f in why)
			if (!(f in used)) print "  note: " f " has a reason but does not differ"
		exit bad
	}' "$reasons" "$d/list"
}

check_axes
need objdump binutils
arch=x86_64 config=mini
for kernel in base patched; do
	run build.sh
done
kernel=base
kernel_paths
old=$obj
kernel=patched
kernel_paths
new=$obj
mkdir -p "$d"
[ -f "$reasons" ] || die "missing kernel-patches/disasm-reasons"
say "comparing the code of the objects of $arch $config"
compare
rc=0
report || rc=1
echo "detail: $n objects, $same the same bytes, $(wc -l <"$d/list") functions differ$(
	[ $rc = 0 ] || echo ', not each with a reason')"
exit $rc
