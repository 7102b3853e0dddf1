// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the console protocol, version 1:
 *
 *	ptb: <type> key=value key=value ... *hh
 *
 * hh is the XOR of all bytes after "ptb: " and before " *", two lower-case hex
 * digits. Type and keys are [A-Za-z0-9_.-]+, values printable ASCII without
 * spaces. The kernel may print between two lines and also inside one, which
 * then has lost its head "ptb: " or its tail " *hh": such a line is damaged.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define HEAD "ptb: "
#define HEAD_LEN (sizeof(HEAD) - 1)
#define TAIL_LEN 4 /* " *hh" */
#define NAME_BYTES                   \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The checksum that a line ends in, -1 if it does not end in one. */
static int tail_sum(const char *s, size_t n)
{
	const char *t = s + n - TAIL_LEN;

	if (n < TAIL_LEN || t[0] != ' ' || t[1] != '*')
		return -1;
	if (hex_digit(t[2]) < 0 || hex_digit(t[3]) < 0)
		return -1;
	return hex_digit(t[2]) << 4 | hex_digit(t[3]);
}

static int xor_of(const char *s, size_t n)
{
	unsigned char x = 0;

	while (n--)
		x ^= (unsigned char)*s++;
	return x;
}

static bool all_printable(const char *s, size_t n)
{
	while (n--)
		if (s[n] < 0x20 || s[n] >= 0x7f)
			return false;
	return true;
}

/* One key=value of length @n into @keys. Return: NULL or what is wrong. */
static const char *add_pair(json_t *keys, const char *s, size_t n)
{
	size_t k = strspn(s, NAME_BYTES);
	const char *wrong = NULL;
	char *key;

	if (!k || k >= n || s[k] != '=')
		return "not key=value";
	key = xstrndup(s, k);
	if (json_object_get(keys, key))
		wrong = "a key twice";
	else
		js_set(keys, key, js_value(s + k + 1, n - k - 1));
	free(key);
	return wrong;
}

/* @s: "type key=value ...", NUL-terminated and printable. */
static const char *split(const char *s, char **type, json_t *keys)
{
	size_t n = strspn(s, NAME_BYTES);
	const char *wrong = NULL;

	if (!n || (s[n] && s[n] != ' '))
		return "no type";
	*type = xstrndup(s, n);
	for (s += n; *s && !wrong; s += n) {
		s++; /* the space */
		n = strcspn(s, " ");
		wrong = add_pair(keys, s, n);
	}
	return wrong;
}

bool record_is_begin(const char *s, size_t n)
{
	return memmem(s, n, HEAD "begin", HEAD_LEN + 5);
}

/* What is wrong with a line of ours, NULL if nothing is. */
static const char *parse_body(const char *s, size_t n, char **type,
			      json_t *keys)
{
	int sum = tail_sum(s, n);
	const char *wrong;
	char *body;

	if (sum < 0)
		return "no checksum at its end";
	n -= TAIL_LEN;
	if (xor_of(s, n) != sum)
		return "wrong checksum";
	if (!all_printable(s, n))
		return "bytes that are not printable";
	body = xstrndup(s, n);
	wrong = split(body, type, keys);
	free(body);
	return wrong;
}

/**
 * record_parse() - take one console line apart
 * @s: the line, any bytes, not NUL-terminated
 * @n: its length
 * @type: set to the type of an intact record, to be freed
 * @keys: set to its keys and values, to be put
 * @why: set to what is wrong with a damaged one, to be freed
 *
 * Kernel text before the head is skipped: a message without its newline yet.
 *
 * Return: RECORD_NONE for a line that is none of ours.
 */
enum record_kind record_parse(const char *s, size_t n, char **type,
			      json_t **keys, char **why)
{
	const char *head = memmem(s, n, HEAD, HEAD_LEN);
	const char *wrong;

	if (!head) {
		if (tail_sum(s, n) < 0)
			return RECORD_NONE;
		*why = xasprintf("the end of a line without its start");
		return RECORD_DAMAGED;
	}
	head += HEAD_LEN;
	*type = NULL;
	*keys = js_own(json_object());
	wrong = parse_body(head, n - (size_t)(head - s), type, *keys);
	if (!wrong)
		return RECORD_OK;
	free(*type);
	json_decref(*keys);
	*why = xasprintf("damaged line: %s", wrong);
	return RECORD_DAMAGED;
}
