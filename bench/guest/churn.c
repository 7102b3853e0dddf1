// SPDX-License-Identifier: GPL-2.0
/*
 * Frees every other table of a region and touches as many PMDs elsewhere: at once, while the
 * freed tables wait for their grace period, and again after it.
 */
#include <stdio.h>

#include "ptb.h"

#define ROUNDS 6
#define HALF (TABLES / 2)
/*
 * As many as can be freed and allocated again between two ticks on every architecture: a grace
 * period ends with a tick, and then it would not be at once.
 */
#define TIMED (HALF * 3 / 10)

static struct row frees, allocs;

static void free_tables(unsigned long first, unsigned long end)
{
	for (unsigned long i = first; i < end; i++)
		region_unmap(REGION_A + 2 * i * PMD_BYTES, 1);
}

/* One munmap() a table. */
static void free_timed(void)
{
	u64 t;

	tick_align();
	t = clock_start();
	free_tables(0, TIMED);
	row_add(&frees, since(t));
}

static void alloc_timed(void)
{
	const u64 t = clock_start();

	touch(REGION_B, TIMED, PMD_BYTES);
	row_add(&allocs, since(t));
}

/* Half of the tables are freed and as many allocated, of which the first TIMED count. */
static void free_and_alloc(bool gp)
{
	free_timed();
	if (gp) {
		free_tables(TIMED, HALF);
		settle();
		tick_align();
	}
	alloc_timed();
	if (!gp)
		free_tables(TIMED, HALF);
	touch(REGION_B + TIMED * PMD_BYTES, HALF - TIMED, PMD_BYTES);
}

static void churn_round(const char *name, bool gp, const struct snap *base)
{
	region_map(REGION_A, TABLES);
	touch(REGION_A, TABLES, PMD_BYTES);
	region_map(REGION_B, HALF);
	if (base)
		held_report(name, "peak", base, held(TABLES, TABLES, 0));
	free_and_alloc(gp);
	if (base)
		held_report(name, "after", base, held(TABLES, TABLES, HALF));
	region_unmap(REGION_A, TABLES);
	region_unmap(REGION_B, HALF);
	settle();
}

static void churn(const char *name, bool gp)
{
	struct snap base;
	char free_name[32];

	snprintf(free_name, sizeof(free_name), "%s_free", name);
	snap_take(&base);
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1) {
			row_init(&frees, free_name, "insn/table", TIMED, false);
			row_init(&allocs, name, "insn/table", TIMED, true);
		}
		churn_round(name, gp, i == ROUNDS ? &base : NULL);
	}
	row_print(&allocs);
	row_print(&frees);
}

void run_churn(void)
{
	churn("churn_once", false);
	churn("churn_gp", true);
}
