// SPDX-License-Identifier: GPL-2.0
/*
 * UFFDIO_WRITEPROTECT of a page that is not there, of shared memory, while other threads
 * write to the same 2 MiB and take the page table away. When it has succeeded the page is
 * protected, by a marker that MADV_DONTNEED keeps.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)
#endif

#define SECONDS 20
#define TIMEOUT 600
#define AREA (2UL << 20)
#define PAGE 4096UL
#define WORKERS 2
#define PM_UFFD_WP (1ULL << 57)

FIXTURE(race)
{
	int uffd, memory, pagemap;
	char *area;
};

FIXTURE_SETUP(race)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_WP_UNPOPULATED |
			    UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
	};
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_WP };
	char *map;

	self->uffd = syscall(__NR_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	ASSERT_GE(self->uffd, 0);
	ASSERT_EQ(0, ioctl(self->uffd, UFFDIO_API, &api));
	self->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ASSERT_GE(self->pagemap, 0);
	self->memory = memfd_create("race", MFD_CLOEXEC);
	ASSERT_GE(self->memory, 0);
	ASSERT_EQ(0, ftruncate(self->memory, AREA));
	/* A page table of its own */
	map = mmap(NULL, 2 * AREA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0);
	ASSERT_NE(MAP_FAILED, map);
	map = (char *)(((uintptr_t)map + AREA - 1) & ~(AREA - 1));
	self->area = mmap(map, AREA, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_FIXED, self->memory, 0);
	ASSERT_NE(MAP_FAILED, self->area);
	reg.range.start = (uintptr_t)self->area;
	reg.range.len = AREA;
	ASSERT_EQ(0, ioctl(self->uffd, UFFDIO_REGISTER, &reg));
}

FIXTURE_TEARDOWN(race)
{
	close(self->pagemap);
	close(self->uffd);
	close(self->memory);
}

struct worker {
	char *area, *page;
	atomic_bool *stop;
	pthread_t thread;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	while (!atomic_load(w->stop)) {
		*(volatile char *)w->page = 1;
		madvise(w->area, AREA, MADV_DONTNEED);
	}
	return NULL;
}

TEST_F_TIMEOUT(race, write_protect, TIMEOUT)
{
	struct uffdio_writeprotect wp = { .range = { (uintptr_t)self->area,
						     PAGE } };
	const off_t at = (uintptr_t)self->area / PAGE * sizeof(uint64_t);
	unsigned long done = 0, lost = 0;
	const time_t end = time(NULL) + SECONDS;
	struct worker w[WORKERS];
	atomic_bool stop = false;

	for (int i = 0; i < WORKERS; i++) {
		w[i] = (struct worker){ self->area,
					self->area + (64 + i) * PAGE, &stop };
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, work, &w[i]));
	}
	while (time(NULL) < end) {
		uint64_t entry = 0;

		wp.mode = UFFDIO_WRITEPROTECT_MODE_WP;
		if (ioctl(self->uffd, UFFDIO_WRITEPROTECT, &wp))
			break;
		if (pread(self->pagemap, &entry, sizeof(entry), at) !=
		    sizeof(entry))
			break;
		done++;
		lost += !(entry & PM_UFFD_WP);
		wp.mode = 0;
		if (ioctl(self->uffd, UFFDIO_WRITEPROTECT, &wp))
			break;
	}
	atomic_store(&stop, true);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(w[i].thread, NULL);
	TH_LOG("%lu of %lu pages were not protected", lost, done);
	EXPECT_GE(time(NULL), end);
	EXPECT_GT(done, 100);
	EXPECT_EQ(0, lost);
}

TEST_HARNESS_MAIN
