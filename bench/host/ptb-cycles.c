// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-cycles - what make cycles measured, two kernels booted in turn
 *
 *	ptb-cycles NAME-A NAME-B A.log B.log [A.log B.log]...
 *
 * A boot's value of a row is the median of its repetitions, which bench/cycles/cycles.c
 * prints.  Two boots that followed each other are a pair; of a row the median of the
 * differences of the pairs is printed, and the interval between two of their order
 * statistics that has it with at least 95 %, whatever the distribution (sign test).  Rows
 * that are worse by more than that are first.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ptb.h"

#define ROWS_MAX 64
#define REPS_MAX 64

/**
 * struct row - one row of the table
 * @key: name, CPUs and tables, as they are printed
 * @reps: the repetitions of the boot that is being read
 * @nr_reps: how many
 * @value: of each boot, in the order of the logs; NAN if it has none
 * @median: of A, of B, and of the differences
 * @low: lower end of the interval of the difference, NAN if there is none
 * @high: upper end
 */
struct row {
	char *key;
	double reps[REPS_MAX];
	size_t nr_reps;
	double *value;
	struct stats median[3];
	double low;
	double high;
};

static struct row rows[ROWS_MAX];
static size_t nr_rows;

static struct row *row_of(const char *key, size_t boots)
{
	struct row *r;

	for (size_t i = 0; i < nr_rows; i++)
		if (!strcmp(rows[i].key, key))
			return &rows[i];
	if (nr_rows == ROWS_MAX)
		die("more than %d rows", ROWS_MAX);
	r = &rows[nr_rows++];
	r->key = xstrndup(key, strlen(key));
	r->value = xrealloc(NULL, boots, sizeof(*r->value));
	for (size_t i = 0; i < boots; i++)
		r->value[i] = NAN;
	return r;
}

static void take(const char *text, size_t boots)
{
	unsigned long cpus, tables;
	char name[24], key[64];
	struct row *r;
	double ns;

	if (sscanf(text, "cycles: row=%23s cpus=%lu tables=%lu rep=%*u ns=%lf",
		   name, &cpus, &tables, &ns) != 4)
		return;
	snprintf(key, sizeof(key), "%-10s %4lu %7lu", name, cpus, tables);
	r = row_of(key, boots);
	if (r->nr_reps == REPS_MAX)
		die("more than %d repetitions", REPS_MAX);
	r->reps[r->nr_reps++] = ns;
}

static void read_log(const char *path, size_t boot, size_t boots)
{
	struct buf b = {};
	const char *pos, *line;
	bool ended = false;
	size_t len;

	if (buf_read_file(&b, path))
		die("cannot read %s", path);
	pos = b.p;
	while (next_line(&pos, b.p + b.len, &line, &len)) {
		const char *at = memmem(line, len, "cycles: ", 8);
		char *text;

		if (!at)
			continue;
		text = xstrndup(at, len - (size_t)(at - line));
		ended |= !strncmp(text, "cycles: end", 11);
		take(text, boots);
		free(text);
	}
	if (!ended)
		die("%s has no end: truncated", path);
	for (struct row *r = rows; r < rows + nr_rows; r++) {
		if (r->nr_reps)
			r->value[boot] = stats_of(r->reps, r->nr_reps).median;
		r->nr_reps = 0;
	}
	buf_free(&b);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/**
 * rank_of() - the order statistic that the interval begins with
 * @n: how many differences
 *
 * Return: the largest k so that fewer than k of n tosses of a coin are heads with a
 * probability of at most 2.5 %; 0 if there is none.
 */
static size_t rank_of(size_t n)
{
	double term = pow(0.5, (double)n), sum = term;
	size_t k = 0;

	while (sum <= 0.025) {
		term *= (double)(n - k) / (double)(k + 1);
		sum += term;
		k++;
	}
	return k;
}

static void judge(struct row *r, size_t boots)
{
	double *v[3];
	size_t n = 0, k;

	for (size_t i = 0; i < 3; i++)
		v[i] = xrealloc(NULL, boots, sizeof(*v[i]));
	for (size_t i = 0; i + 1 < boots; i += 2) {
		if (isnan(r->value[i]) || isnan(r->value[i + 1]))
			continue;
		v[0][n] = r->value[i];
		v[1][n] = r->value[i + 1];
		v[2][n] = r->value[i + 1] - r->value[i];
		n++;
	}
	for (size_t i = 0; i < 3; i++)
		r->median[i] = stats_of(v[i], n);
	r->low = NAN;
	r->high = NAN;
	k = rank_of(n);
	if (k) {
		qsort(v[2], n, sizeof(*v[2]), by_value);
		r->low = v[2][k - 1];
		r->high = v[2][n - k];
	}
	for (size_t i = 0; i < 3; i++)
		free(v[i]);
}

static bool is_worse(const struct row *r)
{
	return r->low > 0;
}

static void print_row(const struct row *r)
{
	const double a = r->median[0].median, d = r->median[2].median;

	printf("%s %7.1f %7.1f %+7.1f", r->key, a, r->median[1].median, d);
	if (isnan(r->low))
		printf(" %17s", "-");
	else
		printf(" [%+7.1f,%+7.1f]", r->low, r->high);
	printf(" %s\n", is_worse(r)   ? "worse" :
			r->high < 0   ? "better" :
			isnan(r->low) ? "too few" :
					"same");
}

int main(int argc, char **argv)
{
	const size_t boots = argc > 3 ? (size_t)argc - 3 : 0;
	size_t worse = 0;

	if (!boots || boots % 2)
		die("usage: ptb-cycles NAME-A NAME-B A.log B.log [A.log B.log]...");
	for (size_t i = 0; i < boots; i++)
		read_log(argv[i + 3], i, boots);
	printf("%-10s %4s %7s %7.7s %7.7s %7s %17s\n", "row", "cpus", "tables",
	       argv[1], argv[2], "diff", "95 % of it");
	for (size_t i = 0; i < nr_rows; i++) {
		judge(&rows[i], boots);
		if (!is_worse(&rows[i]))
			continue;
		print_row(&rows[i]);
		worse++;
	}
	for (size_t i = 0; i < nr_rows; i++)
		if (!is_worse(&rows[i]))
			print_row(&rows[i]);
	printf("%zu of %zu rows worse by more than the interval; ns, medians of %zu pairs\n",
	       worse, nr_rows, boots / 2);
	for (size_t i = 0; i < nr_rows; i++) {
		free(rows[i].key);
		free(rows[i].value);
	}
	return 0;
}
