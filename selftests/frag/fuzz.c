// SPDX-License-Identifier: GPL-2.0
/*
 * Operations from libFuzzer, or from a file, on one mm with four threads and a
 * stranger who faults for it, beside a model which knows of each table what may
 * become of it. Grace periods begin and end when the input says so, and end
 * only when nobody is left who looked at a table when they began.
 */
#include "pgtable-frag.c"
#include "test.h"

#define MAX_PAGES 64
#define MAX_READERS 8
#define MAX_CHAIN 600

enum state { FRESH, IN_USE, PUBLISHED, RETIRED, FREE };

static struct shadow {
	struct page *page;
	struct ptdesc *first;
	unsigned char state[PTE_FRAG_NR];
	unsigned long gp[PTE_FRAG_NR]; /* of what is retired */
} pages[MAX_PAGES];

static struct reader {
	struct shadow *s;
	int i;
	bool old;
} readers[MAX_READERS];
static unsigned long gp_done;
static bool gp_active;
static struct mm_struct mm, other_mm;
static struct task_struct stranger;

/* RCU. A cookie is the number of grace periods that have to be over. */
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
	return gp_done + 1 + gp_active;
}

bool poll_state_synchronize_rcu(unsigned long gp)
{
	return gp_done >= gp;
}

static void gp_start(void)
{
	int i;

	if (gp_active)
		return;
	gp_active = true;
	for (i = 0; i < MAX_READERS; i++)
		readers[i].old = readers[i].s;
}

unsigned long start_poll_synchronize_rcu(void)
{
	unsigned long gp = get_state_synchronize_rcu();

	gp_start();
	return gp;
}

static struct {
	struct rcu_head *head;
	void (*func)(struct rcu_head *head);
	unsigned long gp;
} cb[MAX_PAGES * 2];
static int nr_cb;

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	int i;

	for (i = 0; i < nr_cb; i++)
		assert(cb[i].head != head);
	assert(nr_cb < MAX_PAGES * 2);
	head->next = NULL;
	head->func = func;
	cb[nr_cb].head = head;
	cb[nr_cb].func = func;
	cb[nr_cb++].gp = get_state_synchronize_rcu();
}

static void gp_end(void)
{
	int i, n = 0;

	if (!gp_active)
		return;
	for (i = 0; i < MAX_READERS; i++)
		if (readers[i].old)
			return;
	gp_active = false;
	gp_done++;
	for (i = 0; i < nr_cb; i++) {
		if (gp_done >= cb[i].gp)
			cb[i].func(cb[i].head);
		else
			cb[n++] = cb[i];
	}
	nr_cb = n;
}

static struct shadow *shadow_of(struct page *page)
{
	int i;

	for (i = 0; i < MAX_PAGES; i++)
		if (pages[i].page == page)
			return &pages[i];
	return NULL;
}

static void check_unseen(struct shadow *s, int i)
{
	int r;

	for (r = 0; r < MAX_READERS; r++)
		assert(readers[r].s != s || readers[r].i != i);
}

void page_is_freed(struct page *page)
{
	struct shadow *s = shadow_of(page);
	int i;

	if (!s) /* a table with a page of its own */
		return;
	for (i = 0; i < PTE_FRAG_NR; i++) {
		assert(s->state[i] != IN_USE && s->state[i] != PUBLISHED);
		check_unseen(s, i);
		assert(s->state[i] != RETIRED || gp_done >= s->gp[i]);
	}
	s->page = NULL;
}

static void handed_out(struct ptdesc *pt)
{
	struct page *page = ptdesc_page(pt);
	struct shadow *s = shadow_of(page);
	int i;

	if (!s) {
		s = shadow_of(NULL);
		assert(s);
		memset(s, 0, sizeof(*s));
		s->page = page;
		s->first = page_ptdesc(page);
		assert(pt == s->first);
	}
	assert(s->first == page_ptdesc(page));
	i = pt - s->first;
	assert(i >= 0 && i < PTE_FRAG_NR);
	assert(ptdesc_is_frag(pt));
	assert(s->state[i] == FRESH || s->state[i] == FREE ||
	       (s->state[i] == RETIRED && gp_done >= s->gp[i]));
	check_unseen(s, i);
	s->state[i] = IN_USE;
}

/* Any table in this state, from a number; NULL if there is none */
static struct ptdesc *any(enum state of, unsigned int n)
{
	int p, i, k;

	for (k = 0; k < MAX_PAGES; k++) {
		p = (n + k) % MAX_PAGES;
		if (!pages[p].page)
			continue;
		for (i = 0; i < PTE_FRAG_NR; i++) {
			int f = (n / MAX_PAGES + i) % PTE_FRAG_NR;

			if (pages[p].state[f] == of)
				return pages[p].first + f;
		}
	}
	return NULL;
}

static unsigned char *state_of(struct ptdesc *pt)
{
	struct shadow *s = shadow_of(ptdesc_page(pt));

	return &s->state[pt - s->first];
}

static void retired(struct ptdesc *pt, bool unseen)
{
	struct shadow *s = shadow_of(ptdesc_page(pt));
	int i = pt - s->first;

	assert(s->state[i] == PUBLISHED);
	s->state[i] = unseen ? FREE : RETIRED;
	s->gp[i] = get_state_synchronize_rcu();
}

static bool is_spare_of_somebody(struct shadow *s)
{
	struct ptdesc *p;
	int t;

	for (t = 0; t < NR_TASKS; t++) {
		p = tasks[t].pte_spare;
		if (p >= s->first && p < s->first + PTE_FRAG_NR)
			return true;
	}
	return false;
}

static bool is_to_be_freed(struct shadow *s)
{
	int i;

	for (i = 0; i < nr_cb; i++) {
		struct ptdesc *pt =
			container_of(cb[i].head, struct ptdesc, pt_rcu_head);

		if (pt >= s->first && pt < s->first + PTE_FRAG_NR)
			return true;
	}
	return false;
}

static void check_all(void)
{
	struct pte_frag_pool *pool = &mm.pte_frags;
	struct list_head *lists[] = { &pool->free, &pool->wait[0],
				      &pool->wait[1] };
	unsigned int live = 0, listed, used, i, p;
	struct list_head *n;

	for (p = 0; p < MAX_PAGES; p++) {
		struct shadow *s = &pages[p];

		if (!s->page)
			continue;
		live++;
		used = 0;
		for (i = 0; i < PTE_FRAG_NR; i++)
			used += s->state[i] == IN_USE ||
				s->state[i] == PUBLISHED;
		if (is_to_be_freed(s)) {
			assert(!used);
			continue;
		}
		/* Else nobody would free it */
		assert(used || is_spare_of_somebody(s));
		listed = 0;
		for (i = 0; i < 3; i++)
			for (n = lists[i]->next; n != lists[i]; n = n->next) {
				struct ptdesc *pt =
					container_of(n, struct ptdesc, pt_list);

				if (ptdesc_page(pt) == s->page)
					listed +=
						PTE_FRAG_NR > 2 &&
								(pt->pt_frag_flags &
								 BIT(PT_fresh)) ?
							s->first + PTE_FRAG_NR -
								pt :
							1;
			}
		assert(listed == pte_frag_nr_idle(s->first));
	}
	assert((long)live == nr_pages && nr_objects == nr_pages &&
	       nr_pagetable == nr_pages);
}

static void retire(unsigned int n, unsigned int nr, bool unseen)
{
	struct ptdesc *chain = NULL, *pt, *next, *left;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pt = any(PUBLISHED, n + i * (n >> 6));
		if (!pt)
			break;
		if (unseen) {
			struct shadow *s = shadow_of(ptdesc_page(pt));
			int r;

			for (r = 0; r < MAX_READERS; r++)
				if (readers[r].s == s &&
				    readers[r].i == pt - s->first)
					readers[r].s = NULL,
					readers[r].old = false;
		}
		retired(pt, unseen);
		pt->pt_next = chain;
		chain = pt;
	}
	if (!chain)
		return;
	left = pte_frag_retire(&mm, chain, unseen);
	for (pt = left; pt; pt = next) {
		next = pt->pt_next;
		call_rcu(&pt->pt_rcu_head, pte_frag_free_rcu);
	}
}

static void one(const uint8_t *in)
{
	unsigned int op = in[0] % 16, n = in[1] | in[2] << 8;
	struct ptdesc *pt;
	int i;

	current = (in[0] >> 4) % 5 < NR_TASKS ? &tasks[(in[0] >> 4) % 5] :
						&stranger;
	fail_nowait = n % 8 == 7;
	fail_all = n % 32 == 15;
	switch (op) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		if (nr_pages >= MAX_PAGES - 1 ||
		    (current != &stranger && !current->mm))
			break;
		pt = pte_frag_alloc_noprof(&mm, GFP_KERNEL);
		assert(pt || fail_all);
		if (!pt)
			break;
		handed_out(pt);
		if (op)
			*state_of(pt) = PUBLISHED;
		break;
	case 5:
		pt = any(IN_USE, n);
		if (pt)
			*state_of(pt) = PUBLISHED;
		break;
	case 6:
		pt = any(IN_USE, n);
		if (pt) {
			*state_of(pt) = FREE;
			pte_frag_free(&mm, pt);
		}
		break;
	case 7:
		pt = any(PUBLISHED, n);
		if (pt) {
			retired(pt, false);
			pte_frag_free_defer(&mm, pt);
		}
		break;
	case 8:
		retire(n, 1 + n % 7, false);
		break;
	case 9:
		retire(n, 1 + n % 300, n & 256);
		break;
	case 10:
		/* As the thread that is alone in the mm may */
		retire(n, 1 + n % 7, true);
		break;
	case 11:
		pt = any(PUBLISHED, n);
		i = n % MAX_READERS;
		if (pt && !readers[i].s) {
			readers[i].s = shadow_of(ptdesc_page(pt));
			readers[i].i = pt - readers[i].s->first;
			readers[i].old = false;
		}
		break;
	case 12:
		i = n % MAX_READERS;
		readers[i].s = NULL;
		readers[i].old = false;
		break;
	case 13:
		gp_start();
		break;
	case 14:
		gp_end();
		break;
	case 15:
		if (current == &stranger)
			break;
		if (current->mm) {
			mm_pte_frags_leave(&mm);
			assert(!current->pte_spare);
			current->mm = NULL;
		} else {
			current->mm = &mm;
		}
		break;
	}
	check_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool init;
	struct ptdesc *pt;
	int i;

	if (!init) {
		pte_frag_cache_init();
		init = true;
	}
	pte_frag_pool_init(&mm.pte_frags);
	stranger.mm = &other_mm;
	for (i = 0; i < NR_TASKS; i++)
		tasks[i] = (struct task_struct){ .mm = i ? NULL : &mm };

	for (; size >= 3; size -= 3, data += 3)
		one(data);

	/* All goes away, and nothing is left */
	fail_all = fail_nowait = 0;
	for (i = 0; i < MAX_READERS; i++)
		readers[i] = (struct reader){};
	for (i = 0; i < NR_TASKS; i++) {
		current = &tasks[i];
		if (current->mm)
			mm_pte_frags_leave(&mm);
		current->mm = NULL;
	}
	current = &stranger;
	while ((pt = any(IN_USE, 0))) {
		*state_of(pt) = FREE;
		pte_frag_free(&mm, pt);
	}
	while (any(PUBLISHED, 0))
		retire(0, 509, false);
	assert(!mm.pte_frags.spare && !mm.pte_frags.nr_idle);
	for (i = 0; i < 3; i++) {
		gp_start();
		gp_end();
	}
	check_all();
	assert(!nr_pages && !nr_cb);
	return 0;
}
