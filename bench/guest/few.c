// SPDX-License-Identifier: GPL-2.0
/* Processes with few tables: a page that is shared by two is half used in many of them. */
#include <stdio.h>
#include <stdlib.h>

#include "ptb.h"

#define PROCS 100
/* Beside the program, below the same upper tables. */
#define FEW_ADDR 0x20000000UL

static pid_t pids[PROCS];

/* What the exec'd program does: @tables PTE tables more than it needs for itself. */
int few_main(const char *tables)
{
	const unsigned long n = strtoul(tables, NULL, 10);

	region_map(FEW_ADDR, n);
	touch(FEW_ADDR, n, PMD_BYTES);
	return small_ready();
}

/* PTE tables of all of them, as the kernel counts them for each. */
static unsigned long all_tables(void)
{
	unsigned long n = 0;

	for (int i = 0; i < PROCS; i++)
		n += (vm_pte(pids[i]) -
		      (SMALL_UPPER - SMALL_UNCOUNTED) * UPPER_BYTES) /
		     TABLE_BYTES;
	return n;
}

/* All page table memory, then without the pages of the upper tables; all descriptors in both. */
static void report(const char *name, const struct snap *base)
{
	const struct holding h = held_small(PROCS, all_tables());
	struct holding per = {
		.tables = PROCS,
		.upper = UPPER_UNKNOWN,
		.uncounted = h.uncounted,
	};
	struct snap s;

	snap_take(&s);
	mem_report(name, "all", base, &s, per);
	exact_check(name, base, &s, h);
	s.nr_pt -= h.upper_pages;
	per.uncounted = 0;
	mem_report(name, "pte", base, &s, per);
}

static void few(const char *tables)
{
	char program[] = SELF, verb[] = "few", count[8], name[16];
	char *const argv[] = { program, verb, count, NULL };
	struct snap base;

	snprintf(count, sizeof(count), "%s", tables);
	snprintf(name, sizeof(name), "few_%s", tables);
	snap_take(&base);
	for (int i = 0; i < PROCS; i++) {
		pids[i] = small_spawn(argv);
		small_wait_ready(1);
	}
	report(name, &base);
	small_end(pids, PROCS);
}

void run_few(void)
{
	static const char *const counts[] = { "1", "2", "5", "24" };

	small_setup();
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		few(counts[i]);
}
