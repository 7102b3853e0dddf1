// SPDX-License-Identifier: GPL-2.0
/* Lines of the console protocol, as bench/guest has them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "platform.h"

#define LINE_BYTES 240

struct counts {
	int ok;
	int fail;
};

/* Shared with children. */
static struct counts *counts;

void out_setup(void)
{
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (counts == MAP_FAILED)
		_exit(1);
}

/* For the command line of a kernel that goes on from here. */
void out_counts(char *text, size_t size)
{
	snprintf(text, size, " ok=%d fail=%d", counts->ok, counts->fail);
}

void out_go_on(void)
{
	counts->ok = option("ok");
	counts->fail = option("fail");
}

void out(const char *fmt, ...)
{
	char line[LINE_BYTES + 1] = "ptb: ";
	const size_t head = 5, tail = 5;
	unsigned char sum = 0;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line + head, sizeof(line) - head - tail, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof(line) - head - tail)
		die("line too long");
	for (int i = 0; i < len; i++)
		sum ^= line[head + i];
	len += head;
	len += snprintf(line + len, sizeof(line) - len, " *%02x\n", sum);
	if (write(STDOUT_FILENO, line, len) != len)
		_exit(1);
}

void out_end(void)
{
	out("end ok=%d fail=%d", counts->ok, counts->fail);
}

void die(const char *what)
{
	const int err = errno;
	char word[64];

	snprintf(word, sizeof(word), "%s", what);
	for (char *p = word; *p; p++)
		if (*p == ' ')
			*p = '_';
	out("info die=%s errno=%d", word, err);
	if (getpid() == 1)
		reboot(RB_AUTOBOOT);
	_exit(1);
}

static const char *count_check(bool ok)
{
	counts->ok += ok;
	counts->fail += !ok;
	return ok ? "ok" : "fail";
}

void check(const char *name, long want, long got)
{
	out("check name=%s result=%s want=%ld got=%ld", name,
	    count_check(want == got), want, got);
}

void check_least(const char *name, long least, long got)
{
	out("check name=%s result=%s least=%ld got=%ld", name,
	    count_check(got >= least), least, got);
}
