// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that exit while there is no memory: of their cgroup, then of the whole machine.
 * Each takes page tables until somebody is killed, and all must be gone after that. The kernel
 * says much about it on the console: between the two info lines that is no splat.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define PROCS 16
#define REAPER_MS 3000
#define LIMIT "33554432"
/* Tables a process: 8 MB of pages, and their pages of tables */
#define LIMITED 2000UL

static void __noreturn greedy(unsigned long tables)
{
	put_file("/proc/self/oom_score_adj", "1000");
	region_map(REGION_A, tables);
	touch(REGION_A, tables, PMD_BYTES);
	pause();
	_exit(0);
}

static void exhaust(const char *what, unsigned long tables)
{
	pid_t pids[PROCS];
	int status, n, killed = 0;

	for (n = 0; n < PROCS; n++) {
		pids[n] = fork();
		if (!pids[n])
			greedy(tables);
		/* There may be no memory left for another one */
		if (pids[n] < 0 && (errno != ENOMEM || !n))
			die("fork");
		if (pids[n] < 0)
			break;
	}
	/* One has to go before the others have what they want */
	if (waitpid(-1, &status, 0) < 0)
		die("waitpid");
	killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	while (n--)
		kill(pids[n], SIGTERM);
	while (waitpid(-1, &status, 0) > 0)
		killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	check_between("killed", what, 1, PROCS, killed);
}

/* Nothing where the addresses of a process end before memory does. */
void run_exhausted(void)
{
	if (REGION_PMDS < LIMITED)
		return;
	put_file("/proc/self/oom_score_adj", "-1000");
	out("info oom=begin");
	put_file("/proc/sys/vm/oom_dump_tasks", "0");
	put_file("/sys/fs/cgroup/ptb/memory.max", LIMIT);
	exhaust("exhausted_memcg", LIMITED);
	put_file("/sys/fs/cgroup/ptb/memory.max", "max");
	exhaust("exhausted", tables_most());
	/* The OOM reaper has the mms of its victims, and their pgds, for two seconds */
	sleep_ms(REAPER_MS);
	settle();
	out("info oom=end");
}
