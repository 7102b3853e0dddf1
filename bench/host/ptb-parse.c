// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-parse - from a console log to data
 *
 *	ptb-parse [--timeout-hit] [--qemu-status N] [--busy] console.log > data.json
 *	ptb-parse --merge DIR
 *
 * --busy: of a machine where others run as well (parse.h).
 *
 * The first form prints the data of one seed, whatever its verdict, and one
 * line on stderr that names the verdict; exit code as in ptb.h. The second
 * writes DIR/data.json out of DIR/seed-*'s and DIR/inputs.
 *
 * data.json of a seed:
 *	version		1
 *	status		ok, panicked, splat, "timed out", "did not boot",
 *			truncated, "test failed"
 *	code, reason	exit code; the line on stderr without its prefix
 *	slab, rows, mem, checks, info
 *			the lines of these types in their order, keys as the
 *			guest printed them; a row has its raw values, in
 *			instructions a round, as the array raw
 *	other		lines of unknown types, with the type
 *	splats		first 100 of splat_lines lines: line, text
 *	begin, end	these lines, when there were any
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

static void __attribute__((noreturn)) usage(void)
{
	die("usage: ptb-parse [--timeout-hit] [--qemu-status N] [--busy] FILE | --merge DIR");
}

static long number(const char *s)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(s, &end, 10);
	if (errno || end == s || *end)
		die("not a number: %s", s);
	return v;
}

static int parse_file(const char *path, const struct how_it_ended *how)
{
	struct buf b = { 0 };
	enum ptb_code code;
	json_t *data;
	char *why;
	int err = buf_read_file(&b, path);

	if (err)
		die("%s: %s", path, strerror(err));
	code = console_parse(b.p, b.len, how, &data, &why);
	js_write(stdout, data);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write the data: %s", strerror(errno));
	if (code == PTB_OK)
		fprintf(stderr, "ptb: ok: %s\n", why);
	else
		fprintf(stderr, "ptb: error: %s: %s\n", ptb_code_word(code),
			why);
	free(why);
	json_decref(data);
	buf_free(&b);
	return code;
}

int main(int argc, char **argv)
{
	struct how_it_ended how = { 0 };
	int i;

	if (argc == 3 && !strcmp(argv[1], "--merge")) {
		merge_run(argv[2]);
		return PTB_OK;
	}
	for (i = 1; i < argc - 1; i++) {
		if (!strcmp(argv[i], "--timeout-hit"))
			how.timeout_hit = true;
		else if (!strcmp(argv[i], "--busy"))
			how.busy = true;
		else if (!strcmp(argv[i], "--qemu-status") && i + 2 < argc)
			how.qemu_status = number(argv[++i]);
		else
			usage();
	}
	if (i != argc - 1 || argv[i][0] == '-')
		usage();
	return parse_file(argv[i], &how);
}
