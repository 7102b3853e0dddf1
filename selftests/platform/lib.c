// SPDX-License-Identifier: GPL-2.0
/* Files of the kernel, the command line, and what is balanced. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "platform.h"

#define SETTLE_MS 100
#define SETTLE_MAX 100

bool put_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const ssize_t n = strlen(text);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, n) == n;
	close(fd);
	return ok;
}

void must_put(const char *path, const char *text)
{
	if (!put_file(path, text))
		die(path);
}

/* All of a file of the kernel's, until the next call; NULL if there is none. */
char *get_file(const char *path)
{
	static char text[65536];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	close(fd);
	if (n < 0)
		return NULL;
	text[len] = '\0';
	return text;
}

bool file_has(const char *path, const char *word)
{
	const char *text = get_file(path);

	return text && strstr(text, word);
}

/* The number behind the line that begins with @key and a space or colon, -1 without. */
long file_number(const char *path, const char *key)
{
	const size_t n = strlen(key);
	const char *p = get_file(path);

	for (; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, key, n) && (p[n] == ' ' || p[n] == ':'))
			return strtol(p + n + 1, NULL, 10);
		if (!*p)
			break;
	}
	return -1;
}

static const char *option_text(const char *name)
{
	const size_t n = strlen(name);
	const char *p = get_file("/proc/cmdline");

	for (; p; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (!strncmp(p, name, n) && p[n] == '=')
			return p + n + 1;
	}
	return NULL;
}

/* NAME=number on the kernel's command line, 0 without. */
long option(const char *name)
{
	const char *p = option_text(name);

	return p ? strtol(p, NULL, 0) : 0;
}

bool option_is(const char *name, const char *value)
{
	const size_t n = strlen(value);
	const char *p = option_text(name);

	return p && !strncmp(p, value, n) && strchr(" \n", p[n]);
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* For scripts/platform.sh, which has QEMU's monitor. */
void ask(const char *what)
{
	out("info ask=%s", what);
}

static long nr_pt(void)
{
	/* Counters of each CPU are added up as late as this */
	put_file("/proc/sys/vm/stat_refresh", "1");
	return file_number("/proc/vmstat", "nr_page_table_pages");
}

/* An idle CPU keeps the mm of the process that it ran last, and its pgd: so that of this one. */
static void visit_cpus(void)
{
	cpu_set_t all, one;

	if (sched_getaffinity(0, sizeof(all), &all))
		die("affinity");
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
	sched_setaffinity(0, sizeof(all), &all);
}

/* Waits until no table is on its way, then counts. */
struct balance balance(void)
{
	struct balance b = { .nr_pt = -1 };
	long cur;

	visit_cpus();
	for (int i = 0, same = 0; i < SETTLE_MAX && same < 5; i++) {
		sleep_ms(SETTLE_MS);
		cur = nr_pt();
		same = cur == b.nr_pt ? same + 1 : 0;
		b.nr_pt = cur;
	}
	/* What a CPU keeps for the next allocation counts as active */
	put_file("/sys/kernel/slab/ptdesc/shrink", "1");
	b.desc = file_number("/proc/slabinfo", "ptdesc");
	return b;
}

void balance_check(const char *what, struct balance was)
{
	struct balance is = balance();

	/* A process that has just ended may keep its pgd for a moment */
	for (int i = 0; i < 10 && is.nr_pt > was.nr_pt; i++) {
		sleep_ms(500);
		is = balance();
	}
	out("info balance=%s nr_pt=%ld desc=%ld", what, is.nr_pt, is.desc);
	check("nr_page_table_pages", was.nr_pt, is.nr_pt);
	check("ptdescs", was.desc, is.desc);
}
