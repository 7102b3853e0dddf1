// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that map the same GiB of hugetlb share a PMD table, and stop doing so in any
 * order; private ones that fork() copy it.
 */
#include "pgtable.h"

#include <pthread.h>
#include <sys/uio.h>

#define GIB (1UL << 30)
#define PAGES 8

FIXTURE(hugetlb)
{
	int fd;
	char *region;
	size_t size;
	char pool[32];
};

#define POOL "/proc/sys/vm/nr_hugepages"

FIXTURE_SETUP(hugetlb)
{
	const long kb = number_in("/proc/meminfo", "Hugepagesize");
	char *hole;

	self->fd = -1;
	self->region = MAP_FAILED;
	self->size = kb * 1024;
	if (kb <= 0 || !get(POOL, self->pool, sizeof(self->pool)))
		SKIP(return, "no huge pages");
	if (number_in("/proc/meminfo", "HugePages_Free") < 2 * PAGES)
		put(POOL, "20");
	if (number_in("/proc/meminfo", "HugePages_Free") < 2 * PAGES) {
		put(POOL, self->pool);
		SKIP(return, "no huge pages to be had");
	}
	self->fd = memfd_create("pgtable", MFD_HUGETLB | MFD_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, ftruncate(self->fd, 2 * GIB));
	hole = mmap(NULL, 3 * GIB, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, hole);
	self->region = (char *)(((uintptr_t)hole + GIB - 1) & ~(GIB - 1));
}

FIXTURE_TEARDOWN(hugetlb)
{
	munmap(self->region, 2 * GIB);
	close(self->fd);
	EXPECT_TRUE(put(POOL, self->pool));
}

static char *map_huge(char *at, int fd, int flags)
{
	return mmap(at, 2 * GIB, PROT_READ | PROT_WRITE,
		    flags | MAP_FIXED | MAP_NORESERVE, fd, 0);
}

static unsigned long bad_pages(char *region, size_t size)
{
	unsigned long bad = 0;

	for (unsigned long i = 0; i < PAGES; i++)
		bad += *(uint64_t *)(region + i * size) != tag(i, 17);
	return bad;
}

static void fill_pages(char *region, size_t size)
{
	for (unsigned long i = 0; i < PAGES; i++)
		*(uint64_t *)(region + i * size) = tag(i, 17);
}

/* Ends as @how says, having seen what the first one has written */
static int sharer(char *at, int fd, size_t size, int how)
{
	char *p = map_huge(at, fd, MAP_SHARED);

	if (p == MAP_FAILED || bad_pages(p, size))
		return 1;
	switch (how % 4) {
	case 0:
		return 0;
	case 1:
		munmap(p, GIB);
		return 0;
	case 2:
		/* Of a part: the table must be the process's own for that */
		mprotect(p, 2 * size, PROT_READ);
		return bad_pages(p, size) ? 2 : 0;
	default:
		madvise(p, 2 * GIB, MADV_DONTNEED);
		return bad_pages(p, size) ? 3 : 0;
	}
}

TEST_F_TIMEOUT(hugetlb, shared, SECONDS)
{
	char *p = map_huge(self->region, self->fd, MAP_SHARED);

	ASSERT_NE(MAP_FAILED, p);
	fill_pages(p, self->size);
	for (unsigned long n = 0; n < loops(6); n++) {
		pid_t pid[8];

		for (int i = 0; i < 8; i++) {
			pid[i] = fork();
			ASSERT_GE(pid[i], 0);
			if (!pid[i])
				_exit(sharer(self->region, self->fd, self->size,
					     i));
		}
		for (int i = 0; i < 8; i++)
			EXPECT_EQ(0, reap(pid[i]));
		EXPECT_EQ(0, bad_pages(p, self->size));
	}
}

/* The first one leaves while the other one uses what it shared. */
TEST_F_TIMEOUT(hugetlb, first_leaves, SECONDS)
{
	char *p = map_huge(self->region, self->fd, MAP_SHARED);
	int ready[2], gone[2];
	char c = 0;
	pid_t pid;

	ASSERT_NE(MAP_FAILED, p);
	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, pipe(gone));
	fill_pages(p, self->size);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		int bad = bad_pages(p, self->size) ? 1 : 0;

		if (write(ready[1], &c, 1) != 1 || read(gone[0], &c, 1) != 1)
			bad = 2;
		_exit(bad || bad_pages(p, self->size));
	}
	ASSERT_EQ(1, read(ready[0], &c, 1));
	munmap(p, 2 * GIB);
	ASSERT_EQ(1, write(gone[1], &c, 1));
	EXPECT_EQ(0, reap(pid));
}

struct pinner {
	char *region;
	size_t size;
	unsigned long bad, reads;
	int stop;
};

/* Through get_user_pages_fast(), with interrupts off and no lock */
static void *pin(void *arg)
{
	struct pinner *a = arg;
	uint64_t value;
	int p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK)) {
		a->bad++;
		return NULL;
	}
	for (unsigned long i = 0; !__atomic_load_n(&a->stop, __ATOMIC_ACQUIRE);
	     i = (i + 1) % PAGES) {
		struct iovec iov = { a->region + i * a->size, sizeof(value) };

		if (vmsplice(p[1], &iov, 1, SPLICE_F_NONBLOCK) != sizeof(value))
			continue;
		a->bad += read(p[0], &value, sizeof(value)) != sizeof(value) ||
			  value != tag(i, 17);
		a->reads++;
	}
	close(p[0]);
	close(p[1]);
	return NULL;
}

/*
 * What is done to a part of the mapping splits it, and the table that it shared must not be
 * shared any more: others may be about to use it, and this process's own threads as well.
 */
static int splitter(char *at, int fd, size_t size, int how)
{
	struct pinner a = { map_huge(at, fd, MAP_SHARED), size, 0, 0, 0 };
	pthread_t thread;

	if (a.region == MAP_FAILED || bad_pages(a.region, size))
		return 1;
	if (pthread_create(&thread, NULL, pin, &a))
		return 2;
	while (!__atomic_load_n(&a.reads, __ATOMIC_RELAXED) &&
	       !__atomic_load_n(&a.bad, __ATOMIC_RELAXED))
		usleep(1000);
	switch (how % 3) {
	case 0:
		madvise(a.region + PAGES / 2 * size, GIB / 2, MADV_DONTFORK);
		break;
	case 1:
		munmap(a.region + GIB / 2, GIB);
		break;
	default:
		mprotect(a.region + PAGES / 2 * size, size, PROT_READ);
	}
	usleep(2000);
	__atomic_store_n(&a.stop, 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	return a.bad || bad_pages(a.region, size) ? 3 : 0;
}

TEST_F_TIMEOUT(hugetlb, split, SECONDS)
{
	char *p = map_huge(self->region, self->fd, MAP_SHARED);

	ASSERT_NE(MAP_FAILED, p);
	fill_pages(p, self->size);
	for (unsigned long n = 0; n < loops(10); n++) {
		pid_t pid[6];

		for (int i = 0; i < 6; i++) {
			pid[i] = fork();
			ASSERT_GE(pid[i], 0);
			if (!pid[i])
				_exit(splitter(self->region, self->fd,
					       self->size, i));
		}
		for (int i = 0; i < 6; i++)
			EXPECT_EQ(0, reap(pid[i]));
		EXPECT_EQ(0, bad_pages(p, self->size));
	}
}

/* Half of the pages are private ones, so that fork() copies the tables. */
TEST_F_TIMEOUT(hugetlb, private_fork, SECONDS)
{
	char *p = map_huge(self->region, self->fd, MAP_SHARED);

	ASSERT_NE(MAP_FAILED, p);
	fill_pages(p, self->size);
	p = map_huge(self->region, self->fd, MAP_PRIVATE);
	ASSERT_NE(MAP_FAILED, p);
	for (unsigned long i = 0; i < PAGES / 2; i++)
		*(uint64_t *)(p + i * self->size) = tag(i, 17);
	for (unsigned long n = 0; n < loops(6); n++) {
		pid_t pid;

		EXPECT_EQ(0, bad_pages(p, self->size));
		pid = fork();
		ASSERT_GE(pid, 0);
		if (!pid)
			_exit(bad_pages(p, self->size) ? 1 : 0);
		EXPECT_EQ(0, reap(pid));
	}
}

TEST_HARNESS_MAIN
