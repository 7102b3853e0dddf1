// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-compare - what two kernels cost and save
 *
 *	ptb-compare [--json FILE] [--expect-alloc|--expect-same] BASE PATCHED
 *	ptb-compare [--json FILE] [--columns] BASE RUN ...
 *	ptb-compare --headlines BASE PATCHED
 *
 * All are complete run directories, six of them at most. Prints the table, with
 * a column each for more than two or by --columns; --json also writes what
 * report.c describes, or columns-json.c. --headlines prints only the rows that
 * are claimed for every configuration and those that got worse.
 *
 * Exit code 0; 1 with one line if a run is incomplete, if they differ in more
 * than the kernel, or if a row exists on one side of two only (after printing);
 * 15 with one line if an expectation does not hold:
 * --expect-alloc: the rows with alloc=1 changed, and no other one by 0.01 % or more:
 * in a kernel that is slower the end of a grace period falls elsewhere
 * --expect-same: no row changed and all memory is equal
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

enum expectation { EXPECT_NOTHING, EXPECT_ALLOC, EXPECT_SAME };

static void __attribute__((noreturn)) usage(void)
{
	die("usage: ptb-compare [--json FILE] [--expect-alloc|--expect-same] BASE PATCHED, --headlines BASE PATCHED, or [--json FILE] [--columns] and 2 to 6 runs");
}

static void add_name(struct buf *b, const char *name)
{
	buf_printf(b, "%s%s", b->len ? ", " : "", name);
}

/* One line on stderr that names the rows. Return: exit code. */
static int fail(const char *first, struct buf *a, const char *second,
		struct buf *b)
{
	int code = a->len || b->len ? PTB_TEST_FAILED : PTB_OK;

	if (code)
		fprintf(stderr, "ptb: error: %s: %s%s%s%s%s\n",
			ptb_code_word(PTB_TEST_FAILED), a->len ? first : "",
			a->len ? a->p : "", a->len && b->len ? "; " : "",
			b->len ? second : "", b->len ? b->p : "");
	buf_free(a);
	buf_free(b);
	return code;
}

/* A fifth of the least that plus16 adds to a row that allocates: small_proc */
#define ELSEWHERE_PERCENT 0.01

static int expect_alloc(const struct comparison *c)
{
	struct buf silent = { 0 }, surplus = { 0 };
	size_t i, n = 0;

	for (i = 0; i < c->n_cost; i++) {
		const struct row *r = &c->cost[i];

		n += r->alloc;
		if (r->alloc && !row_changed(r))
			add_name(&silent, r->name);
		if (!r->alloc && row_changed(r) &&
		    row_badness(r) >= ELSEWHERE_PERCENT)
			add_name(&surplus, r->name);
	}
	if (!n)
		add_name(&silent, "there is no such row");
	return fail("rows that allocate and did not change: ", &silent,
		    "rows that changed and do not allocate: ", &surplus);
}

static int expect_same(const struct comparison *c)
{
	struct buf cost = { 0 }, mem = { 0 };
	size_t i;

	for (i = 0; i < c->n_cost; i++)
		if (c->cost[i].verdict != NO_CHANGE)
			add_name(&cost, c->cost[i].name);
	for (i = 0; i < c->n_mem; i++)
		if (!c->mem[i].equal)
			add_name(&mem, c->mem[i].name);
	if (!c->n_cost)
		add_name(&cost, "there is no row at all");
	return fail("rows that do not say no change: ", &cost,
		    "memory that is not equal: ", &mem);
}

/* Takes over the reference to @o. */
static void write_json(json_t *o, const char *path)
{
	int err = js_write_file(path, o);

	if (err)
		die("%s: %s", path, strerror(err));
	json_decref(o);
}

/* Return: exit code. */
static int finish(const json_t *errors)
{
	size_t n = json_array_size(errors);

	if (fflush(stdout) || ferror(stdout))
		die("cannot write the table: %s", strerror(errno));
	if (n) {
		fprintf(stderr, "ptb: error: %s%s\n",
			json_string_value(json_array_get(errors, 0)),
			n > 1 ? ", and more: see the table" : "");
		return PTB_BAD_INPUT;
	}
	return PTB_OK;
}

static int compare(const char *base, const char *patched, const char *json,
		   enum expectation expect, bool headlines)
{
	struct comparison c = { 0 };
	int code;

	c.base = run_load(base);
	c.patched = run_load(patched);
	run_check_comparable(&c.base, &c.patched);
	rows_compare(&c);
	if (headlines)
		table_headlines(stdout, &c);
	else
		table_print(stdout, &c);
	if (json)
		write_json(report_json(&c), json);
	code = finish(c.errors);
	if (!code && expect == EXPECT_ALLOC)
		code = expect_alloc(&c);
	if (!code && expect == EXPECT_SAME)
		code = expect_same(&c);
	rows_free(&c);
	run_put(&c.base);
	run_put(&c.patched);
	return code;
}

static int compare_columns(char **dirs, size_t n, const char *json)
{
	struct columns c = { .n = n };
	size_t k;
	int code;

	for (k = 0; k < n; k++) {
		c.run[k] = run_load(dirs[k]);
		run_check_comparable(&c.run[0], &c.run[k]);
	}
	columns_compare(&c);
	columns_print(stdout, &c);
	if (json)
		write_json(columns_json(&c), json);
	code = finish(c.errors);
	columns_free(&c);
	for (k = 0; k < n; k++)
		run_put(&c.run[k]);
	return code;
}

int main(int argc, char **argv)
{
	enum expectation expect = EXPECT_NOTHING;
	const char *json = NULL;
	bool columns = false, headlines = false;
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--json") && i + 1 < argc)
			json = argv[++i];
		else if (!strcmp(argv[i], "--columns"))
			columns = true;
		else if (!strcmp(argv[i], "--headlines"))
			headlines = true;
		else if (!strcmp(argv[i], "--expect-alloc"))
			expect = EXPECT_ALLOC;
		else if (!strcmp(argv[i], "--expect-same"))
			expect = EXPECT_SAME;
		else
			usage();
	}
	if (argc - i < 2 || argc - i > COLUMNS_MAX)
		usage();
	if (argc - i == 2 && !columns)
		return compare(argv[i], argv[i + 1], json, expect, headlines);
	if (expect != EXPECT_NOTHING || headlines)
		usage();
	return compare_columns(argv + i, (size_t)(argc - i), json);
}
