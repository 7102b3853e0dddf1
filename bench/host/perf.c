// SPDX-License-Identifier: GPL-2.0
/*
 * What perf and stress-ng said in the guests of make perf: base beside the series. Samples
 * of perf record are not shown: of single functions they differ wildly from run to run.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define FIELDS 5

/**
 * struct said - a line of seed-1/perf.tsv, see scripts/perf-summary.sh
 * @field: tool, workload, what, unit; the text of the file is borrowed
 * @value: of base and of the series
 * @has: whether there is one: a machine may lack the event, a kernel the function
 */
struct said {
	const char *field[FIELDS - 1];
	double value[2];
	bool has[2];
};

struct perf_files {
	struct buf text[2];
	struct said *said;
	size_t n;
};

static struct said *said_find(struct perf_files *p, char *const *field)
{
	size_t i, k;

	for (i = 0; i < p->n; i++) {
		for (k = 0; k < FIELDS - 1; k++)
			if (strcmp(p->said[i].field[k], field[k]))
				break;
		if (k == FIELDS - 1)
			return &p->said[i];
	}
	p->said = xrealloc(p->said, p->n + 1, sizeof(*p->said));
	p->said[p->n] = (struct said){ 0 };
	for (k = 0; k < FIELDS - 1; k++)
		p->said[p->n].field[k] = field[k];
	return &p->said[p->n++];
}

static void perf_line(struct perf_files *p, size_t side, char *line)
{
	char *field[FIELDS];
	struct said *s;
	double v;
	char *end;

	for (size_t i = 0; i < FIELDS; i++)
		field[i] = strsep(&line, "\t");
	if (!field[FIELDS - 1])
		return;
	s = said_find(p, field);
	v = strtod(field[FIELDS - 1], &end);
	if (end == field[FIELDS - 1] || *end)
		return;
	/* Functions of one name, and programs that perf tells apart */
	s->value[side] += v;
	s->has[side] = true;
}

static struct perf_files perf_load(const struct setting *set)
{
	const char *const kernel[] = { "base", "patched" };
	struct perf_files p = { 0 };

	for (size_t i = 0; i < 2; i++) {
		char *path = xasprintf("%s/seed-1/perf.tsv",
				       published_run(set->p, kernel[i])->dir);
		char *line, *rest;

		if (buf_read_file(&p.text[i], path))
			die("%s: missing", path);
		rest = p.text[i].p;
		while (rest && (line = strsep(&rest, "\n")))
			perf_line(&p, i, line);
		free(path);
	}
	return p;
}

static void perf_put(struct perf_files *p)
{
	buf_free(&p->text[0]);
	buf_free(&p->text[1]);
	free(p->said);
}

static bool is_tool(const struct said *s, const char *tool)
{
	return !strcmp(s->field[0], tool);
}

static void put_number(FILE *f, const struct said *s, size_t side)
{
	/* What a machine does not count is unknown */
	if (s->has[side])
		fprintf(f, " %.10g |", s->value[side]);
	else
		fputs(" - |", f);
}

static void put_said(FILE *f, const struct said *s)
{
	fprintf(f, "| %s | %s | %s | %s |", s->field[0], s->field[1],
		s->field[2], s->field[3]);
	put_number(f, s, 0);
	put_number(f, s, 1);
	if (s->has[0] && s->has[1] && s->value[0] > 0)
		fprintf(f, " %+.2f%% |\n",
			100 * (s->value[1] - s->value[0]) / s->value[0]);
	else
		fputs(" - |\n", f);
}

static void put_head(FILE *f)
{
	fputs("\n| tool | workload | what | unit | base | series | |\n"
	      "|---|---|---|---|--:|--:|--:|\n",
	      f);
}

static void put_lacking(FILE *f, const struct perf_files *p)
{
	const char *workload = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct said *s = &p->said[i];

		if (!is_tool(s, "stat") || s->has[0] || s->has[1] ||
		    (workload && strcmp(workload, s->field[1])))
			continue;
		fprintf(f, "%s %s",
			workload ? "," : "\nNot counted there:", s->field[2]);
		workload = s->field[1];
	}
	if (workload)
		fputs(".\n", f);
}

static void put_files(FILE *f, const struct setting *set)
{
	struct perf_files p = perf_load(set);

	fprintf(f, "\n%s %s, what perf and stress-ng said:\n", set->p->arch,
		set->p->config);
	put_head(f);
	for (size_t i = 0; i < p.n; i++)
		if (!is_tool(&p.said[i], "record") &&
		    (p.said[i].has[0] || p.said[i].has[1]))
			put_said(f, &p.said[i]);
	put_lacking(f, &p);
	perf_put(&p);
}

void markdown_perf(FILE *f, const struct report *r)
{
	for (size_t i = 0; i < r->n_perf; i++)
		put_files(f, &r->perf[i]);
}
