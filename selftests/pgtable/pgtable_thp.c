// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages have a table deposited, to be split into; collapsing frees one, of shared memory
 * in each process that has it, under the eyes of whoever walks it.
 */
#include "pgtable.h"

#include <pthread.h>
#include <sys/uio.h>

#define THP "/sys/kernel/mm/transparent_hugepage/"
#define HUGE 8

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static size_t huge_bytes(void)
{
	FILE *f = fopen(THP "hpage_pmd_size", "re");
	unsigned long n = 0;

	if (f && fscanf(f, "%lu", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

static long huge_kb(const char *key)
{
	return number_in("/proc/self/smaps_rollup", key);
}

FIXTURE(thp)
{
	char *region;
	char enabled[32];
	char shmem[32];
};

FIXTURE_SETUP(thp)
{
	self->region = MAP_FAILED;
	if (huge_bytes() != TABLE_SPAN ||
	    !get(THP "enabled", self->enabled, sizeof(self->enabled)))
		SKIP(return, "no huge pages as large as a table maps");
	if (huge_kb("AnonHugePages") < 0)
		SKIP(return, "no smaps to see huge pages in");
	if (!get(THP "shmem_enabled", self->shmem, sizeof(self->shmem)))
		self->shmem[0] = '\0';
	if (!put(THP "enabled", "madvise"))
		SKIP(return, "huge pages cannot be enabled");
	put(THP "shmem_enabled", "advise");
	self->region = map_anon(HUGE);
	ASSERT_NE(MAP_FAILED, self->region);
}

FIXTURE_TEARDOWN(thp)
{
	munmap(self->region, HUGE * TABLE_SPAN);
	put(THP "enabled", self->enabled);
	put(THP "shmem_enabled", self->shmem);
}

/* Returns whether there is a huge page among them. */
static bool fill_huge(char *region)
{
	madvise(region, HUGE * TABLE_SPAN, MADV_HUGEPAGE);
	fill(region, HUGE, 9);
	return huge_kb("AnonHugePages") > 0;
}

TEST_F_TIMEOUT(thp, fault_and_split, SECONDS)
{
	for (unsigned long n = 0; n < loops(5); n++) {
		if (!fill_huge(self->region)) {
			if (!has_failed(_metadata))
				SKIP(return, "no huge page to be had");
			return;
		}
		/* The last page of each, which fill() does not use */
		for (unsigned long i = 0; i < HUGE; i++)
			EXPECT_EQ(0,
				  madvise(self->region + (i + 1) * TABLE_SPAN -
						  page_bytes,
					  page_bytes, MADV_DONTNEED));
		EXPECT_EQ(0, huge_kb("AnonHugePages"));
		EXPECT_EQ(0, wrong(self->region, HUGE, 9));
		madvise(self->region, HUGE * TABLE_SPAN, MADV_DONTNEED);
	}
}

TEST_F_TIMEOUT(thp, split_by_mprotect, SECONDS)
{
	if (!fill_huge(self->region)) {
		if (!has_failed(_metadata))
			SKIP(return, "no huge page to be had");
		return;
	}
	for (unsigned long i = 0; i < HUGE; i++)
		EXPECT_EQ(0, mprotect(self->region + i * TABLE_SPAN +
					      TABLE_SPAN / 2,
				      page_bytes, PROT_READ));
	EXPECT_EQ(0, wrong(self->region, HUGE, 9));
}

TEST_F_TIMEOUT(thp, fork_of_huge, SECONDS)
{
	pid_t pid;

	if (!fill_huge(self->region)) {
		if (!has_failed(_metadata))
			SKIP(return, "no huge page to be had");
		return;
	}
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		int bad = wrong(self->region, HUGE, 9) ? 1 : 0;

		fill(self->region, HUGE, 11);
		_exit(bad || wrong(self->region, HUGE, 11));
	}
	EXPECT_EQ(0, reap(pid));
	EXPECT_EQ(0, wrong(self->region, HUGE, 9));
}

TEST_F_TIMEOUT(thp, collapse, SECONDS)
{
	unsigned long done = 0;

	for (unsigned long n = 0; n < loops(5); n++) {
		madvise(self->region, HUGE * TABLE_SPAN, MADV_NOHUGEPAGE);
		fill(self->region, HUGE, 13);
		EXPECT_EQ(0, huge_kb("AnonHugePages"));
		madvise(self->region, HUGE * TABLE_SPAN, MADV_HUGEPAGE);
		madvise(self->region, HUGE * TABLE_SPAN, MADV_COLLAPSE);
		done += huge_kb("AnonHugePages") > 0;
		EXPECT_EQ(0, wrong(self->region, HUGE, 13));
		madvise(self->region, HUGE * TABLE_SPAN, MADV_DONTNEED);
	}
	if (!done && !has_failed(_metadata))
		SKIP(return, "nothing can be collapsed");
}

struct walker {
	char *region;
	unsigned long bad;
	int stop;
};

/* Faults and get_user_pages_fast() in tables that are being retracted */
static void *walk(void *arg)
{
	struct walker *w = arg;

	while (!__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE)) {
		struct iovec iov = { (void *)slot(w->region, 1), 8 };
		int p[2];

		w->bad += wrong(w->region, HUGE, 15);
		if (pipe2(p, O_CLOEXEC | O_NONBLOCK))
			break;
		vmsplice(p[1], &iov, 1, SPLICE_F_NONBLOCK);
		close(p[0]);
		close(p[1]);
	}
	return NULL;
}

/* Of shared memory: khugepaged's retract_page_tables() and pte_free_defer() */
TEST_F_TIMEOUT(thp, collapse_shared, SECONDS)
{
	const size_t bytes = HUGE * TABLE_SPAN;
	const int fd = memfd_create("pgtable", MFD_CLOEXEC);
	struct walker w = { 0 };
	unsigned long done = 0;
	pthread_t thread;
	char *other;

	if (fd < 0)
		SKIP(return, "no memfd");
	for (unsigned long n = 0; n < loops(8); n++) {
		/* Anew, so that its pages are small ones */
		ASSERT_EQ(0, ftruncate(fd, 0));
		ASSERT_EQ(0, ftruncate(fd, bytes));
		w.region = map_tables(HUGE, MAP_SHARED, fd);
		other = map_tables(HUGE, MAP_SHARED, fd);
		ASSERT_NE(MAP_FAILED, w.region);
		ASSERT_NE(MAP_FAILED, other);
		madvise(w.region, bytes, MADV_NOHUGEPAGE);
		for (size_t i = 0; i < bytes; i += page_bytes)
			w.region[i] = 1;
		fill(w.region, HUGE, 15);
		madvise(w.region, bytes, MADV_HUGEPAGE);
		madvise(other, bytes, MADV_HUGEPAGE);
		w.stop = 0;
		ASSERT_EQ(0, pthread_create(&thread, NULL, walk, &w));
		madvise(other, bytes, MADV_COLLAPSE);
		done += huge_kb("ShmemPmdMapped") > 0;
		EXPECT_EQ(0, wrong(other, HUGE, 15));
		__atomic_store_n(&w.stop, 1, __ATOMIC_RELEASE);
		pthread_join(thread, NULL);
		munmap(w.region, bytes);
		munmap(other, bytes);
	}
	EXPECT_EQ(0, w.bad);
	close(fd);
	if (!done && !has_failed(_metadata))
		SKIP(return, "no shared memory can be collapsed");
}

TEST_HARNESS_MAIN
