// SPDX-License-Identifier: GPL-2.0
/* The kernel's tracefs, fault injection and symbols, where it has them: CONFIG=trace. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "ptb.h"

#define TRACING "/sys/kernel/tracing/"
#define DEBUGFS "/sys/kernel/debug/"

/* Mounts both; returns whether the kernel can trace. */
bool trace_setup(void)
{
	if (access("/sys/kernel/tracing", F_OK))
		return false;
	if (access(TRACING "trace", F_OK) &&
	    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL))
		return false;
	if (!access("/sys/kernel/debug", F_OK) &&
	    access(DEBUGFS "failslab", F_OK))
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	return true;
}

/* Writes to a file of tracefs, which must exist. */
void trace_put(const char *file, const char *s)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING "%s", file);
	if (access(path, F_OK))
		die(file);
	put_file(path, s);
}

/* Empties the ring buffer. */
void trace_clear(void)
{
	FILE *f = fopen(TRACING "trace", "we");

	if (!f)
		die("trace");
	fclose(f);
}

FILE *trace_open(const char *file)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), TRACING "%s", file);
	f = fopen(path, "re");
	if (!f)
		die(file);
	return f;
}

/* A number in a file of tracefs. */
long trace_number(const char *file)
{
	FILE *f = trace_open(file);
	long n;

	if (fscanf(f, "%ld", &n) != 1)
		die(file);
	fclose(f);
	return n;
}

/* Where function @name begins and what follows it; false if the kernel has none. */
bool kernel_symbol(const char *name, unsigned long *start, unsigned long *end)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	unsigned long addr;
	char symbol[256];

	*start = *end = 0;
	while (f && !*end &&
	       fscanf(f, "%lx %*c %255s%*[^\n]", &addr, symbol) == 2) {
		if (!*start && !strcmp(symbol, name))
			*start = addr;
		else if (*start && addr > *start)
			*end = addr;
	}
	if (f)
		fclose(f);
	return *end;
}

static void fail_put(const char *what, const char *file, const char *s)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", what, file);
	if (access(path, F_OK))
		die(path);
	put_file(path, s);
}

#define TIMES_MAX 1000000000L

/* All allocations of @what beneath the code from @start to @end fail, in any context. */
void fail_from(const char *what, unsigned long start, unsigned long end)
{
	char number[32];

	fail_put(what, "ignore-gfp-wait", "N");
	if (!strcmp(what, "fail_page_alloc")) {
		fail_put(what, "ignore-gfp-highmem", "N");
		fail_put(what, "min-order", "0");
	}
	fail_put(what, "task-filter", "N");
	fail_put(what, "verbose", "0");
	fail_put(what, "stacktrace-depth", "32");
	snprintf(number, sizeof(number), "%#lx", start);
	fail_put(what, "require-start", number);
	snprintf(number, sizeof(number), "%#lx", end);
	fail_put(what, "require-end", number);
	snprintf(number, sizeof(number), "%ld", TIMES_MAX);
	fail_put(what, "times", number);
	fail_put(what, "probability", "100");
}

/* Ends that; returns how many have failed. */
long fail_end(const char *what)
{
	char path[128];
	FILE *f;
	long left;

	fail_put(what, "probability", "0");
	snprintf(path, sizeof(path), DEBUGFS "%s/times", what);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%ld", &left) != 1)
		die(path);
	fclose(f);
	return TIMES_MAX - left;
}

bool fail_present(void)
{
	return !access(DEBUGFS "fail_page_alloc/require-start", F_OK) &&
	       !access(DEBUGFS "failslab/require-start", F_OK);
}
