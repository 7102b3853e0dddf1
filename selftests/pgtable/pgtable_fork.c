// SPDX-License-Identifier: GPL-2.0
/* fork() copies tables, exit() frees them, by many at a time and while others unmap. */
#include "pgtable.h"

#include <pthread.h>

#define TABLES 40
#define CHILDREN 8

FIXTURE(fork){};

FIXTURE_SETUP(fork)
{
}

FIXTURE_TEARDOWN(fork)
{
}

/* What a child does: what it has inherited is right, what it writes is its own. */
static int child(char *region, unsigned long salt)
{
	if (wrong(region, TABLES, salt))
		return 1;
	fill(region, TABLES, ~salt);
	return wrong(region, TABLES, ~salt) ? 2 : 0;
}

TEST_F_TIMEOUT(fork, storm, SECONDS)
{
	const unsigned long n = loops(12);
	char *region = map_anon(TABLES);

	ASSERT_NE(MAP_FAILED, region);
	fill(region, TABLES, 1);
	for (unsigned long i = 0; i < n; i++) {
		pid_t pid[CHILDREN];

		for (int c = 0; c < CHILDREN; c++) {
			pid[c] = fork();
			ASSERT_GE(pid[c], 0);
			if (!pid[c])
				_exit(child(region, 1));
		}
		for (int c = 0; c < CHILDREN; c++)
			EXPECT_EQ(0, reap(pid[c]));
	}
	EXPECT_EQ(0, wrong(region, TABLES, 1));
}

/* Each has a child of its own before it looks at what it has: COW of COW. */
static int grow_chain(char *region, unsigned long depth)
{
	pid_t pid;

	if (wrong(region, TABLES, depth))
		return 1;
	fill(region, TABLES, depth - 1);
	if (depth == 1)
		return 0;
	pid = fork();
	if (!pid)
		_exit(grow_chain(region, depth - 1));
	if (pid < 0 || reap(pid))
		return 2;
	return wrong(region, TABLES, depth - 1) ? 3 : 0;
}

TEST_F_TIMEOUT(fork, chain, SECONDS)
{
	char *region = map_anon(TABLES);

	ASSERT_NE(MAP_FAILED, region);
	fill(region, TABLES, 10);
	EXPECT_EQ(0, grow_chain(region, 10));
}

struct unmapper {
	char *region;
	int stop;
};

/* Takes the upper half away and brings it back. */
static void *unmapper(void *arg)
{
	struct unmapper *u = arg;
	char *half = u->region + TABLES / 2 * TABLE_SPAN;

	while (!__atomic_load_n(&u->stop, __ATOMIC_ACQUIRE)) {
		for (unsigned long i = 0; i < TABLES / 2; i++)
			half[i * TABLE_SPAN] = 1;
		madvise(half, TABLES / 2 * TABLE_SPAN, MADV_DONTNEED);
		mmap(half, TABLES / 2 * TABLE_SPAN, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		     -1, 0);
	}
	return NULL;
}

TEST_F_TIMEOUT(fork, while_unmapping, SECONDS)
{
	const unsigned long n = loops(40);
	struct unmapper u = { map_anon(TABLES), 0 };
	pthread_t thread;

	ASSERT_NE(MAP_FAILED, u.region);
	fill(u.region, TABLES / 2, 7);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unmapper, &u));
	for (unsigned long i = 0; i < n; i++) {
		const pid_t pid = fork();

		ASSERT_GE(pid, 0);
		if (!pid)
			_exit(wrong(u.region, TABLES / 2, 7) ? 1 : 0);
		EXPECT_EQ(0, reap(pid));
	}
	__atomic_store_n(&u.stop, 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, wrong(u.region, TABLES / 2, 7));
}

/* A process without the region has as many tables as before it had one. */
TEST_F_TIMEOUT(fork, own_count, SECONDS)
{
	char *region;
	long before;

	/* The stack and the C library take theirs */
	free(malloc(1 << 20));
	before = own_tables();
	if (before < 0)
		SKIP(return, "no VmPTE");
	before = own_tables();
	region = map_anon(TABLES);
	ASSERT_NE(MAP_FAILED, region);
	fill(region, TABLES, 3);
	EXPECT_GT(own_tables(), before);
	munmap(region, TABLES * TABLE_SPAN);
	EXPECT_EQ(before, own_tables());
}

/*
 * Far up, where an address space gets a level more than it had: s390 above 4 TiB and above
 * 8 PiB, x86 with five levels above 128 TiB. Each has tables of its own on all levels.
 */
TEST_F_TIMEOUT(fork, high_addresses, SECONDS)
{
	static const unsigned int bits[] = { 43, 46, 48, 54 };
	unsigned long found = 0;

	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
		char *want = (char *)(1UL << bits[i]);
		char *p = mmap(want, TABLES * TABLE_SPAN,
			       PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				       MAP_FIXED_NOREPLACE,
			       -1, 0);
		pid_t pid;

		if (p != want)
			continue;
		found++;
		madvise(p, TABLES * TABLE_SPAN, MADV_NOHUGEPAGE);
		fill(p, TABLES, i);
		pid = fork();
		ASSERT_GE(pid, 0);
		if (!pid)
			_exit(wrong(p, TABLES, i) ? 1 : 0);
		EXPECT_EQ(0, reap(pid));
		EXPECT_EQ(0, wrong(p, TABLES, i));
		munmap(p, TABLES * TABLE_SPAN);
	}
	if (!found)
		SKIP(return, "no such addresses");
}

TEST_HARNESS_MAIN
