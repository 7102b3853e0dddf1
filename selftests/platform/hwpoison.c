// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of a node of its own, whose blocks are taken offline while the kernel has pages in
 * them that cannot be moved, as they are and after such a page was poisoned.  Both times it
 * must be refused, and soon.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform.h"

#define KPF_SLAB 7
#define KPF_BUDDY 10
#define KPF_LRU 5
#define KPF_HWPOISON 19
#define KPF_PGTABLE 26
#define BIT(n) (1ULL << (n))

#define TIMERS 300
#define TABLES 100UL
#define OTHERS 20UL /* tables elsewhere between two of the node */
#define OFFLINE_MS 8000

#define BLOCK_MAX 32768 /* pages */
#define NODE 1
#define POLICY_DEFAULT 0
#define POLICY_BIND 2

/* Where pages are from, from now on. */
static void bind_to_node(bool yes)
{
	const unsigned long nodes = 1UL << NODE;

	if (syscall(SYS_set_mempolicy, yes ? POLICY_BIND : POLICY_DEFAULT,
		    yes ? &nodes : NULL, yes ? 8 * sizeof(nodes) : 0))
		die("set_mempolicy");
}

/* How many pages of a kind a block holds. */
struct held {
	long pgtable;
	long slab;
	long lru;
	long poisoned;
};

/* Flags of the pages of the block that was looked at last. */
static uint64_t flags[BLOCK_MAX];

static struct held look(int block)
{
	const unsigned long n = block_pfns();
	const int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	struct held h = { 0 };

	if (fd < 0 || n > BLOCK_MAX ||
	    pread(fd, flags, n * sizeof(*flags), n * block * sizeof(*flags)) !=
		    (ssize_t)(n * sizeof(*flags)))
		die("kpageflags");
	close(fd);
	for (unsigned long i = 0; i < n; i++) {
		h.pgtable += !!(flags[i] & BIT(KPF_PGTABLE));
		h.slab += !!(flags[i] & BIT(KPF_SLAB));
		h.lru += !!(flags[i] & BIT(KPF_LRU));
		h.poisoned += !!(flags[i] & BIT(KPF_HWPOISON));
	}
	return h;
}

/* Returns 0 if the block went offline, ETIME if trying had to be ended, or the error. */
static int offline(int block, long *ms)
{
	struct timespec a, b;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (!pid)
		_exit(block_put(block, "offline") ? 0 : errno);
	if (pid < 0)
		die("fork");
	for (int i = 0;; i += 50) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			break;
		if (i == OFFLINE_MS)
			kill(pid, SIGKILL);
		sleep_ms(50);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	*ms = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ETIME;
}

static const char *word_of(int err)
{
	switch (err) {
	case 0:
		return "went_offline";
	case EBUSY:
		return "busy";
	case ETIME:
		return "for_ever";
	default:
		return "error";
	}
}

static void try_offline(const char *what, const char *how, int block)
{
	char name[40];
	long ms;
	int err = offline(block, &ms);

	out("info block=%s pages=%s offline=%s errno=%d ms=%ld", what, how,
	    word_of(err), err, ms);
	snprintf(name, sizeof(name), "%s_%s", what, how);
	check(name, EBUSY, err);
}

/* All pages of the block of that kind: what is not poisoned could be what is refused. */
static void poison(int block, int kind, long pages)
{
	const unsigned long n = block_pfns();
	char text[24];

	look(block);
	for (unsigned long i = 0; i < n; i++) {
		if (!(flags[i] & BIT(kind)))
			continue;
		snprintf(text, sizeof(text), "%#lx", n * block + i);
		/* Nobody can do anything about a page of the kernel: an error, but poisoned */
		put_file("/sys/kernel/debug/hwpoison/corrupt-pfn", text);
	}
	check("poisoned_pages", pages, look(block).poisoned);
}

static int block_on(const char *how)
{
	const int block = block_find("offline");

	if (block < 0 || !block_put(block, how))
		die("block");
	return block;
}

/*
 * A block with nothing in it, of a node from which nobody has anything.  The threads of that
 * node start with its first block: from one for movable pages they cannot have their stacks.
 */
static int block_take(void)
{
	int block;

	block_on("online_movable");
	block = block_on("online_kernel");
	/* cpusets hear of the node later */
	sleep_ms(1000);
	return block;
}

static void both(const char *what, int block, int kind, long pages)
{
	try_offline(what, "good", block);
	if (block_is(block, "online"))
		poison(block, kind, pages);
	if (block_is(block, "online"))
		try_offline(what, "poisoned", block);
}

static void tell(const char *what, int block, const struct held *h)
{
	out("info block=%s number=%d pgtable=%ld slab=%ld lru=%ld", what, block,
	    h->pgtable, h->slab, h->lru);
}

/* Objects of any slab cache, and no other page. */
static void slab(void)
{
	const struct rlimit many = { TIMERS + 100, TIMERS + 100 };
	struct sigevent none = { .sigev_notify = SIGEV_NONE };
	const int block = block_take();
	struct held h;
	int id;

	if (setrlimit(RLIMIT_SIGPENDING, &many))
		die("setrlimit");
	bind_to_node(true);
	for (int i = 0; i < TIMERS; i++)
		if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &none, &id))
			die("timer_create");
	bind_to_node(false);
	h = look(block);
	tell("slab", block, &h);
	check_least("slab_pages", 1, h.slab);
	check("slab_alone", 0, h.pgtable + h.lru);
	both("slab", block, KPF_SLAB, h.slab);
}

/* Page tables, in a block that has been emptied of all but them and their descriptors. */
static void tables(void)
{
	const int block = block_take();
	struct held h;

	region_map(REGION, TABLES);
	region_read(REGION, 1);
	bind_to_node(true);
	region_read(REGION, TABLES);
	bind_to_node(false);
	h = look(block);
	tell("table", block, &h);
	check_least("table_pages", TABLES / 2, h.pgtable);
	both("table", block, KPF_PGTABLE, h.pgtable);
}

/*
 * Descriptors without their tables: a page of them comes from where the table does for
 * which there was none left, and has room for those of others.  Tables of the node go then.
 */
static void descs(void)
{
	const int block = block_take();
	unsigned long addr = REGION;
	struct held h;

	region_map(REGION, TABLES * (1 + OTHERS));
	/* What is above them */
	for (unsigned long i = 0; i < TABLES * (1 + OTHERS); i += 512)
		region_read(REGION + i * PMD_BYTES, 1);
	region_read(REGION + (TABLES * (1 + OTHERS) - 1) * PMD_BYTES, 1);
	for (unsigned long i = 0; i < TABLES; i++) {
		bind_to_node(true);
		region_read(addr, 1);
		bind_to_node(false);
		region_read(addr + PMD_BYTES, OTHERS);
		addr += (1 + OTHERS) * PMD_BYTES;
	}
	addr = REGION;
	for (unsigned long i = 0; i < TABLES; i++) {
		region_unmap(addr, 1);
		addr += (1 + OTHERS) * PMD_BYTES;
	}
	sleep_ms(2000);
	h = look(block);
	tell("desc", block, &h);
	check_least("desc_pages", 1, h.slab);
	check("desc_alone", 0, h.pgtable + h.lru);
	both("desc", block, KPF_SLAB, h.slab);
}

static void in_child(void (*run)(void))
{
	struct balance was;
	int status;
	pid_t pid;

	tables_run();
	was = balance();
	pid = fork();
	if (!pid) {
		run();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	check("child", 0, status);
	/* Poisoned pages do not come back, but they are no tables any more */
	balance_check("hwpoison", was);
}

void run_hwpoison_slab(void)
{
	in_child(slab);
}

void run_hwpoison_table(void)
{
	in_child(tables);
}

void run_hwpoison_desc(void)
{
	in_child(descs);
}
