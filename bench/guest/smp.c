// SPDX-License-Identifier: GPL-2.0
/*
 * What CPUs do to each other when they allocate and free page tables of one mm (make smp): a
 * task of it on each CPU, or more with ptb_tasks=.  They take turns, operation by operation:
 * who waits for his turn sleeps, so nothing but the operation itself is between the marks by
 * which a plugin (bench/plugin/lines.c) counts, and the order is the same on any host.  Or,
 * with ptb_smp=free, each runs until QEMU lets another CPU run, which is milliseconds.
 *
 * Sparse ranges are only read: a fault maps the zero page, and a table is all that it takes.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define THREADS_MAX 64UL
#define STACK 8192UL
#define SLOTS 64UL /* PTE tables of a range */
#define DENSE 64UL /* pages of one that are touched, */
#define DENSE_SLOTS 2UL /* in so many tables */
#define FORKS 4UL /* of each */

struct task {
	int granted; /* turns, the word that it sleeps on */
} __attribute__((aligned(256))); /* in a line of its own */

struct step {
	void (*op)(unsigned long self, unsigned long i);
	unsigned long ops; /* of each task */
	bool turns;
	bool timed;
};

static char stacks[THREADS_MAX][STACK] __attribute__((aligned(16)));
static struct task tasks[THREADS_MAX];
static unsigned long threads;
bool ptb_free;
unsigned long ptb_tasks;
static struct step step;

static void futex(int *word, int op, int value)
{
	syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static void grant(unsigned long to)
{
	__atomic_add_fetch(&tasks[to].granted, 1, __ATOMIC_SEQ_CST);
	futex(&tasks[to].granted, FUTEX_WAKE, 1);
}

static void wait_turn(unsigned long self, int used)
{
	int *word = &tasks[self].granted;

	while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == used)
		futex(word, FUTEX_WAIT, used);
}

/* The ring is closed by whoever has all of his turns: the next one has none left either. */
static int task(void *arg)
{
	const unsigned long self = (unsigned long)arg;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(self % cpus(), &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("affinity");
	wait_turn(self, 0);
	for (unsigned long i = 0; i < step.ops; i++) {
		if (step.turns)
			wait_turn(self, i);
		if (step.timed) {
			mark(MARK_BEGIN);
			step.op(self, i);
			mark(MARK_END);
		} else {
			step.op(self, i);
		}
		if (step.turns)
			grant((self + 1) % threads);
	}
	return 0;
}

/* Each task does @ops of @op. */
static void run_step(void (*op)(unsigned long self, unsigned long i),
		     unsigned long ops, bool turns, bool timed)
{
	pid_t pids[THREADS_MAX];
	int status;

	step = (struct step){ op, ops, turns, timed };
	memset(tasks, 0, sizeof(tasks));
	for (unsigned long i = 0; i < threads; i++) {
		pids[i] = clone(task, stacks[i] + STACK, CLONE_VM | SIGCHLD,
				(void *)i);
		if (pids[i] < 0)
			die("clone");
	}
	/* They are all there, and asleep on their own CPUs, before the first begins */
	sleep_ms(50);
	for (unsigned long i = 0; i < (turns ? 1 : threads); i++)
		grant(i);
	for (unsigned long i = 0; i < threads; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i])
			die("waitpid");
		check("task", "smp", 0, status);
	}
}

/* A segment between the ranges keeps them areas of their own. */
static unsigned long own(unsigned long self, unsigned long slot)
{
	return REGION_A + (self * (SLOTS + 1) + slot) * PMD_BYTES;
}

static void map_own(void)
{
	for (unsigned long i = 0; i < threads; i++)
		region_map(own(i, 0), SLOTS);
}

static void map_shared(void)
{
	region_map(REGION_A, threads * SLOTS);
}

static void op_sparse(unsigned long self, unsigned long i)
{
	touch_zero(own(self, i), 1, PMD_BYTES);
}

static void op_dense(unsigned long self, unsigned long i)
{
	touch(own(self, i / DENSE) + i % DENSE * PAGE_BYTES, 1, PAGE_BYTES);
}

static void op_shared(unsigned long self, unsigned long i)
{
	touch_zero(REGION_A + (i * threads + self) * PMD_BYTES, 1, PMD_BYTES);
}

static void op_unmap(unsigned long self, unsigned long i)
{
	region_unmap(own(self, i), 1);
}

static void op_fork(unsigned long self, unsigned long i)
{
	const pid_t pid = fork();

	(void)self;
	(void)i;
	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("fork");
}

static void op_either(unsigned long self, unsigned long i)
{
	if (self % 2)
		op_unmap(self, i);
	else
		op_sparse(self, i);
}

/* Before op_either(), and every other task's whole range after what has been measured */
static void op_odd_sparse(unsigned long self, unsigned long i)
{
	if (self % 2)
		op_sparse(self, i);
}

static void op_odd_unmap(unsigned long self, unsigned long i)
{
	(void)i;
	if (self % 2)
		region_unmap(own(self, 0), SLOTS);
}

/*
 * tables:	of each task when the row is done; 0 if its memory is not reported
 * before:	what each does beforehand, @ops times as well
 */
static const struct smp_row {
	const char *name;
	void (*map)(void);
	void (*op)(unsigned long self, unsigned long i);
	unsigned long ops;
	unsigned long tables;
	void (*before)(unsigned long self, unsigned long i);
} smp_rows[] = {
	{ "own_sparse", map_own, op_sparse, SLOTS, SLOTS, NULL },
	{ "own_dense", map_own, op_dense, DENSE *DENSE_SLOTS, 0, NULL },
	{ "shared", map_shared, op_shared, SLOTS, SLOTS, NULL },
	{ "munmap_own", map_own, op_unmap, SLOTS, 0, op_sparse },
	{ "fault_munmap", map_own, op_either, SLOTS, 0, op_odd_sparse },
	{ "fork_storm", map_own, op_fork, FORKS, 0, op_dense },
};

static void one_row(const struct smp_row *r)
{
	static struct row row;
	char name[40];
	struct snap base;
	const bool shared = r->map == map_shared;
	const unsigned long pmds = threads * (SLOTS + !shared);
	const unsigned long left = (threads + 1) / 2;

	snprintf(name, sizeof(name), "smp_%s_%s", r->name,
		 ptb_free ? "free" : "turns");
	memset(stacks, 0, sizeof(stacks));
	memset(tasks, 0, sizeof(tasks));
	snap_take(&base);
	r->map();
	if (r->before)
		run_step(r->before, r->ops, true, false);
	row_init(&row, name, "insn/op", threads * r->ops, false);
	run_step(r->op, r->ops, !ptb_free, true);
	row_add(&row, 0);
	out("info smp=%s threads=%lu ops=%lu", name, threads, threads * r->ops);
	if (!r->tables)
		return;
	held_report(name, "end", &base, held(threads * r->tables, pmds, 0));
	if (shared)
		return;
	run_step(op_odd_unmap, 1, true, false);
	/* Behind the last range that is left there may have been an upper table */
	held_report(name, "half", &base,
		    held(left * r->tables, (left * 2 - 1) * (SLOTS + 1), 0));
}

void run_smp(void)
{
	int status;

	if (cpus() < 2)
		return;
	threads = ptb_tasks ? ptb_tasks : (unsigned long)cpus();
	if (threads < 2 || threads > THREADS_MAX)
		die("ptb_tasks");
	for (size_t i = 0; i < ARRAY_SIZE(smp_rows); i++) {
		const pid_t pid = fork();

		if (!pid) {
			out_attach();
			one_row(&smp_rows[i]);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			die("smp");
		check("exit", "smp", 0, status);
	}
}
