#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Check the models in selftests/model/: Spin must find nothing wrong with
# pte_frag.pml as it is, and something with each planted error. The litmus tests
# are for herd7, which Debian does not have.
set -eu
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd -P)
here=$root/selftests/model
work=$root/build/model
lkmm=$root/build/linux/tools/memory-model
bad=0
opt=-O2

result()
{
	printf '%-5s %s\n' "$1" "$2"
	[ "$1" != FAIL ] || bad=1
}

# spin_run NAME [-D...]: all states of a model, or until something is wrong.
# The compiler warns of what Spin makes. -n would hide what was not reached.
spin_run()
{
	d=$work/$1
	shift
	mkdir -p "$d"
	(
		cd "$d"
		rm -f pan* ./*.trail
		spin "$@" -a "$here/pte_frag.pml"
		cc "$opt" -w -DSAFETY -DMEMLIM=2000 -o pan pan.c
		./pan -m1000000
	) >"$d/log" 2>&1 || { tail -n 5 "$d/log"; return 1; }
}

# Complete means: no limit of depth or memory was hit
whole()
{
	spin_run "$@"
	log=$work/$1/log
	sum=$(sed -n -e 's/^ *\([0-9]*\) states, stored.*/\1 states/p' \
		-e 's/^ *\([0-9]*\)\.[0-9]*	total actual memory usage/\1 MB/p' \
		-e 's/^pan: elapsed time \(.*\) seconds/\1 s/p' "$log" | paste -s -d, | sed 's/,/, /g')
	if grep -q 'errors: 0$' "$log" && ! grep -q 'too small\|not completed' "$log"; then
		result ok "$1: nothing wrong in $sum"
	else
		grep '^pan:\|^error:\|^Warning:' "$log" || :
		result FAIL "$1: see build/model/$1/log"
	fi
}

error()
{
	spin_run "$@"
	why=$(sed -n "s/^pan:[0-9]*: assertion violated \(.*\) (at depth.*/\1/p" "$work/$1/log")
	if [ -n "$why" ]; then
		result ok "$1: violates $why"
	else
		result FAIL "$1: not found"
	fi
}

# Statements that no state was in: a model proves nothing about these. They are
# the same in another size if they are on the same line, whatever the numbers.
unreached()
{
	awk '/^unreached in/ { p = $NF }
	     /, state [0-9]+, / { sub(/.*:/, ""); sub(/, state [0-9]+,/, "")
		n = $1; $1 = ""; gsub(/[0-9]+/, "N"); print p, n $0 }' "$work/$1/log" | sort -u
}

if ! command -v spin >/dev/null 2>&1; then
	echo "skip: missing spin: apt package spin; run make deps"
	exit 77
fi
mkdir -p "$work"
# Each size has something that no other one has: see pte_frag.pml
sizes="one races stranger strangers lists four both left"
size()
{
	case $1 in
	one)		echo -DTASKS=1 ;;
	races)		;;
	stranger)	echo -DSTRANGERS=1 ;;
	strangers)	echo -DSTRANGERS=2 ;;
	lists)		echo -DLISTS ;;
	four)		echo -DNR=4 -DTASKS=1 -DPAGES=1 -DBATCH=4 ;;
	both)		echo -DNR=4 -DPAGES=1 -DNO_WALKER ;;
	left)		echo -DNR=4 -DPAGES=1 -DSTRANGERS=1 -DNO_WALKER ;;
	esac
}

# shellcheck disable=SC2046 # no more than a word or two, each without blanks
for s in $sizes; do
	whole "$s" $(size "$s")
	unreached "$s" >"$work/$s/unreached"
done
never=$(for s in $sizes; do cat "$work/$s/unreached"; done | sort | uniq -c |
	awk -v n="$(echo "$sizes" | wc -w)" '$1 == n { $1 = ""; print }')
if [ -z "$never" ]; then
	result ok "every statement is reached in one of the sizes"
else
	printf '%s\n' "$never"
	result FAIL "not reached in any size"
fi

# Most of these are found at once
opt=-O0
# shellcheck disable=SC2046
while read -r e s; do
	error "$e" "-D$e" $(size "$s")
done <<END
REUSE_EARLY one
COOKIE_BEFORE_FLUSH races
FREE_HALF_USED one
SPARE_NO_CMPXCHG stranger
TAKE_OTHERS_SPARE races
NOW_EARLY races
OLD_COOKIE lists
COUNT_OFF one
SPARE_KEPT one
RUN_SPLIT four
UNSEEN_ALWAYS one
UNSEEN_RECLAIM one
END

for f in "$here"/*.litmus; do
	n=$(basename "$f")
	if ! command -v herd7 >/dev/null 2>&1; then
		result skip "$n: herd7 is not installed"
	elif [ ! -f "$lkmm/linux-kernel.cfg" ]; then
		result skip "$n: no build/linux, run make tree"
	elif (cd "$lkmm" && herd7 -conf linux-kernel.cfg "$f") >"$work/$n.log" 2>&1 &&
	     grep -q '^Observation .* Never ' "$work/$n.log"; then
		result ok "$n: Never"
	else
		result FAIL "$n: see build/model/$n.log"
	fi
done
exit $bad
