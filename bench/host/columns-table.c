// SPDX-License-Identifier: GPL-2.0
/* The columns as text; four of them fit into the 75 columns of a mail. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

#define NAME 19
#define VALUE 7
#define RATIO 6

#define COLUMNS_NOTE                                                      \
	"median over seeds; ratio: to the first column, and the verdict " \
	"on it: w worse, b better, = no change, n noisy, m mixed, d "     \
	"differs; - where a kernel has no such row"
#define SPREAD_NOTE                                                        \
	"maximum less minimum over seeds, in percent of the median, of a " \
	"column or of the first, where that is wider"
#define PEER_NOTE                                                        \
	"another version of Linux: all that differs between the two "    \
	"versions is in its ratio; it has no say in the order of rows; " \
	"uncounted: pages of upper tables which its counter leaves out"

static char verdict_letter(enum verdict v)
{
	static const char letters[] = {
		[WORSE] = 'w', [DIFFERS] = 'd', [NOISY] = 'n',
		[MIXED] = 'm', [BETTER] = 'b',	[NO_CHANGE] = '=',
	};

	return letters[v];
}

/* One text if all agree, else that of each column. */
static void put_input(FILE *f, const struct columns *c, const char *label,
		      const char *file, const char *key)
{
	const char *first = run_input(&c->run[0], file, key);
	struct buf b = { 0 };
	bool same = true;
	size_t k;

	first = first ? first : "unknown";
	for (k = 0; k < c->n; k++) {
		const char *s = run_input(&c->run[k], file, key);

		s = s ? s : "unknown";
		same = same && !strcmp(s, first);
		buf_printf(&b, "%s: %s; ", column_name(c, k), s);
	}
	if (same) {
		b.len = 0;
		buf_printf(&b, "%s", first);
	} else {
		buf_printf(&b, "DIFFERENT");
	}
	put_buf(f, label, &b);
}

/* The series only for what is made of it. */
static void put_kernels(FILE *f, const struct columns *c)
{
	struct buf b = { 0 };
	size_t k;

	for (k = 0; k < c->n; k++) {
		const char *id = run_input(&c->run[k], "series", "series");

		buf_printf(&b, "%s%s %s", k ? "; " : "", column_name(c, k),
			   run_release(&c->run[k]));
		if (k && !column_is_peer(c, k))
			buf_printf(&b, ", series %.12s", id ? id : "unknown");
	}
	put_buf(f, "kernels", &b);
}

static void put_header(FILE *f, const struct columns *c)
{
	char *method;
	size_t k;

	fprintf(f, "Page tables on %s, config %s:",
		js_str(c->run[0].doc, "arch", "?"),
		js_str(c->run[0].doc, "config", "?"));
	for (k = 0; k < c->n; k++)
		fprintf(f, "%s %s", k ? "," : "", column_name(c, k));
	fprintf(f, "\n\n");
	put_kernels(f, c);
	put_seeds(f, &c->run[0]);
	put_input(f, c, "qemu", "versions", "qemu");
	put_input(f, c, "compiler", "versions", "cc");
	method = run_method(&c->run[0]);
	put_wrapped(f, "method", method);
	free(method);
}

static int value_width(const struct columns *c, size_t k)
{
	int n = (int)strlen(column_name(c, k));

	return n > VALUE ? n : VALUE;
}

/* As many as mean something on every kernel and fit into the column. */
static int line_digits(const struct columns *c, const struct line *l)
{
	double largest = 0, spread = 0;
	bool whole = true;
	int digits, fit;
	size_t k;

	for (k = 0; k < c->n; k++) {
		const struct stats *st;

		if (!l->cell[k])
			continue;
		st = &l->cell[k]->patched.st;
		largest = fmax(largest, fabs(st->median));
		spread = fmax(spread, stats_spread(st));
		whole = whole && st->median == floor(st->median);
	}
	digits = digits_of(largest, spread, whole);
	fit = largest < 1e4 ? 2 : largest < 1e5 ? 1 : 0;
	return digits < fit ? digits : fit;
}

/* Three decimals, and fewer of what would not fit. */
static char *ratio(const struct row *r)
{
	char letter = verdict_letter(r->verdict);
	double v;
	int digits;

	if (!r->has_percent)
		return xasprintf("-%c", letter);
	v = r->patched.st.median / r->base.st.median;
	digits = v < 10 ? 3 : v < 100 ? 2 : v < 1000 ? 1 : 0;
	return xasprintf("%.*f%c", digits, v, letter);
}

static void put_ratio(FILE *f, const struct row *r)
{
	char *s = r ? ratio(r) : xasprintf("-");

	fprintf(f, " %*s", RATIO, s);
	free(s);
}

static void put_line(FILE *f, const struct columns *c, const struct line *l)
{
	int digits = line_digits(c, l);
	size_t k;

	if (strlen(l->name) > NAME)
		fprintf(f, "%s\n%*s", l->name, NAME, "");
	else
		fprintf(f, "%-*s", NAME, l->name);
	for (k = 0; k < c->n; k++) {
		if (l->cell[k])
			fprintf(f, " %*.*f", value_width(c, k), digits,
				l->cell[k]->patched.st.median);
		else
			fprintf(f, " %*s", value_width(c, k), "-");
		if (k)
			put_ratio(f, l->judged[k] ? l->cell[k] : NULL);
	}
	fputc('\n', f);
}

static void put_section(FILE *f, const struct columns *c,
			const struct line *lines, size_t n, const char *unit)
{
	char *title = unit_title(unit);
	size_t i, k;

	fprintf(f, "\n%s\n%-*s", title, NAME, "");
	free(title);
	for (k = 0; k < c->n; k++)
		fprintf(f, " %*s%s", value_width(c, k), column_name(c, k),
			k ? "  ratio" : "");
	fputc('\n', f);
	for (i = 0; i < n; i++)
		if (!strcmp(lines[i].unit, unit))
			put_line(f, c, &lines[i]);
}

/* A section a unit, the one with the worst row first. */
static void put_lines(FILE *f, const struct columns *c,
		      const struct line *lines, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i; k++)
			if (!strcmp(lines[k].unit, lines[i].unit))
				break;
		if (k == i)
			put_section(f, c, lines, n, lines[i].unit);
	}
}

static void put_errors(FILE *f, const struct columns *c)
{
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(c->errors, i)); i++) {
		if (!i)
			fputc('\n', f);
		put_wrapped(f, "ERROR", json_string_value(v));
	}
}

static void put_slab(FILE *f, const struct columns *c, const char *name)
{
	struct buf b = { 0 };
	size_t k;

	buf_printf(&b, "%s at boot", name);
	for (k = 0; k < c->n; k++) {
		buf_printf(&b, "; %s: ", column_name(c, k));
		add_slab(&b, &c->run[k], name);
	}
	put_buf(f, "slab", &b);
}

/* One part of a memory line, of all columns. */
static void add_part(struct buf *b, const struct columns *c,
		     const struct line *l, const char *key, const char *what)
{
	size_t k;

	buf_printf(b, " %s", what);
	for (k = 0; k < c->n; k++) {
		if (l->cell[k])
			buf_printf(b, " %lld",
				   (long long)js_int(l->cell[k]->first[1],
						     key));
		else
			buf_printf(b, " -");
	}
}

static void add_growth(struct buf *b, const struct columns *c,
		       const struct line *l, const char *key, const char *what)
{
	size_t k;

	for (k = 0; k < c->n; k++)
		if (l->cell[k] && js_int(l->cell[k]->first[1], key))
			break;
	if (k == c->n)
		return;
	buf_printf(b, ",");
	add_part(b, c, l, key, what);
}

/* What a memory row was added up from, the columns in their order. */
static void put_parts(FILE *f, const struct columns *c, const struct line *l)
{
	struct buf b = { 0 };
	size_t k = 0;

	while (!l->cell[k])
		k++;
	buf_printf(&b, "%s:", l->name);
	add_count(&b, l->cell[k]);
	add_part(&b, c, l, "nr_pt", "pages");
	add_growth(&b, c, l, "uncounted", "uncounted");
	add_growth(&b, c, l, "desc", "ptdescs");
	add_growth(&b, c, l, "desc_slab", "their slabs");
	add_growth(&b, c, l, "frag", "pairs");
	add_growth(&b, c, l, "frag_slab", "their slabs");
	add_growth(&b, c, l, "ptl", "locks");
	add_growth(&b, c, l, "ptl_slab", "their slabs");
	add_growth(&b, c, l, "objext", "objext");
	put_buf(f, "parts", &b);
}

static void put_all_parts(FILE *f, const struct columns *c)
{
	size_t order, i;

	for (order = 0; order < c->n_mem; order++)
		for (i = 0; i < c->n_mem; i++)
			if (c->mem[i].order == order)
				put_parts(f, c, &c->mem[i]);
}

static void put_checks(FILE *f, const struct columns *c, json_t *const checks[],
		       const char *prefix, const char *what)
{
	struct buf b = { 0 };
	size_t k;

	buf_printf(&b, "%s: ", what);
	for (k = 0; k < c->n; k++) {
		if (k)
			buf_printf(&b, "; ");
		add_checks(&b, column_name(c, k), checks[k], prefix);
	}
	put_buf(f, "checks", &b);
}

static void put_evidence(FILE *f, const struct columns *c)
{
	json_t *checks[COLUMNS_MAX];
	size_t k;

	for (k = 0; k < c->n; k++)
		checks[k] = evidence_checks(&c->run[k]);
	fprintf(f, "\nEVIDENCE, parts of seed %lld, checks of all seeds\n",
		(long long)js_int(json_array_get(c->run[0].seeds, 0), "seed"));
	put_slab(f, c, "ptdesc");
	put_slab(f, c, "ptdesc-frag");
	put_slab(f, c, "page-ptl");
	put_all_parts(f, c);
	put_checks(f, c, checks, "desc_exact", "ptdescs, exactly");
	put_checks(f, c, checks, "frag_exact", "pairs, one a page");
	put_checks(f, c, checks, "leak_", "no leak");
	put_checks(f, c, checks, "", "all");
	for (k = 0; k < c->n; k++)
		json_decref(checks[k]);
}

static void put_footer(FILE *f, const struct columns *c)
{
	size_t k;

	fprintf(f, "\nHOW TO READ\n");
	put_wrapped(f, "columns", COLUMNS_NOTE);
	put_wrapped(f, "spread", SPREAD_NOTE);
	put_wrapped(f, "verdict", VERDICT_NOTE);
	put_wrapped(f, "memory", MEMORY_NOTE);
	for (k = 1; k < c->n; k++)
		if (column_is_peer(c, k))
			break;
	if (k < c->n)
		put_wrapped(f, "peer", PEER_NOTE);
}

/**
 * columns_print() - the columns for people
 * @f: where to
 * @c: the columns
 */
void columns_print(FILE *f, const struct columns *c)
{
	put_header(f, c);
	put_errors(f, c);
	put_lines(f, c, c->mem, c->n_mem);
	put_lines(f, c, c->cost, c->n_cost);
	put_evidence(f, c);
	put_footer(f, c);
}
