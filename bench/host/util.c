// SPDX-License-Identifier: GPL-2.0
/* Errors, growing buffers, files and lines. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ptb.h"

const char *ptb_code_word(enum ptb_code code)
{
	switch (code) {
	case PTB_OK:
		return "ok";
	case PTB_BAD_INPUT:
		return "bad input";
	case PTB_NO_BOOT:
		return "did not boot";
	case PTB_PANIC:
		return "panicked";
	case PTB_TIMEOUT:
		return "timed out";
	case PTB_SPLAT:
		return "splat";
	case PTB_TEST_FAILED:
		return "test failed";
	case PTB_TRUNCATED:
		return "truncated";
	}
	return "unknown";
}

/*
 * One line on stderr, exit code 1: bad input or environment. Memory is not given
 * back, so no leak checker at exit either.
 */
void die(const char *fmt, ...)
{
	va_list ap;

	fputs("ptb: error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(NULL);
	_exit(PTB_BAD_INPUT);
}

void *xrealloc(void *p, size_t n, size_t size)
{
	void *r = reallocarray(p, n ? n : 1, size);

	if (!r)
		die("out of memory");
	return r;
}

char *xstrndup(const char *s, size_t n)
{
	char *r = strndup(s, n);

	if (!r)
		die("out of memory");
	return r;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *r;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&r, fmt, ap);
	va_end(ap);
	if (n < 0)
		die("out of memory");
	return r;
}

static void buf_reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 256;

	if (n > SIZE_MAX / 4 - b->len)
		die("out of memory");
	while (cap < b->len + n + 1)
		cap *= 2;
	if (cap == b->cap)
		return;
	b->p = xrealloc(b->p, cap, 1);
	b->cap = cap;
}

void buf_add(struct buf *b, const char *s, size_t n)
{
	buf_reserve(b, n);
	if (n)
		memcpy(b->p + b->len, s, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		die("out of memory");
	buf_add(b, s, (size_t)n);
	free(s);
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

/**
 * buf_read_file() - append a file, whatever bytes it holds
 * @b: where to
 * @path: the file
 *
 * Return: 0, or the errno of what failed; @b holds what was read so far.
 */
int buf_read_file(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "rb");
	int err = 0;
	size_t n;

	if (!f)
		return errno;
	do {
		buf_reserve(b, 65536);
		errno = 0;
		n = fread(b->p + b->len, 1, 65536, f);
		b->len += n;
		b->p[b->len] = '\0';
	} while (n);
	if (ferror(f))
		err = errno ? errno : EIO;
	fclose(f);
	return err;
}

/**
 * buf_write_file() - write a file that exists either whole or not at all
 * @b: what is to be in it
 * @path: where to; a temporary file is made beside it and renamed
 *
 * Return: 0, or the errno of what failed, the temporary file removed.
 */
int buf_write_file(const struct buf *b, const char *path)
{
	char *tmp = xasprintf("%s.tmp%ld", path, (long)getpid());
	FILE *f = fopen(tmp, "wx");
	int err = 0;

	if (!f) {
		err = errno;
		free(tmp);
		return err;
	}
	errno = 0;
	if (fwrite(b->p, 1, b->len, f) != b->len || fflush(f) ||
	    fsync(fileno(f)))
		err = errno ? errno : EIO;
	if (fclose(f) && !err)
		err = errno;
	if (!err && rename(tmp, path))
		err = errno;
	if (err)
		unlink(tmp);
	free(tmp);
	return err;
}

/**
 * printable() - make any bytes fit for a message and for JSON
 * @s: the bytes
 * @n: how many
 * @max: bytes of @s to show; "..." stands for the rest
 *
 * Return: printable ASCII, everything else written as \xNN; to be freed.
 */
char *printable(const char *s, size_t n, size_t max)
{
	struct buf b = { 0 };
	size_t i;

	buf_add(&b, "", 0);
	for (i = 0; i < n && i < max; i++) {
		if (s[i] == '\t')
			buf_add(&b, " ", 1);
		else if (s[i] >= 0x20 && s[i] < 0x7f)
			buf_add(&b, s + i, 1);
		else
			buf_printf(&b, "\\x%02x", (unsigned char)s[i]);
	}
	if (i < n)
		buf_add(&b, "...", 3);
	return b.p;
}

/**
 * next_line() - step through the lines of a console
 * @pos: where to go on; moved past the line
 * @end: end of the text
 * @s: start of the line found
 * @n: its length without LF and without the CRs before it
 *
 * Return: false when there is no further line. A last line without LF counts.
 */
bool next_line(const char **pos, const char *end, const char **s, size_t *n)
{
	const char *nl;

	if (*pos >= end)
		return false;
	*s = *pos;
	nl = memchr(*pos, '\n', (size_t)(end - *pos));
	*pos = nl ? nl + 1 : end;
	*n = (size_t)((nl ? nl : end) - *s);
	while (*n && (*s)[*n - 1] == '\r')
		(*n)--;
	return true;
}
