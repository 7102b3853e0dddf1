// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of a comparison and their verdicts.
 *
 * A seed is one sample: its minimum over rounds for an instruction row, its
 * one value for a memory row. Smaller is better everywhere.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {
		[WORSE] = "worse",   [DIFFERS] = "differs",
		[NOISY] = "noisy",   [MIXED] = "mixed",
		[BETTER] = "better", [NO_CHANGE] = "no change",
	};

	return words[v];
}

/* Outside the spread, whatever the direction; noisy and mixed rows claim nothing. */
bool row_changed(const struct row *r)
{
	return r->verdict == WORSE || r->verdict == BETTER ||
	       r->verdict == DIFFERS;
}

/* The wider spread of the two sides, in percent of its median. */
double row_noise_percent(const struct row *r)
{
	double b = stats_spread_percent(&r->base.st);
	double p = stats_spread_percent(&r->patched.st);

	return b > p ? b : p;
}

static double number(const json_t *rec, const char *key)
{
	return json_number_value(json_object_get(rec, key));
}

/*
 * What a memory line is divided by: its unit is "byte/table" where nothing
 * else is said; "byte/process" looks for the key processes, then for tables.
 */
static const char *mem_noun(const json_t *rec)
{
	const char *unit = js_str(rec, "unit", "byte/table");
	const char *slash = strchr(unit, '/');

	return slash ? slash + 1 : unit;
}

static double mem_count(const json_t *rec)
{
	char *key = xasprintf("%ss", mem_noun(rec));
	char *keye = xasprintf("%ses", mem_noun(rec));
	double n = number(rec, key);

	if (n <= 0)
		n = number(rec, keye);
	if (n <= 0)
		n = number(rec, "tables");
	free(key);
	free(keye);
	return n;
}

static bool mem_is_total(const json_t *rec)
{
	return mem_count(rec) <= 0 || !strcmp(js_str(rec, "point", ""), "boot");
}

/*
 * Bytes of page tables and of all that exists because of them: slabs of all
 * caches whole, so that their slack counts. uncounted is what the guest knows
 * that the kernel leaves out of nr_pt.
 */
static double mem_value(const json_t *rec, double page)
{
	double pages = number(rec, "nr_pt") + number(rec, "uncounted");
	double bytes = pages * page + number(rec, "desc_slab") +
		       number(rec, "frag_slab") + number(rec, "ptl_slab") +
		       number(rec, "objext");

	return mem_is_total(rec) ? bytes : bytes / mem_count(rec);
}

/* What counts of a line of @seed: @value, in its unit. Return: false if there is none. */
bool seed_value(const struct run *run, size_t seed, const json_t *rec,
		bool cost, double *value)
{
	const double ops = number(rec, "ops");

	if (!cost)
		*value = mem_value(rec, number(run_list(run, seed, "begin"),
					       "page"));
	else if (ops > 0)
		*value = number(rec, "min") / ops;
	else
		return false;
	return true;
}

static bool same_name(const json_t *a, const json_t *b)
{
	return js_same(a, b, "name") && js_same(a, b, "point");
}

static const json_t *find(const struct run *run, size_t seed, const char *list,
			  const json_t *like)
{
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(run_list(run, seed, list), i)); i++)
		if (same_name(v, like))
			return v;
	return NULL;
}

/* Return: false if a seed has no such line. */
static bool fill_side(struct side *s, const struct run *run, const char *list,
		      const json_t *like)
{
	double *med = xrealloc(NULL, run->n, sizeof(*med));
	bool cost = !strcmp(list, "rows");
	size_t i;

	s->v = xrealloc(NULL, run->n, sizeof(*s->v));
	for (i = 0; i < run->n; i++) {
		const json_t *rec = find(run, i, list, like);
		double ops = cost ? number(rec, "ops") : 1;

		if (!rec || !seed_value(run, i, rec, cost, &s->v[i]))
			break;
		med[i] = number(rec, "med") / ops;
		if (!i || number(rec, "max") / ops > s->max)
			s->max = number(rec, "max") / ops;
	}
	if (i == run->n) {
		s->st = stats_of(s->v, run->n);
		s->med = stats_of(med, run->n).median;
	}
	free(med);
	return i == run->n;
}

/*
 * One lucky round makes a minimum: it says nothing if the median over rounds
 * went the other way.
 */
static bool is_mixed(const struct row *r)
{
	return r->cost && r->delta * (r->patched.med - r->base.med) < 0;
}

/*
 * What a trace says is in microseconds, which are 1000 instructions: one more or less
 * depends on where the clock stood.
 */
static double resolution(const struct row *r)
{
	return !strcmp(r->unit, "insn/callback") ||
			       !strcmp(r->unit, "insn/section") ?
		       1000 :
		       0;
}

/*
 * The seeds are the same on both sides, so each is compared with itself. Two that have
 * the same values on both sides are one sample.
 */
static void compare_seeds(struct row *r)
{
	const size_t n = r->base.st.n < r->patched.st.n ? r->base.st.n :
							  r->patched.st.n;
	double *d = xrealloc(NULL, n, sizeof(*d));
	struct stats st;
	size_t i, k;

	for (i = 0; i < n; i++) {
		d[i] = r->patched.v[i] - r->base.v[i];
		for (k = 0; k < i; k++)
			if (r->patched.v[k] == r->patched.v[i] &&
			    r->base.v[k] == r->base.v[i])
				break;
		r->distinct += k == i;
	}
	st = stats_of(d, n);
	free(d);
	r->delta = st.median;
	r->spread = fmax(st.max - st.min, resolution(r));
}

/* A difference is claimed only if it is larger than its spread over the seeds. */
static enum verdict judge(const struct row *r)
{
	if (r->equal || fabs(r->delta) <= resolution(r))
		return NO_CHANGE;
	if (r->base.st.n < 2)
		return DIFFERS;
	if (r->noisy)
		return NOISY;
	if (fabs(r->delta) <= r->spread)
		return NO_CHANGE;
	if (is_mixed(r))
		return MIXED;
	return r->delta > 0 ? WORSE : BETTER;
}

static void set_verdict(struct row *r)
{
	double base = r->base.st.median;
	size_t i;

	compare_seeds(r);
	r->has_percent = base != 0;
	if (r->has_percent)
		r->percent = 100 * r->delta / (base < 0 ? -base : base);
	r->equal = r->base.st.n == r->patched.st.n;
	for (i = 0; r->equal && i < r->base.st.n; i++)
		r->equal = r->base.v[i] == r->patched.v[i];
	r->noisy = row_noise_percent(r) > NOISY_PERCENT;
	r->verdict = judge(r);
}

/* "row", or "scenario point"; to be freed. */
char *row_label(const json_t *rec)
{
	const char *point = js_str(rec, "point", NULL);
	const char *name = js_str(rec, "name", "?");

	return point && strcmp(point, name) ? xasprintf("%s %s", name, point) :
					      xasprintf("%s", name);
}

static void free_row(struct row *r)
{
	free(r->name);
	free(r->unit);
	free(r->base.v);
	free(r->patched.v);
}

/* To be freed. */
char *row_unit(const json_t *rec, bool cost)
{
	if (cost)
		return xasprintf("%s", js_str(rec, "unit", "insn"));
	if (mem_is_total(rec))
		return xasprintf("byte");
	return xasprintf("byte/%s", mem_noun(rec));
}

static struct row start_row(const json_t *rec, bool cost)
{
	struct row r = { .name = row_label(rec), .cost = cost };
	json_int_t alloc = 0;

	if (cost) {
		js_is_int(rec, "ops", &r.ops);
		js_is_int(rec, "alloc", &alloc);
	}
	r.unit = row_unit(rec, cost);
	r.alloc = alloc;
	return r;
}

static void error(struct comparison *c, const char *what, const char *name,
		  const char *where)
{
	char *s = xasprintf("%s %s: %s", what, name, where);

	js_add(c->errors, json_string(s));
	free(s);
}

/* What the measurement is, as opposed to what it measured. */
static bool same_kind(const json_t *a, const json_t *b)
{
	static const char *const keys[] = { "unit", "ops", "rounds", "alloc",
					    "tables" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!js_same(a, b, keys[i]))
			return false;
	return true;
}

/* On one side only: an error, unless columns are to show a gap there. */
static void lone(struct comparison *c, const char *what, const char *name,
		 const char *where)
{
	if (!c->gaps)
		error(c, what, name, where);
}

/* Return: false, with the error noted, if it is not on both sides. */
static bool make_row(struct comparison *c, struct row *r, const char *list,
		     const json_t *rec)
{
	bool cost = !strcmp(list, "rows");
	const char *what = cost ? "row" : "mem";

	*r = start_row(rec, cost);
	r->first[0] = rec;
	r->first[1] = find(&c->patched, 0, list, rec);
	if (!fill_side(&r->base, &c->base, list, rec))
		error(c, what, r->name, "not in every seed of base");
	else if (!r->first[1])
		lone(c, what, r->name, "in base only");
	else if (!same_kind(rec, r->first[1]))
		error(c, what, r->name, "measured differently in the two runs");
	else if (!fill_side(&r->patched, &c->patched, list, rec))
		error(c, what, r->name, "not in every seed of patched");
	else
		return true;
	free_row(r);
	return false;
}

static void only_in_patched(struct comparison *c, const char *list)
{
	const json_t *rec;
	size_t i;

	for (i = 0; (rec = json_array_get(run_list(&c->patched, 0, list), i));
	     i++) {
		char *name;

		if (find(&c->base, 0, list, rec))
			continue;
		name = row_label(rec);
		lone(c, strcmp(list, "rows") ? "mem" : "row", name,
		     "in patched only");
		free(name);
	}
}

/* Larger is worse; growth from nothing is the largest. */
double row_badness(const struct row *r)
{
	if (!r->has_percent)
		return r->delta ? 1e300 : 0;
	return r->percent < 0 ? -r->percent : r->percent;
}

static int bad_first(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	double pa = row_badness(a), pb = row_badness(b);

	if (a->verdict != b->verdict)
		return (int)a->verdict - (int)b->verdict;
	if (pa != pb)
		return pa < pb ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

static struct row *make_rows(struct comparison *c, const char *list,
			     size_t *count)
{
	const json_t *recs = run_list(&c->base, 0, list), *rec;
	struct row *rows = xrealloc(NULL, json_array_size(recs), sizeof(*rows));
	size_t i, n = 0;

	for (i = 0; (rec = json_array_get(recs, i)); i++) {
		if (!make_row(c, &rows[n], list, rec))
			continue;
		set_verdict(&rows[n]);
		rows[n].order = n;
		n++;
	}
	only_in_patched(c, list);
	if (n)
		qsort(rows, n, sizeof(*rows), bad_first);
	*count = n;
	return rows;
}

/**
 * rows_compare() - make the rows out of the two runs
 * @c: with both runs; rows and errors are set, to be freed by rows_free()
 */
void rows_compare(struct comparison *c)
{
	c->errors = js_own(json_array());
	c->mem = make_rows(c, "mem", &c->n_mem);
	c->cost = make_rows(c, "rows", &c->n_cost);
}

void rows_free(struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->n_mem; i++)
		free_row(&c->mem[i]);
	for (i = 0; i < c->n_cost; i++)
		free_row(&c->cost[i]);
	free(c->mem);
	free(c->cost);
	json_decref(c->errors);
}
