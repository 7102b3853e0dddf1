// SPDX-License-Identifier: GPL-2.0
/*
 * The worst case of sharing: tables are allocated in pairs, then one of each pair is freed, so
 * that every page is half used.
 */
#include "ptb.h"

#define PAIRS MIN(1024UL, REGION_PMDS)

/* Whole slabs of @c, vectors included, that @objects need; one more may have been begun. */
static long slabs_for(const struct cache *c, const struct cache *vec,
		      long objects)
{
	long slab;

	if (!c->present || !objects)
		return 0;
	slab = c->slabpages * (long)PAGE_BYTES + vec->objsize;
	return ((objects + c->perslab - 1) / c->perslab + 1) * slab;
}

/*
 * Not more than one page a table, as without sharing, and one descriptor object a page.  Where
 * nothing is shared the freed half of the descriptors leaves its slabs half used as well.
 */
static void bound_check(const struct snap *base, const struct snap *s,
			struct holding h)
{
	const bool pairs = s->frag.present && CAN_SHARE;
	const long desc = h.upper + (pairs ? 0 : 2 * h.tables);
	const long frag = pairs ? h.tables : 0;
	const long most = (long)(h.tables + h.upper_pages) * (long)PAGE_BYTES +
			  slabs_for(&s->desc, &s->desc_vec, desc) +
			  slabs_for(&s->frag, &s->frag_vec, frag);

	/* Locks of their own are not what is bounded here. */
	if (!s->ptl.present)
		check_between("worst_bound", "worst", 0, most,
			      bytes_total(base, s));
}

void run_worst(void)
{
	const struct holding h = held(PAIRS, PAIRS, 0);
	struct snap base, s;

	snap_take(&base);
	region_map(REGION_A, PAIRS);
	region_map(REGION_B, PAIRS);
	touch_pairs(PAIRS);
	region_unmap(REGION_B, PAIRS);
	snap_take(&s);
	mem_report("worst", "half", &base, &s, h);
	own_check("worst", &base, &s, h);
	bound_check(&base, &s, h);
}
