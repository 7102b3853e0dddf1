// SPDX-License-Identifier: GPL-2.0
/*
 * The columns as JSON, ptb-compare --json FILE. Version 2; all objects are
 * those of report.c, which has version 1 for two runs:
 *
 *	version, method, arch, config, seeds
 *	columns		what report.c has as base and as patched, an array
 *	errors		strings; not empty means that a column was not measured
 *			in the same way
 *	memory, cost	the rows, in the order of the table:
 *	  name, unit, ops, alloc
 *	  columns	an array in the order above, null where a kernel has no
 *			such row: base's or patched's values there, and, but
 *			for the first and where the base has no such row,
 *	    ratio	to the base; null if that is 0
 *	    delta, percent, equal, noisy, verdict
 */
#include <string.h>

#include "compare.h"

static void copy_key(json_t *to, const json_t *from, const char *key)
{
	json_t *v = json_object_get(from, key);

	if (v)
		js_set(to, key, json_incref(v));
}

/* The row in a list of report_json(). */
static const json_t *row_of(const json_t *doc, const struct row *r)
{
	const json_t *list = json_object_get(doc, r->cost ? "cost" : "memory");
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(list, i)); i++)
		if (!strcmp(js_str(v, "name", ""), r->name) &&
		    !strcmp(js_str(v, "unit", ""), r->unit))
			break;
	return v;
}

static json_t *cell(const json_t *doc, const struct row *r, bool judged)
{
	static const char *const keys[] = { "delta", "percent", "equal",
					    "noisy", "verdict" };
	const json_t *row = row_of(doc, r);
	json_t *o = js_own(json_copy(json_object_get(row, "patched")));
	size_t i;

	if (!judged)
		return o;
	js_set(o, "ratio",
	       r->has_percent ?
		       json_real(r->patched.st.median / r->base.st.median) :
		       json_null());
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		copy_key(o, row, keys[i]);
	return o;
}

static json_t *line(const struct columns *c, const struct line *l,
		    json_t *const judged[], json_t *const alone[])
{
	json_t *o = js_own(json_object()), *cells = js_own(json_array());
	const json_t *row = NULL;
	size_t k;

	for (k = 0; k < c->n; k++) {
		const json_t *doc = l->judged[k] ? judged[k] : alone[k];

		if (!l->cell[k]) {
			js_add(cells, json_null());
			continue;
		}
		if (!row)
			row = row_of(doc, l->cell[k]);
		js_add(cells, cell(doc, l->cell[k], l->judged[k]));
	}
	copy_key(o, row, "name");
	copy_key(o, row, "unit");
	copy_key(o, row, "ops");
	copy_key(o, row, "alloc");
	js_set(o, "columns", cells);
	return o;
}

static json_t *all_lines(const struct columns *c, const struct line *lines,
			 size_t n, json_t *const judged[],
			 json_t *const alone[])
{
	json_t *arr = js_own(json_array());

	while (n--)
		js_add(arr, line(c, lines++, judged, alone));
	return arr;
}

/**
 * columns_json() - the columns for programs
 * @c: the columns
 *
 * Return: the object described above, to be put.
 */
json_t *columns_json(const struct columns *c)
{
	json_t *judged[COLUMNS_MAX], *alone[COLUMNS_MAX];
	json_t *o = js_own(json_object()), *kernels = js_own(json_array());
	size_t k;

	for (k = 0; k < c->n; k++) {
		judged[k] = report_json(&c->judged[k]);
		alone[k] = report_json(&c->alone[k]);
		js_add(kernels,
		       json_incref(json_object_get(alone[k], "patched")));
	}
	js_set(o, "version", json_integer(2));
	copy_key(o, alone[0], "method");
	copy_key(o, alone[0], "arch");
	copy_key(o, alone[0], "config");
	copy_key(o, alone[0], "seeds");
	js_set(o, "columns", kernels);
	js_set(o, "errors", json_incref(c->errors));
	js_set(o, "memory", all_lines(c, c->mem, c->n_mem, judged, alone));
	js_set(o, "cost", all_lines(c, c->cost, c->n_cost, judged, alone));
	for (k = 0; k < c->n; k++) {
		json_decref(judged[k]);
		json_decref(alone[k]);
	}
	return o;
}
