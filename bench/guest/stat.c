// SPDX-License-Identifier: GPL-2.0
/* Memory statistics of the kernel, read once they have come to rest. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ptb.h"

#define CGROUP "/sys/fs/cgroup/ptb/"
#define SETTLE_MS 50
#define SETTLE_MAX 200
/* Without vm.stat_refresh the per-CPU counters are folded once a second. */
#define FOLD_MS 1100
/* memory.stat is exact only after the kernel's own flush, every two seconds. */
#define MEMCG_FLUSH_MS 2100

static char text[262144];

/* Reads a whole file into text[]; returns false if it does not exist. */
static bool get_file(const char *path)
{
	ssize_t n, len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	close(fd);
	if (n < 0)
		die("read statistics");
	text[len] = '\0';
	return true;
}

bool file_has(const char *path, const char *s)
{
	return get_file(path) && strstr(text, s);
}

/* Writes @s to a file of the kernel's; a file that does not exist is ignored. */
void put_file(const char *path, const char *s)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, s, strlen(s)) < 0)
		die(path);
	close(fd);
}

/* Text after "@key " at the start of a line of text[], NULL if there is none. */
static const char *find(const char *key)
{
	const size_t len = strlen(key);
	const char *p = text;

	while (p && *p) {
		if (!strncmp(p, key, len) && p[len] == ' ')
			return p + len;
		p = strchr(p, '\n');
		if (p)
			p++;
	}
	return NULL;
}

static long number(const char *key)
{
	const char *p = find(key);

	if (!p)
		die(key);
	return strtol(p, NULL, 10);
}

static void get_vmstat(void)
{
	if (access("/proc/sys/vm/stat_refresh", F_OK))
		sleep_ms(FOLD_MS);
	else
		put_file("/proc/sys/vm/stat_refresh", "1");
	if (!get_file("/proc/vmstat"))
		die("vmstat");
}

/* Online ones, all of which the kernel numbered without a gap. */
long cpus(void)
{
	const long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? n : 1;
}

/* Pages of page tables right now, per-CPU parts included; does not wait for callbacks. */
long nr_page_table_pages(void)
{
	get_vmstat();
	return number("nr_page_table_pages");
}

/* How often @name has happened, of all CPUs. */
long vm_event(const char *name)
{
	get_vmstat();
	return number(name);
}

/*
 * Bytes of the PTE tables of process @pid and of the tables between them and the pgd: whole
 * tables, whatever pages they are in.
 */
unsigned long vm_pte(pid_t pid)
{
	static const char key[] = "\nVmPTE:";
	const char *p = NULL;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (get_file(path))
		p = strstr(text, key);
	if (!p)
		die("VmPTE");
	return strtoul(p + strlen(key), NULL, 10) * 1024;
}

/* From here on lock_waits() counts. */
void lock_waits_reset(void)
{
	put_file("/proc/lock_stat", "0");
}

/* How often a task has waited for the lock of a page table; -1 without CONFIG_LOCK_STAT. */
long lock_waits(void)
{
	static const char key[] = "ptlock_ptr(ptdesc)";
	const char *p = text;
	long sum = 0, n;

	if (!get_file("/proc/lock_stat"))
		return -1;
	/* "NAME: con-bounces contentions ...", and below it without a colon who waited where */
	while ((p = strstr(p, key))) {
		p += strcspn(p, ": \n");
		if (sscanf(p, ":%*d %ld", &n) == 1)
			sum += n;
	}
	return sum;
}

/* Waits, idle, until all grace periods and callbacks that free page tables are over. */
void settle(void)
{
	long prev = -1;
	int same = 0;

	for (int i = 0; i < SETTLE_MAX && same < 3; i++) {
		long cur;

		sleep_ms(SETTLE_MS);
		cur = nr_page_table_pages();
		same = cur == prev ? same + 1 : 0;
		prev = cur;
	}
}

/* Gives back what sits in per-CPU sheaves and emptied slabs: active becomes exact. */
static void shrink_cache(const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", name);
	put_file(path, "1");
}

/* A line of /proc/slabinfo: name, four numbers and more behind two colons. */
static void get_cache(const char *name, struct cache *c)
{
	const char *p = find(name);

	memset(c, 0, sizeof(*c));
	if (!p)
		return;
	c->present =
		sscanf(p,
		       "%ld %ld %ld %ld %ld : tunables %*d %*d %*d : slabdata %*d %ld",
		       &c->active, &c->total, &c->objsize, &c->perslab,
		       &c->slabpages, &c->slabs) == 6;
	if (!c->present)
		die("slabinfo");
}

/*
 * Name of the kmalloc cache that holds a vector of one slabobj_ext (8 bytes: the object's
 * cgroup) for each object of a slab of @c.
 */
static const char *vector_cache(const struct cache *c)
{
	static const struct {
		long bytes;
		const char *name;
	} sizes[] = {
		{ 8, "kmalloc-8" },	{ 16, "kmalloc-16" },
		{ 32, "kmalloc-32" },	{ 64, "kmalloc-64" },
		{ 96, "kmalloc-96" },	{ 128, "kmalloc-128" },
		{ 192, "kmalloc-192" }, { 256, "kmalloc-256" },
		{ 512, "kmalloc-512" }, { 1024, "kmalloc-1k" },
		{ 2048, "kmalloc-2k" }, { 4096, "kmalloc-4k" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		if (c->perslab * 8 <= sizes[i].bytes)
			return sizes[i].name;
	return "kmalloc-8k";
}

/* The flush is a deferrable timer: it waits for a tick, and there is none on an idle CPU. */
static void memcg_flush(void)
{
	sleep_ms(MEMCG_FLUSH_MS);
	tick_align_busy();
	sleep_ms(SETTLE_MS);
}

/* What moves with every page table, as it is right now. */
void snap_quick(struct snap *s)
{
	memset(s, 0, sizeof(*s));
	get_vmstat();
	s->nr_pt = number("nr_page_table_pages");
	s->slab = (number("nr_slab_reclaimable") +
		   number("nr_slab_unreclaimable")) *
		  PAGE_BYTES;
	if (!get_file("/proc/slabinfo"))
		die("slabinfo");
	get_cache("ptdesc", &s->desc);
	get_cache("ptdesc_frag", &s->frag);
	get_cache("page->ptl", &s->ptl);
	get_cache(vector_cache(&s->desc), &s->desc_vec);
	get_cache(vector_cache(&s->frag), &s->frag_vec);
}

/*
 * An idle CPU keeps the mm of the last process that it ran, and its pgd: runs on each, so that
 * it is this one.
 */
static void visit_cpus(void)
{
	const long n = cpus();
	cpu_set_t all, one;

	if (n == 1)
		return;
	if (sched_getaffinity(0, sizeof(all), &all))
		die("affinity");
	for (long i = 0; i < n; i++) {
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		if (sched_setaffinity(0, sizeof(one), &one))
			die("affinity");
	}
	if (sched_setaffinity(0, sizeof(all), &all))
		die("affinity");
}

/* Waits until nothing moves, then reads everything.  Takes seconds of guest time, all idle. */
void snap_take(struct snap *s)
{
	visit_cpus();
	settle();
	snap_quick(s);
	shrink_cache("ptdesc");
	shrink_cache("ptdesc_frag");
	shrink_cache("page->ptl");
	shrink_cache(vector_cache(&s->desc));
	shrink_cache(vector_cache(&s->frag));
	memcg_flush();
	snap_quick(s);
	s->own = vm_pte(getpid());
	s->memcg_pt = get_file(CGROUP "memory.stat") ? number("pagetables") : 0;
	s->memcg_cur =
		get_file(CGROUP "memory.current") ? strtol(text, NULL, 10) : 0;
}

/* Bytes that are charged to the scenario's cgroup; -1 if nothing is. */
long memcg_bytes(void)
{
	return get_file(CGROUP "memory.current") ? strtol(text, NULL, 10) : -1;
}
