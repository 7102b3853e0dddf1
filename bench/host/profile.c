// SPDX-License-Identifier: GPL-2.0
/* What the plugin of QEMU left: read whole, or refused. And two of it, by function. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

/* Of either side less than this an operation is not worth a line. */
#define INSNS_SHOWN 0.05
#define MISSES_SHOWN 0.02

static void __attribute__((noreturn))
bad_line(const struct profile *p, size_t line)
{
	die("%s:%zu: not a line of a profile", p->path, line);
}

static void counts_add(struct counts *a, const struct counts *b)
{
	a->insns += b->insns;
	a->accesses += b->accesses;
	a->misses += b->misses;
	a->lines += b->lines;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct symbol *)a)->name,
		      ((const struct symbol *)b)->name);
}

/* What the compiler split off a function is the function. */
static void symbols_fold(struct prow *r)
{
	size_t n = 0;

	qsort(r->sym, r->n, sizeof(*r->sym), by_name);
	for (size_t i = 0; i < r->n; i++) {
		if (n && !strcmp(r->sym[i].name, r->sym[n - 1].name)) {
			counts_add(&r->sym[n - 1].c, &r->sym[i].c);
			free(r->sym[i].name);
		} else {
			r->sym[n++] = r->sym[i];
		}
	}
	r->n = n;
}

static void add_symbol(struct profile *p, const char *s, size_t line)
{
	struct prow *r = p->n ? &p->row[p->n - 1] : NULL;
	struct symbol sym = { 0 };
	int at = 0;

	if (!r ||
	    sscanf(s, "sym %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %n",
		   &sym.c.insns, &sym.c.accesses, &sym.c.misses, &sym.c.lines,
		   &at) != 4 ||
	    !at || !s[at])
		bad_line(p, line);
	sym.name = xstrndup(s + at, strcspn(s + at, "."));
	r->sym = xrealloc(r->sym, r->n + 1, sizeof(*r->sym));
	r->sym[r->n++] = sym;
}

static void add_row(struct profile *p, const char *s, size_t line)
{
	struct prow r = { 0 };
	unsigned int rounds;
	int at = 0;

	if (sscanf(s,
		   "row name=%*s%n rounds=%u insns=%" SCNu64
		   " accesses=%" SCNu64 " misses=%" SCNu64 " lines=%" SCNu64,
		   &at, &rounds, &r.all.insns, &r.all.accesses, &r.all.misses,
		   &r.all.lines) != 5)
		bad_line(p, line);
	r.name = xstrndup(s + 9, (size_t)at - 9);
	p->row = xrealloc(p->row, p->n + 1, sizeof(*p->row));
	p->row[p->n++] = r;
}

/* All of a row is the sum of its functions, or lines are missing. */
static void rows_check(struct profile *p, size_t rows)
{
	if (!p->n)
		die("%s: nothing was counted", p->path);
	if (rows != p->n)
		die("%s: truncated: %zu rows of %zu", p->path, p->n, rows);
	for (size_t i = 0; i < p->n; i++) {
		struct counts sum = { 0 };

		for (size_t k = 0; k < p->row[i].n; k++)
			counts_add(&sum, &p->row[i].sym[k].c);
		if (memcmp(&sum, &p->row[i].all, sizeof(sum)))
			die("%s: truncated: row %s is not the sum of its functions",
			    p->path, p->row[i].name);
		symbols_fold(&p->row[i]);
	}
}

void profile_parse(struct profile *p, const char *text, size_t len)
{
	size_t n, line = 0, rows = SIZE_MAX;
	const char *pos = text, *s;

	while (next_line(&pos, text + len, &s, &n)) {
		char *l = xstrndup(s, n);

		line++;
		if (rows != SIZE_MAX)
			bad_line(p, line);
		if (line == 1) {
			if (sscanf(l, "profile v=1 sets=%zu ways=%zu line=%zu",
				   &p->sets, &p->ways, &p->line) != 3)
				bad_line(p, line);
		} else if (!strncmp(l, "row ", 4)) {
			add_row(p, l, line);
		} else if (!strncmp(l, "sym ", 4)) {
			add_symbol(p, l, line);
		} else if (sscanf(l, "end rows=%zu", &rows) != 1) {
			bad_line(p, line);
		}
		free(l);
	}
	if (rows == SIZE_MAX)
		die("%s: truncated: there is no end line", p->path);
	rows_check(p, rows);
}

struct profile profile_load(const char *dir)
{
	struct profile p = { .path = xasprintf("%s/seed-1/profile.txt", dir) };
	struct buf b = { 0 };
	const int err = buf_read_file(&b, p.path);

	if (err)
		die("%s: %s", p.path, strerror(err));
	profile_parse(&p, b.p, b.len);
	buf_free(&b);
	return p;
}

void profile_put(struct profile *p)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < p->row[i].n; k++)
			free(p->row[i].sym[k].name);
		free(p->row[i].sym);
		free(p->row[i].name);
	}
	free(p->row);
	free(p->path);
}

const struct prow *profile_row(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->row[i].name, name))
			return &p->row[i];
	return NULL;
}

struct difference profile_differ(const char *name, const struct counts *base,
				 const struct counts *patched, double ops)
{
	return (struct difference){
		.name = name,
		.base = (double)base->insns / ops,
		.patched = (double)patched->insns / ops,
		.misses =
			((double)patched->misses - (double)base->misses) / ops,
		.lines = ((double)patched->lines - (double)base->lines) / ops,
	};
}

static int by_size(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;
	const double dx = fabs(x->patched - x->base);
	const double dy = fabs(y->patched - y->base);

	if (dx != dy)
		return dx < dy ? 1 : -1;
	if (fabs(x->misses) != fabs(y->misses))
		return fabs(x->misses) < fabs(y->misses) ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Both lists are by name: merge them. Returns how many differences there are. */
static size_t merge(struct difference *d, const struct prow *base,
		    const struct prow *patched, double ops)
{
	static const struct counts none;
	size_t i = 0, k = 0, n = 0;

	while (i < base->n || k < patched->n) {
		int c;

		if (i == base->n)
			c = 1;
		else if (k == patched->n)
			c = -1;
		else
			c = by_name(&base->sym[i], &patched->sym[k]);
		d[n++] = profile_differ(
			c <= 0 ? base->sym[i].name : patched->sym[k].name,
			c <= 0 ? &base->sym[i].c : &none,
			c >= 0 ? &patched->sym[k].c : &none, ops);
		i += c <= 0;
		k += c >= 0;
	}
	return n;
}

/**
 * profile_differences() - one row of two profiles, function by function
 * @base: of the one
 * @patched: of the other
 * @ops: operations a round, of both
 * @list: set to the functions of either, largest difference in instructions first;
 *	their names are those of the rows; to be freed
 *
 * Return: how many.
 */
size_t profile_differences(const struct prow *base, const struct prow *patched,
			   double ops, struct difference **list)
{
	struct difference *d = xrealloc(NULL, base->n + patched->n, sizeof(*d));
	const size_t n = merge(d, base, patched, ops);

	if (n)
		qsort(d, n, sizeof(*d), by_size);
	*list = d;
	return n;
}

/* Whether a function is worth a line */
bool profile_differs(const struct difference *d)
{
	return fabs(d->patched - d->base) >= INSNS_SHOWN ||
	       fabs(d->misses) >= MISSES_SHOWN;
}
