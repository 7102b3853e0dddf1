// SPDX-License-Identifier: GPL-2.0
/* What the guest checked, counted over all seeds of a run. */
#define _GNU_SOURCE
#include <string.h>

#include "compare.h"

/* The first slab line of that name, of that point unless it is NULL. */
const json_t *evidence_slab(const struct run *r, const char *name,
			    const char *point)
{
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(run_list(r, 0, "slab"), i)); i++)
		if (!strcmp(js_str(v, "name", ""), name) &&
		    (!point || !strcmp(js_str(v, "point", ""), point)))
			return v;
	return NULL;
}

static void bump(json_t *obj, const char *key)
{
	json_int_t n = 0;

	js_is_int(obj, key, &n);
	js_set(obj, key, json_integer(n + 1));
}

static void count(json_t *checks, const json_t *check)
{
	const char *name = js_str(check, "name", "?");
	json_t *o = json_object_get(checks, name);
	const char *result = js_str(check, "result", "fail");
	json_t *pairs, *pair;

	if (!o) {
		o = js_own(json_object());
		js_set(checks, name, o);
		js_set(o, "ok", json_integer(0));
		js_set(o, "fail", json_integer(0));
		js_set(o, "want_got", json_array());
	}
	bump(o, strcmp(result, "ok") ? "fail" : "ok");
	pairs = json_object_get(o, "want_got");
	if (!json_object_get(check, "want") || !json_object_get(check, "got"))
		return;
	pair = js_own(json_array());
	js_add(pair, json_incref(json_object_get(check, "want")));
	js_add(pair, json_incref(json_object_get(check, "got")));
	js_add(pairs, pair);
}

/**
 * evidence_checks() - the checks by name
 * @r: the run
 *
 * Return: an object, name to { ok, fail, want_got: [[want, got], ...] }, the
 * counts over all seeds; to be put.
 */
json_t *evidence_checks(const struct run *r)
{
	json_t *checks = js_own(json_object());
	const json_t *v;
	size_t seed, i;

	for (seed = 0; seed < r->n; seed++) {
		for (i = 0;
		     (v = json_array_get(run_list(r, seed, "checks"), i));
		     i++) {
			count(checks, v);
		}
	}
	return checks;
}
