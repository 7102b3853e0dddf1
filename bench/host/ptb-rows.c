// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-rows - all rows of the published runs as one flat table, a line a value
 *
 *	ptb-rows RESULTS
 *
 * Tab separated, with a head: directory, architecture, configuration, kernel, kind and
 * seed; row and its unit, "insn/..." or "byte/..."; whether the timed region allocates PTE
 * tables, operations a round and rounds; minimum, median and maximum over the rounds as the
 * guest has printed them, instructions; and the value that counts, in the row's unit: of the
 * minimum for an operation, or bytes.  What a memory row has no use for is empty.
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

int main(int argc, char **argv)
{
	struct results r;

	if (argc != 2)
		die("usage: ptb-rows RESULTS");
	r = results_load(argv[1]);
	puts("dir\tarch\tconfig\tkernel\tkind\tseed\trow\tunit\talloc\tops\trounds\tmin\tmed\tmax\tvalue");
	for (size_t i = 0; i < r.n; i++)
		for (size_t k = 0; k < r.p[i].n; k++)
			put_run(&r.p[i], &r.p[i].run[k]);
	results_put(&r);
	return PTB_OK;
}
