// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-profile - where the instructions are that two kernels differ in
 *
 *	ptb-profile [--row NAME] BASE PATCHED
 *
 * Both are complete run directories of kind profile: seed-1/profile.txt is what the
 * plugin wrote (bench/plugin/plugin.c says how), data.json what the guest measured.
 * Prints for each row, or for that one, all that was counted and the functions that
 * differ, per operation: instructions, and misses and distinct lines of the plugin's
 * data cache. Parts of a function that the compiler made (.part, .constprop, .isra,
 * .cold) count as the function.
 *
 * Exit code 0; 1 with one line if a run is incomplete or they differ in more than the
 * kernel; 15 with one line if what the plugin counted for a row is not what the guest's
 * clock says, to 0.2 %.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

#define PERCENT_OFF 0.2
#define SHOWN 24
/* Of either side less than this an operation is not worth a line. */
#define INSNS_SHOWN 0.05
#define MISSES_SHOWN 0.02

struct counts {
	uint64_t insns;
	uint64_t accesses;
	uint64_t misses;
	uint64_t lines;
};

struct symbol {
	char *name;
	struct counts c;
};

/**
 * struct prow - one row of a profile
 * @name: as the guest calls it
 * @all: of the round with the fewest instructions
 * @sym: its functions, by name
 * @n: how many
 */
struct prow {
	char *name;
	struct counts all;
	struct symbol *sym;
	size_t n;
};

struct profile {
	char *path;
	size_t sets, ways, line;
	struct prow *row;
	size_t n;
};

/* Of one function, or of all; per operation, patched less base but for @base, @patched */
struct difference {
	const char *name;
	double base;
	double patched;
	double misses;
	double lines;
};

static void __attribute__((noreturn)) usage(void)
{
	die("usage: ptb-profile [--row NAME] BASE PATCHED");
}

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

static void profile_parse(struct profile *p, const char *text, size_t len)
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

static struct profile profile_load(const char *dir)
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

static void profile_put(struct profile *p)
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

/* What the guest says of row @name. */
static const json_t *guest_row(const struct run *r, const char *name)
{
	const json_t *v;

	for (size_t i = 0; (v = json_array_get(run_list(r, 0, "rows"), i)); i++)
		if (!strcmp(js_str(v, "name", ""), name))
			return v;
	die("%s: the guest has no row %s", r->dir, name);
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

static struct difference differ(const char *name, const struct counts *base,
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

static bool worth_a_line(const struct difference *d)
{
	return fabs(d->patched - d->base) >= INSNS_SHOWN ||
	       fabs(d->misses) >= MISSES_SHOWN;
}

static void put_line(const struct difference *d)
{
	printf("  %-25.25s %10.1f %10.1f %+9.1f %+7.2f %+7.2f\n", d->name,
	       d->base, d->patched, d->patched - d->base, d->misses, d->lines);
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
		d[n++] = differ(c <= 0 ? base->sym[i].name :
					 patched->sym[k].name,
				c <= 0 ? &base->sym[i].c : &none,
				c >= 0 ? &patched->sym[k].c : &none, ops);
		i += c <= 0;
		k += c >= 0;
	}
	return n;
}

static void put_symbols(const struct prow *base, const struct prow *patched,
			double ops)
{
	struct difference *d = xrealloc(NULL, base->n + patched->n, sizeof(*d));
	const size_t n = merge(d, base, patched, ops);
	struct difference rest = { 0 };
	char *name;
	size_t i;

	qsort(d, n, sizeof(*d), by_size);
	for (i = 0; i < n && i < SHOWN && worth_a_line(&d[i]); i++)
		put_line(&d[i]);
	name = xasprintf("%zu others", n - i);
	rest.name = name;
	for (; i < n; i++) {
		rest.base += d[i].base;
		rest.patched += d[i].patched;
		rest.misses += d[i].misses;
		rest.lines += d[i].lines;
	}
	put_line(&rest);
	free(name);
	free(d);
}

/* Whether the plugin and the guest's clock agree; says so if not, of the first. */
static bool agrees(const struct run *run, const struct prow *r, double clock)
{
	const double off = 100 * fabs((double)r->all.insns - clock) / clock;

	if (off <= PERCENT_OFF)
		return true;
	fprintf(stderr,
		"ptb: error: %s: %s: row %s: %" PRIu64
		" instructions counted, %.0f by the guest's clock\n",
		ptb_code_word(PTB_TEST_FAILED), run->dir, r->name, r->all.insns,
		clock);
	return false;
}

/* Returns whether what was counted so far is right. */
static bool put_row(const struct run *run[2], const struct prow *r[2],
		    bool good)
{
	const json_t *g[2] = { guest_row(run[0], r[0]->name),
			       guest_row(run[1], r[0]->name) };
	const double ops = (double)js_int(g[0], "ops");
	struct difference all = differ("all", &r[0]->all, &r[1]->all, ops);

	printf("\n%-27s %10s %10s %9s %7s %7s\n", r[0]->name, "base", "patched",
	       "delta", "misses", "lines");
	put_line(&all);
	printf("  %-25s %10.1f %10.1f\n", "by the guest's clock",
	       (double)js_int(g[0], "min") / ops,
	       (double)js_int(g[1], "min") / ops);
	put_symbols(r[0], r[1], ops);
	for (int i = 0; i < 2; i++) {
		const double a = (double)r[i]->all.accesses / ops;

		if (a > 0)
			printf("  %-7s %.1f accesses, %.2f misses, %.2f lines\n",
			       i ? "patched" : "base", a,
			       (double)r[i]->all.misses / ops,
			       (double)r[i]->all.lines / ops);
		good = good &&
		       agrees(run[i], r[i], (double)js_int(g[i], "min"));
	}
	return good;
}

static const struct prow *row_of(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->row[i].name, name))
			return &p->row[i];
	die("%s: there is no row %s", p->path, name);
}

/* Every row of the guest but the mean of another one is in the profile. */
static void rows_complete(const struct run *run, const struct profile *p)
{
	const json_t *v;

	for (size_t i = 0; (v = json_array_get(run_list(run, 0, "rows"), i));
	     i++)
		if (strcmp(js_str(v, "name", ""), "lifecycle_mean"))
			row_of(p, js_str(v, "name", ""));
}

static void put_head(const struct run *run, const struct profile *p)
{
	printf("%s %s, seed 1, the round with the fewest instructions: those of an\n"
	       "operation by function, and the difference in misses and lines of data.\n",
	       js_str(run->doc, "arch", "?"), js_str(run->doc, "config", "?"));
	if (p->sets)
		printf("Cache: %zu sets of %zu lines of %zu bytes.\n", p->sets,
		       p->ways, p->line);
	else
		puts("No cache.");
}

int main(int argc, char **argv)
{
	const char *only = NULL;
	struct profile p[2];
	struct run r[2];
	bool good = true;

	if (argc > 2 && !strcmp(argv[1], "--row")) {
		only = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc != 3 || argv[1][0] == '-')
		usage();
	for (int i = 0; i < 2; i++) {
		r[i] = run_load(argv[1 + i]);
		p[i] = profile_load(argv[1 + i]);
	}
	run_check_comparable(&r[0], &r[1]);
	for (int i = 0; i < 2; i++)
		rows_complete(&r[i], &p[i]);
	if (p[0].n != p[1].n || p[0].sets != p[1].sets ||
	    p[0].ways != p[1].ways || p[0].line != p[1].line)
		die("%s and %s: not the same rows, or not the same cache",
		    p[0].path, p[1].path);
	put_head(&r[0], &p[0]);
	if (only)
		row_of(&p[0], only);
	for (size_t i = 0; i < p[0].n; i++) {
		const char *name = p[0].row[i].name;

		if (only && strcmp(only, name))
			continue;
		good = put_row((const struct run *[]){ &r[0], &r[1] },
			       (const struct prow *[]){ &p[0].row[i],
							row_of(&p[1], name) },
			       good);
	}
	for (int i = 0; i < 2; i++) {
		profile_put(&p[i]);
		run_put(&r[i]);
	}
	if (fflush(stdout) || ferror(stdout))
		die("cannot write the table: %s", strerror(errno));
	return good ? PTB_OK : PTB_TEST_FAILED;
}
