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
#include "profile.h"

#define PERCENT_OFF 0.2
#define SHOWN 24

static void __attribute__((noreturn)) usage(void)
{
	die("usage: ptb-profile [--row NAME] BASE PATCHED");
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

static void put_line(const struct difference *d)
{
	printf("  %-25.25s %10.1f %10.1f %+9.1f %+7.2f %+7.2f\n", d->name,
	       d->base, d->patched, d->patched - d->base, d->misses, d->lines);
}

static void put_symbols(const struct prow *base, const struct prow *patched,
			double ops)
{
	struct difference *d, rest = { 0 };
	const size_t n = profile_differences(base, patched, ops, &d);
	char *name;
	size_t i;

	for (i = 0; i < n && i < SHOWN && profile_differs(&d[i]); i++)
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
	struct difference all =
		profile_differ("all", &r[0]->all, &r[1]->all, ops);

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
	const struct prow *r = profile_row(p, name);

	if (!r)
		die("%s: there is no row %s", p->path, name);
	return r;
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
