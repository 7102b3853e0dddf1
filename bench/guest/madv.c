// SPDX-License-Identifier: GPL-2.0
/* MADV_DONTNEED over sparse tables: CONFIG_PT_RECLAIM frees those that it emptied. */
#include <sys/mman.h>

#include "ptb.h"

#define ROUNDS 10

static struct row row;

static void dontneed_chunk(unsigned long addr)
{
	if (madvise((void *)addr, CHUNK * PMD_BYTES, MADV_DONTNEED))
		die("madvise");
}

/* An old kernel keeps them, and one that could not free them by RCU. */
static void after(const struct snap *base)
{
	struct holding h = held(0, TABLES, 0);
	struct snap s;

	snap_take(&s);
	mem_report("madv_dontneed", "after", base, &s, h);
	if (old_tables || !PT_RECLAIM)
		h.tables = TABLES;
	own_check("madv_dontneed", base, &s, h);
}

/* The mapping and the tables above the PTE tables stay. */
void run_madv_dontneed(void)
{
	struct snap base;

	snap_take(&base);
	region_map(REGION_A, TABLES);
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, "madv_dontneed", "insn/table", TABLES,
				 false);
		touch(REGION_A, TABLES, PMD_BYTES);
		if (i == ROUNDS)
			held_report("madv_dontneed", "peak", &base,
				    held(TABLES, TABLES, 0));
		row_chunks(&row, dontneed_chunk, REGION_A);
		settle();
	}
	after(&base);
	row_print(&row);
}
