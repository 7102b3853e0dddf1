// SPDX-License-Identifier: GPL-2.0
/* Thin helpers over jansson: running out of memory ends the program. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "ptb.h"

json_t *js_own(json_t *v)
{
	if (!v)
		die("out of memory, or text that is not UTF-8");
	return v;
}

/* Both take over the reference to @v. */
void js_set(json_t *obj, const char *key, json_t *v)
{
	if (json_object_set_new(obj, key, js_own(v)))
		die("cannot store JSON key %s", key);
}

void js_add(json_t *arr, json_t *v)
{
	if (json_array_append_new(arr, js_own(v)))
		die("out of memory");
}

/* Only what prints back to the same text is a number. */
static bool plain_int(const char *s, size_t n)
{
	size_t i = n && s[0] == '-';

	if (i == n || n - i > 18)
		return false;
	if (s[i] == '0' && n > 1)
		return false;
	return strspn(s + i, "0123456789") >= n - i;
}

/**
 * js_value() - the value of a key=value pair
 * @s: its text, printable ASCII, followed by a byte that is no digit
 * @n: length of the text
 *
 * Return: an integer if the text is one of at most 18 digits in its shortest
 * form, a string with the same text otherwise: no digit is ever lost.
 */
json_t *js_value(const char *s, size_t n)
{
	if (plain_int(s, n))
		return js_own(json_integer(strtoll(s, NULL, 10)));
	return js_own(json_stringn(s, n));
}

bool js_is_int(const json_t *obj, const char *key, json_int_t *v)
{
	const json_t *j = json_object_get(obj, key);

	if (!json_is_integer(j))
		return false;
	*v = json_integer_value(j);
	return true;
}

/* 0 if there is none under @key. */
json_int_t js_int(const json_t *obj, const char *key)
{
	json_int_t v = 0;

	js_is_int(obj, key, &v);
	return v;
}

/* Equal under @key; missing on both sides is equal as well. */
bool js_same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *va = json_object_get(a, key);
	const json_t *vb = json_object_get(b, key);

	return va && vb ? json_equal(va, vb) : !va && !vb;
}

const char *js_str(const json_t *obj, const char *key, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s ? s : otherwise;
}

/**
 * js_load() - read a JSON object from a file
 * @path: the file
 * @err: set to the reason on failure; to be freed
 *
 * Return: the object, or NULL.
 */
json_t *js_load(const char *path, char **err)
{
	struct buf b = { 0 };
	json_error_t je;
	json_t *v = NULL;
	int e = buf_read_file(&b, path);

	if (e) {
		*err = xasprintf("%s: %s", path, strerror(e));
	} else {
		v = json_loadb(b.p, b.len, JSON_REJECT_DUPLICATES, &je);
		if (!v) {
			char *why = printable(je.text, strlen(je.text), 120);

			*err = xasprintf("%s:%d: %s", path, je.line, why);
			free(why);
		} else if (!json_is_object(v)) {
			*err = xasprintf("%s: not a JSON object", path);
			json_decref(v);
			v = NULL;
		}
	}
	buf_free(&b);
	return v;
}

static void write_scalar(FILE *f, const json_t *v)
{
	char *s = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));

	if (!s)
		die("out of memory");
	fputs(s, f);
	free(s);
}

static bool is_flat(const json_t *arr)
{
	const json_t *v;
	size_t i;

	for (i = 0; (v = json_array_get(arr, i)); i++)
		if (json_is_object(v) || json_is_array(v))
			return false;
	return true;
}

static void write_value(FILE *f, const json_t *v, int depth);

static void write_array(FILE *f, const json_t *arr, int depth)
{
	bool flat = is_flat(arr);
	const json_t *v;
	size_t i;

	fputc('[', f);
	for (i = 0; (v = json_array_get(arr, i)); i++) {
		if (i)
			fputc(',', f);
		if (!flat)
			fprintf(f, "\n%*s", depth + 1, "");
		else if (i)
			fputc(' ', f);
		write_value(f, v, depth + 1);
	}
	if (!flat)
		fprintf(f, "\n%*s", depth, "");
	fputc(']', f);
}

static void write_object(FILE *f, const json_t *obj, int depth)
{
	json_t *o = (json_t *)obj;
	const char *sep = "";
	void *it;

	fputc('{', f);
	for (it = json_object_iter(o); it; it = json_object_iter_next(o, it)) {
		json_t *k = js_own(json_string(json_object_iter_key(it)));

		fprintf(f, "%s\n%*s", sep, depth + 1, "");
		write_scalar(f, k);
		json_decref(k);
		fputs(": ", f);
		write_value(f, json_object_iter_value(it), depth + 1);
		sep = ",";
	}
	if (*sep)
		fprintf(f, "\n%*s", depth, "");
	fputc('}', f);
}

static void write_value(FILE *f, const json_t *v, int depth)
{
	if (json_is_array(v))
		write_array(f, v, depth);
	else if (json_is_object(v))
		write_object(f, v, depth);
	else
		write_scalar(f, v);
}

/* Indented, but a list of numbers stays on one line: results are kept in git. */
void js_write(FILE *f, const json_t *v)
{
	write_value(f, v, 0);
	fputc('\n', f);
}

/**
 * js_write_file() - write a file that exists either whole or not at all
 * @path: where to; a temporary file is made beside it and renamed
 * @v: what to write
 *
 * Return: 0, or the errno of what failed, the temporary file removed.
 */
int js_write_file(const char *path, const json_t *v)
{
	struct buf b = { 0 };
	FILE *f = open_memstream(&b.p, &b.len);
	int err;

	if (!f)
		die("out of memory");
	js_write(f, v);
	if (fclose(f))
		die("out of memory");
	err = buf_write_file(&b, path);
	buf_free(&b);
	return err;
}
