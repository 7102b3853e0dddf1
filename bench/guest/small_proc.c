// SPDX-License-Identifier: GPL-2.0
/* Many small processes alive at once: fork and execve of this program, a few areas each. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define PROCS 64
#define GROUP 4
#define BATCHES 4
#define AREAS 4UL

/* The new program's descriptors: says that it is ready, waits to be killed. */
#define READY_FD 3
#define GATE_FD 4

static struct row create, end;
static pid_t pids[PROCS];
static int ready[2], gate[2];

/* What the exec'd program does: AREAS areas, each with a table of its own. */
int small_main(void)
{
	for (unsigned long i = 0; i < AREAS; i++) {
		region_map(REGION_A + 2 * i * PMD_BYTES, 1);
		touch(REGION_A + 2 * i * PMD_BYTES, 2, PAGE_BYTES);
	}
	return small_ready();
}

/* The exec'd program, once it has what it is to have: alive until it is killed. */
int small_ready(void)
{
	char c = 0;

	if (write(READY_FD, &c, 1) != 1)
		return 1;
	return read(GATE_FD, &c, 1) != 1;
}

/* The same, until small_open_gate(). */
void small_pass(void)
{
	char c;

	if (read(GATE_FD, &c, 1) != 1)
		_exit(1);
}

void small_open_gate(void)
{
	char c = 0;

	if (write(gate[1], &c, 1) != 1)
		die("write");
}

void small_setup(void)
{
	if (pipe(ready) || pipe(gate))
		die("pipe");
}

pid_t small_spawn(char *const argv[])
{
	static char *const envp[] = { NULL };
	const pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	if (dup2(ready[1], READY_FD) < 0 || dup2(gate[0], GATE_FD) < 0)
		_exit(1);
	execve(argv[0], argv, envp);
	_exit(1);
}

/* Until @procs of them are ready. */
void small_wait_ready(unsigned long procs)
{
	char c;

	while (procs--)
		if (read(ready[0], &c, 1) != 1)
			die("read");
}

void small_end(const pid_t *pid, unsigned long procs)
{
	for (unsigned long i = 0; i < procs; i++)
		kill(pid[i], SIGKILL);
	for (unsigned long i = 0; i < procs; i++)
		if (waitpid(pid[i], NULL, 0) != pid[i])
			die("waitpid");
}

/* GROUP processes, until all have touched what they touch. */
static void create_group(pid_t *pid)
{
	static char *const argv[] = { SELF, "small", NULL };
	u64 t;

	tick_align();
	t = clock_start();
	for (int i = 0; i < GROUP; i++)
		pid[i] = small_spawn(argv);
	small_wait_ready(GROUP);
	row_add(&create, since(t));
}

/*
 * The last group is not timed: it takes 1 to 3 % less, or not, as the seed will have it, and
 * would be the minimum.
 */
static void end_groups(void)
{
	int i;
	u64 t;

	for (i = 0; i < PROCS - GROUP; i += GROUP) {
		tick_align();
		t = clock_start();
		small_end(pids + i, GROUP);
		row_add(&end, since(t));
	}
	small_end(pids + i, GROUP);
}

/*
 * Pages of upper tables that an old kernel leaves out for process @pid. VmPTE leaves out the
 * topmost as well, and has less of the few PTE tables than of one other.
 */
static unsigned long uncounted(pid_t pid)
{
	if (!old_tables)
		return 0;
	return vm_pte(pid) / (UPPER_PAGES * PAGE_BYTES) * (UPPER_PAGES - 1) +
	       UPPER_PAGES;
}

static struct holding all_procs(void)
{
	struct holding h = { .tables = PROCS, .upper = UPPER_UNKNOWN };

	for (int i = 0; i < PROCS; i++)
		h.uncounted += uncounted(pids[i]);
	return h;
}

void run_small_proc(void)
{
	struct snap base, s;

	small_setup();
	snap_take(&base);
	for (int b = 0; b <= BATCHES; b++) {
		if (b <= 1) {
			row_init(&create, "small_proc", "insn/process", GROUP,
				 true);
			row_init(&end, "small_proc_exit", "insn/process", GROUP,
				 false);
		}
		for (int i = 0; i < PROCS; i += GROUP)
			create_group(pids + i);
		if (b == BATCHES) {
			snap_take(&s);
			mem_report("small_proc", "peak", &base, &s,
				   all_procs());
		}
		end_groups();
		settle();
	}
	row_print(&create);
	row_print(&end);
}
