// SPDX-License-Identifier: GPL-2.0
/* As many tables as the guest's memory has room for, then exit: nothing may be left. */
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 2
#define MOST MIN(100000UL, REGION_PMDS)
#define STEP 10000UL

static int ready[2], gate[2];

/*
 * With a page for each table less than half of all memory: they are all freed at once, and
 * wait for a grace period.  In large steps, so that kernels of different size have the same.
 */
unsigned long tables_room(void)
{
	struct sysinfo si;
	unsigned long n;

	if (sysinfo(&si))
		die("sysinfo");
	n = si.totalram / PAGE_BYTES * si.mem_unit * 7 / 16;
	return n - n % STEP;
}

unsigned long tables_most(void)
{
	const unsigned long n = tables_room();

	return n < MOST ? n : MOST;
}

static void setup(void)
{
	if (!ready[1] && (pipe(ready) || pipe(gate)))
		die("pipe");
}

/* Until tables_exit(). */
static void __noreturn stay(void)
{
	char c;

	if (read(gate[0], &c, 1) != 1)
		die("holder");
	_exit(0);
}

static void __noreturn holder(unsigned long n, const char *report)
{
	struct holding h = held(n, n, 0);
	struct snap base;
	char c = 0;

	if (report)
		snap_take(&base);
	region_map(REGION_A, n);
	touch_zero(REGION_A, n, PMD_BYTES);
	h.fresh = true;
	if (report)
		held_report(report, "peak", &base, h);
	if (write(ready[1], &c, 1) != 1)
		die("holder");
	stay();
}

/* A process with @n tables, which reports them as those of @report unless that is NULL. */
pid_t tables_hold(unsigned long n, const char *report)
{
	pid_t pid;
	char c;

	setup();
	pid = fork();
	if (!pid)
		holder(n, report);
	if (pid < 0)
		die("fork");
	if (read(ready[0], &c, 1) != 1)
		die("read");
	return pid;
}

/* A copy of the caller and its tables; fork() is timed.  It may run at once: until it waits. */
pid_t tables_fork(struct row *row)
{
	pid_t pid;
	u64 t;

	setup();
	tick_align();
	t = clock_start();
	pid = fork();
	if (!pid)
		stay();
	if (pid < 0)
		die("fork");
	row_add(row, since(t));
	return pid;
}

/* The end of either, timed if there is a row for it. */
void tables_exit(pid_t pid, struct row *row)
{
	int status;
	char c = 0;
	u64 t;

	tick_align();
	t = clock_start();
	if (write(gate[1], &c, 1) != 1)
		die("write");
	if (waitpid(pid, &status, 0) != pid || status)
		die("waitpid");
	if (row)
		row_add(row, since(t));
}

void run_many(void)
{
	const unsigned long n = tables_most();
	static struct row row;

	row_init(&row, "many_exit", "insn/table", n, false);
	for (int i = 0; i < ROUNDS; i++) {
		tables_exit(tables_hold(n, i == ROUNDS - 1 ? "many" : NULL),
			    &row);
		settle();
	}
	row_print(&row);
}
