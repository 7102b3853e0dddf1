// SPDX-License-Identifier: GPL-2.0
/*
 * The whole life of a table: map, touch, unmap, until the callbacks that free it have run.
 * All instructions but our own count, so work moved into callbacks, ticks or threads shows.
 */
#include "ptb.h"

#define ROUNDS 6
/* Guest time to wait: several ticks, enough for two grace periods. */
#define WAIT_NS 60000000ULL

static struct row row, mean;

/*
 * Waiting idle would make the clock jump: spin, and subtract exactly what spinning costs.
 * Returns instructions spent on TABLES tables.
 */
static u64 life(void)
{
	const u64 loops = WAIT_NS / spin_cost;
	u64 t;

	tick_align();
	t = clock_start();
	region_map(REGION_A, TABLES);
	touch(REGION_A, TABLES, PMD_BYTES);
	region_unmap(REGION_A, TABLES);
	spin(loops);
	return since(t) - loops * spin_cost;
}

void run_lifecycle(void)
{
	const long before = nr_page_table_pages();
	u64 sum = 0;
	long late = 0;

	for (int i = 0; i <= ROUNDS; i++) {
		u64 v;

		if (i <= 1) {
			row_init(&row, "lifecycle", "insn/table", TABLES, true);
			sum = 0;
		}
		v = life();
		row_add(&row, v);
		sum += v;
		late += nr_page_table_pages() != before;
		settle();
	}
	/* Rounds that ended before their last callback would have hidden some work. */
	check("lifecycle_done", "lifecycle", 0, late);
	row_print(&row);
	row_init(&mean, "lifecycle_mean", "insn/table", TABLES * ROUNDS, true);
	row_add(&mean, sum);
	row_print(&mean);
}
