// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages: each has a PTE table deposited, to split it into.  The fault, the split by
 * giving one page back, the collapse, munmap.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "ptb.h"

#define THP_DIR "/sys/kernel/mm/transparent_hugepage/"
#define ROUNDS 5
/* A row is timed in CHUNKS of as many as do not fill a tick, most of which is the copying. */
#define HUGE_CHUNK 4UL
#define HUGE (CHUNKS * HUGE_CHUNK)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static struct row fault, split, collapse, unmap;

static void advise(unsigned long addr, unsigned long bytes, int advice)
{
	if (madvise((void *)addr, bytes, advice))
		die("madvise huge");
}

static void fault_chunk(unsigned long addr)
{
	touch(addr, HUGE_CHUNK, PMD_BYTES);
}

static void split_chunk(unsigned long addr)
{
	for (unsigned long i = 0; i < HUGE_CHUNK; i++)
		advise(addr + i * PMD_BYTES, PAGE_BYTES, MADV_DONTNEED);
}

static void collapse_chunk(unsigned long addr)
{
	advise(addr, HUGE_CHUNK * PMD_BYTES, MADV_COLLAPSE);
}

static void unmap_chunk(unsigned long addr)
{
	region_unmap(addr, HUGE_CHUNK);
}

static void rows_init(void)
{
	row_init(&fault, "thp_fault", "insn/hugepage", HUGE, true);
	row_init(&split, "thp_split", "insn/hugepage", HUGE, false);
	row_init(&collapse, "thp_collapse", "insn/hugepage", HUGE, false);
	row_init(&unmap, "thp_munmap", "insn/hugepage", HUGE, false);
}

static void round_once(const struct snap *base)
{
	region_map(REGION_A, HUGE);
	advise(REGION_A, HUGE * PMD_BYTES, MADV_HUGEPAGE);
	row_chunks_of(&fault, fault_chunk, REGION_A, HUGE_CHUNK);
	if (base)
		held_report("thp", "deposited", base, held(HUGE, HUGE, 0));
	row_chunks_of(&split, split_chunk, REGION_A, HUGE_CHUNK);
	if (base)
		held_report("thp", "split", base, held(HUGE, HUGE, 0));
	touch(REGION_A, HUGE, PMD_BYTES);
	row_chunks_of(&collapse, collapse_chunk, REGION_A, HUGE_CHUNK);
	if (base)
		held_report("thp", "collapsed", base, held(HUGE, HUGE, 0));
	row_chunks_of(&unmap, unmap_chunk, REGION_A, HUGE_CHUNK);
	settle();
}

/* That each did what its row says; the first round, which warms up, is counted as well. */
static void counted(const char *event, long before)
{
	check(event, "thp", (ROUNDS + 1) * HUGE, vm_event(event) - before);
}

/* Nothing at all where the kernel has no huge pages. */
void run_thp(void)
{
	struct snap base;
	long faults, splits, collapses;

	if (access(THP_DIR "enabled", F_OK))
		return;
	put_file(THP_DIR "enabled", "madvise");
	put_file(THP_DIR "khugepaged/scan_sleep_millisecs", "4000000000");
	snap_take(&base);
	faults = vm_event("thp_fault_alloc");
	splits = vm_event("thp_split_pmd");
	collapses = vm_event("thp_collapse_alloc");
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			rows_init();
		round_once(i == ROUNDS ? &base : NULL);
	}
	counted("thp_fault_alloc", faults);
	counted("thp_split_pmd", splits);
	counted("thp_collapse_alloc", collapses);
	row_print(&fault);
	row_print(&split);
	row_print(&collapse);
	row_print(&unmap);
}
