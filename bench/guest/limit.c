// SPDX-License-Identifier: GPL-2.0
/*
 * A memory cgroup at its limit, and 64 threads that fault in the same segments at the same
 * time: all but one of those that allocate a table for a segment have one too many.  The limit
 * is reached by pages that can be reclaimed (MADV_FREE), so that tables take their place.  What
 * matters is the most that page tables take meanwhile, whatever a thread keeps for itself.
 * Meant for several CPUs, see `make stress`.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "ptb.h"

#define THREADS 64UL
#define STACK 8192UL
#define SLOTS 256UL
#define FILL (8UL << 20) /* bytes that can be reclaimed */
#define ROUNDS 4UL
#define CGROUP CGROUP_ROOT "/ptb/"

static char stacks[THREADS][STACK] __attribute__((aligned(16)));
static unsigned long arrived[ROUNDS];
static unsigned long done;
static long most; /* pages of tables */

/* One thread is the last to come, and all go on together */
static void meet(unsigned long *count)
{
	__atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(count, __ATOMIC_SEQ_CST) < THREADS)
		sched_yield();
}

static int racer(void *arg)
{
	(void)arg;
	for (unsigned long r = 0; r < ROUNDS; r++) {
		meet(&arrived[r]);
		touch_zero(REGION_A + r * SLOTS * PMD_BYTES, SLOTS, PMD_BYTES);
	}
	__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
	return 0;
}

/* Charged up to the limit, with what goes when anything else is wanted */
static void fill(void)
{
	char limit[32], *p;

	p = mmap(NULL, FILL, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (p == MAP_FAILED || madvise(p, FILL, MADV_FREE))
		die("fill");
	snprintf(limit, sizeof(limit), "%ld", memcg_bytes());
	put_file(CGROUP "memory.max", limit);
}

void run_limit(void)
{
	const unsigned long all = ROUNDS * SLOTS;
	pid_t pids[THREADS];
	struct snap base;
	int status;
	long first;

	if (cpus() < 2 || memcg_bytes() < 0)
		return;
	snap_take(&base);
	region_map(REGION_A, all);
	fill();
	first = nr_page_table_pages();
	for (unsigned long i = 0; i < THREADS; i++) {
		pids[i] = clone(racer, stacks[i] + STACK, CLONE_VM | SIGCHLD,
				NULL);
		if (pids[i] < 0)
			die("clone");
	}
	while (__atomic_load_n(&done, __ATOMIC_SEQ_CST) < THREADS) {
		const long pages = nr_page_table_pages() - first;

		if (pages > most)
			most = pages;
	}
	for (unsigned long i = 0; i < THREADS; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i])
			die("waitpid");
		check("racer", "limit", 0, status);
	}
	put_file(CGROUP "memory.max", "max");
	out("info limit=tables tables=%lu most=%ld", all, most);
}
