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

/* The mapping and the tables above the PTE tables stay. */
void run_madv_dontneed(void)
{
	const struct holding peak = { .tables = TABLES,
				      .upper = upper_tables(TABLES) };
	const struct holding after = { .tables = 0,
				       .upper = upper_tables(TABLES) };
	struct snap base, s;

	snap_take(&base);
	region_map(REGION_A, TABLES);
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, "madv_dontneed", "insn/table", TABLES,
				 false);
		touch(REGION_A, TABLES, PMD_BYTES);
		if (i == ROUNDS) {
			snap_take(&s);
			mem_report("madv_dontneed", "peak", &base, &s, peak);
		}
		row_add(&row, timed_chunks(dontneed_chunk, REGION_A));
		settle();
	}
	snap_take(&s);
	mem_report("madv_dontneed", "after", &base, &s, after);
	if (!old_tables)
		exact_check("madv_dontneed", &base, &s, after);
	row_print(&row);
}
