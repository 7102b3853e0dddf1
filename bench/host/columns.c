// SPDX-License-Identifier: GPL-2.0
/*
 * More than two kernels: each column is compared with the base, by the same
 * rules as two runs, and with itself, which gives what the base does not have.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "compare.h"

#define NOT_JUDGED (NO_CHANGE + 1) /* after all verdicts */

const char *column_name(const struct columns *c, size_t k)
{
	return js_str(c->run[k].doc, "kernel", "?");
}

/* Another version of Linux: to be held against, not to be judged. */
bool column_is_peer(const struct columns *c, size_t k)
{
	return !strcmp(column_name(c, k), "peer");
}

static const struct row *find_row(const struct comparison *c,
				  const struct row *like)
{
	const struct row *rows = like->cost ? c->cost : c->mem;
	size_t n = like->cost ? c->n_cost : c->n_mem, i;

	for (i = 0; i < n; i++)
		if (!strcmp(rows[i].name, like->name) &&
		    !strcmp(rows[i].unit, like->unit))
			return &rows[i];
	return NULL;
}

static bool has_line(const struct line *lines, size_t n, const struct row *like)
{
	while (n--)
		if (!strcmp(lines[n].name, like->name) &&
		    !strcmp(lines[n].unit, like->unit))
			return true;
	return false;
}

/* Of the columns but the peer: what bad_first() of two runs goes by. */
static void set_worst(const struct columns *c, struct line *l)
{
	size_t k;

	l->worst = NOT_JUDGED;
	for (k = 1; k < c->n; k++) {
		const struct row *r = l->cell[k];

		if (!l->judged[k] || column_is_peer(c, k))
			continue;
		if ((int)r->verdict < l->worst) {
			l->worst = r->verdict;
			l->badness = 0;
		}
		if ((int)r->verdict == l->worst && row_badness(r) > l->badness)
			l->badness = row_badness(r);
	}
}

static struct line make_line(const struct columns *c, const struct row *like,
			     size_t order)
{
	struct line l = { .name = like->name, .unit = like->unit };
	size_t k;

	l.order = order;
	for (k = 0; k < c->n; k++) {
		l.cell[k] = k ? find_row(&c->judged[k], like) : NULL;
		l.judged[k] = l.cell[k];
		if (!l.cell[k])
			l.cell[k] = find_row(&c->alone[k], like);
	}
	set_worst(c, &l);
	return l;
}

static int bad_first(const void *x, const void *y)
{
	const struct line *a = x, *b = y;

	if (a->worst != b->worst)
		return a->worst - b->worst;
	if (a->badness != b->badness)
		return a->badness < b->badness ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

/* The rows of all columns, in the guest's order as far as there is one. */
static struct line *make_lines(const struct columns *c, bool cost,
			       size_t *count)
{
	struct line *lines = NULL;
	size_t k, i, n = 0;

	for (k = 0; k < c->n; k++) {
		const struct comparison *a = &c->alone[k];
		const struct row *rows = cost ? a->cost : a->mem;
		size_t n_rows = cost ? a->n_cost : a->n_mem;

		for (i = 0; i < n_rows; i++) {
			if (has_line(lines, n, &rows[i]))
				continue;
			lines = xrealloc(lines, n + 1, sizeof(*lines));
			lines[n] = make_line(c, &rows[i], n);
			n++;
		}
	}
	if (n)
		qsort(lines, n, sizeof(*lines), bad_first);
	*count = n;
	return lines;
}

static void compare_one(struct columns *c, size_t k)
{
	struct comparison *a = &c->alone[k], *j = &c->judged[k];
	const json_t *e;
	size_t i;

	*a = (struct comparison){ .base = c->run[k], .patched = c->run[k] };
	*j = (struct comparison){ .base = c->run[0], .patched = c->run[k] };
	j->gaps = true;
	rows_compare(a);
	rows_compare(j);
	for (i = 0; (e = json_array_get(j->errors, i)); i++) {
		char *s = xasprintf("%s: %s", column_name(c, k),
				    json_string_value(e));

		js_add(c->errors, json_string(s));
		free(s);
	}
}

/**
 * columns_compare() - make the lines out of the runs
 * @c: with @n comparable runs; the rest is set, to be freed by columns_free()
 */
void columns_compare(struct columns *c)
{
	size_t k;

	c->errors = js_own(json_array());
	for (k = 0; k < c->n; k++)
		compare_one(c, k);
	c->mem = make_lines(c, false, &c->n_mem);
	c->cost = make_lines(c, true, &c->n_cost);
}

void columns_free(struct columns *c)
{
	size_t k;

	for (k = 0; k < c->n; k++) {
		rows_free(&c->alone[k]);
		rows_free(&c->judged[k]);
	}
	free(c->mem);
	free(c->cost);
	json_decref(c->errors);
}
