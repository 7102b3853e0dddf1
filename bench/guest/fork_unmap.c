// SPDX-License-Identifier: GPL-2.0
/* fork() of a process with many tables while another of its threads frees and makes some. */
#define _GNU_SOURCE
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define HELD MIN(1000UL, REGION_PMDS)
#define PART 100UL
#define PART_ADDR (REGION_A + (HELD - PART) / 2 * PMD_BYTES)
#define FORKS 10
#define STACK 16384UL

static char stack[STACK] __attribute__((aligned(16)));
static int stop;
static unsigned long remaps;

static int remapper(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		region_unmap(PART_ADDR, PART);
		region_map(PART_ADDR, PART);
		touch(PART_ADDR, PART, PMD_BYTES);
		remaps++;
	}
	return 0;
}

static void wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("wait");
}

static void fork_many(void)
{
	for (int i = 0; i < FORKS; i++) {
		const pid_t pid = fork();

		if (!pid)
			_exit(0);
		wait_for(pid);
	}
}

void run_fork_unmap(void)
{
	struct snap base;
	pid_t pid;

	snap_take(&base);
	region_map(REGION_A, HELD);
	touch(REGION_A, HELD, PMD_BYTES);
	pid = clone(remapper, stack + STACK, CLONE_VM | SIGCHLD, NULL);
	fork_many();
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	wait_for(pid);
	check_between("remaps", "fork_unmap", 1, INT_MAX, remaps);
	held_report("fork_unmap", "end", &base, held(HELD, HELD, 0));
}
