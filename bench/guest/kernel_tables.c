// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own tables: what maps and unmaps memory in vmalloc space.  There are no modules,
 * no BPF and no sockets to ask for it, but every process has its stack there, and one with a
 * million file descriptors an array of 8 MiB.
 *
 * Tables of the kernel's are never freed, so none is made here: warm_kernel() has made them
 * all, and what they take is in the row boot.  What is left is to find and to fill them.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 40
/* A CPU keeps two stacks for the next processes: these are many more. */
#define STACKS 32UL
#define STACK 4096UL
/* As in lifecycle: stacks are unmapped after a grace period. */
#define WAIT_NS 60000000ULL
/* As many as fs.nr_open has by default. */
#define FILES 1048576UL
#define FILES_PAGES (FILES * sizeof(void *) / PAGE_BYTES)
/* Address space is used again once 32 MiB wait for it, more with more CPUs. */
#define WARM_FILES 8L

static struct row make, end, life, alloc, release;
static char *stacks;
static int gate[2], result[2];

/* Says for how long it was timed, and waits. */
static int child(u64 v)
{
	char c;

	if (write(result[1], &v, sizeof(v)) != sizeof(v))
		return 1;
	return read(gate[0], &c, 1) != 1;
}

static int stack_child(void *arg)
{
	(void)arg;
	return child(0);
}

static u64 from_child(void)
{
	u64 v;

	if (read(result[0], &v, sizeof(v)) != sizeof(v))
		die("read");
	return v;
}

/* One after the other, so that it is not the scheduler that says who runs when. */
static void make_all(void)
{
	for (unsigned long i = 1; i <= STACKS; i++) {
		if (clone(stack_child, stacks + i * STACK, CLONE_VM | SIGCHLD,
			  NULL) < 0)
			die("clone");
		from_child();
	}
}

static void end_children(unsigned long n)
{
	char go = 0;

	while (n--)
		if (write(gate[1], &go, 1) != 1 || wait(NULL) < 0)
			die("wait");
}

static void end_timed(struct row *row, unsigned long n)
{
	u64 t;

	tick_align();
	t = clock_start();
	end_children(n);
	row_add(row, since(t));
}

static void stack_round(void)
{
	const u64 loops = WAIT_NS / spin_cost;
	u64 t;

	tick_align();
	t = clock_start();
	make_all();
	row_add(&make, since(t));
	end_timed(&end, STACKS);
	settle();
	tick_align();
	t = clock_start();
	make_all();
	end_children(STACKS);
	spin(loops);
	row_add(&life, since(t) - loops * spin_cost);
	settle();
}

static void setup(void)
{
	if (pipe(gate) || pipe(result))
		die("pipe");
}

static void kernel_stacks(void)
{
	stacks = mmap(NULL, STACKS * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (stacks == MAP_FAILED)
		die("mmap");
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1) {
			row_init(&make, "kernel_stack", "insn/stack", STACKS,
				 false);
			row_init(&end, "kernel_stack_exit", "insn/stack",
				 STACKS, false);
			row_init(&life, "kernel_stack_life", "insn/stack",
				 STACKS, false);
		}
		stack_round();
	}
	row_print(&make);
	row_print(&end);
	row_print(&life);
}

static void grow(unsigned long fd)
{
	if (dup2(gate[0], fd) < 0)
		die("dup2");
}

/* What a process takes that makes its array that large. */
static u64 many_files(void)
{
	const struct rlimit limit = { FILES, FILES };
	const pid_t pid = fork();

	if (!pid) {
		if (setrlimit(RLIMIT_NOFILE, &limit))
			die("setrlimit");
		_exit(child(pieces(grow, FILES - 1, 0, 1)));
	}
	if (pid < 0)
		die("fork");
	return from_child();
}

static void files(void)
{
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1) {
			row_init(&alloc, "kernel_vmalloc", "insn/page",
				 FILES_PAGES, false);
			row_init(&release, "kernel_vfree", "insn/page",
				 FILES_PAGES, false);
		}
		row_add(&alloc, many_files());
		end_timed(&release, 1);
		settle();
	}
	row_print(&alloc);
	row_print(&release);
}

/* Of warm_kernel(): the same for what is not a stack. */
void warm_vmalloc(void)
{
	if (!VMALLOC_TABLES)
		return;
	setup();
	for (long i = 0; i < WARM_FILES * cpus(); i++) {
		many_files();
		end_children(1);
		sleep_ms(50);
	}
	for (int i = 0; i < 2; i++) {
		close(gate[i]);
		close(result[i]);
	}
}

void run_kernel_tables(void)
{
	setup();
	kernel_stacks();
	if (VMALLOC_TABLES)
		files();
}
