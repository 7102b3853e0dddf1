// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-rows - the published runs as flat tables, tab separated, with a head
 *
 *	ptb-rows rows|runs|verdicts RESULTS
 *
 * rows: a line a value.  Directory, architecture, configuration, kernel, kind and seed; row
 * and its unit, "insn/..." or "byte/..."; whether the timed region allocates PTE tables,
 * operations a round and rounds; minimum, median and maximum over the rounds as the guest
 * has printed them, instructions; and the value that counts, in the row's unit: of the
 * minimum for an operation, or bytes.  What a memory row has no use for is empty.
 *
 * runs: a line a kernel.  Directory, architecture, configuration, kernel and kind; how many
 * seeds; the version of Linux, the checksum of the series and the commit of the guest, where
 * it is known.
 *
 * verdicts: a line a row of a directory that has base and patched.  Directory, row and unit;
 * the place in the guest's output; the difference, of patched less base, the spread of it
 * over the seeds, in the row's unit, and percent of base; how many seeds differ from all
 * others; and the verdict, rows.c says which.
 *
 * Exit code 0; 1 with one line on bad input.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "published.h"

static void put_number(const json_t *rec, const char *key)
{
	const json_t *v = json_object_get(rec, key);

	putchar('\t');
	if (json_is_integer(v))
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(v));
}

static void put_row(const struct published *p, const struct run *run,
		    size_t seed, const json_t *rec, bool cost)
{
	static const char *const keys[] = { "alloc", "ops", "rounds",
					    "min",   "med", "max" };
	char *name = row_label(rec), *unit = row_unit(rec, cost);
	double value;

	if (!seed_value(run, seed, rec, cost, &value))
		die("%s: %s has no value", run->dir, name);
	printf("%s\t%s\t%s\t%s\t%s\t%" JSON_INTEGER_FORMAT "\t%s\t%s", p->name,
	       p->arch, p->config, js_str(run->doc, "kernel", "?"), p->kind,
	       js_int(json_array_get(run->seeds, seed), "seed"), name, unit);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		put_number(cost ? rec : NULL, keys[i]);
	printf("\t%.17g\n", value);
	free(name);
	free(unit);
}

static void put_run(const struct published *p, const struct run *run)
{
	const json_t *rec;

	for (size_t seed = 0; seed < run->n; seed++) {
		for (size_t i = 0;
		     (rec = json_array_get(run_list(run, seed, "mem"), i)); i++)
			put_row(p, run, seed, rec, false);
		for (size_t i = 0;
		     (rec = json_array_get(run_list(run, seed, "rows"), i));
		     i++)
			put_row(p, run, seed, rec, true);
	}
}

static void put_rows(const struct published *p)
{
	for (size_t k = 0; k < p->n; k++)
		put_run(p, &p->run[k]);
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void put_runs(const struct published *p)
{
	for (size_t k = 0; k < p->n; k++) {
		const struct run *r = &p->run[k];

		printf("%s\t%s\t%s\t%s\t%s\t%zu\t%s\t%s\t%s\n", p->name,
		       p->arch, p->config, published_kernel(p, k), p->kind,
		       r->n, or_empty(run_input(r, "origin", "version")),
		       or_empty(run_input(r, "series", "series")),
		       or_empty(run_input(r, "harness", "commit")));
	}
}

static void put_verdict(const struct published *p, const struct row *r)
{
	printf("%s\t%s\t%s\t%zu\t%.17g\t%.17g\t", p->name, r->name, r->unit,
	       r->order + 1000 * r->cost, r->delta, r->spread);
	if (r->has_percent)
		printf("%.17g", r->percent);
	printf("\t%zu\t%s\n", r->distinct, verdict_word(r->verdict));
}

static void put_verdicts(const struct published *p)
{
	const struct run *base = published_run(p, "base");
	const struct run *patched = published_run(p, "patched");
	struct comparison c = { .gaps = true };

	if (!base || !patched)
		return;
	c.base = *base;
	c.patched = *patched;
	rows_compare(&c);
	for (size_t i = 0; i < c.n_mem; i++)
		put_verdict(p, &c.mem[i]);
	for (size_t i = 0; i < c.n_cost; i++)
		put_verdict(p, &c.cost[i]);
	rows_free(&c);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		const char *head;
		void (*put)(const struct published *p);
	} tables[] = {
		{ "rows",
		  "dir\tarch\tconfig\tkernel\tkind\tseed\trow\tunit\talloc\tops\trounds\tmin\tmed\tmax\tvalue",
		  put_rows },
		{ "runs",
		  "dir\tarch\tconfig\tkernel\tkind\tseeds\tversion\tseries\tguest",
		  put_runs },
		{ "verdicts",
		  "dir\trow\tunit\tplace\tdelta\tspread\tpercent\tseeds\tverdict",
		  put_verdicts },
	};
	struct results r;
	size_t t;

	if (argc != 3)
		die("usage: ptb-rows rows|runs|verdicts RESULTS");
	for (t = 0; t < ARRAY_SIZE(tables); t++)
		if (!strcmp(tables[t].name, argv[1]))
			break;
	if (t == ARRAY_SIZE(tables))
		die("there is no table %s: rows, runs or verdicts", argv[1]);
	r = results_load(argv[2]);
	puts(tables[t].head);
	for (size_t i = 0; i < r.n; i++)
		tables[t].put(&r.p[i]);
	results_put(&r);
	return PTB_OK;
}
