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

/* The first round warms up and is forgotten. */
void run_sparse(void)
{
	struct holding h = held(TABLES, TABLES, 0);
	struct snap base;

	h.fresh = true;
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
		row_chunks(&first, touch_chunk, REGION_A);
		row_chunks(&second, touch_chunk, REGION_A + PAGE_BYTES);
		if (i == ROUNDS)
			held_report("sparse", "peak", &base, h);
		row_chunks(&unmap, unmap_chunk, REGION_A);
		settle();
	}
	row_print(&first);
	row_print(&second);
	row_print(&unmap);
}
