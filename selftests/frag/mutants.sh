#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Break mm/pgtable-frag.c in one place at a time: a test has to fail. `make mutants` calls
# it, with the kernel in KDIR and the objects in O. mutants.sh NAME...: only these.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
: "${KDIR:=$here/../../build/linux}" "${O:=$here/../../build/frag}"
only=" $* "
bad=0

# mutant NAME TEST SIZE SED: fuzz, steady or threads of that size finds it
mutant()
{
	[ "$only" = "  " ] || case $only in *" $1 "*) ;; *) return 0 ;; esac
	d=$O/mutant-$1
	rm -rf "$d"
	mkdir -p "$d/kernel/mm"
	ln -s "$(cd "$KDIR" && pwd -P)/include" "$d/kernel/include"
	sed -e "$4" "$KDIR/mm/pgtable-frag.c" >"$d/kernel/mm/pgtable-frag.c"
	if cmp -s "$KDIR/mm/pgtable-frag.c" "$d/kernel/mm/pgtable-frag.c"; then
		echo "FAIL $1: there is nothing to break"
		bad=1
		return
	fi
	if ! make -s -C "$here" KDIR="$d/kernel" O="$d" "$d/$2-$3" >"$d/log" 2>&1; then
		echo "FAIL $1: does not compile, see $d/log"
		bad=1
	elif make -s -C "$here" KDIR="$d/kernel" O="$d" SECONDS_EACH=20 "$d/$2-$3.ok" >"$d/log" 2>&1; then
		echo "FAIL $1: $2 with $3 does not find it"
		bad=1
	else
		echo "ok   $1: $2, $3: $(grep -m1 -oE "Assertion.*failed|ERROR: Add[^(]*|runtime error.*|SUMMARY.*|what is.*|[0-9]+ pages, .* left" "$d/log" | cut -c 1-90)"
	fi
}

mutant early fuzz 2-0 's/if (poll_state_synchronize_rcu(pool->gp\[i\]))/if (1)/'
mutant now-early fuzz 2-0 's/^\tif (idle)$/\tif (0)/'
mutant half-in-use fuzz 2-0 's/^\tif (nr \&\& !pte_frag_drop_spare(/\tif (0 \&\& !pte_frag_drop_spare(/'
mutant old-cookie fuzz 2-0 's/^\tpool->gp\[i\] = gp;$//'
mutant no-leave fuzz 2-0 's/^\tcurrent->pte_spare = NULL;$/&\n\treturn;/'
mutant unseen fuzz 2-0 's/unseen ? &pool->free : NULL/\&pool->free/'
mutant foreign-spare fuzz 2-0 's/return READ_ONCE(pool->spare) == run &&/return 0 \&\&/'
mutant one-list steady 2-0 's/i = !list_empty(&pool->wait\[0\]);/i = 0;/; s/WARN_ON_ONCE(!list_empty.*;//'
mutant plain-spare threads 2-0 's/pt = xchg(&pool->spare, NULL);/pt = pool->spare, pool->spare = NULL;/'
mutant unlocked threads 2-0 '/^static struct ptdesc \*pte_frag_reuse/,/^}/s/spin_\(un\)*lock(&pool->lock);//'
mutant miscount fuzz 4-0 's/pt_frag_nr_idle -= pte_frag_nr(pt)/pt_frag_nr_idle -= 1/'
mutant no-rest fuzz 4-0 's/^\tif (rest)$/\tif (0)/'
mutant no-behind fuzz 4-0 's/current->pte_spare = pte_frag_split(pt);/pte_frag_split(pt), current->pte_spare = NULL;/'
mutant still-fresh fuzz 4-0 's/^\tpt->pt_frag_flags &= ~BIT(PT_fresh);$//'
exit $bad
