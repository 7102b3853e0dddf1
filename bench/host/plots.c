// SPDX-License-Identifier: GPL-2.0
/*
 * What bench/host/plots/TYPE.gp draws: a file TYPE[-ARCH-CONFIG].dat a plot, of
 * gnuplot's own syntax, which sets title and datablocks.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define SYMBOLS_SHOWN 7
#define INSNS_SHOWN 0.05

/* The plot may be about one setting, or about all. */
static FILE *open_plot(const char *dir, const char *type,
		       const struct published *p, int height, const char *title)
{
	char *path = p ? xasprintf("%s/%s-%s-%s.dat", dir, type, p->arch,
				   p->config) :
			 xasprintf("%s/%s.dat", dir, type);
	FILE *f = fopen(path, "w");

	if (!f)
		die("%s: %s", path, strerror(errno));
	fprintf(f, "# " LICENSE "\nheight = %d\ntitle = \"%s", height, title);
	if (p)
		fprintf(f, ", %s %s", p->arch, p->config);
	fprintf(f, "\"\n");
	free(path);
	return f;
}

static void close_plot(FILE *f)
{
	if (fflush(f) || ferror(f))
		die("cannot write a plot: %s", strerror(errno));
	fclose(f);
}

static void put_label(FILE *f, const char *name)
{
	fprintf(f, "\"%s\"", name);
}

static double tables_of(const struct row *r, const struct run *run)
{
	const double n = tables_held(r, run);

	return n == 1 ? (double)js_int(r->first[1], "tables") : n;
}

/* Bytes a table of those that take no others in between: a line over the tables held */
static const char *const held[] = { "few_1 pte",  "few_2 pte",	 "few_5 pte",
				    "few_24 pte", "sparse peak", "many peak" };

static void plot_memory(const char *dir, const struct setting *s)
{
	FILE *f = open_plot(dir, "memory", s->p, 420, "Bytes a PTE table");
	const struct run *base = published_run(s->p, "base");

	for (size_t k = 0; k < s->p->n; k++) {
		fprintf(f, "$%s << EOD\n", published_kernel(s->p, k));
		for (size_t i = 0; i < ARRAY_SIZE(held); i++) {
			const struct row *r =
				rows_named(&s->column[k], held[i]);
			const struct row *b = setting_row(s, "base", held[i]);

			if (r && b)
				fprintf(f, "%.0f %.3f\n", tables_of(b, base),
					r->base.st.median /
						tables_held(b, base));
		}
		fputs("EOD\n", f);
	}
	fputs("$half << EOD\n", f);
	for (size_t k = 0; k < s->p->n; k++) {
		const struct row *r = rows_named(&s->column[k], "worst half");

		if (r)
			fprintf(f, "%zu %.0f %.3f\n", k, tables_of(r, base),
				r->base.st.median);
	}
	fputs("EOD\n", f);
	close_plot(f);
}

static void plot_overhead(const char *dir, const struct report *r)
{
	FILE *f = open_plot(dir, "overhead", NULL, 420,
			    "What the series adds to the bytes of a PTE table");
	struct buf names = { 0 };

	for (size_t i = 0; i < r->n_set; i++) {
		const struct setting *s = &r->set[i];

		if (!setting_overhead(s))
			continue;
		fprintf(f, "$%s_%s << EOD\n", s->p->arch, s->p->config);
		buf_printf(&names, " %s_%s", s->p->arch, s->p->config);
		for (size_t k = 0; k < ARRAY_SIZE(held); k++) {
			const struct row *row = rows_named(&s->c, held[k]);

			if (row)
				fprintf(f, "%.0f %.4f\n",
					tables_of(row, &s->c.base),
					row->percent);
		}
		fputs("EOD\n", f);
	}
	fprintf(f, "blocks = \"%s\"\n", names.len ? names.p + 1 : "");
	buf_free(&names);
	close_plot(f);
}

/* "x y percent": a point a seed; the row's label at x = 0 */
static void put_points(FILE *f, const struct setting *s, bool patched)
{
	size_t n = 0, rows = 0;

	for (size_t i = 0; i < ARRAY_SIZE(seed_rows); i++)
		rows += !!rows_named(&s->c, seed_rows[i]);
	for (size_t i = 0; i < ARRAY_SIZE(seed_rows); i++) {
		const struct row *r = rows_named(&s->c, seed_rows[i]);
		const struct side *v;

		if (!r)
			continue;
		v = patched ? &r->patched : &r->base;
		for (size_t k = 0; k < v->st.n; k++) {
			put_label(f, r->name);
			fprintf(f, " %zu %.5f\n", rows - n,
				100 * (v->v[k] / r->base.st.median - 1));
		}
		n++;
	}
}

static void plot_seeds(const char *dir, const struct setting *s)
{
	FILE *f =
		open_plot(dir, "seeds", s->p, 460, "Instructions of each seed");

	for (int patched = 0; patched < 2; patched++) {
		fprintf(f, "$%s << EOD\n", patched ? "patched" : "base");
		put_points(f, s, patched);
		fputs("EOD\n", f);
	}
	close_plot(f);
}

static void plot_churn(const char *dir, const struct setting *s)
{
	FILE *f = open_plot(dir, "churn", s->p, 420,
			    "Bytes a table while tables come and go");
	struct buf kernels = { 0 };

	fputs("$churn << EOD\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(churn_rows); i++) {
		const char *name = churn_rows[i];
		const struct row *b = setting_row(s, "base", name);

		if (!b || strcmp(b->unit, "byte/table"))
			continue;
		put_label(f, name);
		for (size_t k = 0; k < s->p->n; k++) {
			const struct row *r = rows_named(&s->column[k], name);

			if (r)
				fprintf(f, " %.2f", r->base.st.median);
			else
				fputs(" NaN", f);
		}
		fputc('\n', f);
	}
	fputs("EOD\n", f);
	for (size_t k = 0; k < s->p->n; k++)
		buf_printf(&kernels, "%s%s", k ? " " : "",
			   published_kernel(s->p, k));
	fprintf(f, "kernels = \"%s\"\n", kernels.p);
	buf_free(&kernels);
	close_plot(f);
}

static void put_symbols(FILE *f, const struct profiled *p, const char *row)
{
	const struct prow *base = profile_row(&p->profile[0], row);
	const struct prow *patched = profile_row(&p->profile[1], row);
	const double ops = profile_ops(p, row);
	struct difference *d;
	double rest = 0;
	size_t n, i;

	fprintf(f, "$%s << EOD\n", row);
	if (base && patched && ops > 0) {
		n = profile_differences(base, patched, ops, &d);
		for (i = 0; i < n && i < SYMBOLS_SHOWN &&
			    fabs(d[i].patched - d[i].base) >= INSNS_SHOWN;
		     i++) {
			put_label(f, d[i].name);
			fprintf(f, " %.3f\n", d[i].patched - d[i].base);
		}
		for (; i < n; i++)
			rest += d[i].patched - d[i].base;
		fprintf(f, "\"all others\" %.3f\n", rest);
		free(d);
	}
	fputs("EOD\n", f);
}

static void plot_symbols(const char *dir, const struct profiled *p)
{
	FILE *f = open_plot(dir, "symbols", p->p, 840,
			    "Instructions of an operation, series less base");

	for (size_t i = 0; i < ARRAY_SIZE(profile_rows); i++)
		put_symbols(f, p, profile_rows[i]);
	close_plot(f);
}

static void put_cache(FILE *f, const struct profiled *p, const char *row)
{
	const struct prow *b = profile_row(&p->profile[0], row);
	const struct prow *s = profile_row(&p->profile[1], row);
	const double ops = profile_ops(p, row);

	if (b && s && ops > 0)
		fprintf(f, "\"%s\" %.4f %.4f\n", row,
			((double)s->all.lines - (double)b->all.lines) / ops,
			((double)s->all.misses - (double)b->all.misses) / ops);
}

static void plot_cache(const char *dir, const struct report *r)
{
	FILE *f =
		open_plot(dir, "cache", NULL, 560,
			  "Lines and misses of an operation, series less base");
	struct buf names = { 0 };

	for (size_t i = 0; i < r->n_prof; i++) {
		const struct profiled *p = &r->prof[i];

		fprintf(f, "$%s_%s << EOD\n", p->p->arch, p->p->config);
		buf_printf(&names, " %s_%s", p->p->arch, p->p->config);
		for (size_t k = 0; k < ARRAY_SIZE(profile_rows); k++)
			put_cache(f, p, profile_rows[k]);
		fputs("EOD\n", f);
	}
	fprintf(f, "blocks = \"%s\"\n", names.len ? names.p + 1 : "");
	buf_free(&names);
	close_plot(f);
}

static void plot_freeing(const char *dir, const struct report *r)
{
	FILE *f = open_plot(dir, "freeing", NULL, 440,
			    "Longest callback, longest section without "
			    "interrupts or preemption");
	struct buf names = { 0 };

	for (size_t i = 0; i < r->n_set; i++) {
		const struct setting *s = &r->set[i];

		if (!rows_named(&s->c, "callback_many"))
			continue;
		fprintf(f, "$%s << EOD\n", s->p->arch);
		buf_printf(&names, " %s", s->p->arch);
		for (size_t k = 0; k < ARRAY_SIZE(freeing_rows); k++) {
			const struct row *row =
				rows_named(&s->c, freeing_rows[k]);

			if (row)
				fprintf(f, "\"%s\" %.0f %.0f\n",
					freeing_rows[k], row->base.st.median,
					row->patched.st.median);
		}
		fputs("EOD\n", f);
	}
	fprintf(f, "blocks = \"%s\"\n", names.len ? names.p + 1 : "");
	buf_free(&names);
	close_plot(f);
}

static void plot_alternatives(const char *dir, const struct report *r)
{
	static const char *const rows[] = { "sparse_touch", "lifecycle",
					    "fork_exit", "munmap",
					    "churn_once_free" };
	FILE *f = open_plot(dir, "alternatives", NULL, 520,
			    "Alternatives, instructions, against the series");

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		fprintf(f, "$%s << EOD\n", rows[k]);
		for (size_t i = 0; i < r->n_alt; i++) {
			const struct alternative *a = &r->alt[i];
			const struct row *row = rows_named(&a->c, rows[k]);

			if (row)
				fprintf(f, "\"%s\" %zu %.4f\n", a->name,
					r->n_alt - i, row->percent);
		}
		fputs("EOD\n", f);
	}
	close_plot(f);
}

/* A line for each thing that is done to N tables: "N base series" */
static void plot_scale(const char *dir, const struct setting *s)
{
	static const char *const done[] = { "touch", "fork", "munmap", "exit" };
	FILE *f = open_plot(dir, "scale", s->p, 460,
			    "Instructions a table, by their number");
	struct buf names = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(done); i++) {
		fprintf(f, "$%s << EOD\n", done[i]);
		buf_printf(&names, " %s", done[i]);
		for (long n = 1000; n <= 1000000; n *= 10) {
			char *name = xasprintf("scale_%ld_%s", n, done[i]);
			const struct row *row = rows_named(&s->c, name);

			if (row)
				fprintf(f, "%ld %.2f %.2f\n", n,
					row->base.st.median,
					row->patched.st.median);
			free(name);
		}
		fputs("EOD\n", f);
	}
	fprintf(f, "blocks = \"%s\"\n", names.p + 1);
	buf_free(&names);
	close_plot(f);
}

/**
 * plots_write() - the data of all plots
 * @dir: where to; exists
 * @r: the report
 */
void plots_write(const char *dir, const struct report *r)
{
	for (size_t i = 0; i < r->n_wide; i++)
		plot_memory(dir, &r->wide[i]);
	if (has_overhead(r))
		plot_overhead(dir, r);
	for (size_t i = 0; i < r->n_set; i++) {
		const struct setting *s = report_setting(r, r->set[i].p->arch,
							 r->set[i].p->config);

		if (!setting_differs(s))
			continue;
		if (rows_named(&r->set[i].c, "sparse_touch"))
			plot_seeds(dir, &r->set[i]);
		if (setting_row(s, "base", "alternate end") &&
		    setting_row(s, "base", "churn_gp after"))
			plot_churn(dir, s);
	}
	for (size_t i = 0; i < r->n_prof; i++)
		plot_symbols(dir, &r->prof[i]);
	if (r->n_prof)
		plot_cache(dir, r);
	if (has_freeing(r))
		plot_freeing(dir, r);
	if (r->n_alt)
		plot_alternatives(dir, r);
	for (size_t i = 0; i < r->n_more; i++)
		if (rows_named(&r->more[i].c, scale_rows[0]))
			plot_scale(dir, &r->more[i]);
}
