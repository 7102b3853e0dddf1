// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of a fault, a fork, a move, an unmap fails once, the first, the second, and
 * so on until there is none left: what is done is done whole or not at all.
 */
#include "pgtable.h"

#include <sys/mount.h>

#define TABLES 4
#define NTH_MAX 4000

#define DEBUGFS "/sys/kernel/debug/"

static const struct {
	const char *file;
	const char *value;
} settings[] = {
	{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
	{ DEBUGFS "failslab/verbose", "0" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N" },
	{ DEBUGFS "fail_page_alloc/min-order", "0" },
	{ DEBUGFS "fail_page_alloc/verbose", "0" },
};

#define SETTINGS (sizeof(settings) / sizeof(*settings))

FIXTURE(fail)
{
	char *region;
	char saved[SETTINGS][32];
};

FIXTURE_SETUP(fail)
{
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	for (size_t i = 0; i < SETTINGS; i++)
		if (!get(settings[i].file, self->saved[i],
			 sizeof(self->saved[i])))
			SKIP(return, "no fault injection");
	if (access("/proc/self/fail-nth", W_OK))
		SKIP(return, "no fault injection");
	for (size_t i = 0; i < SETTINGS; i++)
		ASSERT_TRUE(put(settings[i].file, settings[i].value));
	self->region = map_anon(TABLES);
	ASSERT_NE(MAP_FAILED, self->region);
}

FIXTURE_TEARDOWN(fail)
{
	for (size_t i = 0; i < SETTINGS; i++)
		EXPECT_TRUE(put(settings[i].file, self->saved[i]));
}

/* The @n-th allocation from here on fails. */
static int nth_fd(void)
{
	return open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
}

static void arm(int fd, int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	if (pwrite(fd, text, strlen(text), 0) < 0)
		_exit(100);
}

/* Ends it; whether one has failed. */
static bool disarm(int fd)
{
	char text[16] = "";
	long left;

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		_exit(101);
	left = strtol(text, NULL, 10);
	arm(fd, 0);
	return left == 0;
}

/* Exit codes of what is tried: 0 and 1 if the failure has been met, or has not. */
static int fault(char *region, int n)
{
	const int fd = nth_fd();
	bool met;

	arm(fd, n);
	fill(region, TABLES, 21);
	met = disarm(fd);
	if (wrong(region, TABLES, 21))
		return 50;
	return !met;
}

static int fork_once(char *region, int n)
{
	const int fd = nth_fd();
	pid_t pid;
	bool met;

	fill(region, TABLES, 22);
	arm(fd, n);
	pid = fork();
	if (!pid) {
		/* It has inherited nothing that fails */
		_exit(wrong(region, TABLES, 22) ? 51 : 0);
	}
	met = disarm(fd);
	if (pid > 0 && reap(pid))
		return 52;
	if (wrong(region, TABLES, 22))
		return 53;
	return !met;
}

static int move(char *region, int n)
{
	char *to = map_anon(TABLES), *p;
	const int fd = nth_fd();
	bool met;

	fill(region, TABLES, 23);
	arm(fd, n);
	/* A page further: entry by entry, into tables that are allocated */
	p = mremap(region, TABLES * TABLE_SPAN - page_bytes,
		   TABLES * TABLE_SPAN - page_bytes,
		   MREMAP_MAYMOVE | MREMAP_FIXED, to + page_bytes);
	met = disarm(fd);
	if (wrong(p == MAP_FAILED ? region : p, TABLES, 23))
		return 54;
	return !met;
}

/* May fail for want of a maple node, before anything is unmapped */
static int unmap(char *region, int n)
{
	const int fd = nth_fd();
	bool met;
	int rc;

	fill(region, TABLES, 24);
	arm(fd, n);
	rc = munmap(region + TABLE_SPAN, TABLE_SPAN);
	met = disarm(fd);
	if (*slot(region, 0) != tag(0, 24) || *slot(region, 2) != tag(2, 24))
		return 55;
	if (rc && *slot(region, 1) != tag(1, 24))
		return 56;
	return !met;
}

static int dontneed(char *region, int n)
{
	const int fd = nth_fd();
	bool met;

	fill(region, TABLES, 25);
	arm(fd, n);
	madvise(region, TABLES * TABLE_SPAN, MADV_DONTNEED);
	met = disarm(fd);
	fill(region, TABLES, 26);
	if (wrong(region, TABLES, 26))
		return 57;
	return !met;
}

FIXTURE_VARIANT(fail)
{
	int (*what)(char *region, int n);
};

FIXTURE_VARIANT_ADD(fail, fault){ fault };
FIXTURE_VARIANT_ADD(fail, fork){ fork_once };
FIXTURE_VARIANT_ADD(fail, move){ move };
FIXTURE_VARIANT_ADD(fail, unmap){ unmap };
FIXTURE_VARIANT_ADD(fail, dontneed){ dontneed };

/* In a child each, so that all begin with the same empty tables */
TEST_F_TIMEOUT(fail, nth, SECONDS)
{
	int n, how = 0;

	for (n = 1; n < NTH_MAX && !how; n++) {
		const pid_t pid = fork();

		ASSERT_GE(pid, 0);
		if (!pid)
			_exit(variant->what(self->region, n));
		how = reap(pid);
		/* Killed for want of memory is a way to fail a fault */
		if (how == 256 + SIGKILL || how == 256 + SIGBUS)
			how = 0;
		ASSERT_LE(how, 1)
		{
			TH_LOG("allocation %d", n);
		}
	}
	ASSERT_EQ(1, how);
	TH_LOG("%d allocations", n - 2);
}

TEST_HARNESS_MAIN
