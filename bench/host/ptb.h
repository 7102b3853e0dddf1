/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by ptb-parse and ptb-compare: errors, growing buffers, files, JSON
 * and the three statistics that are used.
 */
#ifndef PTB_H
#define PTB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Exit codes, the same for every script and program of the project. */
enum ptb_code {
	PTB_OK = 0,
	PTB_BAD_INPUT = 1,
	PTB_NO_BOOT = 11,
	PTB_PANIC = 12,
	PTB_TIMEOUT = 13,
	PTB_SPLAT = 14,
	PTB_TEST_FAILED = 15,
	PTB_TRUNCATED = 16,
};

const char *ptb_code_word(enum ptb_code code);

/* util.c */
void die(const char *fmt, ...) PRINTF(1, 2) __attribute__((noreturn));
char *xasprintf(const char *fmt, ...) PRINTF(1, 2);
char *xstrndup(const char *s, size_t n);
void *xrealloc(void *p, size_t n, size_t size);

/**
 * struct buf - bytes that grow; always followed by a NUL that does not count
 * @p: the bytes, NULL as long as nothing was added
 * @len: bytes in use
 * @cap: bytes allocated
 */
struct buf {
	char *p;
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const char *s, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_free(struct buf *b);
int buf_read_file(struct buf *b, const char *path);
int buf_write_file(const struct buf *b, const char *path);
char *printable(const char *s, size_t n, size_t max);
bool next_line(const char **pos, const char *end, const char **s, size_t *n);

/* json.c */
json_t *js_own(json_t *v);
void js_set(json_t *obj, const char *key, json_t *v);
void js_add(json_t *arr, json_t *v);
json_t *js_value(const char *s, size_t n);
bool js_is_int(const json_t *obj, const char *key, json_int_t *v);
json_int_t js_int(const json_t *obj, const char *key);
bool js_same(const json_t *a, const json_t *b, const char *key);
const char *js_str(const json_t *obj, const char *key, const char *otherwise);
json_t *js_load(const char *path, char **err);
void js_write(FILE *f, const json_t *v);
int js_write_file(const char *path, const json_t *v);

/* stats.c */

/**
 * struct stats - order statistics of one series, in the unit of its values
 * @n: number of values; nothing else is valid when it is 0
 * @min: smallest value
 * @median: middle value; mean of the two middle ones for an even number
 * @max: largest value
 */
struct stats {
	size_t n;
	double min;
	double median;
	double max;
};

struct stats stats_of(const double *v, size_t n);
void stats_middle(double *v, size_t n, double *low, double *high);
double stats_spread(const struct stats *s);
double stats_spread_percent(const struct stats *s);

#endif
