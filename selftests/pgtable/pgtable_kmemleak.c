// SPDX-License-Identifier: GPL-2.0
/*
 * Tables in use and tables just freed do not look leaked.  What describes a table may be
 * reached through nothing but its page, which kmemleak has to know.
 */
#include "pgtable.h"

#include <sys/mount.h>

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
#define TABLES 256UL
/* An object is not reported before it is five seconds old. */
#define OLD 6

FIXTURE(kmemleak)
{
	char *region;
};

FIXTURE_SETUP(kmemleak)
{
	if (access("/sys/kernel/debug", F_OK))
		SKIP(return, "no debugfs");
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	/* Refused if kmemleak was disabled, by the command line or for want of memory */
	if (!put(KMEMLEAK, "scan=off"))
		SKIP(return, "no kmemleak");
	self->region = map_anon(TABLES);
	ASSERT_NE(MAP_FAILED, (void *)self->region);
	ASSERT_TRUE(put(KMEMLEAK, "clear"));
	fill(self->region, TABLES, 1);
}

FIXTURE_TEARDOWN(kmemleak)
{
	munmap(self->region, TABLES * TABLE_SPAN);
}

/* Objects in the report which were allocated with a page table; they are shown. */
static unsigned long reported(void)
{
	static const char *const by[] = { "pagetable_alloc", "pte_frag",
					  "page_table_alloc", "crst_table" };
	FILE *f = fopen(KMEMLEAK, "re");
	unsigned long n = 0;
	char line[256];
	bool counted = false;

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "unreferenced", 12))
			counted = false;
		for (size_t i = 0; i < sizeof(by) / sizeof(*by); i++)
			if (!counted && strstr(line, by[i])) {
				counted = true;
				n++;
				printf("# leaked: %s", line);
			}
	}
	if (f)
		fclose(f);
	return n;
}

/* What is seen once may have been on its way: only the second scan counts. */
static bool scan(void)
{
	sleep(OLD);
	return put(KMEMLEAK, "scan") && put(KMEMLEAK, "scan");
}

TEST_F_TIMEOUT(kmemleak, in_use, SECONDS)
{
	ASSERT_TRUE(scan());
	EXPECT_EQ(0, reported());
	EXPECT_EQ(0, wrong(self->region, TABLES, 1));
}

TEST_F_TIMEOUT(kmemleak, every_other_freed, SECONDS)
{
	for (unsigned long i = 0; i < TABLES; i += 2)
		ASSERT_EQ(0, munmap(self->region + i * TABLE_SPAN, TABLE_SPAN));
	ASSERT_TRUE(scan());
	EXPECT_EQ(0, reported());
}

TEST_HARNESS_MAIN
