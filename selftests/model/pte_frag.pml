/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states of PTE tables that share a page: a model of mm/pgtable-frag.c for
 * Spin, with two or (-DNR=4) four tables a page. selftests/model.sh runs it.
 *
 * In it are tasks of the mm, which fault, unmap, and leave the mm; a stranger;
 * somebody who walks the page table, in software or in hardware; and RCU. Not in
 * it are memory ordering (all see every step at once; the .litmus files are for
 * that), what is in the tables, and the order of the lists (any fragment may be
 * the first).
 *
 * An atomic block is a step. It has several things that others can see only
 * where it makes no difference what they do in between:
 *
 *   - whether to try an xchg() or cmpxchg(), and to try: who was wrong about the
 *     first goes where the second leads, too;
 *   - to look at the spare of the task and, if that is none, at the pool's:
 *     nobody but the task puts anything in the former;
 *   - to unpublish several tables, to flush the TLBs and to read mm_users:
 *     walkers find the first ones for longer, and whoever comes or goes in
 *     between could as well do so later or earlier;
 *   - to retire what is of one page, to unlock, and to call RCU;
 *   - to allocate a page, and to keep what is behind its first fragment.
 *
 * Sizes: two tasks race with each other; with -DSTRANGERS=, one of them or both
 * are not of the mm; with -DLISTS, one task has enough pages to need both lists
 * of the pool; with -DNR=4, runs are split.
 * With -DNO_WALKER nobody walks, where there are too many states otherwise.
 *
 * Planted errors, each of which must be found:
 *
 *   REUSE_EARLY          a waiting fragment is free without a poll
 *   COOKIE_BEFORE_FLUSH  tables are retired before the TLB flush
 *   FREE_HALF_USED       what else is in the page is not looked at
 *   SPARE_NO_CMPXCHG     pte_frag_take_page() compares the spares of the task and
 *                        of the pool, then takes them by a plain store
 *   TAKE_OTHERS_SPARE    it does so with the spare of the other task as well
 *   NOW_EARLY            a page is freed at once, while a fragment of it waits
 *   OLD_COOKIE           what is retired joins those who wait for less
 *   COUNT_OFF            a fragment that is taken from a list is still counted
 *   SPARE_KEPT           who leaves does not give back its spare
 *   RUN_SPLIT            the first of a split run still stands for the others
 *   UNSEEN_ALWAYS        mm_users is not looked at
 *   UNSEEN_RECLAIM       nor is whether rmap still leads to the range
 */

#ifndef NR
#define NR		2		/* PTE_FRAG_NR */
#endif
#ifndef TASKS
#ifdef LISTS
#define TASKS		1
#else
#define TASKS		2
#endif
#endif
#ifndef PAGES				/* if they are in use, there is no memory */
#ifdef LISTS
#define PAGES		3
#else
#define PAGES		2
#endif
#endif

#ifndef STRANGERS
#define STRANGERS	0
#endif
#ifndef BATCH
#define BATCH		2		/* tables, at most */
#endif

#define FRAGS		(NR * PAGES)	/* at most 8: sets are bytes */
#define NONE		15
#define PAGE(f)		((f) / NR)
#define BIT(f)		(1 << (f))
#define BITS(p)		(((1 << NR) - 1) << (NR * (p)))	/* all of a page */
#define IN(set, f)	(((set) >> (f)) & 1)
#if NR == 2
#define COUNT(set, p)	(IN(set, 2 * (p)) + IN(set, 2 * (p) + 1))
#else
#define COUNT(set, p)	(IN(set, 4 * (p)) + IN(set, 4 * (p) + 1) + \
			 IN(set, 4 * (p) + 2) + IN(set, 4 * (p) + 3))
#endif

/*
 * struct pte_frag_pool, and what is in task_struct and in the ptdescs. The lists
 * are sets; PT_idle is to be in one of them.
 */
#define POOL		TASKS
byte spare[TASKS + 1] = NONE;	/* of each task; of the pool */
bool pool_lock;
byte free_list;
byte wait_list[2];
byte wait_gp[2];
byte nr_idle[PAGES];		/* pt_frag_nr_idle */
#define IDLE		(free_list | wait_list[0] | wait_list[1])
#if NR > 2
byte fresh;			/* PT_fresh: stands for those behind it as well */
#define FRESH(f)	(fresh & BIT(f))
#else
#define FRESH(f)	false
#endif
/* What a fragment stands for, and pte_frag_nr(): how many these are */
#define RUN(f)		(FRESH(f) -> BITS(PAGE(f)) & ~(BIT(f) - 1) : BIT(f))
#define NR_RUN(f)	(FRESH(f) -> NR - (f) % NR : 1)

byte tree;			/* the fragments that pmd entries point to */

/*
 * A cookie is how many ends of grace periods it is away: at most 2, and 0 when
 * it is over. All cookies count down. RCU has absolute numbers instead, which
 * would never come to an end here. No grace period is begun because of a
 * cookie, but sooner or later there is one; here, as soon as one is of use.
 */
byte callback[PAGES];		/* call_rcu() of a page: 0, or cookie + 1 */
bool gp_active;
bool gp_waits;			/* for the walker, who was there when it began */
#define COOKIE		(1 + gp_active)

/*
 * Who walks in software is in an RCU read-side section. Either he has a
 * reference to mm_users meanwhile, or rmap led him to the VMA, whose lock there
 * he holds. For hardware there is the table that a TLB leads to.
 */
byte sw = NONE;			/* the table found */
bool rmap;			/* by rmap */
byte hw = NONE;
byte alive = TASKS;		/* who have not left the mm */
#define MM_USERS	(alive + (sw != NONE && !rmap))
/* The tables of a range that cannot be taken from rmap yet */
#define LOCKED		(sw != NONE && rmap -> BIT(sw) : 0)

/* What the assertions are about. The code does not know it. */
bool page[PAGES];		/* allocated */
byte in_use;			/* fragments handed out, and not retired since */
byte ended;			/* tasks at their end */

/* f becomes any fragment of a set that is not empty */
inline any(set, f)
{
	f = 0;
	do
	:: (set) & BIT(f) -> break
	:: (set) >> (f + 1) -> f++
	od
}

/* f gets an owner. Nobody may be left who knows it from its life before. */
inline hand_out(f)
{
	assert(page[PAGE(f)]);
	assert(!(in_use & BIT(f)) && !(IDLE & BIT(f)));
	for (i : 0 .. TASKS) {
		assert(spare[i] != f)
	}
	i = 0;
	assert(sw != f);
	assert(hw != f);
	in_use = in_use | BIT(f)
}

inline free_page(p)
{
	assert(page[p]);
	assert(!(in_use & BITS(p)) && !(IDLE & BITS(p)));
	for (i : 0 .. TASKS) {
		assert(spare[i] == NONE || PAGE(spare[i]) != p)
	}
	i = 0;
	assert(sw == NONE || PAGE(sw) != p);
	assert(hw == NONE || PAGE(hw) != p);
#if NR > 2
	fresh = fresh & ~BITS(p);
#endif
	page[p] = false
}

#if TASKS == 2
#define KEPT		(spare[0] != NONE || spare[1] != NONE)
#else
#define KEPT		(spare[0] != NONE)
#endif

/*
 * In an mm without tables the pool is empty, but for pages of which a task keeps
 * something: nobody would free what it has.
 */
inline spin_unlock()
{
	assert(in_use || KEPT || (spare[POOL] == NONE && !IDLE));
	/* What has no list does not matter: fewer states */
	wait_gp[0] = (wait_list[0] -> wait_gp[0] : 0);
	wait_gp[1] = (wait_list[1] -> wait_gp[1] : 0);
	pool_lock = false
}

/* Those behind the first of a fresh run become rest */
inline pte_frag_split(f)
{
#if NR > 2
	if
	:: FRESH(f) ->
#ifndef RUN_SPLIT
		fresh = fresh & ~BIT(f);
#endif
		if
		:: (f) % NR < NR - 1 ->
			rest = (f) + 1;
			fresh = fresh | BIT(rest)
		:: else
		fi
	:: else
	fi
#else
	skip
#endif
}

inline pte_frag_add_free(f)
{
	free_list = free_list | BIT(f);
	nr_idle[PAGE(f)] = nr_idle[PAGE(f)] + NR_RUN(f)
}

/* pte_frag_keep(): the cmpxchg(). If there is something already, rest stays. */
inline pte_frag_keep()
{
	if
	:: rest != NONE && spare[to] == NONE -> spare[to] = rest; rest = NONE
	:: else
	fi
}

/* The xchg() of pte_frag_take_spare() */
inline pte_frag_take_spare(from)
{
	f = spare[from];
	spare[from] = NONE;
	if
	:: f != NONE ->
		hand_out(f);
		pte_frag_split(f);
		to = from
	:: else
	fi
}

#ifdef REUSE_EARLY
#define OVER(w)		true
#else
#define OVER(w)		(wait_gp[w] == 0)	/* poll_state_synchronize_rcu() */
#endif

inline pte_frag_poll()
{
	if
	:: wait_list[0] && OVER(0) ->
		free_list = free_list | wait_list[0];
		wait_list[0] = 0
	:: else
	fi;
	if
	:: wait_list[1] && OVER(1) ->
		free_list = free_list | wait_list[1];
		wait_list[1] = 0
	:: else
	fi
}

/* The part of pte_frag_reuse() that has the lock */
inline pte_frag_reuse_locked()
{
	if
	:: !free_list -> pte_frag_poll()
	:: else
	fi;
	if
	:: free_list ->
		any(free_list, f);
		free_list = free_list & ~BIT(f);
#ifndef COUNT_OFF
		nr_idle[PAGE(f)] = nr_idle[PAGE(f)] - NR_RUN(f);
#endif
		hand_out(f);
		pte_frag_split(f);
#if NR > 2
		if
		:: rest != NONE -> to = me
		:: else
		fi
#endif
	:: else
	fi;
	wait_gp[0] = (wait_list[0] -> wait_gp[0] : 0);
	wait_gp[1] = (wait_list[1] -> wait_gp[1] : 0)
}

inline pte_frag_alloc_page()
{
	/* Pages differ by nothing but the number: the first that is free */
	f = 0;
	do
	:: f < FRAGS && page[PAGE(f)] -> f = f + NR
	:: else -> break
	od;
	if
	:: f < FRAGS ->
		page[PAGE(f)] = true;
		hand_out(f);
		rest = f + 1;
#if NR > 2
		fresh = fresh | BIT(rest);
#endif
		to = me;
		pte_frag_keep()
	:: else -> f = NONE		/* no memory */
	fi
}

#if defined(SPARE_NO_CMPXCHG) || defined(TAKE_OTHERS_SPARE)
#define DROP(s)		drop = s
#define DROP_LATER	} atomic {						\
			if							\
			:: drop != NONE -> spare[drop] = NONE; drop = NONE	\
			:: else							\
			fi;
#else
#define DROP(s)		spare[s] = NONE
#define DROP_LATER
#endif

/* Whether the page is the caller's, who has nr of its fragments */
inline pte_frag_take_page(p, nr)
{
	/* The first of the run that would be all the rest */
	i = NR * (p) + (nr) + nr_idle[p];
#ifdef FREE_HALF_USED
	take = true;
#else
	if
	:: i == NR * ((p) + 1) -> take = true
	:: spare[me] == i -> DROP(me); take = true
	:: me != POOL && spare[POOL] == i -> DROP(POOL); take = true
#ifdef TAKE_OTHERS_SPARE
	:: spare[1 - _pid] == i -> DROP(1 - _pid); take = true
#endif
	:: else
	fi;
#endif
	i = 0;
	if
	:: take ->
		free_list = free_list & ~BITS(p);
		wait_list[0] = wait_list[0] & ~BITS(p);
		wait_list[1] = wait_list[1] & ~BITS(p);
		nr_idle[p] = 0
	:: else
	fi
}

/* same_state_synchronize_rcu() */
#ifdef OLD_COOKIE
#define SAME(w)		(wait_list[w])
#else
#define SAME(w)		(wait_list[w] && wait_gp[w] == COOKIE)
#endif

/* The list for what is retired now */
inline pte_frag_wait_list()
{
	if
	:: SAME(0) -> w = 0
	:: else ->
		if
		:: SAME(1) -> w = 1
		:: else ->
			pte_frag_poll();
			w = (wait_list[0] -> 1 : 0);
			assert(!wait_list[w]);
			wait_gp[w] = COOKIE
		fi
	fi
}

inline call_rcu(p)
{
	assert(!callback[p]);
	callback[p] = 1 + COOKIE
}

/*
 * What of the chain comes in a row: all that the batch has of a page, or less, if
 * there is another page to come in between.
 */
inline next_row()
{
	f = 0;
	do
	:: batch & BIT(f) -> break
	:: else -> f++
	od;
	if
	:: row = batch & BITS(PAGE(f))
	:: batch & ~BITS(PAGE(f)) -> row = BIT(f)
	fi;
	batch = batch & ~row
}

inline call_rcu_left()
{
	for (i : 0 .. PAGES - 1) {
		if
		:: left & BIT(i) -> call_rcu(i)
		:: else
		fi
	}
	i = 0;
	left = 0
}

#ifdef COOKIE_BEFORE_FLUSH
#define CALL_RCU
#else
#define CALL_RCU	call_rcu_left();
#endif

/* Pages of which all tables are in the batch, in a row. No lock is needed. */
inline pte_frag_retire_whole()
{
	for (i : 0 .. PAGES - 1) {
		if
		:: (batch & BITS(i)) == BITS(i) ->
			batch = batch & ~BITS(i);
			in_use = in_use & ~BITS(i);
			left = left | BIT(i)
		/* Unless there are others in between */
		:: batch & ~BITS(i)
		:: else
		fi
	}
	i = 0
}

/* What the caller has to free is left, what is kept for the mm is not */
inline pte_frag_retire()
{
	do
	:: atomic {
		batch && (locked || !pool_lock) ->
		pool_lock = true;
		locked = true;
		next_row();
		pte_frag_take_page(PAGE(f), COUNT(row, PAGE(f)));
		DROP_LATER
		in_use = in_use & ~row;
		if
		:: take -> left = left | BIT(PAGE(f)); take = false
		:: else ->
			for (i : 0 .. FRAGS - 1) {
				if
				:: row & BIT(i) -> nr_idle[PAGE(f)] = nr_idle[PAGE(f)] + NR_RUN(i)
				:: else
				fi
			}
			i = 0;
			if
			:: !unseen && w == NONE -> pte_frag_wait_list()
			:: else
			fi;
			if
			:: unseen -> free_list = free_list | row
			:: else -> wait_list[w] = wait_list[w] | row
			fi
		fi;
		row = 0;
		f = NONE;
		if
		:: batch
		:: else ->
			spin_unlock();
			locked = false;
			unseen = false;
			w = NONE;
			CALL_RCU
			break
		fi
	   }
	od
}

/* Of what no walker has seen. All of it is under the lock. */
inline pte_frag_free()
{
	atomic {
		!pool_lock ->
		pool_lock = true;
		row = RUN(lost);
		w = nr_idle[PAGE(lost)];
		pte_frag_take_page(PAGE(lost), NR_RUN(lost));
		DROP_LATER
		in_use = in_use & ~row;
		if
#ifdef NOW_EARLY
		:: take -> free_page(PAGE(lost))
#else
		:: take && w -> call_rcu(PAGE(lost))
		:: take && !w -> free_page(PAGE(lost))
#endif
		:: else -> pte_frag_add_free(lost)
		fi;
		take = false;
		w = NONE;
		row = 0;
		lost = NONE;
		spin_unlock()
	}
}

/* It has another lock, and may lose a race */
inline pmd_install()
{
	if
	:: tree = tree | BIT(f)
	:: lost = f
	fi;
	f = NONE;
	to = 0
}

/* Any of what is in batch now are unpublished together */
inline gather()
{
	any(batch, f);
	batch = batch & ~(BIT(f) - 1);
	w = 1;
	for (i : 0 .. FRAGS - 1) {
		if
		:: i > f && (batch & BIT(i)) -> batch = batch & ~BIT(i)
		:: i > f && (batch & BIT(i)) && w < BATCH -> w++
		:: i <= f || !(batch & BIT(i))
		fi
	}
	i = 0;
	w = NONE;
	f = NONE;
	tree = tree & ~batch;
#ifndef COOKIE_BEFORE_FLUSH
	hw = NONE;				/* the flush, of all TLBs */
#endif
	pte_frag_retire_whole()
}

/* tlb_tables_unseen() */
#ifdef UNSEEN_ALWAYS
#define UNSEEN(unmapped)	(unmapped)
#else
#ifdef UNSEEN_RECLAIM
#define UNSEEN(unmapped)	(me != POOL && MM_USERS == 1)
#else
#define UNSEEN(unmapped)	((unmapped) && me != POOL && MM_USERS == 1)
#endif
#endif

active [TASKS] proctype task()
{
	byte me = (_pid + STRANGERS < TASKS -> _pid : POOL);	/* current->mm */
	byte f = NONE;
	byte rest = NONE;
	byte to;
	byte lost = NONE;
	byte batch;
	byte row;
	byte left;
	byte w = NONE;
	byte i;
	bool live = true;
	bool take;
	bool locked;
	bool unseen;
#if defined(SPARE_NO_CMPXCHG) || defined(TAKE_OTHERS_SPARE)
	byte drop = NONE;
#endif

	do
	/* A fault: first what the task has to spare */
	:: atomic {
		live ->
		if
		:: me != POOL ->
			pte_frag_take_spare(me);
			spare[me] = rest;
			rest = NONE
		:: else -> f = NONE
		fi;
		if
		:: f != NONE -> pmd_install(); goto faulted
		:: else
		fi
	   }
		/* The lists, which are looked at without the lock */
		atomic {
			if
			:: IDLE && !pool_lock -> pte_frag_reuse_locked()
			:: !IDLE || pool_lock
			fi;
			if
			:: f != NONE && rest != NONE -> goto keep
			:: f != NONE && rest == NONE -> pmd_install(); goto faulted
			:: f == NONE
			fi
		}
		/* What strangers have left: its rest is the task's own from now on */
		atomic {
			pte_frag_take_spare(POOL);
			to = me;
			if
			:: f != NONE && rest != NONE -> goto keep
			:: f != NONE && rest == NONE -> pmd_install(); goto faulted
			:: f == NONE
			fi
		}
		atomic {
			pte_frag_alloc_page();
			if
			:: f != NONE && rest != NONE
			:: f != NONE && rest == NONE -> pmd_install(); goto faulted
			:: f == NONE -> goto faulted
			fi
		}
keep:
		atomic {
			pte_frag_keep();
			if
			:: rest == NONE -> pmd_install(); goto faulted
			:: else
			fi
		}
		atomic {
			!pool_lock ->
			pte_frag_add_free(rest);
			rest = NONE;
			pmd_install();
			goto faulted
		}
	/*
	 * free_pgtables(), which takes the range from rmap before it unpublishes
	 * the tables: of the mm, and when it has no users any more
	 */
	:: atomic {
		((live && me != POOL) || (!live && MM_USERS == 0)) && (tree & ~LOCKED) ->
		batch = tree & ~LOCKED;
		gather();
		unseen = UNSEEN(true);
		goto retire
	   }
	/* PT_RECLAIM */
	:: atomic { live && tree -> batch = tree; gather(); unseen = UNSEEN(false) }
retire:
		if
		:: batch -> pte_frag_retire()
		:: else -> atomic { unseen = false; CALL_RCU }
		fi;
#ifdef COOKIE_BEFORE_FLUSH
		hw = NONE;
		atomic { call_rcu_left() }
#endif

	/* pte_frag_leave() */
	:: atomic {
		live ->
		live = false;
#ifndef SPARE_KEPT
		if
		:: me != POOL && spare[me] != NONE ->
			lost = spare[me];
			spare[me] = NONE;
			in_use = in_use | RUN(lost)
		:: else
		fi
#endif
	   }
faulted:
		if
		:: lost != NONE -> pte_frag_free()
		:: else
		fi;
		/* The last one to leave has to free what there is */
		if
		:: atomic {
			!live ->
			alive--;
			me = POOL;
			if
			:: alive -> ended++; break
			:: else
			fi
		   }
		:: live
		fi
	:: atomic { !live && MM_USERS == 0 && !tree -> ended++; break }
	od
}

#ifndef NO_WALKER
/*
 * Whoever walks. One walk is enough, whenever it comes: to what happens to its
 * table it makes no difference how many others there are, and a grace period
 * may take long for any reason.
 */
active proctype walker()
{
end:	if
	:: atomic {			/* pte_offset_map_lock(), no retry */
		tree ->
		if
		:: alive		/* mmget_not_zero() */
		:: rmap = true		/* the lock of the anon_vma or the file */
		fi;
		any(tree, sw)		/* rcu_read_lock(), the entry */
	   }
		/*
		 * The lock, which is found by the page, and the table: that
		 * they are still there is up to hand_out() and free_page().
		 */
		atomic { sw = NONE; rmap = false; gp_waits = false }
	:: atomic {			/* hardware: until the flush */
		tree -> any(tree, hw)
	   }
	fi
}
#endif

#define DOWN(c)		c = (c -> c - 1 : 0)
#define DOWN_CB(p)	callback[p] = (callback[p] > 1 -> callback[p] - 1 : callback[p])

#if PAGES == 1
#define CALLBACKS(c)	(callback[0] c)
#elif PAGES == 2
#define CALLBACKS(c)	(callback[0] c || callback[1] c)
#else
#define CALLBACKS(c)	(callback[0] c || callback[1] c || callback[2] c)
#endif

active proctype rcu()
{
	byte i;

	do
	:: atomic {
		!gp_active && (wait_gp[0] || wait_gp[1] || CALLBACKS(> 1)) ->
		gp_active = true;
		gp_waits = (sw != NONE)
	   }
	:: atomic {
		gp_active && !gp_waits ->
		gp_active = false;
		DOWN(wait_gp[0]);
		DOWN(wait_gp[1]);
		for (i : 0 .. PAGES - 1) {
			DOWN_CB(i)
		}
		i = 0
	   }
	:: atomic { callback[0] == 1 -> callback[0] = 0; free_page(0) }
#if PAGES > 1
	:: atomic { callback[1] == 1 -> callback[1] = 0; free_page(1) }
#endif
#if PAGES > 2
	:: atomic { callback[2] == 1 -> callback[2] = 0; free_page(2) }
#endif
	:: atomic {
		ended == TASKS && !gp_active && !CALLBACKS(!= 0) ->
		assert(!in_use && !IDLE && !KEPT && spare[POOL] == NONE);
		for (i : 0 .. PAGES - 1) {
			assert(!page[i])
		}
		i = 0;
		break
	   }
	od
}
