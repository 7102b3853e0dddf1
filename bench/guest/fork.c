// SPDX-License-Identifier: GPL-2.0
/* fork() of a process with many tables, the child's exit and the wait for it. */
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 40

static struct row row;

/* No idling in the timed region: the child runs when the parent waits. */
static void fork_exit(void)
{
	const u64 t = clock_start();
	const pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("fork");
	row_add(&row, since(t));
}

void run_fork_exit(void)
{
	region_map(REGION_A, CHUNK);
	touch(REGION_A, CHUNK, PMD_BYTES);
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, "fork_exit", "insn/table", CHUNK, true);
		sleep_ms(60);
		tick_align();
		fork_exit();
	}
	row_print(&row);
}
