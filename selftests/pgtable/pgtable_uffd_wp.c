// SPDX-License-Identifier: GPL-2.0
/*
 * Write protection by userfaultfd of memory that is not populated is in markers, in page tables
 * that are empty otherwise: MADV_DONTNEED frees tables that it has emptied, but not these.
 */
#include "pgtable.h"

#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)
#endif

#define TABLES 32
#define WORKERS 3
#define PM_UFFD_WP (1ULL << 57)

FIXTURE(uffd_wp)
{
	int uffd, memory, pagemap;
	char *region;
};

FIXTURE_VARIANT(uffd_wp)
{
	bool anonymous;
};

FIXTURE_VARIANT_ADD(uffd_wp, anonymous){ true };
FIXTURE_VARIANT_ADD(uffd_wp, shmem){ false };

FIXTURE_SETUP(uffd_wp)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_WP_UNPOPULATED |
			    UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
	};
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_WP };

	self->memory = -1;
	self->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	self->uffd = syscall(__NR_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	self->region = MAP_FAILED;
	if (self->uffd < 0 || self->pagemap < 0 ||
	    ioctl(self->uffd, UFFDIO_API, &api))
		SKIP(return, "no write protection by userfaultfd");
	if (!variant->anonymous) {
		self->memory = memfd_create("pgtable", MFD_CLOEXEC);
		ASSERT_GE(self->memory, 0);
		ASSERT_EQ(0, ftruncate(self->memory, TABLES * TABLE_SPAN));
		self->region = map_tables(TABLES, MAP_SHARED, self->memory);
	} else {
		self->region = map_anon(TABLES);
	}
	ASSERT_NE(MAP_FAILED, self->region);
	reg.range.start = (uintptr_t)self->region;
	reg.range.len = TABLES * TABLE_SPAN;
	ASSERT_EQ(0, ioctl(self->uffd, UFFDIO_REGISTER, &reg));
}

FIXTURE_TEARDOWN(uffd_wp)
{
	if (self->region != MAP_FAILED)
		munmap(self->region, TABLES * TABLE_SPAN);
	if (self->memory >= 0)
		close(self->memory);
	close(self->pagemap);
	close(self->uffd);
}

/* A page in each table */
static bool protect_all(int uffd, char *region, bool on)
{
	for (unsigned long i = 0; i < TABLES; i++) {
		struct uffdio_writeprotect wp = {
			.range = { (uintptr_t)slot(region, i), page_bytes },
			.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
		};

		if (ioctl(uffd, UFFDIO_WRITEPROTECT, &wp))
			return false;
	}
	return true;
}

/* How many of these are not protected */
static unsigned long unprotected(int pagemap, char *region)
{
	unsigned long n = 0;

	for (unsigned long i = 0; i < TABLES; i++) {
		uint64_t entry = 0;
		const off_t at =
			(uintptr_t)slot(region, i) / page_bytes * sizeof(entry);

		n += pread(pagemap, &entry, sizeof(entry), at) !=
			     sizeof(entry) ||
		     !(entry & PM_UFFD_WP);
	}
	return n;
}

/* Nothing but markers: the tables stay, or who writes next is not told of */
TEST_F_TIMEOUT(uffd_wp, kept, SECONDS)
{
	ASSERT_TRUE(protect_all(self->uffd, self->region, true));
	EXPECT_EQ(0, unprotected(self->pagemap, self->region));
	if (variant->anonymous) {
		/* Gone with what it protected: and so are the tables */
		ASSERT_EQ(0, madvise(self->region, TABLES * TABLE_SPAN,
				     MADV_DONTNEED));
		ASSERT_TRUE(protect_all(self->uffd, self->region, true));
	} else {
		ASSERT_EQ(0, madvise(self->region, TABLES * TABLE_SPAN,
				     MADV_DONTNEED));
	}
	EXPECT_EQ(0, unprotected(self->pagemap, self->region));
	ASSERT_TRUE(protect_all(self->uffd, self->region, false));
	EXPECT_EQ(TABLES, unprotected(self->pagemap, self->region));
	fill(self->region, TABLES, 1);
	EXPECT_EQ(0, wrong(self->region, TABLES, 1));
}

struct worker {
	char *region;
	unsigned long id, bad;
	int *stop;
	pthread_t thread;
};

/* Other pages of the same tables come, and go together with all that the table maps. */
static void *work(void *arg)
{
	struct worker *w = arg;

	for (unsigned long n = w->id;
	     !__atomic_load_n(w->stop, __ATOMIC_ACQUIRE); n++) {
		char *table = w->region + n % TABLES * TABLE_SPAN;
		volatile uint64_t *p =
			(uint64_t *)(table + (32 + w->id) * page_bytes);
		const uint64_t want = tag(n, w->id);

		*p = want;
		w->bad += *p && *p != want;
		if (n % 2)
			madvise(table, TABLE_SPAN, MADV_DONTNEED);
	}
	return NULL;
}

TEST_F_TIMEOUT(uffd_wp, raced_for, SECONDS)
{
	struct worker w[WORKERS];
	int stop = 0;

	for (unsigned long i = 0; i < WORKERS; i++) {
		w[i] = (struct worker){ self->region, i, 0, &stop };
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, work, &w[i]));
	}
	for (unsigned long n = 0; n < loops(60); n++) {
		if (!protect_all(self->uffd, self->region, true) ||
		    (!variant->anonymous &&
		     unprotected(self->pagemap, self->region)) ||
		    !protect_all(self->uffd, self->region, false))
			w[0].bad++;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (unsigned long i = 0; i < WORKERS; i++) {
		pthread_join(w[i].thread, NULL);
		/* DONTNEED of shared memory does not lose what is in it */
		EXPECT_EQ(0, w[i].bad);
	}
}

TEST_HARNESS_MAIN
