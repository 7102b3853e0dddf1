// SPDX-License-Identifier: GPL-2.0
/* A process that executes this program again and again: all its tables go, and come anew. */
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 30
/* A letter each: what is left is the end of the string.  Well within a tick. */
#define EXECS "................"
#define EXECS_NR (sizeof(EXECS) - 1)

static struct row row;

/* One of them; the first waits until it is timed, the last says that it is there. */
int storm_main(char *left, bool first)
{
	static char program[] = SELF, verb[] = "storming";
	char *const argv[] = { program, verb, left + 1, NULL };
	static char *const envp[] = { NULL };

	if (first)
		small_pass();
	if (!*left)
		return small_ready();
	execve(program, argv, envp);
	return 1;
}

static void storm(void)
{
	static char program[] = SELF, verb[] = "storm", execs[] = EXECS;
	char *const argv[] = { program, verb, execs, NULL };
	const pid_t pid = small_spawn(argv);
	u64 t;

	sleep_ms(60);
	tick_align();
	t = clock_start();
	small_open_gate();
	small_wait_ready(1);
	row_add(&row, since(t));
	small_end(&pid, 1);
}

void run_exec_storm(void)
{
	small_setup();
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, "exec_storm", "insn/exec", EXECS_NR,
				 true);
		storm();
		settle();
	}
	row_print(&row);
}
