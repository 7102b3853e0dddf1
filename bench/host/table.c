// SPDX-License-Identifier: GPL-2.0
/* The comparison as text that pastes into mail: no line beyond 75 columns. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

#define WIDTH 75
#define LABEL 10
#define NAME 20

#define COLUMNS_NOTE                                                   \
	"base, patched: median over seeds; spread: the wider of both " \
	"sides' maximum less minimum over seeds, in percent of the median"

/* "label  text ..." with the text wrapped between words. */
void put_wrapped(FILE *f, const char *label, const char *text)
{
	size_t col = LABEL;

	fprintf(f, "%-*s", LABEL - 1, label);
	col--;
	while (*text) {
		size_t n = strcspn(text, " ");

		if (col + 1 + n > WIDTH && col > LABEL) {
			fprintf(f, "\n%*s", LABEL - 1, "");
			col = LABEL - 1;
		}
		fprintf(f, " %.*s", (int)n, text);
		col += 1 + n;
		text += n + strspn(text + n, " ");
	}
	fputc('\n', f);
}

void put_buf(FILE *f, const char *label, struct buf *b)
{
	put_wrapped(f, label, b->p);
	buf_free(b);
}

/* One text if both sides agree, else both. */
static char *both(const char *base, const char *patched)
{
	base = base ? base : "unknown";
	patched = patched ? patched : "unknown";
	if (!strcmp(base, patched))
		return xasprintf("%s", base);
	return xasprintf("%s -> %s (DIFFERENT)", base, patched);
}

static void put_input(FILE *f, const struct comparison *c, const char *label,
		      const char *file, const char *key)
{
	char *s = both(run_input(&c->base, file, key),
		       run_input(&c->patched, file, key));

	put_wrapped(f, label, s);
	free(s);
}

static void put_kernels(FILE *f, const struct comparison *c)
{
	const char *id = run_input(&c->patched, "series", "series");
	struct buf b = { 0 };

	buf_printf(&b, "%s %s -> %s %s, series %.12s",
		   js_str(c->base.doc, "kernel", "?"), run_release(&c->base),
		   js_str(c->patched.doc, "kernel", "?"),
		   run_release(&c->patched), id ? id : "unknown");
	put_buf(f, "kernels", &b);
}

void put_seeds(FILE *f, const struct run *r)
{
	struct buf b = { 0 };
	json_int_t seed = 0;
	size_t i;

	buf_printf(&b, "%zu:", r->n);
	for (i = 0; i < r->n; i++) {
		js_is_int(json_array_get(r->seeds, i), "seed", &seed);
		buf_printf(&b, " %lld", (long long)seed);
	}
	if (r->n == 1)
		buf_printf(
			&b,
			"; one seed has no spread: only exact equality is claimed");
	put_buf(f, "seeds", &b);
}

/* How the rows were measured. */
char *run_method(const struct run *r)
{
	const char *event = run_input(r, "run", "event");

	if (event)
		return xasprintf(
			"%s per operation, by an event of perf on one CPU, minimum over rounds",
			event);
	return xasprintf(
		"instructions per operation, QEMU icount, minimum over rounds; "
		"instructions are not cycles");
}

static void put_header(FILE *f, const struct comparison *c)
{
	char *method;

	fprintf(f, "Page tables on %s, config %s: %s -> %s\n\n",
		js_str(c->base.doc, "arch", "?"),
		js_str(c->base.doc, "config", "?"),
		js_str(c->base.doc, "kernel", "?"),
		js_str(c->patched.doc, "kernel", "?"));
	put_kernels(f, c);
	put_seeds(f, &c->base);
	put_input(f, c, "qemu", "versions", "qemu");
	put_input(f, c, "compiler", "versions", "cc");
	method = run_method(&c->base);
	put_wrapped(f, "method", method);
	free(method);
}

/* As many digits as the spread over seeds leaves meaning in. */
int digits_of(double largest, double spread, bool whole)
{
	if (largest >= 1e6 || whole || spread >= 1)
		return 0;
	return spread >= 0.1 ? 1 : 2;
}

/* Of the medians, the same on both sides. */
int row_digits(const struct row *r)
{
	double b = r->base.st.median, p = r->patched.st.median;
	double bs = stats_spread(&r->base.st);
	double ps = stats_spread(&r->patched.st);

	return digits_of(fmax(fabs(b), fabs(p)), fmax(bs, ps),
			 b == floor(b) && p == floor(p));
}

static int percent_digits(const struct row *r)
{
	double noise = row_noise_percent(r);

	if (noise > NOISY_PERCENT || fabs(r->percent) >= 1000)
		return 0;
	return noise >= 0.1 ? 1 : 2;
}

char *row_percent(const struct row *r)
{
	if (!r->delta)
		return xasprintf("0");
	if (!r->has_percent)
		return xasprintf("-");
	return xasprintf("%+.*f%%", percent_digits(r), r->percent);
}

char *row_delta(const struct row *r)
{
	if (!r->delta)
		return xasprintf("0");
	return xasprintf("%+.*f", row_digits(r), r->delta);
}

static void put_row(FILE *f, const struct row *r)
{
	int digits = row_digits(r);
	char *d = row_delta(r), *p = row_percent(r), *spread;

	spread = r->base.st.n < 2 ? xasprintf("-") :
				    xasprintf("%.2f%%", row_noise_percent(r));
	if (strlen(r->name) > NAME)
		fprintf(f, "%s\n%*s", r->name, NAME, "");
	else
		fprintf(f, "%-*s", NAME, r->name);
	fprintf(f, " %9.*f %9.*f %8s %8s %6s %s\n", digits, r->base.st.median,
		digits, r->patched.st.median, d, p, spread,
		verdict_word(r->verdict));
	free(d);
	free(p);
	free(spread);
}

const char *noun_of(const char *unit)
{
	const char *slash = strchr(unit, '/');

	return slash ? slash + 1 : "";
}

/* "byte" is "MEMORY, bytes", "insn/table" is "COST, instructions per table" */
char *unit_title(const char *unit)
{
	const int n = (int)strcspn(unit, "/");
	const char *noun = noun_of(unit), *per = *noun ? " per " : "";

	if (!strncmp(unit, "byte", (size_t)n))
		return xasprintf("MEMORY, bytes%s%s", per, noun);
	if (!strncmp(unit, "insn", (size_t)n))
		return xasprintf("COST, instructions%s%s", per, noun);
	return xasprintf("COST, %.*s%s%s", n, unit, per, noun);
}

static void put_section(FILE *f, const struct row *rows, size_t n,
			const char *unit)
{
	char *title = unit_title(unit);
	size_t i;

	fprintf(f, "\n%s\n%-*s %9s %9s %8s %8s %6s %s\n", title, NAME, "",
		"base", "patched", "delta", "percent", "spread", "verdict");
	for (i = 0; i < n; i++)
		if (!strcmp(rows[i].unit, unit))
			put_row(f, &rows[i]);
	free(title);
}

/* A section a unit, the one with the worst row first. */
static void put_rows(FILE *f, const struct row *rows, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i; k++)
			if (!strcmp(rows[k].unit, rows[i].unit))
				break;
		if (k == i)
			put_section(f, rows, n, rows[i].unit);
	}
}

static void put_errors(FILE *f, const struct comparison *c)
{
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(c->errors, i)); i++) {
		if (!i)
			fputc('\n', f);
		put_wrapped(f, "ERROR", json_string_value(v));
	}
}

void add_slab(struct buf *b, const struct run *r, const char *name)
{
	const json_t *v = evidence_slab(r, name, "boot");

	if (!v || js_int(v, "absent"))
		buf_printf(b, "no cache");
	else
		buf_printf(b, "%lld active objects of %lld bytes, %lld a slab",
			   (long long)js_int(v, "active"),
			   (long long)js_int(v, "objsize"),
			   (long long)js_int(v, "perslab"));
}

static void put_slab(FILE *f, const struct comparison *c, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s at boot: ", name);
	add_slab(&b, &c->base, name);
	buf_printf(&b, " -> ");
	add_slab(&b, &c->patched, name);
	put_buf(f, "slab", &b);
}

static void add_growth(struct buf *b, const struct row *r, const char *key,
		       const char *what)
{
	json_int_t base = js_int(r->first[0], key);
	json_int_t patched = js_int(r->first[1], key);

	if (base || patched)
		buf_printf(b, ", %s %lld -> %lld", what, (long long)base,
			   (long long)patched);
}

static bool ends_in_s(const char *s)
{
	return *s && s[strlen(s) - 1] == 's';
}

/* " 2000 tables", nothing for a total. */
void add_count(struct buf *b, const struct row *r)
{
	const char *noun = noun_of(r->unit);

	if (js_int(r->first[0], "tables"))
		buf_printf(b, " %lld %s%s,",
			   (long long)js_int(r->first[0], "tables"), noun,
			   ends_in_s(noun) ? "es" : "s");
}

/* What the memory rows were added up from, in the guest's order. */
static void put_parts(FILE *f, const struct row *r)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s:", r->name);
	add_count(&b, r);
	buf_printf(&b, " pages %lld -> %lld",
		   (long long)js_int(r->first[0], "nr_pt"),
		   (long long)js_int(r->first[1], "nr_pt"));
	add_growth(&b, r, "desc", "ptdescs");
	add_growth(&b, r, "desc_slab", "their slabs");
	add_growth(&b, r, "frag", "pairs");
	add_growth(&b, r, "frag_slab", "their slabs");
	add_growth(&b, r, "ptl", "locks");
	add_growth(&b, r, "ptl_slab", "their slabs");
	add_growth(&b, r, "objext", "objext");
	put_buf(f, "parts", &b);
}

static void put_all_parts(FILE *f, const struct comparison *c)
{
	size_t order, i;

	for (order = 0; order < c->n_mem; order++)
		for (i = 0; i < c->n_mem; i++)
			if (c->mem[i].order == order)
				put_parts(f, &c->mem[i]);
}

static json_int_t total(const json_t *checks, const char *prefix,
			const char *result)
{
	json_int_t n = 0;
	json_t *o = (json_t *)checks;
	void *it;

	for (it = json_object_iter(o); it; it = json_object_iter_next(o, it))
		if (!strncmp(json_object_iter_key(it), prefix, strlen(prefix)))
			n += js_int(json_object_iter_value(it), result);
	return n;
}

void add_checks(struct buf *b, const char *side, const json_t *checks,
		const char *prefix)
{
	buf_printf(b, "%s %lld ok, %lld failed", side,
		   (long long)total(checks, prefix, "ok"),
		   (long long)total(checks, prefix, "fail"));
}

static void add_want_got(struct buf *b, const json_t *checks, const char *name)
{
	const json_t *pairs =
		json_object_get(json_object_get(checks, name), "want_got");
	const json_t *pair;
	size_t i, k;

	for (i = 0; (pair = json_array_get(pairs, i)); i++) {
		for (k = 0; k < i; k++)
			if (json_equal(json_array_get(pairs, k), pair))
				break;
		if (k < i)
			continue;
		buf_printf(
			b, "%s %lld/%lld", i ? "," : "; want/got",
			(long long)json_integer_value(json_array_get(pair, 0)),
			(long long)json_integer_value(json_array_get(pair, 1)));
	}
}

static void put_checks(FILE *f, const json_t *base, const json_t *patched,
		       const char *prefix, const char *what)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s: ", what);
	add_checks(&b, "base", base, prefix);
	add_checks(&b, "; patched", patched, prefix);
	add_want_got(&b, patched, prefix);
	put_buf(f, "checks", &b);
}

static void put_evidence(FILE *f, const struct comparison *c)
{
	json_t *base = evidence_checks(&c->base);
	json_t *patched = evidence_checks(&c->patched);

	fprintf(f, "\nEVIDENCE, parts of seed %lld, checks of all seeds\n",
		(long long)js_int(json_array_get(c->base.seeds, 0), "seed"));
	put_slab(f, c, "ptdesc");
	put_slab(f, c, "ptdesc-frag");
	put_slab(f, c, "page-ptl");
	put_all_parts(f, c);
	put_checks(f, base, patched, "desc_exact", "ptdescs, exactly");
	put_checks(f, base, patched, "frag_exact", "pairs, one a page");
	put_checks(f, base, patched, "leak_", "no leak");
	put_checks(f, base, patched, "", "all");
	json_decref(base);
	json_decref(patched);
}

/* What the words and numbers mean; last, because a reader learns it once. */
static void put_footer(FILE *f)
{
	fprintf(f, "\nHOW TO READ\n");
	put_wrapped(f, "columns", COLUMNS_NOTE);
	put_wrapped(f, "verdict", VERDICT_NOTE);
	put_wrapped(f, "memory", MEMORY_NOTE);
}

/* What is claimed of every configuration, beside the rows that got worse */
static const char *const headlines[] = {
	"boot",		  "sparse peak",     "churn_once after",
	"worst half",	  "few_1 all",	     "few_24 all",
	"sparse_touch",	  "existing_touch",  "munmap",
	"lifecycle_mean", "fork_exit",	     "small_proc",
	"thp_fault",	  "thp_split",	     "thp_collapse",
	"thp_munmap",	  "churn_once_free",
};

static bool is_headline(const struct row *r)
{
	size_t i;

	if (r->verdict == WORSE)
		return true;
	for (i = 0; i < sizeof(headlines) / sizeof(*headlines); i++)
		if (!strcmp(r->name, headlines[i]))
			return true;
	return false;
}

static void put_headlines(FILE *f, const char *what, const struct row *rows,
			  size_t n)
{
	size_t i;

	fprintf(f, "%-*s %9s %9s %8s %8s %6s %s\n", NAME, what, "base",
		"patched", "delta", "percent", "spread", "verdict");
	for (i = 0; i < n; i++)
		if (is_headline(&rows[i]))
			put_row(f, &rows[i]);
}

/**
 * table_headlines() - the rows that are claimed, and all that got worse
 * @f: where to
 * @c: the comparison
 *
 * A group of a table that has one for each configuration.
 */
void table_headlines(FILE *f, const struct comparison *c)
{
	fprintf(f, "%s %s\n", js_str(c->base.doc, "arch", "?"),
		js_str(c->base.doc, "config", "?"));
	put_seeds(f, &c->base);
	put_slab(f, c, "ptdesc");
	put_slab(f, c, "ptdesc-frag");
	put_slab(f, c, "page-ptl");
	put_errors(f, c);
	put_headlines(f, "bytes", c->mem, c->n_mem);
	put_headlines(f, "instructions", c->cost, c->n_cost);
}

/**
 * table_print() - the comparison for people
 * @f: where to
 * @c: the comparison
 */
void table_print(FILE *f, const struct comparison *c)
{
	put_header(f, c);
	put_errors(f, c);
	put_rows(f, c->mem, c->n_mem);
	put_rows(f, c->cost, c->n_cost);
	put_evidence(f, c);
	put_footer(f);
}
