// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of Debian as they are (make programs).  A script of /programs starts them and says
 * on descriptor 3 what is to be measured, a line each, and reads a line from 4 when it is done:
 *
 *	begin NAME UNIT OPS	the clock starts; the row is in UNIT, for OPS operations
 *	end			it stops
 *	peak NAME N		memory now less before the script began, for N processes
 *	fail WORD		something went wrong, as a failed check of that name
 *
 * What they do while the clock runs is theirs, background work of the kernel's included.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define DIRECTORY "/programs"
#define SAYS 3
#define HEARS 4

static char name[32], unit[32];
static struct row row;
static u64 began;

static void peak(const char *what, unsigned long n, const struct snap *base)
{
	const struct holding h = { .tables = n, .upper = UPPER_UNKNOWN };
	struct snap s;

	snap_take(&s);
	mem_report(what, "peak", base, &s, h);
}

/* One line; false if it is none of those. */
static bool one(const char *line, const struct snap *base)
{
	char what[16], a[32], b[32], c[32];
	const int n = sscanf(line, "%15s %31s %31s %31s", what, a, b, c);

	if (n == 4 && !strcmp(what, "begin")) {
		strcpy(name, a);
		strcpy(unit, b);
		row_init(&row, name, unit, strtoul(c, NULL, 10), true);
		began = clock_start();
	} else if (n == 1 && !strcmp(what, "end")) {
		row_add(&row, since(began));
		row_print(&row);
	} else if (n == 3 && !strcmp(what, "peak")) {
		peak(a, strtoul(b, NULL, 10), base);
	} else if (n == 2 && !strcmp(what, "fail")) {
		check("program", a, 0, 1);
	} else {
		return false;
	}
	return true;
}

static void serve(FILE *from, int to, const struct snap *base)
{
	char line[128];

	while (fgets(line, sizeof(line), from)) {
		if (!one(line, base))
			check("program_line", "programs", 0, 1);
		if (write(to, "\n", 1) != 1)
			return;
	}
}

static void run_program(const char *program)
{
	int says[2], hears[2], status = 0;
	char path[280];
	struct snap base;
	pid_t pid;

	snprintf(path, sizeof(path), DIRECTORY "/%s", program);
	snap_take(&base);
	if (pipe(says) || pipe(hears))
		die("pipe");
	pid = fork();
	if (!pid) {
		/* Out of the way first: the pipes may have these very numbers */
		const int s = fcntl(says[1], F_DUPFD, 16);
		const int h = fcntl(hears[0], F_DUPFD, 16);

		dup2(s, SAYS);
		dup2(h, HEARS);
		for (int fd = HEARS + 1; fd < 64; fd++)
			close(fd);
		execl(path, path, NULL);
		_exit(127);
	}
	close(says[1]);
	close(hears[0]);
	serve(fdopen(says[0], "r"), hears[1], &base);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("programs");
	close(hears[1]);
	check("exit", program, 0, status);
	leak_check(program, &base);
}

/* 10-name; what they have in common is not called so */
static int is_numbered(const struct dirent *d)
{
	return isdigit((unsigned char)d->d_name[0]);
}

void run_programs(void)
{
	struct dirent **list;
	int n;

	if (access(DIRECTORY, F_OK))
		return;
	n = scandir(DIRECTORY, &list, is_numbered, alphasort);
	check("programs", "programs", 1, n > 0);
	for (int i = 0; i < n; i++)
		run_program(list[i]->d_name);
}
