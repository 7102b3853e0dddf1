// SPDX-License-Identifier: GPL-2.0
/* MADV_DONTNEED frees tables that it has emptied, while others are faulting pages into them. */
#include "pgtable.h"

#include <pthread.h>

#define TABLES 32
#define WORKERS 4

FIXTURE(reclaim){};

FIXTURE_SETUP(reclaim)
{
}

FIXTURE_TEARDOWN(reclaim)
{
}

TEST_F_TIMEOUT(reclaim, given_back, SECONDS)
{
	char *region = map_anon(TABLES);
	long empty, full, after;

	ASSERT_NE(MAP_FAILED, region);
	region[0] = 1;
	empty = own_tables();
	fill(region, TABLES, 1);
	full = own_tables();
	if (full < 0)
		SKIP(return, "no VmPTE");
	EXPECT_GT(full, empty);
	ASSERT_EQ(0, madvise(region, TABLES * TABLE_SPAN, MADV_DONTNEED));
	after = own_tables();
	EXPECT_LE(after, full);
	EXPECT_EQ(TABLES, wrong(region, TABLES, 1));
	/* All of it again, whether the tables were kept or not */
	fill(region, TABLES, 2);
	EXPECT_EQ(0, wrong(region, TABLES, 2));
	EXPECT_EQ(full, own_tables());
	munmap(region, TABLES * TABLE_SPAN);
	if (after == full && !has_failed(_metadata))
		SKIP(return, "this kernel keeps emptied tables");
}

struct worker {
	char *region;
	unsigned long id;
	unsigned long bad;
	unsigned long lost;
	pthread_t thread;
};

/*
 * All work in the same tables, each in a page of its own of each. Now and then one gives back
 * all that a table maps, which is when the kernel frees it: a page has then what its owner has
 * written, or nothing, and never anything else.
 */
static void *work(void *arg)
{
	struct worker *w = arg;
	const size_t off = (16 + w->id) * page_bytes;

	for (unsigned long n = 0; n < loops(400); n++) {
		const unsigned long i = (n * 7 + w->id) % TABLES;
		char *table = w->region + i * TABLE_SPAN;
		volatile uint64_t *p = (uint64_t *)(table + off);
		uint64_t seen;

		*p = tag(n, w->id);
		if (n % 3 == 0)
			madvise(table, TABLE_SPAN, MADV_DONTNEED);
		seen = *p;
		w->bad += seen && seen != tag(n, w->id);
		w->lost += !seen;
	}
	return NULL;
}

TEST_F_TIMEOUT(reclaim, raced_for, SECONDS)
{
	char *region = map_anon(TABLES);
	struct worker w[WORKERS];

	ASSERT_NE(MAP_FAILED, region);
	for (unsigned long i = 0; i < WORKERS; i++) {
		w[i] = (struct worker){ .region = region, .id = i };
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, work, &w[i]));
	}
	for (unsigned long i = 0; i < WORKERS; i++) {
		pthread_join(w[i].thread, NULL);
		EXPECT_EQ(0, w[i].bad);
		EXPECT_GT(w[i].lost, 0);
	}
}

TEST_HARNESS_MAIN
