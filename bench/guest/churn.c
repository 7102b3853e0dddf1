// SPDX-License-Identifier: GPL-2.0
/*
 * Frees every other table of a region and touches as many PMDs elsewhere: at once, while the
 * freed tables wait for their grace period, and again after it.
 */
#include <stdio.h>

#include "ptb.h"

#define ROUNDS 6
#define HALF (TABLES / 2)
/* Of these munmap() calls, as many as fit between two ticks on every architecture. */
#define TIMED 400UL

static struct row frees, allocs;

static void free_tables(unsigned long first, unsigned long end)
{
	for (unsigned long i = first; i < end; i++)
		region_unmap(REGION_A + 2 * i * PMD_BYTES, 1);
}

/* One munmap() a table. */
static void free_half(void)
{
	u64 t;

	tick_align();
	t = now();
	free_tables(0, TIMED);
	row_add(&frees, since(t));
	free_tables(TIMED, HALF);
}

/* Must not sleep first if the grace period shall not pass. */
static void alloc_half(bool gp)
{
	u64 t;

	if (gp)
		settle();
	tick_align_busy();
	t = now();
	touch(REGION_B, HALF, PMD_BYTES);
	row_add(&allocs, since(t));
}

static void report(const char *name, const char *point, const struct snap *base,
		   unsigned long upper)
{
	const struct holding h = { TABLES, upper };
	struct snap s;

	snap_take(&s);
	mem_report(name, point, base, &s, h);
	exact_check(name, base, &s, h);
}

static void churn_round(const char *name, bool gp, const struct snap *base)
{
	region_map(REGION_A, TABLES);
	touch(REGION_A, TABLES, PMD_BYTES);
	region_map(REGION_B, HALF);
	if (base)
		report(name, "peak", base, upper_tables(TABLES));
	free_half();
	alloc_half(gp);
	if (base)
		report(name, "after", base,
		       upper_tables(TABLES) + upper_tables(HALF));
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
			row_init(&allocs, name, "insn/table", HALF, true);
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
