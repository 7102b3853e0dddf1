// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that allocate and free the PTE tables of one mm at the same time, mixed so that the
 * tables in a page belong to different threads.  MADV_DONTNEED frees a table without the lock
 * that munmap() holds for writing.  What a thread wrote must be there when it looks again.
 * Meant for several CPUs, see `make stress`; on one the threads only take turns.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "ptb.h"

#define THREADS 4UL
#define SLOTS 64UL /* PMDs a thread */
#define STACK 16384UL
/* One munmap() in so many rounds, the rest is MADV_DONTNEED. */
#define UNMAP_EVERY 16

static char stacks[THREADS][STACK] __attribute__((aligned(16)));
static unsigned long wrong[THREADS];

static u64 *slot(unsigned long self, unsigned long i)
{
	return (u64 *)(REGION_A + (i * THREADS + self) * PMD_BYTES);
}

/* xorshift64: the same for each run, another one for each thread. */
static u64 next(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void drop(void *addr, bool unmap)
{
	if (unmap) {
		region_unmap((unsigned long)addr, 1);
		region_map((unsigned long)addr, 1);
	} else if (madvise(addr, PMD_BYTES, MADV_DONTNEED)) {
		die("madvise");
	}
}

/* Half of the slots at random: what is there is checked and dropped, what is not is made. */
static void one_round(unsigned long self, u64 *state, u64 *want)
{
	for (unsigned long n = 0; n < SLOTS / 2; n++) {
		const u64 r = next(state);
		const unsigned long i = r % SLOTS;
		u64 *p = slot(self, i);

		if (!want[i]) {
			want[i] = r | 1;
			*(volatile u64 *)p = want[i];
			continue;
		}
		if (*(volatile u64 *)p != want[i])
			wrong[self]++;
		drop(p, !(r >> 32 & (UNMAP_EVERY - 1)));
		want[i] = 0;
	}
}

static int racer(void *arg)
{
	const unsigned long self = (unsigned long)arg;
	u64 state = 0x9e3779b97f4a7c15ULL * (self + 1), want[SLOTS] = { 0 };

	for (unsigned long i = 0; i < ptb_rounds; i++)
		one_round(self, &state, want);
	return 0;
}

void run_race(void)
{
	const unsigned long all = THREADS * SLOTS;
	pid_t pids[THREADS];
	struct snap base;
	int status;

	snap_take(&base);
	for (unsigned long i = 0; i < all; i++)
		region_map(REGION_A + i * PMD_BYTES, 1);
	for (unsigned long i = 0; i < THREADS; i++) {
		pids[i] = clone(racer, stacks[i] + STACK, CLONE_VM | SIGCHLD,
				(void *)i);
		if (pids[i] < 0)
			die("clone");
	}
	for (unsigned long i = 0; i < THREADS; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i])
			die("waitpid");
		check("racer", "race", 0, status);
		check("contents", "race", 0, (long)wrong[i]);
	}
	touch(REGION_A, all, PMD_BYTES);
	held_report("race", "end", &base, held(all, all, 0));
}
