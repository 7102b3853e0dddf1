// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-parse --merge: DIR/data.json out of a finished run directory.
 *
 *	version, complete	1, true: only a complete run has the file
 *	arch, config, kernel	the axes, from inputs/run (key=value) if it is
 *				there, else from the directory's name
 *				DATE-TIME-ARCH-CONFIG-KERNEL[-n]
 *	inputs			one key a file of DIR/inputs, but not config,
 *				which hashes covers: qemu-argv as an array of
 *				lines, the others as key=value or as the output
 *				of sha256sum; cmdline and what is neither as a
 *				string
 *	seeds			the data of every seed with its number as seed,
 *				by ascending number
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

/* All seeds ran one image: what it measures cannot depend on the seed. */
static const struct {
	const char *list;
	const char *keys[5];
} same_in_all_seeds[] = {
	{ "rows", { "name", "unit", "ops", "rounds", "alloc" } },
	{ "mem", { "name", "point", "unit", "tables" } },
	{ "slab", { "name", "point", "objsize" } },
};

static int is_seed(const struct dirent *d)
{
	const char *n = d->d_name;
	size_t digits;

	if (strncmp(n, "seed-", 5))
		return 0;
	digits = strspn(n + 5, "0123456789");
	return digits && digits < 18 && !n[5 + digits];
}

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void free_names(struct dirent **names, int n)
{
	while (n--)
		free(names[n]);
	free(names);
}

static json_t *string_of(const char *s, size_t n)
{
	char *text = printable(s, n, n);
	json_t *v = js_own(json_string(text));

	free(text);
	return v;
}

static json_t *lines_of(const struct buf *b)
{
	const char *pos = b->p, *end = b->p + b->len, *s;
	json_t *arr = js_own(json_array());
	size_t n;

	while (next_line(&pos, end, &s, &n))
		js_add(arr, string_of(s, n));
	return arr;
}

/* "key=value" or sha256sum's "<hex>  name". Return: false for neither. */
static bool add_input(json_t *obj, const char *s)
{
	size_t key = strcspn(s, "= ");
	size_t hex = strspn(s, "0123456789abcdef");

	if (key && s[key] == '=') {
		char *k = xstrndup(s, key);

		js_set(obj, k, json_string(s + key + 1));
		free(k);
		return true;
	}
	if (hex < 32 || s[hex] != ' ' || strlen(s) < hex + 3)
		return false;
	js_set(obj, s + hex + 2, json_stringn(s, hex));
	return true;
}

/* NULL if a line is neither of the two. */
static json_t *pairs_of(const json_t *lines)
{
	json_t *obj = js_own(json_object());
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(lines, i)); i++) {
		const char *s = json_string_value(v);

		if (*s && !add_input(obj, s)) {
			json_decref(obj);
			return NULL;
		}
	}
	return obj;
}

static json_t *input_of(const char *name, const struct buf *b)
{
	json_t *lines = lines_of(b), *v = NULL;

	if (!strcmp(name, "qemu-argv"))
		return lines;
	if (strcmp(name, "cmdline"))
		v = pairs_of(lines);
	if (!v && json_array_size(lines) == 1)
		v = json_incref(json_array_get(lines, 0));
	if (!v)
		return lines;
	json_decref(lines);
	return v;
}

static json_t *load_inputs(const char *dir)
{
	char *path = xasprintf("%s/inputs", dir);
	json_t *inputs = js_own(json_object());
	struct dirent **names;
	int n = scandir(path, &names, is_visible, alphasort), i;

	if (n < 0)
		die("%s: %s", path, strerror(errno));
	for (i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		char *file = xasprintf("%s/%s", path, name);
		struct buf b = { 0 };
		int err = 0;

		if (strcmp(name, "config"))
			err = buf_read_file(&b, file);
		if (err)
			die("%s: %s", file, strerror(err));
		if (strcmp(name, "config"))
			js_set(inputs, name, input_of(name, &b));
		buf_free(&b);
		free(file);
	}
	free_names(names, n);
	free(path);
	return inputs;
}

static json_t *load_seed(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s/data.json", dir, name), *err = NULL;
	json_t *data = js_load(path, &err);
	json_t *seed = js_own(json_object());

	if (!data)
		die("%s: incomplete run: %s: %s", dir, name, err);
	if (strcmp(js_str(data, "status", ""), "ok"))
		die("%s: incomplete run: %s: %s: %s", dir, name,
		    js_str(data, "status", "no status"),
		    js_str(data, "reason", "no reason"));
	js_set(seed, "seed", json_integer(strtoll(name + 5, NULL, 10)));
	json_object_update(seed, data);
	json_decref(data);
	free(path);
	return seed;
}

static json_t *keys_of(const json_t *list, const char *const *keys, size_t n)
{
	json_t *out = js_own(json_array()), *item, *v;
	size_t i, k;

	for (i = 0; (item = json_array_get(list, i)); i++) {
		json_t *o = js_own(json_object());

		for (k = 0; k < n && keys[k]; k++) {
			v = json_object_get(item, keys[k]);
			if (v)
				js_set(o, keys[k], json_incref(v));
		}
		js_add(out, o);
	}
	return out;
}

static void check_same(const char *dir, const json_t *first,
		       const json_t *other, size_t i)
{
	const char *list = same_in_all_seeds[i].list;
	const char *const *keys = same_in_all_seeds[i].keys;
	size_t n = ARRAY_SIZE(same_in_all_seeds[i].keys);
	json_t *a = keys_of(json_object_get(first, list), keys, n);
	json_t *b = keys_of(json_object_get(other, list), keys, n);
	json_int_t sa = 0, sb = 0;

	js_is_int(first, "seed", &sa);
	js_is_int(other, "seed", &sb);
	if (!json_equal(a, b))
		die("%s: seed-%lld and seed-%lld have different %s lines", dir,
		    (long long)sa, (long long)sb, list);
	json_decref(a);
	json_decref(b);
}

static int by_seed(const struct dirent **a, const struct dirent **b)
{
	long long x = strtoll((*a)->d_name + 5, NULL, 10);
	long long y = strtoll((*b)->d_name + 5, NULL, 10);

	return (x > y) - (x < y);
}

static json_t *load_seeds(const char *dir)
{
	json_t *seeds = js_own(json_array());
	struct dirent **names;
	int n = scandir(dir, &names, is_seed, by_seed), i;
	size_t k;

	if (n < 0)
		die("%s: %s", dir, strerror(errno));
	if (!n)
		die("%s: incomplete run: no seed-* in it", dir);
	for (i = 0; i < n; i++) {
		json_t *seed = load_seed(dir, names[i]->d_name);

		js_add(seeds, seed);
		for (k = 0; k < ARRAY_SIZE(same_in_all_seeds); k++)
			check_same(dir, json_array_get(seeds, 0), seed, k);
	}
	free_names(names, n);
	return seeds;
}

/*
 * "20261122-031500-s390x-mini-planted-insn": KERNEL is all that is left, as a
 * number at its end may be part of it; only base and patched have none.
 */
static void axes_of_name(json_t *run, const char *dir)
{
	char *path = realpath(dir, NULL);
	char *name = path ? strrchr(path, '/') + 1 : NULL;
	char *arch, *config, *kernel;

	if (!name || strspn(name, "0123456789") != 8 || name[8] != '-' ||
	    strspn(name + 9, "0123456789") != 6 || name[15] != '-')
		die("%s: neither inputs/run nor a name DATE-TIME-ARCH-CONFIG-KERNEL",
		    dir);
	arch = name + 16;
	config = strchr(arch, '-');
	kernel = config ? strchr(config + 1, '-') : NULL;
	if (!kernel)
		die("%s: neither inputs/run nor a name DATE-TIME-ARCH-CONFIG-KERNEL",
		    dir);
	js_set(run, "arch", json_stringn(arch, (size_t)(config - arch)));
	config++;
	js_set(run, "config", json_stringn(config, (size_t)(kernel - config)));
	kernel++;
	if (!strncmp(kernel, "base-", 5))
		kernel[4] = '\0';
	if (!strncmp(kernel, "patched-", 8))
		kernel[7] = '\0';
	js_set(run, "kernel", json_string(kernel));
	free(path);
}

static void set_axes(json_t *run, const char *dir, const json_t *inputs)
{
	static const char *const axes[] = { "arch", "config", "kernel" };
	const json_t *from = json_object_get(inputs, "run");
	size_t i;

	if (!from) {
		axes_of_name(run, dir);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(axes); i++) {
		const char *v = js_str(from, axes[i], NULL);

		if (!v)
			die("%s/inputs/run: no %s=", dir, axes[i]);
		js_set(run, axes[i], json_string(v));
	}
}

/* inputs/run may say how many seeds the run was to have. */
static void check_count(const char *dir, const json_t *run)
{
	const json_t *inputs = json_object_get(run, "inputs");
	const char *want =
		js_str(json_object_get(inputs, "run"), "seeds", NULL);
	size_t got = json_array_size(json_object_get(run, "seeds"));

	if (want && strtoull(want, NULL, 10) != got)
		die("%s: incomplete run: %zu of %s seeds", dir, got, want);
}

/* The guest knows what it ran on. */
static void check_arch(const char *dir, const json_t *run)
{
	const char *arch = js_str(run, "arch", "");
	const json_t *seed;
	size_t i;

	for (i = 0; (seed = json_array_get(json_object_get(run, "seeds"), i));
	     i++) {
		const char *got =
			js_str(json_object_get(seed, "begin"), "arch", "");

		if (strcmp(arch, got))
			die("%s: a run of %s whose guest says %s", dir, arch,
			    got);
	}
}

/**
 * merge_run() - write DIR/data.json
 * @dir: the run directory
 *
 * Ends the program with one line and exit code 1 if a seed is missing or
 * failed, if seeds do not fit together, or if the file cannot be written.
 */
void merge_run(const char *dir)
{
	char *path = xasprintf("%s/data.json", dir);
	json_t *run = js_own(json_object());
	json_t *inputs = load_inputs(dir);
	int err;

	js_set(run, "version", json_integer(1));
	js_set(run, "complete", json_true());
	set_axes(run, dir, inputs);
	js_set(run, "inputs", inputs);
	js_set(run, "seeds", load_seeds(dir));
	check_count(dir, run);
	check_arch(dir, run);
	err = js_write_file(path, run);
	if (err)
		die("%s: %s", path, strerror(err));
	json_decref(run);
	free(path);
}
