// SPDX-License-Identifier: GPL-2.0
/*
 * How this kernel shares and counts page tables, measured and not told by its version: the
 * checks are to hold for kernels where two PTE tables share a page, with descriptors or, up
 * to Linux 6.6 on s390, without; and for Linux 6.1, which counts of the upper tables only
 * the PMD tables, as one page each, and has no PT_RECLAIM.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "ptb.h"

#define PROBED 32UL

int tables_per_page = 1;
bool reclaims;
static bool all_counted = true;

static unsigned long upper_pages(unsigned long pmds)
{
	if (!pmds)
		return 0;
	if (all_counted)
		return upper_tables(pmds) * UPPER_PAGES;
	return upper_tables(pmds) - UPPER_FIXED;
}

/* @tables PTE tables; upper tables as for regions A and B of that many PMDs, 0 for none. */
struct holding held(unsigned long tables, unsigned long pmds_a,
		    unsigned long pmds_b)
{
	return (struct holding){
		.tables = tables,
		.upper = (pmds_a ? upper_tables(pmds_a) : 0) +
			 (pmds_b ? upper_tables(pmds_b) : 0),
		.upper_pages = upper_pages(pmds_a) + upper_pages(pmds_b),
	};
}

/* @procs small processes that have @tables PTE tables together. */
struct holding held_small(unsigned long procs, unsigned long tables)
{
	const unsigned long upper = procs * SMALL_UPPER;

	return (struct holding){
		.tables = tables,
		.upper = upper,
		.upper_pages = all_counted ? upper * UPPER_PAGES :
					     procs * SMALL_PMDS,
	};
}

/* The difference that touches of @n PMDs from @addr on make. */
static long touch_pages(unsigned long addr, unsigned long n)
{
	const long before = nr_page_table_pages();

	touch(addr, n, PMD_BYTES);
	return nr_page_table_pages() - before;
}

static bool probe_reclaim(unsigned long pmds)
{
	const long before = table_bytes(0);

	if (madvise((void *)REGION_A, pmds * PMD_BYTES, MADV_DONTNEED))
		die("madvise");
	return table_bytes(0) < before;
}

/*
 * The first table comes with its upper tables, and perhaps in a half that was to spare; of
 * the others two go into a page, or not.
 */
void probe_kernel(void)
{
	const long upper = upper_pages(1);
	long first, others;

	settle();
	region_map(REGION_A, 1 + PROBED);
	first = touch_pages(REGION_A, 1);
	others = touch_pages(REGION_A + PMD_BYTES, PROBED);
	tables_per_page = others > (long)PROBED / 2 ? 1 : 2;
	all_counted = first >= upper + (tables_per_page == 1);
	reclaims = probe_reclaim(1 + PROBED);
	region_unmap(REGION_A, 1 + PROBED);
	out("info tables_per_page=%d upper_pages=%lu reclaims=%d",
	    tables_per_page, upper_pages(1), reclaims);
	/* A cache for pairs, and no pairs: nothing would be measured. */
	if (CAN_SHARE && !access("/sys/kernel/slab/ptdesc_frag", F_OK))
		check("pairs", "probe", 2, tables_per_page);
}
