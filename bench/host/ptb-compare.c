// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-compare - what two kernels cost and save
 *
 *	ptb-compare [--json FILE] [--expect-alloc|--expect-same] BASE PATCHED
 *
 * BASE and PATCHED are complete run directories. Prints the table; --json
 * also writes what report.c describes.
 *
 * Exit code 0; 1 with one line if a run is incomplete, if the two differ in
 * more than the kernel, or if a row exists on one side only (after printing);
 * 15 with one line if an expectation does not hold:
 * --expect-alloc: exactly the rows with alloc=1 changed
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
	die("usage: ptb-compare [--json FILE] [--expect-alloc|--expect-same] BASE PATCHED");
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

static int expect_alloc(const struct comparison *c)
{
	struct buf silent = { 0 }, surplus = { 0 };
	size_t i, n = 0;

	for (i = 0; i < c->n_cost; i++) {
		const struct row *r = &c->cost[i];

		n += r->alloc;
		if (r->alloc && !row_changed(r))
			add_name(&silent, r->name);
		if (!r->alloc && row_changed(r))
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

static void write_json(const struct comparison *c, const char *path)
{
	json_t *o = report_json(c);
	int err = js_write_file(path, o);

	if (err)
		die("%s: %s", path, strerror(err));
	json_decref(o);
}

static int finish(const struct comparison *c, enum expectation expect)
{
	size_t n = json_array_size(c->errors);

	if (fflush(stdout) || ferror(stdout))
		die("cannot write the table: %s", strerror(errno));
	if (n) {
		fprintf(stderr, "ptb: error: %s%s\n",
			json_string_value(json_array_get(c->errors, 0)),
			n > 1 ? ", and more: see the table" : "");
		return PTB_BAD_INPUT;
	}
	if (expect == EXPECT_ALLOC)
		return expect_alloc(c);
	if (expect == EXPECT_SAME)
		return expect_same(c);
	return PTB_OK;
}

static int compare(const char *base, const char *patched, const char *json,
		   enum expectation expect)
{
	struct comparison c = { 0 };
	int code;

	c.base = run_load(base);
	c.patched = run_load(patched);
	run_check_comparable(&c.base, &c.patched);
	rows_compare(&c);
	table_print(stdout, &c);
	if (json)
		write_json(&c, json);
	code = finish(&c, expect);
	rows_free(&c);
	run_put(&c.base);
	run_put(&c.patched);
	return code;
}

int main(int argc, char **argv)
{
	enum expectation expect = EXPECT_NOTHING;
	const char *json = NULL;
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--json") && i + 1 < argc)
			json = argv[++i];
		else if (!strcmp(argv[i], "--expect-alloc"))
			expect = EXPECT_ALLOC;
		else if (!strcmp(argv[i], "--expect-same"))
			expect = EXPECT_SAME;
		else
			usage();
	}
	if (argc - i != 2)
		usage();
	return compare(argv[i], argv[i + 1], json, expect);
}
