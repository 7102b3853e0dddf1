// SPDX-License-Identifier: GPL-2.0
/*
 * UFFDIO_MOVE of one page at a time while another thread takes the page tables away. The
 * page is moved, or was not there (ENOENT), or is busy where huge pages are split; what
 * would blame the arguments, which are right, must not come back.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* Each variant takes that long; up to ten times, where it has not moved enough by then. */
#define MILLISECONDS 4000
#define ENOUGH 10000
#define TIMEOUT 600

#define AREA (2UL << 20)
#define HOLES 8 /* as many moves for each one of a page, as they are cheap */
#define THP "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"

struct race {
	char *src;
	char *dst;
	bool (*disturb)(const struct race *r);
	atomic_ulong epoch; /* odd while it disturbs */
	unsigned long done;
	atomic_bool stop;
};

struct outcome {
	unsigned long moved;
	unsigned long hole;
	unsigned long again;
	unsigned long busy;
	unsigned long invalid;
	unsigned long other;
	unsigned long wrong; /* data */
	unsigned long undisturbed;
	int errnum; /* the last other one */
};

static bool zap_src(const struct race *r)
{
	return !madvise(r->src, AREA, MADV_DONTNEED);
}

static bool zap_dst(const struct race *r)
{
	return !madvise(r->dst, AREA, MADV_DONTNEED);
}

static bool zap_both(const struct race *r)
{
	return zap_dst(r) && zap_src(r);
}

/* A huge page where the table was */
static bool zap_src_huge(const struct race *r)
{
	const bool done = zap_src(r);

	((volatile uint64_t *)r->src)[1] = 0;
	return done;
}

/* It excludes UFFDIO_MOVE, and keeps the data. There has to be a page: the last one. */
static bool collapse_src(const struct race *r)
{
	((volatile uint64_t *)(r->src + AREA))[-1] = 0;
	return !madvise(r->src, AREA, MADV_COLLAPSE);
}

static unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* With pauses, so that something is moved in peace, and can be told to have arrived */
static void *disturb(void *arg)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	struct race *r = arg;

	while (!atomic_load(&r->stop)) {
		const unsigned long end = now_ms() + 20;

		while (now_ms() < end) {
			atomic_fetch_add(&r->epoch, 1);
			r->done += r->disturb(r);
			atomic_fetch_add(&r->epoch, 1);
		}
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/* Was there nothing but peace since @epoch? */
static bool peace(struct race *r, unsigned long epoch)
{
	return epoch % 2 == 0 && atomic_load(&r->epoch) == epoch;
}

/* The first word of a page, without having it faulted in: false if there is none. */
static bool peek(const int fds[2], const char *page, uint64_t *word)
{
	return write(fds[1], page, sizeof(*word)) == sizeof(*word) &&
	       read(fds[0], word, sizeof(*word)) == sizeof(*word);
}

static int uffd_open(char *at)
{
	struct uffdio_api api = { .api = UFFD_API,
				  .features = UFFD_FEATURE_MOVE |
					      UFFD_FEATURE_SIGBUS };
	struct uffdio_register reg = { .range = { (uintptr_t)at, AREA },
				       .mode = UFFDIO_REGISTER_MODE_MISSING };
	const int fd =
		syscall(__NR_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* At the beginning of a table, wherever tables of at most 2 MiB are */
static char *map_area(void)
{
	char *p = mmap(NULL, 2 * AREA, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	return (char *)(((uintptr_t)p + AREA - 1) & ~(AREA - 1));
}

FIXTURE(uffd_move)
{
	struct race race;
	size_t page_bytes;
	int uffd;
	int pipe[2];
};

FIXTURE_VARIANT(uffd_move)
{
	bool (*disturb)(const struct race *r);
	bool huge;
	bool holes; /* in the source */
	bool zeroes; /* what is moved may be somebody else's new page */
};

FIXTURE_VARIANT_ADD(uffd_move, zap_dst){
	.disturb = zap_dst,
};

FIXTURE_VARIANT_ADD(uffd_move, zap_src){
	.disturb = zap_src,
	.holes = true,
};

FIXTURE_VARIANT_ADD(uffd_move, zap_both){
	.disturb = zap_both,
	.holes = true,
};

FIXTURE_VARIANT_ADD(uffd_move, zap_src_huge){
	.disturb = zap_src_huge,
	.huge = true,
	.holes = true,
	.zeroes = true,
};

FIXTURE_VARIANT_ADD(uffd_move, collapse_src){
	.disturb = collapse_src,
	.huge = true,
};

FIXTURE_SETUP(uffd_move)
{
	struct race *r = &self->race;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "one CPU");
	if (variant->huge && access(THP, F_OK))
		SKIP(return, "no huge pages");
	self->page_bytes = sysconf(_SC_PAGESIZE);
	r->disturb = variant->disturb;
	r->src = map_area();
	r->dst = map_area();
	ASSERT_NE(NULL, r->src);
	ASSERT_NE(NULL, r->dst);
	if (!variant->huge)
		madvise(r->src, AREA, MADV_NOHUGEPAGE);
	else
		ASSERT_EQ(0, madvise(r->src, AREA, MADV_HUGEPAGE));
	madvise(r->dst, AREA, MADV_NOHUGEPAGE);
	ASSERT_EQ(0, pipe(self->pipe));
	self->uffd = uffd_open(r->dst);
	if (self->uffd < 0)
		SKIP(return, "no UFFDIO_MOVE");
}

FIXTURE_TEARDOWN(uffd_move)
{
	close(self->uffd);
}

static void count(struct outcome *o, int errnum)
{
	switch (errnum) {
	case ENOENT:
		o->hole++;
		break;
	case EAGAIN:
		o->again++;
		break;
	case EBUSY:
		o->busy++;
		break;
	case EINVAL:
		o->invalid++;
		break;
	default:
		o->other++;
		o->errnum = errnum;
	}
}

/* Where no page ever is: all that can be wrong is the tables. */
static void move_hole(struct outcome *o, int uffd, char *dst, char *src,
		      size_t bytes)
{
	for (int i = 0; i < HOLES; i++) {
		struct uffdio_move mv = {
			.dst = (uintptr_t)dst,
			.src = (uintptr_t)src,
			.len = bytes,
			.mode = UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES
		};

		if (ioctl(uffd, UFFDIO_MOVE, &mv)) {
			count(o, errno);
			o->wrong += errno == ENOENT;
		}
	}
}

static void move_page(FIXTURE_DATA(uffd_move) * self,
		      const FIXTURE_VARIANT(uffd_move) * variant,
		      unsigned long i, struct outcome *o)
{
	const unsigned long pages = AREA / self->page_bytes - 1;
	struct race *r = &self->race;
	char *const src = r->src + i % pages * self->page_bytes;
	char *const dst = r->dst + i % pages * self->page_bytes;
	const unsigned long epoch = atomic_load(&r->epoch);
	struct uffdio_move mv = { .dst = (uintptr_t)dst,
				  .src = (uintptr_t)src,
				  .len = self->page_bytes };
	uint64_t word = ~i;
	bool there;

	*(volatile uint64_t *)src = i;
	if (ioctl(self->uffd, UFFDIO_MOVE, &mv)) {
		const int errnum = errno;

		count(o, errnum);
		/* There is no half of a page. */
		o->wrong += mv.move != -errnum;
		o->wrong += peek(self->pipe, dst, &word);
		o->wrong += errnum == ENOENT &&
			    (!variant->holes || peace(r, epoch));
		return;
	}
	o->moved++;
	there = peek(self->pipe, dst, &word);
	if (there)
		o->wrong += word != i && (!variant->zeroes || word);
	if (peace(r, epoch)) {
		o->undisturbed++;
		o->wrong += !there || word != i;
	}
	madvise(dst, self->page_bytes, MADV_DONTNEED);
	if (!variant->huge)
		move_hole(o, self->uffd, r->dst + pages * self->page_bytes,
			  r->src + pages * self->page_bytes, self->page_bytes);
}

TEST_F_TIMEOUT(uffd_move, race, TIMEOUT)
{
	const unsigned long begin = now_ms();
	struct race *r = &self->race;
	struct outcome o = {};
	unsigned long i = 1;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, disturb, r));
	while (now_ms() < begin + MILLISECONDS ||
	       (o.moved < ENOUGH && now_ms() < begin + 10 * MILLISECONDS))
		move_page(self, variant, i++, &o);
	atomic_store(&r->stop, true);
	pthread_join(thread, NULL);
	/* Where there is little time, no other one has been left in peace. */
	move_page(self, variant, i, &o);
	TH_LOG("%lu of %lu disturbed, %lu moved, ENOENT %lu, EAGAIN %lu, EBUSY %lu, EINVAL %lu",
	       r->done, atomic_load(&r->epoch) / 2, o.moved, o.hole, o.again,
	       o.busy, o.invalid);

	EXPECT_EQ(0, o.invalid);
	EXPECT_EQ(0, o.wrong);
	EXPECT_EQ(0, o.other)
	{
		TH_LOG("the last other one: %s", strerror(o.errnum));
	}
	if (!variant->huge)
		EXPECT_EQ(0, o.busy);
	EXPECT_LT(0, o.undisturbed);
	EXPECT_LT(0, r->done);
}

TEST_HARNESS_MAIN
