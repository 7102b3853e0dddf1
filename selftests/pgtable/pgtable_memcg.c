// SPDX-License-Identifier: GPL-2.0
/* Page tables are charged to a memory cgroup, count against its limit, and are given back. */
#include "pgtable.h"

#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#define TABLES 512

FIXTURE(memcg)
{
	char dir[128];
};

/* Where cgroup2 is mounted, and this process in it, according to /proc */
static bool own_group(char *dir, size_t size)
{
	char line[256], mount[64] = "", path[64] = "";
	FILE *f = fopen("/proc/mounts", "re");

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, " cgroup2 "))
			sscanf(line, "%*s %63s", mount);
	if (f)
		fclose(f);
	f = fopen("/proc/self/cgroup", "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "0::%63s", path);
	if (f)
		fclose(f);
	if (!*mount || !*path)
		return false;
	return snprintf(dir, size, "%s%s", mount, path) < (int)size;
}

/*
 * A group beside the one this process is in: below it none may be that has a controller while
 * there are processes.
 */
FIXTURE_SETUP(memcg)
{
	char own[96], file[160], *slash;

	self->dir[0] = '\0';
	if (!own_group(own, sizeof(own)))
		SKIP(return, "no cgroup2");
	slash = strrchr(own, '/');
	if (slash && slash[1])
		*slash = '\0';
	snprintf(self->dir, sizeof(self->dir), "%s/pgtable-%d", own, getpid());
	if (mkdir(self->dir, 0755)) {
		self->dir[0] = '\0';
		SKIP(return, "no group can be made");
	}
	snprintf(file, sizeof(file), "%s/memory.stat", self->dir);
	if (number_in(file, "pagetables") < 0) {
		rmdir(self->dir);
		SKIP(return, "no memory controller");
	}
}

FIXTURE_TEARDOWN(memcg)
{
	if (self->dir[0])
		EXPECT_EQ(0, rmdir(self->dir));
}

static bool join(const char *dir)
{
	char file[160];

	snprintf(file, sizeof(file), "%s/cgroup.procs", dir);
	return put(file, "0");
}

static long group_tables(const char *dir)
{
	char file[160];

	snprintf(file, sizeof(file), "%s/memory.stat", dir);
	return number_in(file, "pagetables");
}

static void limit(const char *dir, const char *bytes)
{
	char file[160];

	snprintf(file, sizeof(file), "%s/memory.max", dir);
	put(file, bytes);
}

/*
 * Tables are freed by RCU. What a CPU has counted goes to memory.stat when it is much, else by
 * work that an idle CPU leaves for later: keep each of them busy for a while.
 */
static void keep_busy(void)
{
	cpu_set_t all, one;

	if (sched_getaffinity(0, sizeof(all), &all))
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		const clock_t end = clock() + CLOCKS_PER_SEC / 50;

		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		while (clock() < end)
			;
	}
	sched_setaffinity(0, sizeof(all), &all);
}

static bool drained(const char *dir)
{
	for (int i = 0; i < 200; i++) {
		if (!group_tables(dir))
			return true;
		keep_busy();
		usleep(100000);
	}
	return false;
}

/* A page of zeroes in each table: nothing but tables is charged. */
static int read_all(unsigned long tables)
{
	volatile char *region = map_anon(tables);
	char c = 0;

	if (region == MAP_FAILED)
		return 1;
	for (unsigned long i = 0; i < tables; i++)
		c |= region[i * TABLE_SPAN];
	return c;
}

TEST_F_TIMEOUT(memcg, charged, SECONDS)
{
	long held = 0;
	int p[2], q[2];
	char c = 0;
	pid_t pid;

	ASSERT_EQ(0, pipe(p));
	ASSERT_EQ(0, pipe(q));
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		int bad = !join(self->dir) || read_all(TABLES);

		/* Either pipe breaks if the other one dies */
		if (write(p[1], &c, 1) != 1 || read(q[0], &c, 1) != 1)
			bad = 1;
		_exit(bad);
	}
	ASSERT_EQ(1, read(p[0], &c, 1));
	/* The counters of other CPUs may be late */
	for (int i = 0; i < 50 && held < (long)TABLES * 2048; i++) {
		keep_busy();
		held = group_tables(self->dir);
	}
	EXPECT_GE(held, (long)TABLES * 2048);
	EXPECT_LE(held, (long)TABLES * 2 * 4096);
	ASSERT_EQ(1, write(q[1], &c, 1));
	EXPECT_EQ(0, reap(pid));
	EXPECT_TRUE(drained(self->dir));
	for (int i = 0; i < 2; i++) {
		close(p[i]);
		close(q[i]);
	}
}

TEST_F_TIMEOUT(memcg, limited, SECONDS)
{
	for (unsigned long n = 0; n < loops(3); n++) {
		pid_t pid;

		limit(self->dir, "4194304");
		pid = fork();
		ASSERT_GE(pid, 0);
		if (!pid)
			_exit(!join(self->dir) ? 2 : read_all(1 << 16));
		EXPECT_EQ(256 + SIGKILL, reap(pid));
		EXPECT_TRUE(drained(self->dir));
		limit(self->dir, "max");
	}
}

/* Many that hit the limit together: whoever is killed frees while others allocate. */
TEST_F_TIMEOUT(memcg, limited_together, SECONDS)
{
	pid_t pid[6];
	int killed = 0;

	limit(self->dir, "16777216");
	for (int i = 0; i < 6; i++) {
		pid[i] = fork();
		ASSERT_GE(pid[i], 0);
		if (!pid[i])
			_exit(!join(self->dir) ? 2 : read_all(1 << 13));
	}
	for (int i = 0; i < 6; i++) {
		const int how = reap(pid[i]);

		EXPECT_TRUE(how == 0 || how == 256 + SIGKILL);
		killed += how != 0;
	}
	EXPECT_GT(killed, 0);
	EXPECT_TRUE(drained(self->dir));
}

TEST_HARNESS_MAIN
