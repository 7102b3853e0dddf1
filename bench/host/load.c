// SPDX-License-Identifier: GPL-2.0
/* Read run directories and refuse those that cannot be compared. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "compare.h"

/* Of a data.json that has been read; takes over the reference to @doc. */
struct run run_of(const char *dir, json_t *doc)
{
	struct run r = { .dir = dir, .doc = doc };
	json_int_t version;

	if (!js_is_int(doc, "version", &version) || version != 1)
		die("%s/data.json: not version 1", dir);
	if (!json_is_true(json_object_get(doc, "complete")))
		die("%s: incomplete run: %s/data.json does not say complete",
		    dir, dir);
	r.seeds = json_object_get(doc, "seeds");
	r.n = json_array_size(r.seeds);
	if (!r.n)
		die("%s: incomplete run: no seeds in %s/data.json", dir, dir);
	return r;
}

struct run run_load(const char *dir)
{
	char *path = xasprintf("%s/data.json", dir), *err = NULL;
	json_t *doc = js_load(path, &err);

	if (!doc)
		die("%s: incomplete run: %s", dir, err);
	free(path);
	return run_of(dir, doc);
}

void run_put(struct run *r)
{
	json_decref(r->doc);
	*r = (struct run){ 0 };
}

/**
 * run_input() - what inputs/@file says about @key
 * @r: the run
 * @file: name of a file in inputs/
 * @key: its key, NULL for a file which is one line
 *
 * Return: the text, NULL if there is none.
 */
const char *run_input(const struct run *r, const char *file, const char *key)
{
	const json_t *v =
		json_object_get(json_object_get(r->doc, "inputs"), file);

	return json_string_value(key ? json_object_get(v, key) : v);
}

/* A list of the @seed-th seed: rows, mem, slab, checks. */
const json_t *run_list(const struct run *r, size_t seed, const char *list)
{
	return json_object_get(json_array_get(r->seeds, seed), list);
}

const char *run_release(const struct run *r)
{
	return js_str(run_list(r, 0, "begin"), "release", "?");
}

static void same_text(const struct run *a, const struct run *b,
		      const char *what, const char *va, const char *vb)
{
	if (strcmp(va ? va : "unknown", vb ? vb : "unknown"))
		die("runs of different %s: %s: %s, %s: %s", what, a->dir,
		    va ? va : "unknown", b->dir, vb ? vb : "unknown");
}

/* The initramfs by content; the name in hashes may carry a path or suffix. */
static const char *initramfs(const struct run *r)
{
	json_t *hashes =
		json_object_get(json_object_get(r->doc, "inputs"), "hashes");
	void *it;

	for (it = json_object_iter(hashes); it;
	     it = json_object_iter_next(hashes, it))
		if (strstr(json_object_iter_key(it), "initramfs"))
			return json_string_value(json_object_iter_value(it));
	return NULL;
}

static char *seed_list(const struct run *r)
{
	struct buf b = { 0 };
	json_int_t seed = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		js_is_int(json_array_get(r->seeds, i), "seed", &seed);
		buf_printf(&b, "%s%lld", i ? " " : "", (long long)seed);
	}
	return b.p;
}

/* Ends the program with one line unless only the kernel differs. */
void run_check_comparable(const struct run *base, const struct run *patched)
{
	static const char *const axes[] = { "arch", "config" };
	char *a = seed_list(base), *b = seed_list(patched);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(axes); i++)
		same_text(base, patched, axes[i],
			  js_str(base->doc, axes[i], NULL),
			  js_str(patched->doc, axes[i], NULL));
	same_text(base, patched, "initramfs", initramfs(base),
		  initramfs(patched));
	same_text(base, patched, "seeds", a, b);
	free(a);
	free(b);
}
