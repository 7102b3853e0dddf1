// SPDX-License-Identifier: GPL-2.0
/*
 * What a table costs when there are a thousand, ten thousand, ... of one process, as many as
 * memory has room for: the fault that makes it, its copy by fork(), munmap(), exit.
 */
#include <stdio.h>

#include "ptb.h"

#define ROUNDS 2
/* Region B is not used, and there is nothing above it in a guest with 64 bits. */
#define SCALE_PMDS ((sizeof(long) > 4 ? 4 : 1) * REGION_PMDS)

enum { TOUCH, FORK, UNMAP, EXIT, KINDS };

static struct row rows[KINDS];
static char names[KINDS][32];
/* A copy takes as much again: fork() is left out where both do not fit. */
static bool forks;

static void touch_chunk(unsigned long addr)
{
	touch_zero(addr, CHUNK, PMD_BYTES);
}

static void unmap_chunk(unsigned long addr)
{
	region_unmap(addr, CHUNK);
}

/* One write: fork() copies no tables of private memory in which nothing was ever written. */
static void scale_round(unsigned long n)
{
	const unsigned long step = CHUNK * PMD_BYTES;

	region_map(REGION_A, n);
	row_add(&rows[TOUCH], pieces(touch_chunk, REGION_A, step, n / CHUNK));
	if (forks) {
		touch(REGION_A, 1, PAGE_BYTES);
		tables_exit(tables_fork(&rows[FORK]), NULL);
		settle();
	}
	row_add(&rows[UNMAP], pieces(unmap_chunk, REGION_A, step, n / CHUNK));
	settle();
	tables_exit(tables_hold(n, NULL), &rows[EXIT]);
	settle();
}

static void rows_init(unsigned long n)
{
	static const char *const kinds[] = {
		[TOUCH] = "touch",
		[FORK] = "fork",
		[UNMAP] = "munmap",
		[EXIT] = "exit",
	};

	for (int k = 0; k < KINDS; k++) {
		snprintf(names[k], sizeof(names[k]), "scale_%lu_%s", n,
			 kinds[k]);
		row_init(&rows[k], names[k], "insn/table", n,
			 k == TOUCH || k == FORK);
	}
}

static void scale(unsigned long n, unsigned long room)
{
	forks = 2 * n <= room;
	for (int i = 0; i <= ROUNDS; i++) {
		if (i <= 1)
			rows_init(n);
		scale_round(n);
	}
	for (int k = 0; k < KINDS; k++)
		if (k != FORK || forks)
			row_print(&rows[k]);
}

void run_scale(void)
{
	static const unsigned long sizes[] = { 1000, 10000, 100000, 1000000 };
	const unsigned long room = tables_room();

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i] > room || sizes[i] > SCALE_PMDS)
			out("info scale_no_room=%lu", sizes[i]);
		else
			scale(sizes[i], room);
	}
}
