// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that fault, unmap and walk one mm at once, for TSan, which sees
 * whatever two of them do to one table without an order between them: the
 * memory of a table belongs to whoever has been given it, and to walkers under
 * its lock as long as it is published. The grace periods are those of a small
 * RCU.
 */
#include "pgtable-frag.c"
#include "test.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#define NR_READERS 2
#define NR_SLOTS 24

static struct mm_struct mm;
static struct ptdesc *tree[NR_SLOTS]; /* as pmd entries */
static spinlock_t tree_lock[NR_SLOTS];
static bool stop, stop_gp;

/* RCU: a reader says which grace period it is in */
static unsigned long gp_started, gp_done, reader[NR_TASKS + NR_READERS + 1];
static _Thread_local int me;
static struct {
	spinlock_t lock;
	struct rcu_head *head;
} next;

void cpu_relax(void)
{
	sched_yield();
}

void rcu_read_lock(void)
{
	__atomic_store_n(&reader[me],
			 __atomic_load_n(&gp_started, __ATOMIC_SEQ_CST) + 1,
			 __ATOMIC_SEQ_CST);
}

void rcu_read_unlock(void)
{
	__atomic_store_n(&reader[me], 0, __ATOMIC_RELEASE);
}

unsigned long get_state_synchronize_rcu(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&gp_started, __ATOMIC_SEQ_CST) + 1;
}

unsigned long start_poll_synchronize_rcu(void)
{
	return get_state_synchronize_rcu();
}

bool poll_state_synchronize_rcu(unsigned long gp)
{
	return __atomic_load_n(&gp_done, __ATOMIC_ACQUIRE) >= gp;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	spin_lock(&next.lock);
	head->next = next.head;
	next.head = head;
	spin_unlock(&next.lock);
}

static void *grace_periods(void *arg)
{
	struct rcu_head *head, *n;
	unsigned long gp, r;
	int i;

	while (!__atomic_load_n(&stop_gp, __ATOMIC_ACQUIRE)) {
		spin_lock(&next.lock);
		head = next.head;
		next.head = NULL;
		spin_unlock(&next.lock);
		gp = __atomic_add_fetch(&gp_started, 1, __ATOMIC_SEQ_CST);
		for (i = 0; i < NR_TASKS + NR_READERS + 1; i++)
			while ((r = __atomic_load_n(&reader[i],
						    __ATOMIC_SEQ_CST)) &&
			       r <= gp)
				sched_yield();
		__atomic_store_n(&gp_done, gp, __ATOMIC_RELEASE);
		for (; head; head = n) {
			n = head->next;
			head->func(head);
		}
	}
	return NULL;
}

void page_is_freed(struct page *page)
{
}

static unsigned int rnd(unsigned int *s)
{
	return *s = *s * 1664525 + 1013904223, *s >> 8;
}

/* ptdesc_address() */
static unsigned long *memory_of(struct ptdesc *pt)
{
	struct page *page = ptdesc_page(pt);

	return page->memory + ((pt - page_ptdesc(page)) << PTE_FRAG_SHIFT);
}

/* Nobody else has it: a plain store */
static struct ptdesc *get(void)
{
	struct ptdesc *pt = pte_frag_alloc_noprof(&mm, GFP_KERNEL);

	assert(pt);
	*memory_of(pt) = me;
	return pt;
}

static void *walker(void *arg)
{
	unsigned int s = me = (long)arg;
	struct ptdesc *pt;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		unsigned int i = rnd(&s) % NR_SLOTS;

		rcu_read_lock();
		pt = __atomic_load_n(&tree[i], __ATOMIC_ACQUIRE);
		if (pt) {
			/* pte_offset_map_lock() */
			spin_lock(&pt->ptl);
			if (READ_ONCE(tree[i]) == pt)
				*memory_of(pt) = me;
			spin_unlock(&pt->ptl);
		}
		rcu_read_unlock();
	}
	return NULL;
}

static struct ptdesc *unmap(unsigned int i)
{
	struct ptdesc *pt;

	spin_lock(&tree_lock[i]);
	pt = READ_ONCE(tree[i]);
	if (pt) {
		spin_lock(&pt->ptl);
		WRITE_ONCE(tree[i], NULL);
		spin_unlock(&pt->ptl);
	}
	spin_unlock(&tree_lock[i]);
	return pt;
}

static void retire(struct ptdesc *chain)
{
	struct ptdesc *pt, *n;

	for (pt = pte_frag_retire(&mm, chain, false); pt; pt = n) {
		n = pt->pt_next;
		call_rcu(&pt->pt_rcu_head, pte_frag_free_rcu);
	}
}

static void *task(void *arg)
{
	long t = (long)arg;
	unsigned int s = 77 * t, i, k;
	struct ptdesc *pt, *chain;

	me = t;
	if (t < NR_TASKS)
		current = &tasks[t];
	if (t < NR_TASKS)
		current->mm = &mm;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		i = rnd(&s) % NR_SLOTS;
		__atomic_store_n(&fail_nowait, rnd(&s) % 8 == 0,
				 __ATOMIC_RELAXED);
		switch (rnd(&s) % 6) {
		case 0:
		case 1:
		case 2:
			pt = get();
			spin_lock(&tree_lock[i]);
			if (!READ_ONCE(tree[i])) {
				__atomic_store_n(&tree[i], pt,
						 __ATOMIC_RELEASE);
				pt = NULL;
			}
			spin_unlock(&tree_lock[i]);
			if (pt) /* the loser */
				pte_frag_free(&mm, pt);
			break;
		case 3:
			pt = unmap(i);
			if (pt)
				pte_frag_free_defer(&mm, pt);
			break;
		case 4:
			chain = NULL;
			for (k = 0; k < NR_SLOTS / 4; k++) {
				pt = unmap((i + k) % NR_SLOTS);
				if (!pt)
					continue;
				pt->pt_next = chain;
				chain = pt;
			}
			if (chain)
				retire(chain);
			break;
		case 5:
			if (t < NR_TASKS && rnd(&s) % 16 == 0)
				mm_pte_frags_leave(&mm);
			break;
		}
	}
	if (t < NR_TASKS)
		mm_pte_frags_leave(&mm);
	current->mm = t < NR_TASKS ? NULL : current->mm;
	return NULL;
}

static struct task_struct nobody;

static void *foreign(void *arg)
{
	current = &nobody;
	return task((void *)(long)(NR_TASKS + NR_READERS));
}

int main(int argc, char **argv)
{
	pthread_t t[NR_TASKS + NR_READERS + 2];
	int i, n = 0;

	pte_frag_cache_init();
	pte_frag_pool_init(&mm.pte_frags);
	pthread_create(&t[n++], NULL, grace_periods, NULL);
	for (i = 0; i < NR_TASKS; i++)
		pthread_create(&t[n++], NULL, task, (void *)(long)i);
	for (; i < NR_TASKS + NR_READERS; i++)
		pthread_create(&t[n++], NULL, walker, (void *)(long)i);
	pthread_create(&t[n++], NULL, foreign, NULL);
	sleep(argc > 1 ? atoi(argv[1]) : 5);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	while (n > 1)
		pthread_join(t[--n], NULL);
	for (i = 0; i < NR_SLOTS; i++)
		if (tree[i]) {
			current = &nobody;
			pte_frag_free_defer(&mm, unmap(i));
		}
	assert(!mm.pte_frags.spare && !mm.pte_frags.nr_idle);
	for (i = 0; i < 200 && __atomic_load_n(&nr_pages, __ATOMIC_RELAXED);
	     i++)
		usleep(10000);
	__atomic_store_n(&stop_gp, true, __ATOMIC_RELEASE);
	pthread_join(t[0], NULL);
	printf("%ld pages, %ld objects, %ld counted are left after %lu grace periods\n",
	       nr_pages, nr_objects, nr_pagetable, gp_done);
	return nr_pages || nr_objects || nr_pagetable;
}
