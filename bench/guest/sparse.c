// SPDX-License-Identifier: GPL-2.0
/* One touch a PMD, each of which allocates a PTE table; a second touch; munmap. */
#include "ptb.h"

#define ROUNDS 10

static struct row first, second, unmap;

static void unmap_chunk(unsigned long addr)
{
	region_unmap(addr, CHUNK);
}

static void touch_chunk(unsigned long addr)
{
	touch(addr, CHUNK, PMD_BYTES);
}

static void peak(const struct snap *base)
{
	const struct holding h = { .tables = TABLES,
				   .upper = upper_tables(TABLES) };
	struct snap s;

	snap_take(&s);
	slab_report("sparse_peak", &s);
	mem_report("sparse", "peak", base, &s, h);
	exact_check("sparse", base, &s, h);
}

/* The first round warms up and is forgotten. */
void run_sparse(void)
{
	struct snap base;

	snap_take(&base);
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1) {
			row_init(&first, "sparse_touch", "insn/table", TABLES,
				 true);
			row_init(&second, "existing_touch", "insn/page", TABLES,
				 false);
			row_init(&unmap, "munmap", "insn/table", TABLES, false);
		}
		region_map(REGION_A, TABLES);
		row_add(&first, timed_chunks(touch_chunk, REGION_A));
		row_add(&second,
			timed_chunks(touch_chunk, REGION_A + PAGE_BYTES));
		if (i == ROUNDS)
			peak(&base);
		row_add(&unmap, timed_chunks(unmap_chunk, REGION_A));
		settle();
	}
	row_print(&first);
	row_print(&second);
	row_print(&unmap);
}
