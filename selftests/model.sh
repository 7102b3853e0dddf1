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
planted="REUSE_EARLY COOKIE_BEFORE_FLUSH FREE_HALF_USED SPARE_NO_CMPXCHG NOW_EARLY"
bad=0

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
		cc -O2 -w -DSAFETY -DMEMLIM=1000 -o pan pan.c
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

# Statements that no state was in: a model proves nothing about these
unreached()
{
	awk '/^unreached in/ { p = $NF }
	     /, state [0-9]+, / { sub(/.*:/, ""); print p, $0 }' "$work/$1/log" | sort
}

if ! command -v spin >/dev/null 2>&1; then
	echo "skip: missing spin: apt package spin; run make deps"
	exit 77
fi
mkdir -p "$work"
whole races
whole lists -DLISTS
unreached races >"$work/races/unreached"
unreached lists >"$work/lists/unreached"
never=$(comm -12 "$work/races/unreached" "$work/lists/unreached")
if [ -z "$never" ]; then
	result ok "every statement is reached by races or lists"
else
	printf '%s\n' "$never"
	result FAIL "not reached, neither by races nor by lists"
fi
for e in $planted; do
	error "$e" "-D$e"
done
error OLD_COOKIE -DLISTS -DOLD_COOKIE

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
