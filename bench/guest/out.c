// SPDX-License-Identifier: GPL-2.0
/* Lines of the console protocol: checksummed, each by one write(2), never from a timed region. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#include "ptb.h"

#define LINE_BYTES 240
#define RAW_PER_LINE 16

struct counts {
	int ok;
	int fail;
};

/* Shared with the children that run the scenarios. */
static struct counts *counts;

/* Called once, by init, before anything is printed. */
void out_setup(void)
{
	counts = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (counts == MAP_FAILED)
		_exit(1);
}

/*
 * One line: "ptb: ", the formatted text and the XOR of its bytes.  Waits until the console
 * has it: a serial port's transmit interrupts do not belong into later regions.
 */
void out(const char *fmt, ...)
{
	char line[LINE_BYTES + 1] = "ptb: ";
	const size_t head = 5, tail = 5;
	unsigned char sum = 0;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line + head, sizeof(line) - head - tail, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof(line) - head - tail)
		die("line too long");
	for (int i = 0; i < len; i++)
		sum ^= line[head + i];
	len += head;
	len += snprintf(line + len, sizeof(line) - len, " *%02x\n", sum);
	if (write(STDOUT_FILENO, line, len) != len)
		_exit(1);
	tcdrain(STDOUT_FILENO);
}

/*
 * Maps the shared page into a new child: fork() does not copy the table, and it must not
 * show up as the scenario's.
 */
void out_attach(void)
{
	*(volatile int *)&counts->ok;
}

void out_end(void)
{
	out("end ok=%d fail=%d", counts->ok, counts->fail);
}

/* An error that ends the calling process; in init itself the missing end marker tells. */
void die(const char *what)
{
	const int err = errno;
	char word[32];

	snprintf(word, sizeof(word), "%s", what);
	for (char *p = word; *p; p++)
		if (*p == ' ')
			*p = '_';
	out("info die=%s errno=%d", word, err);
	if (getpid() == 1)
		reboot(ARCH_OFF);
	_exit(1);
}

static const char *count_check(bool ok)
{
	counts->ok += ok;
	counts->fail += !ok;
	return ok ? "ok" : "fail";
}

/* A check line; it passes if @got equals @want. */
void check(const char *name, const char *scenario, long want, long got)
{
	out("check name=%s result=%s scenario=%s want=%ld got=%ld", name,
	    count_check(want == got), scenario, want, got);
}

/* The same; it passes if @got is from @low to @high. */
void check_between(const char *name, const char *scenario, long low, long high,
		   long got)
{
	out("check name=%s result=%s scenario=%s low=%ld high=%ld got=%ld",
	    name, count_check(low <= got && got <= high), scenario, low, high,
	    got);
}

/* Tells a plugin, which counts by itself, which row it is about. */
static void spell(const char *name)
{
	const size_t bits = 8 * (strlen(name) + 1);

	for (size_t i = 0; i < bits; i++) {
		if (name[i / 8] >> i % 8 & 1)
			mark(MARK_BIT_1);
		else
			mark(MARK_BIT_0);
	}
}

/* Also writes all of @row, so that no round takes a fault on it. */
void row_init(struct row *row, const char *name, const char *unit,
	      unsigned long ops, bool alloc)
{
	memset(row, 0, sizeof(*row));
	row->name = name;
	row->unit = unit;
	row->ops = ops;
	row->alloc = alloc;
	spell(name);
	mark(MARK_INIT);
}

/* Records a round of @v instructions. */
void row_add(struct row *row, u64 v)
{
	if (row->rounds == ROUNDS_MAX)
		die("too many rounds");
	row->v[row->rounds++] = v;
	spell(row->name);
	mark(MARK_ADD);
}

static int cmp_u64(const void *a, const void *b)
{
	const u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/* The row line, then every round's value in order. */
void row_print(const struct row *row)
{
	static u64 sorted[ROUNDS_MAX];
	const unsigned int n = row->rounds;

	if (!n)
		die("empty row");
	memcpy(sorted, row->v, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), cmp_u64);
	out("row name=%s unit=%s%s ops=%lu rounds=%u min=%" PRIu64
	    " med=%" PRIu64 " max=%" PRIu64 " alloc=%d",
	    row->name, counter_unit, row->unit + strcspn(row->unit, "/"),
	    row->ops, n, sorted[0], sorted[n / 2], sorted[n - 1], row->alloc);
	for (unsigned int i = 0; i < n; i += RAW_PER_LINE) {
		char list[LINE_BYTES];
		size_t len = 0;

		for (unsigned int j = i; j < n && j < i + RAW_PER_LINE; j++)
			len += snprintf(list + len, sizeof(list) - len,
					"%s%" PRIu64, j > i ? "," : "",
					row->v[j]);
		out("raw name=%s i=%u v=%s", row->name, i, list);
	}
}
