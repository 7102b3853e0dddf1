/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of page tables have in common: regions that take many tables, and counts. */
#ifndef PGTABLE_H
#define PGTABLE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* What a PTE table maps at most, with pages of 4 KiB */
#define TABLE_SPAN (2UL << 20)
/* With debugging and without KVM all takes long. */
#define SECONDS 900

static size_t page_bytes;

/* Larger pages have tables that map more; a process of 32 bits has no room for the regions. */
static void __attribute__((constructor)) pages_of_4k(void)
{
	page_bytes = sysconf(_SC_PAGESIZE);
	if (page_bytes == 4096 && sizeof(void *) == 8)
		return;
	printf("TAP version 13\n1..0 # SKIP for 64 bits and pages of 4096 bytes\n");
	exit(KSFT_SKIP);
}

/* Such a test is not skipped: SKIP() would forget it. */
static __maybe_unused bool has_failed(const struct __test_metadata *m)
{
	return m->exit_code == KSFT_FAIL;
}

/* An anonymous or shared mapping that begins where a table does, or MAP_FAILED. */
static __maybe_unused char *map_tables(unsigned long tables, int flags, int fd)
{
	const size_t bytes = tables * TABLE_SPAN, room = bytes + TABLE_SPAN;
	char *hole, *p;

	hole = mmap(NULL, room, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (hole == MAP_FAILED)
		return MAP_FAILED;
	p = (char *)(((uintptr_t)hole + TABLE_SPAN - 1) & ~(TABLE_SPAN - 1));
	if (p > hole)
		munmap(hole, p - hole);
	munmap(p + bytes, hole + room - (p + bytes));
	return mmap(p, bytes, PROT_READ | PROT_WRITE,
		    flags | MAP_FIXED | MAP_NORESERVE, fd, 0);
}

static __maybe_unused char *map_anon(unsigned long tables)
{
	char *p = map_tables(tables, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	/* EINVAL where there are none */
	if (p != MAP_FAILED)
		madvise(p, tables * TABLE_SPAN, MADV_NOHUGEPAGE);
	return p;
}

/* Where table @i of a region has a page, not always the first one. */
static __maybe_unused volatile uint64_t *slot(char *region, unsigned long i)
{
	return (uint64_t *)(region + i * TABLE_SPAN + i % 7 * page_bytes);
}

static __maybe_unused uint64_t tag(unsigned long i, unsigned long salt)
{
	return 0x9e3779b97f4a7c15ULL * (i + 1) ^ salt;
}

/* A page in each of @n tables, each with a value of its own */
static __maybe_unused void fill(char *region, unsigned long n,
				unsigned long salt)
{
	for (unsigned long i = 0; i < n; i++)
		*slot(region, i) = tag(i, salt);
}

/* How many of them are not what fill() left: a table that is somebody else's shows here. */
static __maybe_unused unsigned long wrong(char *region, unsigned long n,
					  unsigned long salt)
{
	unsigned long bad = 0;

	for (unsigned long i = 0; i < n; i++)
		bad += *slot(region, i) != tag(i, salt);
	return bad;
}

/* The number behind "@key" in a file of such lines, or -1. */
static __maybe_unused long number_in(const char *path, const char *key)
{
	const size_t len = strlen(key);
	FILE *f = fopen(path, "re");
	char line[256];
	long n = -1;

	while (f && n < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, len) && strchr(": \t", line[len]))
			n = strtol(line + len + 1, NULL, 10);
	if (f)
		fclose(f);
	return n;
}

/* Bytes of this process's page tables below the topmost */
static __maybe_unused long own_tables(void)
{
	return 1024 * number_in("/proc/self/status", "VmPTE");
}

static __maybe_unused bool put(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const bool ok = fd >= 0 &&
			write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* One line of @path without its end, or of a list "a [b] c" what is chosen. */
static __maybe_unused bool get(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");
	bool ok = f && fgets(text, size, f);
	char *open, *close;

	if (f)
		fclose(f);
	if (!ok)
		return false;
	text[strcspn(text, "\n")] = '\0';
	open = strchr(text, '[');
	close = strchr(text, ']');
	if (open && close) {
		*close = '\0';
		memmove(text, open + 1, close - open);
	}
	return true;
}

/* Reads all of @path; -1 if it cannot be opened. */
static __maybe_unused ssize_t slurp(const char *path)
{
	static __thread char buf[1 << 16];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, all = 0;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		all += n;
	close(fd);
	return all;
}

/* How a child ended: its exit code, or 256 and the signal. */
static __maybe_unused int reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* More or less than usual: PGTABLE_LOOPS in the environment, in percent. */
static __maybe_unused unsigned long loops(unsigned long usual)
{
	const char *s = getenv("PGTABLE_LOOPS");
	const unsigned long n = usual * (s ? strtoul(s, NULL, 10) : 100) / 100;

	return n ? n : 1;
}

#endif
