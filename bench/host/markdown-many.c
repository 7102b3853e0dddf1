// SPDX-License-Identifier: GPL-2.0
/* results/report.md: what several CPUs take from each other, and a real one's time. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* The newest directory whose name is a time and -@suffix, or NULL. */
static const struct published *newest_of(const struct results *res,
					 const char *suffix)
{
	const size_t time = strlen("20260101-000000-");

	for (size_t i = res->n; i--;)
		if (strlen(res->p[i].name) > time &&
		    !strcmp(res->p[i].name + time, suffix))
			return &res->p[i];
	return NULL;
}

/* The series of a directory, which its file source names; to be freed. */
static char *series_of(const char *root, const char *name)
{
	char *path = xasprintf("%s/%s/source", root, name);
	FILE *s = fopen(path, "r");
	char *line = NULL, *series = NULL;
	size_t size = 0;

	if (!s)
		die("%s: %s", path, strerror(errno));
	while (!series && getline(&line, &size, s) > 0)
		if (!strncmp(line, "series=", 7))
			series = xasprintf("%.12s", line + 7);
	if (!series)
		die("%s: no series", path);
	fclose(s);
	free(line);
	free(path);
	return series;
}

static void put_table(FILE *f, const struct results *res,
		      const struct published *p)
{
	char *path = xasprintf("%s/%s/table.txt", res->root, p->name);
	char *series = series_of(res->root, p->name), *line = NULL;
	FILE *t = fopen(path, "r");
	size_t size = 0;

	if (!t)
		die("%s: %s", path, strerror(errno));
	fprintf(f, "\nSeries %s, [%s](%s/table.txt):\n\n", series, p->name,
		p->name);
	while (getline(&line, &size, t) > 0)
		fprintf(f, *line == '\n' ? "\n" : "    %s", line);
	fclose(t);
	free(line);
	free(series);
	free(path);
}

/**
 * markdown_many() - the newest tables of make cycles and make smp
 * @f: where to
 * @r: what is published
 *
 * First, as both have rows that are worse. No reason names a number: the table does.
 */
void markdown_many(FILE *f, const struct report *r)
{
	static const char *const smp[] = {
		"s390x-smp",  "s390x-smp16",  "s390x-smp-free",
		"x86_64-smp", "x86_64-smp16", "x86_64-smp-free"
	};
	const struct published *p = newest_of(&r->res, "um-cycles");
	size_t n = 0;

	if (p) {
		fputs("\n## On a real CPU\n"
		      "\n"
		      "`make cycles`: Linux as a process of the host (UML, x86_64, small locks), base and\n"
		      "series in turn; CPU time. The option is on there, which with small locks it is\n"
		      "not by default. Rows that are worse come first. Why they are:\n"
		      "\n"
		      "- lock: the lock is not in the table's struct page, but one load behind it. What\n"
		      "  is in the cache costs a nanosecond or two; of a table that nobody has used for\n"
		      "  long it is one more line, and one more page of the TLB.\n"
		      "- lock with two CPUs that have every other table each: two descriptors are in a\n"
		      "  line, where struct page has one for itself. That is the worst there can be;\n"
		      "  with a range for each CPU (lock_apart) no line is shared.\n"
		      "- alloc_free, gather_rcu: a slab object for each table, here without the page\n"
		      "  that is saved on s390.\n"
		      "- gather of very many tables: the chain goes through the descriptors, a line\n"
		      "  each, where base writes pointers to a page that it allocates for them.\n",
		      f);
		put_table(f, &r->res, p);
	}
	for (size_t i = 0; i < ARRAY_SIZE(smp); i++) {
		p = newest_of(&r->res, smp[i]);
		if (!p)
			continue;
		if (!n++)
			fputs("\n## On several CPUs\n"
			      "\n"
			      "`make smp`: accesses to lines of memory that another CPU has written, counted by\n"
			      "a plugin of QEMU.\n",
			      f);
		put_table(f, &r->res, p);
	}
}
