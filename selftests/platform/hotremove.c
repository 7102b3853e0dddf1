// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is added and removed again, with the tables that map it.  On x86_64 huge pages
 * in it give back their vmemmap meanwhile, for which its mapping is split: hugetlb_vmemmap.c
 * gets those tables from pte_alloc_one_kernel(), all the others are bare pages.
 */
#include <stdio.h>
#include <unistd.h>

#include "platform.h"

#define ROUNDS 3
#define HUGE_PAGES 32
#define WAIT_MS 60000

static void wait_for(const char *what, long online)
{
	for (int ms = 0; blocks("online") != online; ms += 100) {
		if (ms >= WAIT_MS)
			die(what);
		sleep_ms(100);
	}
	/* The device is told last */
	sleep_ms(1000);
}

/* Returns how many tables the kernel has more when all this memory is huge pages. */
static long split(void)
{
	static const char nr[] = "/proc/sys/vm/nr_hugepages";
	const struct balance was = balance();
	struct balance is;
	char text[16];

	snprintf(text, sizeof(text), "%d", HUGE_PAGES);
	must_put(nr, text);
	check("huge_pages", HUGE_PAGES,
	      file_number("/proc/meminfo", "HugePages_Total"));
	is = balance();
	must_put(nr, "0");
	check("huge_pages_left", 0,
	      file_number("/proc/meminfo", "HugePages_Total"));
	return is.nr_pt - was.nr_pt;
}

static void round_of(int i, long online)
{
	const struct balance was = balance();
	struct balance is;
	long tables = 0;

	ask("plug");
	wait_for("plug", online + option("blocks"));
	if (option("huge")) {
		tables = split();
		check_least("tables_by_split", 1, tables);
	}
	ask("unplug");
	wait_for("unplug", online);
	is = balance();
	out("info round=%d split=%ld nr_pt=%ld was=%ld desc=%ld was_desc=%ld",
	    i, tables, is.nr_pt, was.nr_pt, is.desc, was.desc);
}

void run_hotremove(void)
{
	const long online = blocks("online");
	struct balance was;

	tables_run();
	/* The kernel has all that it needs for the first time, and keeps */
	round_of(0, online);
	was = balance();
	for (int i = 1; i <= ROUNDS; i++)
		round_of(i, online);
	balance_check("hotremove", was);
}
