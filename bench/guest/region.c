// SPDX-License-Identifier: GPL-2.0
/* Mappings at fixed addresses, and touches. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

/*
 * Linux 6.1 on s390: two PTE tables share a page, MADV_DONTNEED frees none of them, and
 * nr_page_table_pages has one page for an upper table of four, and none for the topmost.
 */
bool old_tables;

void region_setup(const char *release)
{
	old_tables = UPPER_PAGES > 1 && strverscmp(release, "6.7") < 0;
}

/* @n upper tables, of whose pages an old kernel counts @old. */
static struct holding held_upper(unsigned long tables, unsigned long n,
				 unsigned long old)
{
	const unsigned long pages = n * UPPER_PAGES;

	return (struct holding){
		.tables = tables,
		.upper = n,
		.upper_pages = old_tables ? old : pages,
		.uncounted = old_tables ? pages - old : 0,
	};
}

/* @tables PTE tables; upper tables as for regions A and B of that many PMDs, 0 for none. */
struct holding held(unsigned long tables, unsigned long pmds_a,
		    unsigned long pmds_b)
{
	const unsigned long upper = (pmds_a ? UPPER_TABLES(pmds_a) : 0) +
				    (pmds_b ? UPPER_TABLES(pmds_b) : 0);

	return held_upper(tables, upper, upper);
}

/* @procs small processes that have @tables PTE tables together. */
struct holding held_small(unsigned long procs, unsigned long tables)
{
	return held_upper(tables, procs * SMALL_UPPER, procs * SMALL_OLD);
}

/* Private anonymous memory of @pmds PMDs at exactly @addr, base pages only, nothing touched. */
void region_map(unsigned long addr, unsigned long pmds)
{
	void *want = (void *)addr, *p;

	p = mmap(want, pmds * PMD_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			 MAP_FIXED_NOREPLACE,
		 -1, 0);
	if (p != want)
		die("mmap");
	/* EINVAL without THP in the kernel: then there is nothing to switch off. */
	madvise(p, pmds * PMD_BYTES, MADV_NOHUGEPAGE);
}

void region_unmap(unsigned long addr, unsigned long pmds)
{
	if (munmap((void *)addr, pmds * PMD_BYTES))
		die("munmap");
}

/* Writes a byte at @addr and @n - 1 more at distances of @step bytes. */
void touch(unsigned long addr, unsigned long n, unsigned long step)
{
	while (n--) {
		*(volatile char *)addr = 1;
		addr += step;
	}
}

/* Reads only, which map the zero page: tables are all the memory that it takes. */
void touch_zero(unsigned long addr, unsigned long n, unsigned long step)
{
	while (n--) {
		*(volatile char *)addr;
		addr += step;
	}
}

/* A touch a PMD of both regions in turn, so that where tables share a page A's and B's do. */
void touch_pairs(unsigned long pmds)
{
	for (unsigned long i = 0; i < pmds; i++) {
		touch(REGION_A + i * PMD_BYTES, 1, PMD_BYTES);
		touch(REGION_B + i * PMD_BYTES, 1, PMD_BYTES);
	}
}

#define WARM_BATCH 128
#define WARM_BATCHES 30L
#define WARM_STACK 4096UL

static int warm_gate[2];

static int warm_child(void *arg)
{
	char c;

	(void)arg;
	return read(warm_gate[0], &c, 1) != 1;
}

static void warm_batch(char *stacks)
{
	char go[WARM_BATCH] = { 0 };

	for (unsigned long i = 1; i <= WARM_BATCH; i++)
		if (clone(warm_child, stacks + i * WARM_STACK,
			  CLONE_VM | SIGCHLD, NULL) < 0)
			die("clone");
	if (write(warm_gate[1], go, sizeof(go)) != sizeof(go))
		die("write");
	for (int i = 0; i < WARM_BATCH; i++)
		if (wait(NULL) < 0)
			die("wait");
}

/*
 * Kernel stacks live in vmalloc space, which is given back lazily (after 32 MiB, more with more
 * CPUs) and whose page tables are never freed.  Running through all of that once makes the
 * number of kernel page tables constant, and the leak checks exact.
 */
void warm_kernel(void)
{
	char *stacks = mmap(NULL, WARM_BATCH * WARM_STACK,
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	if (stacks == MAP_FAILED || pipe(warm_gate))
		die("warm up");
	for (long i = 0; i < WARM_BATCHES * cpus(); i++) {
		warm_batch(stacks);
		sleep_ms(50);
	}
	warm_vmalloc();
	close(warm_gate[0]);
	close(warm_gate[1]);
	munmap(stacks, WARM_BATCH * WARM_STACK);
}
