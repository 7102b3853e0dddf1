// SPDX-License-Identifier: GPL-2.0
/*
 * What the page fault and mmap tests of will-it-scale do, with fixed counts and one task.
 * They have 128 MiB each, of a guest of 512: here it is 16 MiB that are touched, and more
 * rounds.  The file is in the root file system, ramfs or tmpfs: without SHMEM there is no
 * memfd_create().
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ptb.h"

#define ROUNDS 12
#define BYTES (16UL << 20)
/* Touched between two ticks. */
#define PIECE (4UL << 20)
#define FILE_NAME "/wis"

/* Untouched, so it may be as much as there. */
#define MMAP_BYTES (128UL << 20)
#define MMAP_CALLS 400UL
#define MMAP_ROUNDS 20

static struct row row;
static int fd; /* -1 where memory is anonymous */
static int flags;

static void map(unsigned long addr)
{
	void *want = (void *)addr;

	if (mmap(want, BYTES, PROT_READ | PROT_WRITE,
		 flags | MAP_FIXED_NOREPLACE, fd, 0) != want)
		die("mmap");
}

static void touch_piece(unsigned long addr)
{
	touch(addr, PIECE / PAGE_BYTES, PAGE_BYTES);
}

static void unmap(unsigned long addr)
{
	if (munmap((void *)addr, BYTES))
		die("munmap");
}

/* A round is mapping, a write to each page, and unmapping. */
static u64 fault_round(void)
{
	u64 sum = pieces(map, REGION_A, 0, 1);

	sum += pieces(touch_piece, REGION_A, PIECE, BYTES / PIECE);
	return sum + pieces(unmap, REGION_A, 0, 1);
}

/*
 * The first round, which is forgotten, also fills the page cache.  A table is made for hundreds
 * of pages: a few instructions more for it do not show, so no row says that it allocates.
 */
static void page_fault(const char *name, int map_flags, int map_fd)
{
	flags = map_flags;
	fd = map_fd;
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, name, "insn/page", BYTES / PAGE_BYTES,
				 false);
		row_add(&row, fault_round());
		settle();
	}
	row_print(&row);
}

static void mmap_calls(unsigned long calls)
{
	while (calls--) {
		void *p = mmap(NULL, MMAP_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED || munmap(p, MMAP_BYTES))
			die("mmap");
	}
}

static void mmap1(void)
{
	for (int i = 0; i <= MMAP_ROUNDS; i++) {
		if (i <= 1)
			row_init(&row, "mmap1", "insn/call", MMAP_CALLS, false);
		row_add(&row, pieces(mmap_calls, MMAP_CALLS, 0, 1));
		sleep_ms(60);
	}
	row_print(&row);
}

void run_wis(void)
{
	const int file =
		open(FILE_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file < 0 || unlink(FILE_NAME) || ftruncate(file, BYTES))
		die(FILE_NAME);
	page_fault("page_fault1", MAP_PRIVATE | MAP_ANONYMOUS, -1);
	page_fault("page_fault2", MAP_PRIVATE, file);
	page_fault("page_fault3", MAP_SHARED, file);
	mmap1();
	close(file);
}
