// SPDX-License-Identifier: GPL-2.0
/*
 * As many tables for ever, two of them freed and two allocated again and again,
 * with a grace period between the two that are freed: what is free has to be
 * used before pages are allocated, or their number grows though that of the
 * tables does not. Once with grace periods that come alone, once with one
 * beginning as the last one ends: then there are always tables that wait for
 * this one and tables that wait for the next.
 */
#include "pgtable-frag.c"
#include "test.h"

#define TABLES 2000
#define CYCLES 20000

static struct mm_struct mm;
static struct ptdesc *live[TABLES];
static struct rcu_head *callbacks;
static unsigned long gp;
static bool back_to_back;

void cpu_relax(void)
{
	abort();
}

void rcu_read_lock(void)
{
}

void rcu_read_unlock(void)
{
}

unsigned long get_state_synchronize_rcu(void)
{
	return gp + 1 + back_to_back;
}

unsigned long start_poll_synchronize_rcu(void)
{
	return get_state_synchronize_rcu();
}

bool poll_state_synchronize_rcu(unsigned long cookie)
{
	return gp >= cookie;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	head->next = callbacks;
	callbacks = head;
}

void page_is_freed(struct page *page)
{
}

static void grace_period(void)
{
	struct rcu_head *head;

	gp += 2 - back_to_back;
	while ((head = callbacks)) {
		callbacks = head->next;
		head->func(head);
	}
}

static bool grows(void)
{
	long pages, most = 0;
	int i, j, cycle;

	for (i = 0; i < TABLES; i++)
		live[i] = pte_frag_alloc_noprof(&mm, GFP_KERNEL);
	pages = nr_pages;
	srand(1);
	for (cycle = 0; cycle < CYCLES; cycle++) {
		i = rand() % TABLES;
		j = (i + 1 + rand() % (TABLES - 1)) % TABLES;
		pte_frag_free_defer(&mm, live[i]);
		grace_period();
		pte_frag_free_defer(&mm, live[j]);
		live[i] = pte_frag_alloc_noprof(&mm, GFP_KERNEL);
		live[j] = pte_frag_alloc_noprof(&mm, GFP_KERNEL);
		if (nr_pages > most)
			most = nr_pages;
	}
	printf("%ld pages for %d tables, at most %ld later\n", pages, TABLES,
	       most);
	for (i = 0; i < TABLES; i++)
		pte_frag_free(&mm, live[i]);
	if (current->pte_spare)
		pte_frag_leave(&mm);
	grace_period();
	return most > pages + 4;
}

int main(void)
{
	pte_frag_cache_init();
	pte_frag_pool_init(&mm.pte_frags);
	current = &tasks[0];
	current->mm = &mm;
	if (grows())
		goto bad;
	back_to_back = true;
	if (grows())
		goto bad;
	return 0;
bad:
	printf("what is free is not used\n");
	return 1;
}
