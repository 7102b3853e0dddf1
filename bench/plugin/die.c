// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "profile.h"

/* The guest with it: what cannot be counted need not run. */
void die(const char *fmt, ...)
{
	va_list ap;

	fputs("ptb: error: plugin: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	_exit(1);
}
