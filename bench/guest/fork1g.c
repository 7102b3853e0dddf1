// SPDX-License-Identifier: GPL-2.0
/*
 * fork() of a process with 1 GiB of 4 KiB pages, the exit of the child, munmap() of its copy.
 * The guest has less than that: all entries of all tables are there, and map the zero page.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 4
#define BYTES (1UL << 30)
#define PMDS (BYTES / PMD_BYTES)

static struct row copy, end, unmap;
static int result[2];

/* One write: fork() copies no tables of private memory in which nothing was ever written. */
static void populate(void)
{
	region_map(REGION_A, PMDS);
	touch(REGION_A, 1, PAGE_BYTES);
	touch_zero(REGION_A, BYTES / PAGE_BYTES, PAGE_BYTES);
}

/* All of the region's tables were copied: files of the program are not. */
static void copied_check(pid_t pid)
{
	const struct holding h = held(PMDS, PMDS, 0);

	check_between("copied", "fork1g",
		      (long)(h.tables * TABLE_BYTES + h.upper * UPPER_BYTES),
		      (long)vm_pte(getpid()), (long)vm_pte(pid));
}

static void fork_exit(bool last)
{
	const pid_t pid = tables_fork(&copy);

	if (last)
		copied_check(pid);
	tables_exit(pid, &end);
	settle();
}

static void unmap_all(unsigned long addr)
{
	region_unmap(addr, PMDS);
}

/* The child's copy, so that it need not be made anew for each round. */
static void fork_unmap(void)
{
	const pid_t pid = fork();
	u64 v;

	if (!pid) {
		v = pieces(unmap_all, REGION_A, 0, 1);
		_exit(write(result[1], &v, sizeof(v)) != sizeof(v));
	}
	if (pid < 0 || read(result[0], &v, sizeof(v)) != sizeof(v) ||
	    waitpid(pid, NULL, 0) != pid)
		die("fork1g");
	row_add(&unmap, v);
	settle();
}

void run_fork1g(void)
{
	struct holding h = held(PMDS, PMDS, 0);
	struct snap base;

	if (pipe(result))
		die("pipe");
	h.fresh = true;
	snap_take(&base);
	populate();
	held_report("fork1g", "peak", &base, h);
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1) {
			row_init(&copy, "fork1g_fork", "insn/table", PMDS,
				 true);
			row_init(&end, "fork1g_exit", "insn/table", PMDS,
				 false);
			row_init(&unmap, "fork1g_munmap", "insn/table", PMDS,
				 false);
		}
		fork_exit(i == ROUNDS);
		fork_unmap();
	}
	row_print(&copy);
	row_print(&end);
	row_print(&unmap);
}
