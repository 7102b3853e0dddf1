// SPDX-License-Identifier: GPL-2.0
/* Pages and whole tables that go from one place to another: mremap(), UFFDIO_MOVE. */
#include "pgtable.h"

#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define TABLES 32

FIXTURE(move)
{
	char *from;
	char *to;
};

FIXTURE_SETUP(move)
{
	self->from = map_anon(TABLES);
	self->to = map_anon(TABLES + 1);
	ASSERT_NE(MAP_FAILED, self->from);
	ASSERT_NE(MAP_FAILED, self->to);
	fill(self->from, TABLES, 5);
}

FIXTURE_TEARDOWN(move)
{
	munmap(self->from, TABLES * TABLE_SPAN);
	munmap(self->to, (TABLES + 1) * TABLE_SPAN);
}

/* Aligned as tables are, so that the kernel may move these and not their entries */
TEST_F_TIMEOUT(move, whole_tables, SECONDS)
{
	for (unsigned long i = 0; i < loops(20); i++) {
		char *p = mremap(self->from, TABLES * TABLE_SPAN,
				 TABLES * TABLE_SPAN,
				 MREMAP_MAYMOVE | MREMAP_FIXED, self->to);

		ASSERT_EQ(self->to, p);
		EXPECT_EQ(0, wrong(self->to, TABLES, 5));
		p = mremap(self->to, TABLES * TABLE_SPAN, TABLES * TABLE_SPAN,
			   MREMAP_MAYMOVE | MREMAP_FIXED, self->from);
		ASSERT_EQ(self->from, p);
		EXPECT_EQ(0, wrong(self->from, TABLES, 5));
	}
}

/* A page further, so that no table is the same one there */
TEST_F_TIMEOUT(move, single_entries, SECONDS)
{
	const size_t bytes = TABLES * TABLE_SPAN;
	char *p = mremap(self->from, bytes, bytes,
			 MREMAP_MAYMOVE | MREMAP_FIXED, self->to + page_bytes);

	ASSERT_EQ(self->to + page_bytes, p);
	EXPECT_EQ(0, wrong(p, TABLES, 5));
}

/* The old place stays, empty: it gets tables again */
TEST_F_TIMEOUT(move, dontunmap, SECONDS)
{
	const size_t bytes = TABLES * TABLE_SPAN;
	char *p;

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
	p = mremap(self->from, bytes, bytes,
		   MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, self->to);
	if (p == MAP_FAILED && errno == EINVAL)
		SKIP(return, "no MREMAP_DONTUNMAP");
	ASSERT_EQ(self->to, p);
	EXPECT_EQ(0, wrong(self->to, TABLES, 5));
	EXPECT_EQ(TABLES, wrong(self->from, TABLES, 5));
	fill(self->from, TABLES, 6);
	EXPECT_EQ(0, wrong(self->to, TABLES, 5));
	EXPECT_EQ(0, wrong(self->from, TABLES, 6));
}

TEST_F_TIMEOUT(move, while_forking, SECONDS)
{
	const size_t bytes = TABLES * TABLE_SPAN;

	for (unsigned long i = 0; i < loops(10); i++) {
		const pid_t pid = fork();
		char *p;

		ASSERT_GE(pid, 0);
		if (!pid) {
			p = mremap(self->from, bytes, bytes,
				   MREMAP_MAYMOVE | MREMAP_FIXED, self->to);
			_exit(p != self->to || wrong(p, TABLES, 5));
		}
		EXPECT_EQ(0, wrong(self->from, TABLES, 5));
		EXPECT_EQ(0, reap(pid));
	}
}

#ifdef UFFDIO_MOVE
static int uffd_open(char *to, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API,
				  .features = UFFD_FEATURE_MOVE };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return -1;
	reg.range.start = (uintptr_t)to;
	reg.range.len = bytes;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg)) {
		close(fd);
		return -1;
	}
	return fd;
}

TEST_F_TIMEOUT(move, userfaultfd, SECONDS)
{
	const int fd = uffd_open(self->to, TABLES * TABLE_SPAN);
	unsigned long moved = 0;

	if (fd < 0)
		SKIP(return, "no UFFDIO_MOVE");
	for (unsigned long i = 0; i < TABLES; i++) {
		const uintptr_t at = i * TABLE_SPAN + i % 7 * page_bytes;
		struct uffdio_move mv = {
			.dst = (uintptr_t)self->to + at,
			.src = (uintptr_t)self->from + at,
			.len = page_bytes,
		};

		moved += !ioctl(fd, UFFDIO_MOVE, &mv);
	}
	EXPECT_EQ(TABLES, moved);
	EXPECT_EQ(0, wrong(self->to, TABLES, 5));
	close(fd);
}
#endif

TEST_HARNESS_MAIN
