// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps every other table and frees and allocates those between them, again and again.  That
 * must not need more and more memory: half used pages which nobody can use, say, or pages
 * which wait for the other half.
 */
#include "ptb.h"

#define PAIRS 100UL
/* Rounds in a row, most of them within one grace period; then a pause for it to end. */
#define BURST 8
#define PAUSE_MS 60

unsigned long ptb_rounds = 1000;

/* Allocated while those that were freed may wait for their grace period still. */
static void renew(void)
{
	region_unmap(REGION_B, PAIRS);
	region_map(REGION_B, PAIRS);
	touch(REGION_B, PAIRS, PMD_BYTES);
}

static void keep_max(const struct snap *base, struct snap *max)
{
	struct snap s;

	snap_quick(&s);
	if (bytes_total(base, &s) > bytes_total(base, max))
		*max = s;
}

/* Pages after the grace periods; a busy host may make them longer than the pause. */
static long pages_at_rest(const struct snap *base, long limit)
{
	sleep_ms(PAUSE_MS);
	if (nr_page_table_pages() - base->nr_pt > limit)
		settle();
	return nr_page_table_pages() - base->nr_pt;
}

/* Never more than a page for each table, however often they were renewed. */
static void rounds(const struct snap *base, struct snap *max, long limit)
{
	long most = 0;

	for (unsigned long i = 0; i < ptb_rounds; i++) {
		long pages;

		renew();
		if (i % BURST != BURST - 1)
			continue;
		keep_max(base, max);
		pages = pages_at_rest(base, limit);
		if (pages > most)
			most = pages;
	}
	check_between("alternate_flat", "alternate", 0, limit, most);
}

void run_alternate(void)
{
	const struct holding h = held(2 * PAIRS, PAIRS, PAIRS);
	struct snap base, max;

	snap_take(&base);
	max = base;
	region_map(REGION_A, PAIRS);
	region_map(REGION_B, PAIRS);
	touch_pairs(PAIRS);
	rounds(&base, &max, h.tables + h.upper_pages);
	mem_report("alternate", "max", &base, &max,
		   (struct holding){ .upper = UPPER_UNKNOWN,
				     .uncounted = h.uncounted });
	held_report("alternate", "end", &base, h);
}
