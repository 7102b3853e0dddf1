// SPDX-License-Identifier: GPL-2.0
/*
 * Two threads take page faults at the same time: each in tables of its own, neighbours that
 * share pages where tables do, and then both in the same tables.  On one CPU this counts the
 * instructions of a fault.  On several, with CONFIG_LOCK_STAT, it shows whether the locks of
 * the two halves of a page are independent: nobody must wait in halves_two.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 10
/* Well within a tick. */
#define PMDS (2048UL / PTES)
#define STACK 16384UL

static struct row row;
static bool same_tables;
static int gate[2];
static int done;
static char stack[STACK] __attribute__((aligned(16)));

/* The pages of one PMD but the first, which is there already: all, odd or even ones. */
static void fault_pmd(unsigned long addr, unsigned long self)
{
	if (!same_tables)
		touch(addr + PAGE_BYTES, PTES - 1, PAGE_BYTES);
	else if (self)
		touch(addr + PAGE_BYTES, PTES / 2, 2 * PAGE_BYTES);
	else
		touch(addr + 2 * PAGE_BYTES, PTES / 2 - 1, 2 * PAGE_BYTES);
}

/* The share of thread @self: as many pages for both. */
static void fault_all(unsigned long self)
{
	for (unsigned long i = 0; i < PMDS; i++)
		if (same_tables || i % 2 == self)
			fault_pmd(REGION_A + i * PMD_BYTES, (self + i) % 2);
}

static void pass(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		die("read");
}

static void open_gate(void)
{
	if (write(gate[1], "", 1) != 1)
		die("write");
}

static int second(void *arg)
{
	(void)arg;
	pass(gate[0]);
	fault_all(1);
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	pass(gate[0]);
	return 0;
}

static void both_timed(void)
{
	u64 t;

	tick_align();
	t = clock_start();
	open_gate();
	fault_all(0);
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		sched_yield();
	row_add(&row, since(t));
}

static void halves_round(void)
{
	pid_t pid;

	region_map(REGION_A, PMDS);
	touch(REGION_A, PMDS, PMD_BYTES);
	done = 0;
	pid = clone(second, stack + STACK, CLONE_VM | SIGCHLD, NULL);
	if (pid < 0)
		die("clone");
	both_timed();
	open_gate();
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
	region_unmap(REGION_A, PMDS);
	sleep_ms(60);
}

static void halves(const char *name, bool same)
{
	long waits;

	same_tables = same;
	lock_waits_reset();
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, name, "insn/page", PMDS * (PTES - 1),
				 false);
		halves_round();
	}
	row_print(&row);
	waits = lock_waits();
	if (waits < 0 || cpus() == 1)
		return;
	/* That the same lock is waited for shows that waiting is seen. */
	if (same)
		check_between("lock_waits", name, 1, LONG_MAX, waits);
	else
		check("lock_waits", name, 0, waits);
}

void run_halves(void)
{
	if (pipe(gate))
		die("pipe");
	halves("halves_two", false);
	halves("halves_one", true);
}
