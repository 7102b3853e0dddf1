// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-report - what the published runs say, for people
 *
 *	ptb-report --out DIR RESULTS [SERIES]
 *	ptb-report --check-figures LIST ROOT
 *	ptb-report --fix-figures LIST ROOT
 *	ptb-report --older SERIES RESULTS
 *
 * RESULTS is results/. Writes report.md, report-mail.txt and the data of the plots,
 * plots/NAME.dat, to DIR; scripts/report.sh has gnuplot draw them. The same bytes for
 * the same runs. SERIES is the checksum of the one here: the report says which figures
 * are of another one, and --older prints nothing but that.
 *
 * --check-figures: whether what LIST says is quoted from ROOT/results is what the runs
 * say (figures.c says how); a line for each that is not. --fix-figures: and what they
 * say is written to where it is quoted.
 *
 * Exit code 0; 1 with one line on bad input; 15 if a figure is not what the runs say.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report.h"

static void __attribute__((noreturn)) usage(void)
{
	die("usage: ptb-report --out DIR RESULTS [SERIES], --older SERIES RESULTS, or --check-figures|--fix-figures LIST ROOT");
}

static void write_file(const char *dir, const char *name,
		       void (*print)(FILE *f, const struct report *r),
		       const struct report *r)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	if (!f)
		die("%s: %s", path, strerror(errno));
	print(f, r);
	if (fflush(f) || ferror(f))
		die("%s: %s", path, strerror(errno));
	fclose(f);
	free(path);
}

static int write_all(const char *dir, const char *results, const char *here)
{
	struct report r = report_load(results);
	char *plots = xasprintf("%s/plots", dir);

	r.here = here;
	if (!r.n_set)
		die("%s: there is no run of base and series", results);
	if (mkdir(plots, 0777) && errno != EEXIST)
		die("%s: %s", plots, strerror(errno));
	write_file(dir, "report.md", markdown_print, &r);
	write_file(dir, "report-mail.txt", mail_print, &r);
	plots_write(plots, &r);
	free(plots);
	report_put(&r);
	return PTB_OK;
}

static int print_older(const char *here, const char *results)
{
	struct report r = report_load(results);

	older_print(stdout, &r, here);
	report_put(&r);
	return PTB_OK;
}

static int check_figures(const char *list, const char *root, bool fix)
{
	char *results = xasprintf("%s/results", root);
	struct report r = report_load(results);
	const int code = figures_check(list, root, &r, fix);

	report_put(&r);
	free(results);
	return code;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "--out"))
		return write_all(argv[2], argv[3], argv[4]);
	if (argc != 4)
		usage();
	if (!strcmp(argv[1], "--out"))
		return write_all(argv[2], argv[3], NULL);
	if (!strcmp(argv[1], "--older"))
		return print_older(argv[2], argv[3]);
	if (!strcmp(argv[1], "--check-figures"))
		return check_figures(argv[2], argv[3], false);
	if (!strcmp(argv[1], "--fix-figures"))
		return check_figures(argv[2], argv[3], true);
	usage();
}
