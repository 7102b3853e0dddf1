/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states of PTE tables that share a page: a model of mm/pgtable-frag.c for
 * Spin, with two tables a page. selftests/model.sh runs it.
 *
 * In it are tasks that fault and unmap; somebody who walks the page table, in
 * software or in hardware; and RCU. Not in it are memory ordering (all see
 * every step at once; the .litmus files are for that), what is in the tables,
 * the order of the lists (any fragment may be the first), more than two
 * fragments a page.
 *
 * An atomic block is a step. It has two things that others can see only where it
 * makes no difference what they do in between:
 *
 *   - whether to try an xchg() or cmpxchg(), and to try: who was wrong about the
 *     first goes where the second leads, too;
 *   - under the lock, to take the spare and to ask RCU, which have nothing to do
 *     with each other;
 *   - to poll both lists: what is over stays over.
 *
 * There are two sizes. Two tasks race with each other for two pages; with
 * -DLISTS, one task has enough pages to need both lists of the pool.
 *
 * Planted errors, each of which must be found:
 *
 *   REUSE_EARLY          a waiting fragment is free without a poll
 *   COOKIE_BEFORE_FLUSH  tables are retired before the TLB flush
 *   FREE_HALF_USED       the other fragment of the page is not looked at
 *   SPARE_NO_CMPXCHG     the spare is compared, then taken by a plain store
 *   NOW_EARLY            a page is freed at once, while its other fragment waits
 *   OLD_COOKIE           what is retired joins those who wait for less
 */

#ifdef LISTS
#define TASKS		1
#define PAGES		3		/* if they are in use, there is no memory */
#else
#define TASKS		2
#define PAGES		2
#endif

#define NONE		7		/* a fragment is 0 to 5, its page 0 to 2 */
#define PAGE(f)		((f) / 2)
#define SIBLING(f)	((f) ^ 1)
#define BIT(f)		(1 << (f))
#define BITS(p)		(3 << (2 * (p)))	/* both fragments of a page */

/* struct pte_frag_pool. The lists are sets; PT_idle is to be in one of them. */
byte spare = NONE;
bool pool_lock;
byte free_list;
byte wait_list[2];
byte wait_gp[2];
#define IDLE		(free_list | wait_list[0] | wait_list[1])

byte tree;			/* the fragments that pmd entries point to */

/*
 * A cookie is how many ends of grace periods it is away: at most 2, and 0 when
 * it is over. All cookies count down. RCU has absolute numbers instead, which
 * would never come to an end here. No grace period is begun because of a
 * cookie, but sooner or later there is one; here, as soon as one is of use.
 */
byte cookie;			/* get_state..., by the holder of pool_lock */
byte callback[3];		/* call_rcu() of a page: 0, or cookie + 1 */
bool gp_active;
bool gp_waits;			/* for the walker, who was there when it began */
#define COOKIE		(1 + gp_active)
#define GP_WANTED	(cookie || wait_gp[0] || wait_gp[1] || \
			 callback[0] > 1 || callback[1] > 1 || callback[2] > 1)

/* What the assertions are about. The code does not know it. */
bool page[3];			/* allocated */
byte in_use;			/* fragments handed out, and not retired since */
byte sw = NONE;			/* the table found in an RCU read-side section */
byte hw = NONE;			/* the table that a TLB leads to */
byte done;			/* tasks at their end */

/* f becomes any fragment of a set that is not empty */
inline any(set, f)
{
	f = 0;
	do
	:: set & BIT(f) -> break
	:: set >> (f + 1) -> f++
	od
}

/* f gets an owner. Nobody may be left who knows it from its life before. */
inline hand_out(f)
{
	assert(page[PAGE(f)]);
	assert(!(in_use & BIT(f)) && !(IDLE & BIT(f)) && spare != f);
	assert(sw != f);
	assert(hw != f);
	in_use = in_use | BIT(f)
}

inline free_page(p)
{
	assert(page[p]);
	assert(!(in_use & BITS(p)) && !(IDLE & BITS(p)));
	assert(spare == NONE || PAGE(spare) != p);
	assert(sw == NONE || PAGE(sw) != p);
	assert(hw == NONE || PAGE(hw) != p);
	page[p] = false
}

/* In an mm without tables the pool is empty: nobody would free what it has */
inline spin_unlock()
{
	assert(in_use || (spare == NONE && !IDLE));
	pool_lock = false
}

#ifdef REUSE_EARLY
#define OVER(w)		true
#else
#define OVER(w)		(wait_gp[w] == 0)	/* poll_state_synchronize_rcu() */
#endif

#ifdef OLD_COOKIE
#define SAME(w)		true
#else
#define SAME(w)		(wait_gp[w] == cookie)	/* same_state... */
#endif

inline pte_frag_poll(w)
{
	if
	:: wait_list[w] && OVER(w) ->
		free_list = free_list | wait_list[w];
		wait_list[w] = 0
	:: else
	fi
}

/* The part of pte_frag_reuse() that has the lock */
inline pte_frag_reuse_locked()
{
	if
	:: !free_list -> pte_frag_poll(0); pte_frag_poll(1)
	:: else
	fi;
	if
	:: free_list ->
		any(free_list, f);
		free_list = free_list & ~BIT(f);
		hand_out(f)
	:: else
	fi
}

inline pte_frag_alloc_page()
{
	/* Pages differ by nothing but the number: the first that is free */
	f = 0;
	do
	:: f < 2 * PAGES && page[PAGE(f)] -> f = f + 2
	:: else -> break
	od;
	if
	:: f < 2 * PAGES ->
		page[PAGE(f)] = true;
		hand_out(f);
		if			/* pte_frag_add_new(): cmpxchg() */
		:: spare == NONE -> spare = SIBLING(f)
		:: else -> to_list = true
		fi
	:: else -> f = NONE		/* no memory */
	fi
}

/* The page is to be freed if its other fragment t is idle or spare */
inline pte_frag_take_page(t)
{
#ifdef FREE_HALF_USED
	take = true;
#else
	if
	:: IDLE & BIT(t) -> take = true
	:: spare == t ->
		take = true;
#ifndef SPARE_NO_CMPXCHG		/* which does it one step later */
		spare = NONE
#endif
	:: else
	fi;
#endif
	if
	:: take ->
		free_list = free_list & ~BIT(t);
		wait_list[0] = wait_list[0] & ~BIT(t);
		wait_list[1] = wait_list[1] & ~BIT(t)
	:: !take && w == NONE -> cookie = COOKIE
	:: else
	fi
}

/* The list for what is retired now. cookie has been set a while ago. */
inline pte_frag_wait_list()
{
	if
	:: wait_list[0] && SAME(0) -> w = 0
	:: wait_list[1] && SAME(1) -> w = 1
	:: else ->
		pte_frag_poll(0);
		w = (wait_list[0] -> 1 : 0);
		pte_frag_poll(w);
		assert(!wait_list[w]);	/* the WARN_ON_ONCE() */
		wait_gp[w] = cookie
	fi;
	cookie = 0
}

/* Pages that are to be freed stay in tables[], what is kept for the mm does not */
inline pte_frag_retire()
{
	atomic {
		!pool_lock -> pool_lock = true;
		if			/* pte_frag_whole_page() */
		:: tables[1] == SIBLING(tables[0]) ->
			in_use = in_use & ~BITS(PAGE(tables[0]));
			tables[1] = NONE;
			i = 2
		:: else -> pte_frag_take_page(SIBLING(tables[0]))
		fi
	}
	do
	:: atomic {
		i < 2 && tables[i] != NONE ->
#ifdef SPARE_NO_CMPXCHG
		spare = (take -> NONE : spare);
#endif
		if
		:: !take && w == NONE -> pte_frag_wait_list()
		:: else
		fi;
		in_use = in_use & ~BIT(tables[i]);
		if
		:: !take ->
			wait_list[w] = wait_list[w] | BIT(tables[i]);
			tables[i] = NONE
		:: else -> take = false
		fi;
		i++;
		if
		:: i < 2 && tables[i] != NONE ->
			pte_frag_take_page(SIBLING(tables[i]))
		:: else
		fi
	   }
	:: atomic {
		i == 2 || tables[i] == NONE ->
		spin_unlock();
		w = NONE;
		i = 0;
		break
	   }
	od
}

inline call_rcu(t)
{
	if
	:: t != NONE ->
		assert(!callback[PAGE(t)]);
		callback[PAGE(t)] = 1 + COOKIE;
		t = NONE
	:: else
	fi
}

/* Of a table that was never published. All of it is under the lock. */
inline pte_frag_free()
{
	atomic {
		!pool_lock ->
		in_use = in_use & ~BIT(lost);
		if
		:: IDLE & BIT(SIBLING(lost)) ->
			free_list = free_list & ~BIT(SIBLING(lost));
			wait_list[0] = wait_list[0] & ~BIT(SIBLING(lost));
			wait_list[1] = wait_list[1] & ~BIT(SIBLING(lost));
#ifdef NOW_EARLY
			free_page(PAGE(lost))
#else
			call_rcu(lost)
#endif
		:: spare == SIBLING(lost) ->
			spare = NONE;
			free_page(PAGE(lost))
		:: else -> free_list = free_list | BIT(lost)
		fi;
		lost = NONE;
		spin_unlock()
	}
}

active [TASKS] proctype task()
{
	byte f = NONE;
	byte lost = NONE;
	byte tables[2] = NONE;
	byte w = NONE;
	byte i;
	bool to_list;
	bool take;

	do
	:: atomic {
		if
		:: true ->		/* fault: first, the xchg() */
			f = spare;
			spare = NONE;
			if
			:: f != NONE -> hand_out(f)
			:: else
			fi
		:: tree ->		/* unmap */
			any(tree, tables[0]);
			tree = tree & ~BIT(tables[0])
		fi
	   }
		if
		:: tables[0] != NONE ->
			atomic {	/* perhaps a second one, in one batch */
				if
				:: tree ->
					any(tree, tables[1]);
					tree = tree & ~BIT(tables[1])
				:: true
				fi
			}
#ifndef COOKIE_BEFORE_FLUSH
			hw = NONE	/* the flush, of all TLBs */
#endif
		:: else ->
			if
			:: f != NONE
			/* nr_idle is read without the lock */
			:: f == NONE && (!IDLE || pool_lock)
			:: atomic {
				f == NONE && IDLE && !pool_lock ->
				pte_frag_reuse_locked()
			   }
			fi;
			if
			:: f == NONE -> atomic { pte_frag_alloc_page() }
			:: else
			fi;
			if
			:: to_list ->
				atomic {
					!pool_lock ->
					free_list = free_list | BIT(SIBLING(f));
					to_list = false
				}
			:: else
			fi;
			if
			:: f != NONE ->
				atomic {	/* pmd_install() has another lock */
					if
					:: tree = tree | BIT(f)
					:: lost = f		/* a race */
					fi;
					f = NONE
				}
			:: else
			fi
		fi;
		if
		:: lost != NONE -> pte_frag_free()
		/* Not published any more */
		:: tables[0] != NONE ->
			pte_frag_retire();
#ifdef COOKIE_BEFORE_FLUSH
			hw = NONE;
#endif
			atomic { call_rcu(tables[0]); call_rcu(tables[1]) }
		:: else
		fi
	/* Before an mm ends, it unmaps everything */
	:: atomic { !tree -> done++; break }
	od
}

/*
 * Whoever walks. One walk is enough, whenever it comes: to what happens to its
 * table it makes no difference how many others there are, and a grace period
 * may take long for any reason.
 */
active proctype walker()
{
end:	if
	:: atomic {			/* pte_offset_map_lock(), no retry */
		tree -> any(tree, sw)	/* rcu_read_lock(), the entry */
	   }
		/*
		 * The lock, which is found by the page, and the table: that
		 * they are still there is up to hand_out() and free_page().
		 */
		atomic { sw = NONE; gp_waits = false }	/* rcu_read_unlock() */
	:: atomic {			/* hardware: until the flush */
		tree -> any(tree, hw)
	   }
	fi
}

#define DOWN(c)		c = (c -> c - 1 : 0)
#define DOWN_CB(p)	callback[p] = (callback[p] > 1 -> callback[p] - 1 : callback[p])

active proctype rcu()
{
	do
	:: atomic { !gp_active && GP_WANTED -> gp_active = true; gp_waits = (sw != NONE) }
	:: atomic {
		gp_active && !gp_waits ->
		gp_active = false;
		DOWN(cookie);
		DOWN(wait_gp[0]);
		DOWN(wait_gp[1]);
		DOWN_CB(0);
		DOWN_CB(1);
		DOWN_CB(2)
	   }
	:: atomic { callback[0] == 1 -> callback[0] = 0; free_page(0) }
	:: atomic { callback[1] == 1 -> callback[1] = 0; free_page(1) }
	:: atomic { callback[2] == 1 -> callback[2] = 0; free_page(2) }
	:: atomic {
		done == TASKS && !gp_active && !GP_WANTED &&
		!callback[0] && !callback[1] && !callback[2] ->
		assert(!in_use && !IDLE && spare == NONE);
		assert(!page[0] && !page[1] && !page[2]);
		break
	   }
	od
}
