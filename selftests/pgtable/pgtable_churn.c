// SPDX-License-Identifier: GPL-2.0
/*
 * Threads, or processes, that map, touch and unmap, while somebody reads their page tables in
 * each of the ways there are: all of them meet tables that are just going away.
 */
#include "pgtable.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#define WORKERS 4
#define TABLES 24

enum reader {
	PAGEMAP,
	SMAPS,
	SMAPS_ROLLUP,
	NUMA_MAPS,
	VM_READV,
	MINCORE,
	VMSPLICE,
};

/* What the reader looks at: the worker's region of the moment, and whose it is. */
struct shared {
	char *region[WORKERS];
	pid_t pid[WORKERS];
	unsigned long bad;
	int stop;
};

FIXTURE(churn)
{
	struct shared *s;
};

FIXTURE_VARIANT(churn)
{
	enum reader reader;
	bool processes;
};

FIXTURE_VARIANT_ADD(churn, threads_pagemap){ PAGEMAP, false };
FIXTURE_VARIANT_ADD(churn, threads_smaps){ SMAPS, false };
FIXTURE_VARIANT_ADD(churn, threads_numa_maps){ NUMA_MAPS, false };
FIXTURE_VARIANT_ADD(churn, threads_vm_readv){ VM_READV, false };
FIXTURE_VARIANT_ADD(churn, processes_pagemap){ PAGEMAP, true };
FIXTURE_VARIANT_ADD(churn, processes_smaps){ SMAPS, true };
FIXTURE_VARIANT_ADD(churn, processes_numa_maps){ NUMA_MAPS, true };
FIXTURE_VARIANT_ADD(churn, processes_vm_readv){ VM_READV, true };
FIXTURE_VARIANT_ADD(churn, threads_smaps_rollup){ SMAPS_ROLLUP, false };
FIXTURE_VARIANT_ADD(churn, processes_smaps_rollup){ SMAPS_ROLLUP, true };
FIXTURE_VARIANT_ADD(churn, threads_mincore){ MINCORE, false };
FIXTURE_VARIANT_ADD(churn, threads_vmsplice){ VMSPLICE, false };

FIXTURE_SETUP(churn)
{
	self->s = mmap(NULL, sizeof(*self->s), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->s);
}

FIXTURE_TEARDOWN(churn)
{
	munmap(self->s, sizeof(*self->s));
}

struct worker {
	struct shared *s;
	unsigned long id;
	pthread_t thread;
};

/* Every other table goes first, so that a table is freed while its neighbour is in use. */
static void churn_once(struct worker *w, unsigned long round)
{
	char *region = map_anon(TABLES);
	const unsigned long salt = w->id << 32 | round;

	if (region == MAP_FAILED) {
		__atomic_add_fetch(&w->s->bad, 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_store_n(&w->s->region[w->id], region, __ATOMIC_RELEASE);
	fill(region, TABLES, salt);
	__atomic_add_fetch(&w->s->bad, wrong(region, TABLES, salt),
			   __ATOMIC_RELAXED);
	for (unsigned long i = round % 2; i < TABLES; i += 2)
		munmap(region + i * TABLE_SPAN, TABLE_SPAN);
	for (unsigned long i = !(round % 2); i < TABLES; i += 2)
		if (*slot(region, i) != tag(i, salt))
			__atomic_add_fetch(&w->s->bad, 1, __ATOMIC_RELAXED);
	/* What was unmapped before may be another thread's by now */
	for (unsigned long i = !(round % 2); i < TABLES; i += 2)
		munmap(region + i * TABLE_SPAN, TABLE_SPAN);
}

static void *churn(void *arg)
{
	struct worker *w = arg;
	const unsigned long n = loops(150);

	for (unsigned long i = 0; i < n; i++)
		churn_once(w, i);
	return NULL;
}

static bool read_pagemap(pid_t pid, char *region)
{
	unsigned long read = 0;
	uint64_t entry;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	for (unsigned long i = 0; i < TABLES; i++)
		read += pread(fd, &entry, sizeof(entry),
			      ((uintptr_t)region + i * TABLE_SPAN) /
				      page_bytes * sizeof(entry)) ==
			sizeof(entry);
	close(fd);
	return read;
}

static bool read_proc(pid_t pid, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	return slurp(path) >= 0;
}

/* Through get_user_pages_remote(), which takes faults on behalf of the other one. */
static bool read_vm(pid_t pid, char *region)
{
	unsigned long read = 0;
	uint64_t value;

	for (unsigned long i = 0; i < TABLES; i++) {
		struct iovec local = { &value, sizeof(value) };
		struct iovec remote = { (void *)slot(region, i),
					sizeof(value) };

		read += process_vm_readv(pid, &local, 1, &remote, 1, 0) ==
			sizeof(value);
	}
	return read;
}

static bool read_mincore(char *region)
{
	static unsigned char vec[TABLES * TABLE_SPAN / 4096];

	/* ENOMEM if it has been unmapped meanwhile */
	return !mincore(region, TABLES * TABLE_SPAN, vec) || errno == ENOMEM;
}

/* Through get_user_pages_fast(), with interrupts off and no lock; a pipe has room for 16. */
static bool read_vmsplice(char *region)
{
	unsigned long read = 0;
	int p[2];

	for (unsigned long i = 0; i < TABLES; i++) {
		struct iovec iov = { (void *)slot(region, i), 8 };

		if (i % 8 == 0 && pipe2(p, O_CLOEXEC | O_NONBLOCK))
			return false;
		read += vmsplice(p[1], &iov, 1, SPLICE_F_NONBLOCK) > 0;
		if (i % 8 == 7 || i == TABLES - 1) {
			close(p[0]);
			close(p[1]);
		}
	}
	return read;
}

static bool read_once(enum reader reader, pid_t pid, char *region)
{
	switch (reader) {
	case PAGEMAP:
		return read_pagemap(pid, region);
	case SMAPS:
		return read_proc(pid, "smaps");
	case SMAPS_ROLLUP:
		return read_proc(pid, "smaps_rollup");
	case NUMA_MAPS:
		return read_proc(pid, "numa_maps");
	case VM_READV:
		return read_vm(pid, region);
	case MINCORE:
		return read_mincore(region);
	case VMSPLICE:
		return read_vmsplice(region);
	}
	return false;
}

struct reader_args {
	struct shared *s;
	enum reader reader;
	unsigned long tries;
	unsigned long reads; /* of them those that have read something */
};

static void *reader(void *arg)
{
	struct reader_args *a = arg;

	while (!__atomic_load_n(&a->s->stop, __ATOMIC_ACQUIRE)) {
		const unsigned long id = a->tries++ % WORKERS;
		char *region =
			__atomic_load_n(&a->s->region[id], __ATOMIC_ACQUIRE);

		/* What has just been unmapped, and a process that has ended, are no errors */
		if (region)
			a->reads += read_once(a->reader, a->s->pid[id], region);
	}
	return NULL;
}

static int work_in_child(struct worker *w)
{
	/* Or Yama lets nobody read */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	churn(w);
	return 0;
}

TEST_F_TIMEOUT(churn, readers, SECONDS)
{
	struct reader_args args = { self->s, variant->reader, 0, 0 };
	struct worker w[WORKERS];
	pid_t pid[WORKERS] = { 0 };
	pthread_t thread;
	char *own = map_anon(TABLES);

	ASSERT_NE(MAP_FAILED, own);
	fill(own, TABLES, 0);
	if (!read_once(variant->reader, getpid(), own))
		SKIP(return, "no such way to read");
	munmap(own, TABLES * TABLE_SPAN);
	for (unsigned long i = 0; i < WORKERS; i++) {
		w[i] = (struct worker){ self->s, i, 0 };
		self->s->pid[i] = getpid();
		if (!variant->processes) {
			ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, churn,
						    &w[i]));
			continue;
		}
		/* The child sees what is shared: fork() must not store there */
		pid[i] = fork();
		ASSERT_GE(pid[i], 0);
		if (!pid[i])
			_exit(work_in_child(&w[i]));
		self->s->pid[i] = pid[i];
	}
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader, &args));
	for (unsigned long i = 0; i < WORKERS; i++) {
		if (!variant->processes) {
			pthread_join(w[i].thread, NULL);
			continue;
		}
		EXPECT_EQ(0, reap(pid[i]));
	}
	__atomic_store_n(&self->s->stop, 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, self->s->bad);
	EXPECT_GT(args.reads, 0);
}

TEST_HARNESS_MAIN
