// SPDX-License-Identifier: GPL-2.0
/*
 * From the text of one console to the data of one seed and a verdict on it.
 *
 * A pure function: same bytes and same struct how_it_ended, same result. What
 * was understood is kept whatever the verdict is.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define PROTOCOL 1
#define SHOW 160 /* bytes of an offending line in a message */
#define MAX_SPLATS 100 /* kept in data.json; all are counted */

/* The first line of its kind. @text is NULL as long as there was none. */
struct finding {
	size_t line;
	char *text;
};

/**
 * struct console - what is known so far
 * @data: the data of the seed
 * @raw: row name to the array of its raw values, in instructions
 * @lines: row name to the number of its console line
 * @line: number of the current console line, from 1
 * @records: lines of ours before the current one
 * @splats: lines that look like a splat, panics included
 * @ok: checks that passed
 * @fail: checks that failed
 * @booted: begin was seen, be it damaged
 * @died: the guest said so: info die=
 * @oom: between info oom=begin and oom=end
 * @panic: first panic
 * @splat: first other splat
 * @damage: first line of ours that is damaged or contradicts others
 * @failed: first check that failed, or the guest's last words
 * @last: the last line with anything in it
 */
struct console {
	json_t *data;
	json_t *raw;
	json_t *lines;
	size_t line;
	size_t records;
	size_t splats;
	size_t ok;
	size_t fail;
	bool booted;
	bool died;
	bool oom;
	struct finding panic;
	struct finding splat;
	struct finding damage;
	struct finding failed;
	struct finding last;
};

/* Takes over @text; only the first one stays. */
static void note(struct finding *f, size_t line, char *text)
{
	if (f->text) {
		free(text);
		return;
	}
	f->line = line;
	f->text = text;
}

static void note_damage(struct console *c, const char *what, const char *s,
			size_t n)
{
	char *shown = printable(s, n, SHOW);

	note(&c->damage, c->line, xasprintf("%s: %s", what, shown));
	free(shown);
}

static json_t *list(struct console *c, const char *name)
{
	return json_object_get(c->data, name);
}

/* One of the @keys that is not an integer of at least @least, or NULL. */
static const char *not_int(const json_t *rec, const char *const *keys,
			   json_int_t least)
{
	json_int_t v;

	for (; *keys; keys++)
		if (!js_is_int(rec, *keys, &v) || v < least)
			return *keys;
	return NULL;
}

static bool is_text(const json_t *rec, const char *key)
{
	const char *s = js_str(rec, key, "");

	return *s != '\0';
}

static char *wrong_key(const char *key)
{
	return key ? xasprintf("key %s is missing or wrong", key) : NULL;
}

static const json_t *find(const json_t *arr, const json_t *rec,
			  const char *const *by)
{
	const json_t *v;
	size_t i, k;

	for (i = 0; (v = json_array_get(arr, i)); i++) {
		for (k = 0; by[k]; k++)
			if (!js_same(v, rec, by[k]))
				break;
		if (!by[k])
			return v;
	}
	return NULL;
}

/* Every take_*() returns what is wrong with the record, to be freed, or NULL. */

static char *take_begin(struct console *c, json_t *rec)
{
	static const char *const sizes[] = { "page", NULL };
	json_int_t v;

	if (list(c, "begin"))
		return xasprintf("a second begin");
	if (c->records)
		return xasprintf("begin is not the first line");
	if (!js_is_int(rec, "v", &v) || v != PROTOCOL)
		return xasprintf("not protocol version %d", PROTOCOL);
	if (!is_text(rec, "arch"))
		return wrong_key("arch");
	js_set(c->data, "begin", json_incref(rec));
	return wrong_key(not_int(rec, sizes, 1));
}

static char *take_slab(struct console *c, json_t *rec)
{
	static const char *const counts[] = { "active", "objsize", NULL };
	static const char *const by[] = { "name", "point", NULL };
	json_int_t v;
	bool dup = find(list(c, "slab"), rec, by);

	js_add(list(c, "slab"), json_incref(rec));
	if (dup)
		return xasprintf("the same slab line twice");
	if (!is_text(rec, "name"))
		return wrong_key("name");
	if (js_is_int(rec, "absent", &v) && v == 1)
		return NULL;
	return wrong_key(not_int(rec, counts, 0));
}

static char *take_row(struct console *c, json_t *rec)
{
	static const char *const positive[] = { "ops", "rounds", NULL };
	static const char *const values[] = { "min", "med", "max", "alloc",
					      NULL };
	const char *name = js_str(rec, "name", "");
	const char *key;
	bool dup = json_object_get(c->lines, name);

	js_add(list(c, "rows"), json_incref(rec));
	if (!*name || !is_text(rec, "unit"))
		return wrong_key(*name ? "unit" : "name");
	if (dup)
		return xasprintf("a second row %s", name);
	js_set(c->lines, name, json_integer((json_int_t)c->line));
	key = not_int(rec, positive, 1);
	if (!key)
		key = not_int(rec, values, 0);
	return wrong_key(key);
}

/* "T,T,T": adds to @arr. Return: false if anything else than digits is met. */
static bool add_values(json_t *arr, const char *s)
{
	size_t n;

	for (;; s += n + 1) {
		n = strspn(s, "0123456789");
		if (!n || n > 18)
			return false;
		js_add(arr, json_integer(strtoll(s, NULL, 10)));
		if (s[n] != ',')
			return !s[n];
	}
}

static char *take_raw(struct console *c, json_t *rec)
{
	const char *name = js_str(rec, "name", "");
	json_t *arr = json_object_get(c->raw, name);
	json_int_t i, v;

	if (!*name || !js_is_int(rec, "i", &i))
		return wrong_key(*name ? "i" : "name");
	if (!arr) {
		arr = js_own(json_array());
		js_set(c->raw, name, arr);
	}
	if (i != (json_int_t)json_array_size(arr))
		return xasprintf("raw values of %s: %zu came before i", name,
				 json_array_size(arr));
	if (js_is_int(rec, "v", &v)) {
		js_add(arr, json_integer(v));
		return v < 0 ? wrong_key("v") : NULL;
	}
	return add_values(arr, js_str(rec, "v", "")) ? NULL : wrong_key("v");
}

static char *take_mem(struct console *c, json_t *rec)
{
	static const char *const numbers[] = { "nr_pt", "desc_slab", "ptl_slab",
					       "objext", NULL };
	static const char *const by[] = { "name", "point", NULL };
	bool dup = find(list(c, "mem"), rec, by);

	js_add(list(c, "mem"), json_incref(rec));
	if (dup)
		return xasprintf("the same mem line twice");
	if (!is_text(rec, "name") || !is_text(rec, "point"))
		return wrong_key(is_text(rec, "name") ? "point" : "name");
	return wrong_key(not_int(rec, numbers, INT64_MIN));
}

static char *take_check(struct console *c, json_t *rec)
{
	const char *result = js_str(rec, "result", "");

	js_add(list(c, "checks"), json_incref(rec));
	if (!is_text(rec, "name"))
		return wrong_key("name");
	if (!strcmp(result, "ok")) {
		c->ok++;
		return NULL;
	}
	if (strcmp(result, "fail"))
		return wrong_key("result");
	c->fail++;
	return NULL;
}

/* "die=what" is the guest's own way to say that it cannot go on. */
static char *take_info(struct console *c, json_t *rec)
{
	js_add(list(c, "info"), json_incref(rec));
	c->died |= json_object_get(rec, "die") != NULL;
	if (json_object_get(rec, "oom"))
		c->oom = !strcmp(js_str(rec, "oom", ""), "begin");
	return NULL;
}

static char *take_end(struct console *c, json_t *rec)
{
	static const char *const counts[] = { "ok", "fail", NULL };
	const char *key = not_int(rec, counts, 0);
	json_int_t ok, fail, lines;

	js_set(c->data, "end", json_incref(rec));
	if (key)
		return wrong_key(key);
	js_is_int(rec, "ok", &ok);
	js_is_int(rec, "fail", &fail);
	if ((size_t)ok != c->ok || (size_t)fail != c->fail)
		return xasprintf("checks seen: ok=%zu fail=%zu", c->ok,
				 c->fail);
	if (js_is_int(rec, "lines", &lines) && (size_t)lines != c->records)
		return xasprintf("lines seen: %zu", c->records);
	return NULL;
}

static const struct {
	const char *type;
	char *(*take)(struct console *c, json_t *rec);
} takers[] = {
	{ "begin", take_begin }, { "slab", take_slab }, { "row", take_row },
	{ "raw", take_raw },	 { "mem", take_mem },	{ "check", take_check },
	{ "info", take_info },	 { "end", take_end },
};

/* A type of a later guest: kept, not judged. */
static char *take_other(struct console *c, const char *type, json_t *rec)
{
	json_t *o = js_own(json_object());

	js_set(o, "type", json_string(type));
	json_object_update(o, rec);
	js_add(list(c, "other"), o);
	return NULL;
}

static char *take(struct console *c, const char *type, json_t *rec)
{
	size_t i;

	if (list(c, "end"))
		return xasprintf("a line after the end marker");
	if (!list(c, "begin") && strcmp(type, "begin"))
		return xasprintf("a line before begin");
	for (i = 0; i < ARRAY_SIZE(takers); i++)
		if (!strcmp(type, takers[i].type))
			return takers[i].take(c, rec);
	return take_other(c, type, rec);
}

static void scan_kernel_line(struct console *c, const char *s, size_t n)
{
	enum splat_kind kind = splat_scan(s, n, c->oom);
	char *shown;

	if (kind == SPLAT_NONE)
		return;
	shown = printable(s, n, SHOW);
	if (c->splats++ < MAX_SPLATS) {
		json_t *o = js_own(json_object());

		js_set(o, "line", json_integer((json_int_t)c->line));
		js_set(o, "text", json_string(shown));
		js_add(list(c, "splats"), o);
	}
	note(kind == SPLAT_PANIC ? &c->panic : &c->splat, c->line, shown);
}

static void take_record(struct console *c, const char *s, size_t n,
			const char *type, json_t *rec)
{
	size_t bad = c->fail + c->died;
	char *wrong = take(c, type, rec);

	if (wrong)
		note_damage(c, wrong, s, n);
	free(wrong);
	if (c->fail + c->died != bad)
		note(&c->failed, c->line, printable(s, n, SHOW));
	c->records++;
}

static void take_line(struct console *c, const char *s, size_t n)
{
	char *type, *why;
	json_t *rec;

	c->booted = c->booted || record_is_begin(s, n);
	switch (record_parse(s, n, &type, &rec, &why)) {
	case RECORD_OK:
		take_record(c, s, n, type, rec);
		free(type);
		json_decref(rec);
		break;
	case RECORD_DAMAGED:
		note_damage(c, why, s, n);
		free(why);
		scan_kernel_line(c, s, n);
		break;
	case RECORD_NONE:
		scan_kernel_line(c, s, n);
		break;
	}
	if (n) {
		c->last.line = c->line;
		free(c->last.text);
		c->last.text = printable(s, n, SHOW);
	}
}

/* The guest's median of an even number may be either middle value or between. */
static char *check_values(const json_t *row, const json_t *raw)
{
	size_t n = json_array_size(raw), i;
	json_int_t rounds = 0, min = 0, med = 0, max = 0;
	struct stats st;
	double *v = xrealloc(NULL, n, sizeof(*v));
	double low = 0, high = 0;

	js_is_int(row, "rounds", &rounds);
	js_is_int(row, "min", &min);
	js_is_int(row, "med", &med);
	js_is_int(row, "max", &max);
	for (i = 0; i < n; i++)
		v[i] = json_number_value(json_array_get(raw, i));
	st = stats_of(v, n);
	stats_middle(v, n, &low, &high);
	free(v);
	if ((size_t)rounds != n)
		return xasprintf("%zu raw values for %lld rounds", n,
				 (long long)rounds);
	if (min != (json_int_t)st.min || max != (json_int_t)st.max ||
	    (double)med < low || (double)med > high)
		return xasprintf(
			"min, med, max are not those of its raw values");
	return NULL;
}

/* A console that just stops explains all contradictions at its end. */
static void check_rows(struct console *c)
{
	json_int_t line = 0;
	json_t *row, *raw;
	char *wrong;
	size_t i;

	for (i = 0; (row = json_array_get(list(c, "rows"), i)); i++) {
		const char *name = js_str(row, "name", "");

		if (!js_is_int(c->lines, name, &line))
			continue; /* noted when it came */
		raw = json_object_get(c->raw, name);
		wrong = check_values(row, raw);
		if (wrong && list(c, "end"))
			note(&c->damage, (size_t)line,
			     xasprintf("row %s: %s", name, wrong));
		free(wrong);
		if (raw)
			js_set(row, "raw", json_incref(raw));
	}
}

static void check_raw_has_row(struct console *c)
{
	void *it;

	for (it = json_object_iter(c->raw); it;
	     it = json_object_iter_next(c->raw, it)) {
		const char *name = json_object_iter_key(it);

		if (!json_object_get(c->lines, name) && list(c, "end"))
			note(&c->damage, c->line,
			     xasprintf("raw values of %s but no row", name));
	}
}

static char *at(const struct finding *f)
{
	if (!f->text)
		return xasprintf("nothing");
	return xasprintf("console line %zu: %s", f->line, f->text);
}

static char *why_panic(const struct console *c)
{
	const struct finding *s = &c->splat;

	if (s->text && s->line < c->panic.line)
		return xasprintf(
			"console line %zu: %s; it began at line %zu: %s",
			c->panic.line, c->panic.text, s->line, s->text);
	return at(&c->panic);
}

static char *why_last(const struct console *c, const char *what)
{
	char *last = at(&c->last);
	char *r = xasprintf("%s; last on the console: %s", what, last);

	free(last);
	return r;
}

static char *why_failed(const struct console *c)
{
	char *first = at(&c->failed);
	char *r = xasprintf("%s; %zu of %zu checks failed", first, c->fail,
			    c->ok + c->fail);

	free(first);
	return r;
}

static char *why_no_end(const struct console *c)
{
	const char *what = "no end marker";
	char *failed, *r;

	if (!c->failed.text)
		return why_last(c, what);
	failed = at(&c->failed);
	r = xasprintf("%s; failed before: %s", what, failed);
	free(failed);
	return r;
}

static enum ptb_code judge_end(const struct console *c,
			       const struct how_it_ended *how, char **why)
{
	if (c->damage.text) {
		*why = at(&c->damage);
		return PTB_TRUNCATED;
	}
	if (!json_object_get(c->data, "end")) {
		*why = why_no_end(c);
		return PTB_TRUNCATED;
	}
	if (how->qemu_status) {
		*why = why_last(c, "QEMU failed after the end marker");
		return PTB_TRUNCATED;
	}
	if (c->failed.text && !how->busy) {
		*why = why_failed(c);
		return PTB_TEST_FAILED;
	}
	*why = xasprintf("%zu checks", c->ok);
	return PTB_OK;
}

static enum ptb_code judge(const struct console *c,
			   const struct how_it_ended *how, char **why)
{
	if (c->panic.text) {
		*why = why_panic(c);
		return PTB_PANIC;
	}
	if (c->splat.text) {
		*why = at(&c->splat);
		return PTB_SPLAT;
	}
	if (how->timeout_hit) {
		*why = why_last(c, c->booted ? "booted" : "no begin line");
		return PTB_TIMEOUT;
	}
	if (!c->booted) {
		char *what = xasprintf("no begin line, QEMU ended (status %ld)",
				       how->qemu_status);

		*why = why_last(c, what);
		free(what);
		return PTB_NO_BOOT;
	}
	return judge_end(c, how, why);
}

static void set_up(struct console *c)
{
	static const char *const lists[] = { "slab", "rows",  "mem",   "checks",
					     "info", "other", "splats" };
	size_t i;

	c->data = js_own(json_object());
	c->raw = js_own(json_object());
	c->lines = js_own(json_object());
	js_set(c->data, "version", json_integer(1));
	js_set(c->data, "status", json_string(""));
	js_set(c->data, "code", json_integer(0));
	js_set(c->data, "reason", json_string(""));
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		js_set(c->data, lists[i], json_array());
}

static void tear_down(struct console *c)
{
	json_decref(c->raw);
	json_decref(c->lines);
	free(c->panic.text);
	free(c->splat.text);
	free(c->damage.text);
	free(c->failed.text);
	free(c->last.text);
}

/**
 * console_parse() - parse and judge one console
 * @p: the bytes, anything at all
 * @len: how many
 * @how: how QEMU ended
 * @data: set to the data of the seed, to be put
 * @reason: set to one line that says why, with the console line; to be freed
 *
 * Return: the exit code; the first of panicked, splat, timed out, did not
 * boot, truncated, test failed that holds.
 */
enum ptb_code console_parse(const char *p, size_t len,
			    const struct how_it_ended *how, json_t **data,
			    char **reason)
{
	struct console c = { 0 };
	const char *pos = p, *end = p + len, *s;
	enum ptb_code code;
	size_t n;

	set_up(&c);
	while (next_line(&pos, end, &s, &n)) {
		c.line++;
		take_line(&c, s, n);
	}
	check_rows(&c);
	check_raw_has_row(&c);
	code = judge(&c, how, reason);
	js_set(c.data, "status", json_string(ptb_code_word(code)));
	js_set(c.data, "code", json_integer(code));
	js_set(c.data, "reason", json_string(*reason));
	js_set(c.data, "splat_lines", json_integer((json_int_t)c.splats));
	*data = c.data;
	tear_down(&c);
	return code;
}
