// SPDX-License-Identifier: GPL-2.0
/* results/report-mail.txt: the report in 75 columns, to be pasted into a cover letter. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define NAME 17
#define WORSE_SHOWN 4

/* What is shown of every configuration, got worse or not */
static const char *const headlines[] = {
	"sparse peak",	  "churn_gp after", "few_1 all", "few_24 all",
	"sparse_touch",	  "existing_touch", "munmap",	 "fork_exit",
	"lifecycle_mean", "small_proc",
};

static bool is_headline(const struct row *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(headlines); i++)
		if (!strcmp(r->name, headlines[i]))
			return true;
	return false;
}

/* The letters of the table with columns */
static char letter_of(const struct row *r)
{
	static const char letters[] = {
		[WORSE] = 'w', [DIFFERS] = 'd', [NOISY] = 'n',
		[MIXED] = 'm', [BETTER] = 'b',	[NO_CHANGE] = '=',
	};

	return letters[r->verdict];
}

static void put_row(FILE *f, const struct row *r)
{
	const int digits = row_digits(r);
	char *percent = percent_text(r), *interval = interval_text(r);

	fprintf(f, "  %-*s %9.*f %9.*f %8s %c %20s\n", NAME, r->name, digits,
		r->base.st.median, digits, r->patched.st.median, percent,
		letter_of(r), interval);
	free(percent);
	free(interval);
}

/* Rows are sorted: those that got worse come first, the largest percentage first. */
static void put_rows(FILE *f, const char *what, const struct row *rows,
		     size_t n)
{
	const struct row *next = NULL;
	size_t worse = 0, left = 0;

	fprintf(f, "  %-*s %9s %9s %8s   %20s\n", NAME, what, "base", "series",
		"", "difference");
	for (size_t i = 0; i < n; i++) {
		if (rows[i].verdict == WORSE && worse < WORSE_SHOWN) {
			worse++;
			put_row(f, &rows[i]);
		} else if (is_headline(&rows[i])) {
			put_row(f, &rows[i]);
		} else if (rows[i].verdict == WORSE) {
			left++;
			next = next ? next : &rows[i];
		}
	}
	if (left) {
		char *p = percent_text(next);

		fprintf(f, "  %zu rows more are worse, by %s at most\n", left,
			p + 1);
		free(p);
	}
}

static void put_setting(FILE *f, const struct setting *s)
{
	const size_t n = s->c.base.n;

	fprintf(f, "\n%s %s, %zu seeds\n", s->p->arch, s->p->config, n);
	if (!setting_differs(s)) {
		fprintf(f, "  no change in all %zu rows\n",
			s->c.n_mem + s->c.n_cost);
		return;
	}
	put_rows(f, "bytes", s->c.mem, s->c.n_mem);
	put_rows(f, "instructions", s->c.cost, s->c.n_cost);
}

static void put_lines(FILE *f, const struct report *r)
{
	fputs("\nDistinct lines of data, model of a first-level cache, an operation\n"
	      "  row",
	      f);
	for (size_t i = 0; i < r->n_prof && i < 4; i++)
		fprintf(f, "%*s%-12.12s", i ? 3 : 15, "", r->prof[i].p->config);
	fputc('\n', f);
	for (size_t k = 0; k < ARRAY_SIZE(profile_rows); k++) {
		fprintf(f, "  %-15s", profile_rows[k]);
		for (size_t i = 0; i < r->n_prof && i < 4; i++) {
			const struct profiled *p = &r->prof[i];
			const struct prow *b =
				profile_row(&p->profile[0], profile_rows[k]);
			const struct prow *s =
				profile_row(&p->profile[1], profile_rows[k]);
			const double ops = profile_ops(p, profile_rows[k]);

			if (b && s && ops > 0)
				fprintf(f, "%6.1f > %5.1f ",
					(double)b->all.lines / ops,
					(double)s->all.lines / ops);
			else
				fprintf(f, "%6s > %5s ", "-", "-");
		}
		fputc('\n', f);
	}
}

static void put_freeing(FILE *f, const struct report *r)
{
	for (size_t i = 0; i < r->n_set; i++) {
		const struct comparison *c = &r->set[i].c;

		if (!rows_named(c, "callback_many"))
			continue;
		fprintf(f,
			"\nFreeing, %s: longest callback, longest section without interrupts\n"
			"or preemption, while a process with few, 509, 100000 tables exits\n",
			r->set[i].p->arch);
		for (size_t k = 0; k < c->n_cost; k++)
			put_row(f, &c->cost[k]);
	}
}

/**
 * mail_print() - what got worse of every configuration, and what is claimed of it
 * @f: where to
 * @r: the report
 */
void mail_print(FILE *f, const struct report *r)
{
	fputs("Instructions counted by QEMU (icount), minimum over rounds, and bytes; of\n"
	      "the newest published runs the median over seeds. What got worse comes\n"
	      "first. w worse, b better, = no change, n noisy, m mixed (the last two claim\n"
	      "nothing): a difference is claimed if it is larger than its own spread,\n"
	      "each seed held against itself. Beside it stands the median difference,\n"
	      "with that spread on either side; exact: it is the same in all seeds. Not\n"
	      "measured: cycles, waiting for a lock, any real machine.\n",
	      f);
	for (size_t i = 0; i < r->n_set; i++)
		if (!rows_named(&r->set[i].c, "callback_many"))
			put_setting(f, &r->set[i]);
	if (r->n_prof)
		put_lines(f, r);
	put_freeing(f, r);
	fputs("\nmake reproduce RUN=results/DIRECTORY runs any of it again:\n",
	      f);
	for (size_t i = 0; i < r->n_set; i++)
		if (published_names_commit(r->set[i].p))
			fprintf(f, "  %s\n", r->set[i].p->name);
}
