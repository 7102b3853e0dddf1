// SPDX-License-Identifier: GPL-2.0
/*
 * The comparison as JSON, ptb-compare --json FILE. Version 1:
 *
 *	version, method, arch, config
 *	seeds		seed numbers, ascending: the order of all per_seed
 *	base, patched	kernel (variant), release, inputs (as in data.json),
 *			slab (the lines of the first seed), checks (name to ok,
 *			fail, want_got, counted over all seeds)
 *	errors		strings; not empty means that something measured is
 *			missing in the lists below
 *	memory, cost	the rows, in the order of the table:
 *	  name, unit	"sparse peak", "byte/table"; "sparse_touch",
 *			"insn/table"
 *	  ops, alloc	cost only: operations a round; PTE tables are allocated
 *	  base, patched	in the row's unit:
 *	    value	median over seeds: what the table shows
 *	    min, max	over seeds of what a seed gives: memory, or the minimum
 *			over rounds
 *	    spread, spread_percent
 *			max - min; the same in percent of value
 *	    per_seed	one value a seed
 *	    median_rounds, max_rounds
 *			cost only: median over seeds of the median over rounds;
 *			maximum over seeds and rounds
 *	    line	the guest's line in the first seed, all keys, raw
 *			values excepted
 *	  delta, percent	patched less base; percent is null if base is 0
 *	  equal		every seed has the same value on both sides
 *	  noisy		a spread is above 1 %
 *	  verdict	worse, better, "no change", noisy, mixed (minimum and
 *			median disagree), or, with one seed only, differs
 */
#include "compare.h"

static json_t *values(const double *v, size_t n)
{
	json_t *arr = js_own(json_array());
	size_t i;

	for (i = 0; i < n; i++)
		js_add(arr, json_real(v[i]));
	return arr;
}

static json_t *line(const json_t *rec)
{
	json_t *o = js_own(json_copy((json_t *)rec));

	json_object_del(o, "raw");
	return o;
}

static json_t *side(const struct side *s, const json_t *rec, bool cost)
{
	json_t *o = js_own(json_object());

	js_set(o, "value", json_real(s->st.median));
	js_set(o, "min", json_real(s->st.min));
	js_set(o, "max", json_real(s->st.max));
	js_set(o, "spread", json_real(stats_spread(&s->st)));
	js_set(o, "spread_percent", json_real(stats_spread_percent(&s->st)));
	js_set(o, "per_seed", values(s->v, s->st.n));
	if (cost) {
		js_set(o, "median_rounds", json_real(s->med));
		js_set(o, "max_rounds", json_real(s->max));
	}
	js_set(o, "line", line(rec));
	return o;
}

static json_t *row(const struct row *r)
{
	json_t *o = js_own(json_object());

	js_set(o, "name", json_string(r->name));
	js_set(o, "unit", json_string(r->unit));
	if (r->cost) {
		js_set(o, "ops", json_integer(r->ops));
		js_set(o, "alloc", json_boolean(r->alloc));
	}
	js_set(o, "base", side(&r->base, r->first[0], r->cost));
	js_set(o, "patched", side(&r->patched, r->first[1], r->cost));
	js_set(o, "delta", json_real(r->delta));
	js_set(o, "percent",
	       r->has_percent ? json_real(r->percent) : json_null());
	js_set(o, "equal", json_boolean(r->equal));
	js_set(o, "noisy", json_boolean(r->noisy));
	js_set(o, "verdict", json_string(verdict_word(r->verdict)));
	return o;
}

static json_t *all_rows(const struct row *r, size_t n)
{
	json_t *arr = js_own(json_array());

	while (n--)
		js_add(arr, row(r++));
	return arr;
}

static json_t *kernel(const struct run *r)
{
	const json_t *slab = run_list(r, 0, "slab");
	json_t *o = js_own(json_object());

	js_set(o, "kernel", json_string(js_str(r->doc, "kernel", "?")));
	js_set(o, "release", json_string(run_release(r)));
	js_set(o, "inputs", json_deep_copy(json_object_get(r->doc, "inputs")));
	js_set(o, "slab", slab ? json_deep_copy(slab) : json_array());
	js_set(o, "checks", evidence_checks(r));
	return o;
}

static json_t *seed_numbers(const struct run *r)
{
	json_t *arr = js_own(json_array()), *seed;
	json_int_t n = 0;
	size_t i;

	for (i = 0; (seed = json_array_get(r->seeds, i)); i++) {
		js_is_int(seed, "seed", &n);
		js_add(arr, json_integer(n));
	}
	return arr;
}

/**
 * report_json() - the comparison for programs
 * @c: the comparison
 *
 * Return: the object described above, to be put.
 */
json_t *report_json(const struct comparison *c)
{
	json_t *o = js_own(json_object());
	char *method = run_method(&c->base);

	js_set(o, "version", json_integer(1));
	js_set(o, "method", json_string(method));
	free(method);
	js_set(o, "arch", json_string(js_str(c->base.doc, "arch", "?")));
	js_set(o, "config", json_string(js_str(c->base.doc, "config", "?")));
	js_set(o, "seeds", seed_numbers(&c->base));
	js_set(o, "base", kernel(&c->base));
	js_set(o, "patched", kernel(&c->patched));
	js_set(o, "errors", json_deep_copy(c->errors));
	js_set(o, "memory", all_rows(c->mem, c->n_mem));
	js_set(o, "cost", all_rows(c->cost, c->n_cost));
	return o;
}
