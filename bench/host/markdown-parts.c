// SPDX-License-Identifier: GPL-2.0
/* The parts of results/report.md that belong to a plot each, and the index. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define SYMBOLS_SHOWN 8
#define ROWS_SHOWN 6

void markdown_plot(FILE *f, const char *alt, const char *type,
		   const struct published *p)
{
	fprintf(f, "\n![%s, %s %s](plots/%s-%s-%s.svg)\n", alt, p->arch,
		p->config, type, p->arch, p->config);
}

/* As many of a value as are left of it when it is divided by tables */
static void put_value(FILE *f, const struct row *r, double divisor)
{
	if (r && divisor > 0)
		fprintf(f, " %.1f |", r->base.st.median / divisor);
	else
		fputs(" - |", f);
}

static void put_columns(FILE *f, const struct setting *s, const char *first,
			const char *rest)
{
	fprintf(f, "\n%s", first);
	for (size_t i = 0; i < s->p->n; i++)
		fprintf(f, " %s |", column_title(published_kernel(s->p, i)));
	fprintf(f, "%s\n|---|", rest);
	for (const char *c = strchr(first + 1, '|'); (c = strchr(c + 1, '|'));)
		fputs("--:|", f);
	for (size_t i = 0; i < s->p->n; i++)
		fputs("--:|", f);
	for (const char *c = rest; (c = strchr(c, '|')); c++)
		fputs("--:|", f);
	fputc('\n', f);
}

/* How many PTE tables the holder has: a process of few_*, or all of the scenario. */
static double tables_of_one(const struct row *r, const struct run *run)
{
	const double n = tables_held(r, run);

	return n == 1 ? (double)js_int(r->first[1], "tables") : n;
}

static void put_memory(FILE *f, const struct setting *s)
{
	const struct run *base = published_run(s->p, "base");

	fprintf(f, "\n%s %s, bytes a PTE table:\n", s->p->arch, s->p->config);
	put_columns(f, s, "| row | tables |", " series / base |");
	for (size_t i = 0; i < ARRAY_SIZE(memory_rows); i++) {
		const struct row *r = setting_row(s, "base", memory_rows[i]);
		const struct row *p = setting_row(s, "patched", memory_rows[i]);

		if (!r || !p)
			continue;
		fprintf(f, "| %s | %.0f |", r->name, tables_of_one(r, base));
		for (size_t k = 0; k < s->p->n; k++)
			put_value(f, rows_named(&s->column[k], r->name),
				  tables_held(r, base));
		fprintf(f, " %.3f |\n", p->base.st.median / r->base.st.median);
	}
}

void markdown_memory(FILE *f, const struct report *r)
{
	fputs("\n## Memory: bytes a table, against the number of tables\n"
	      "\n"
	      "few_N are 100 processes, each with N tables more than its program needs; the\n"
	      "pages of the upper tables are not in their rows, the descriptors of all are. The\n"
	      "others are one process. worst half is what is left when every other table has\n"
	      "been freed.\n",
	      f);
	for (size_t i = 0; i < r->n_wide; i++)
		markdown_plot(f, "Bytes a page table", "memory", r->wide[i].p);
	if (has_overhead(r))
		fputs("\n![What the series adds to a table, other configurations](plots/overhead.svg)\n",
		      f);
	for (size_t i = 0; i < r->n_set; i++) {
		const struct setting *s = report_setting(r, r->set[i].p->arch,
							 r->set[i].p->config);

		if (setting_row(s, "base", "sparse peak") && setting_differs(s))
			put_memory(f, s);
	}
}

static void put_values(FILE *f, const struct row *r, const char *side,
		       const struct side *v)
{
	const int digits = r->unit && !strcmp(r->unit, "insn/process") ? 0 : 2;

	fprintf(f, "| %s | %s | %.*f | %.*f |", r->name, side, digits,
		v->st.min, digits, v->st.max);
	for (size_t i = 0; i < v->st.n; i++)
		fprintf(f, " %.*f", digits, v->v[i]);
	fputs(" |\n", f);
}

void markdown_seeds(FILE *f, const struct report *r)
{
	fputs("\n## Cost over seeds\n"
	      "\n"
	      "Each seed of base and of the series, in percent of the median of base. A point is\n"
	      "a seed: where they lie in one place, the difference is what is outside their\n"
	      "spread.\n",
	      f);
	for (size_t i = 0; i < r->n_set; i++) {
		const struct setting *s = &r->set[i];

		if (!rows_named(&s->c, "sparse_touch") || !setting_differs(s))
			continue;
		markdown_plot(f, "Instructions of each seed", "seeds", s->p);
		fputs("\n<details><summary>values</summary>\n\n"
		      "| row | kernel | min | max | by seed |\n|---|---|--:|--:|---|\n",
		      f);
		for (size_t k = 0; k < ARRAY_SIZE(seed_rows); k++) {
			const struct row *row = rows_named(&s->c, seed_rows[k]);

			if (!row)
				continue;
			put_values(f, row, "base", &row->base);
			put_values(f, row, "series", &row->patched);
		}
		fputs("\n</details>\n", f);
	}
}

static void put_churn(FILE *f, const struct setting *s)
{
	static const char *const cost[] = { "churn_once", "churn_gp",
					    "churn_once_free",
					    "churn_gp_free" };

	fprintf(f, "\n%s %s:\n", s->p->arch, s->p->config);
	put_columns(f, s, "| row | per |", "");
	for (size_t i = 0; i < ARRAY_SIZE(churn_rows) + ARRAY_SIZE(cost); i++) {
		const char *name = i < ARRAY_SIZE(churn_rows) ?
					   churn_rows[i] :
					   cost[i - ARRAY_SIZE(churn_rows)];
		const struct row *r = setting_row(s, "base", name);

		if (!r)
			continue;
		fprintf(f, "| %s | %s |", name, r->unit);
		for (size_t k = 0; k < s->p->n; k++)
			put_value(f, rows_named(&s->column[k], name), 1);
		fputc('\n', f);
	}
}

void markdown_churn(FILE *f, const struct report *r)
{
	fputs("\n## Churn\n"
	      "\n"
	      "2000 tables; some are freed and others allocated, at once (churn_once) or when the\n"
	      "grace periods of what was freed are over (churn_gp). peak is before, after is\n"
	      "after it. alternate frees every other of 200 tables and allocates it again, 1000\n"
	      "times, mostly within a grace period: max is the most that was seen.\n",
	      f);
	for (size_t i = 0; i < r->n_set; i++) {
		const struct setting *s = report_setting(r, r->set[i].p->arch,
							 r->set[i].p->config);

		if (!setting_row(s, "base", "churn_gp after") ||
		    !setting_differs(s))
			continue;
		if (setting_row(s, "base", "alternate end"))
			markdown_plot(f,
				      "Bytes a table while tables come and go",
				      "churn", s->p);
		put_churn(f, s);
	}
}

static void put_symbol(FILE *f, const struct difference *d)
{
	fprintf(f, "| %s | %.1f | %.1f | %+.1f | %+.2f | %+.2f |\n", d->name,
		d->base, d->patched, d->patched - d->base, d->misses, d->lines);
}

static void put_symbols(FILE *f, const struct profiled *p, const char *row)
{
	const struct prow *base = profile_row(&p->profile[0], row);
	const struct prow *patched = profile_row(&p->profile[1], row);
	const double ops = profile_ops(p, row);
	struct difference *d, all, rest = { .name = "all others" };
	size_t n, i;

	if (!base || !patched || ops <= 0)
		return;
	all = profile_differ("**all**", &base->all, &patched->all, ops);
	n = profile_differences(base, patched, ops, &d);
	fprintf(f,
		"\n| %s | base | series | difference | misses | lines |\n|---|--:|--:|--:|--:|--:|\n",
		row);
	put_symbol(f, &all);
	for (i = 0; i < n && i < SYMBOLS_SHOWN && profile_differs(&d[i]); i++)
		put_symbol(f, &d[i]);
	for (; i < n; i++) {
		rest.base += d[i].base;
		rest.patched += d[i].patched;
		rest.misses += d[i].misses;
		rest.lines += d[i].lines;
	}
	put_symbol(f, &rest);
	free(d);
}

/* Profiles of something else, each under @title: the tables of @rows */
static void put_profiles(FILE *f, const struct profiled *list, size_t n,
			 const char *title, const char *const *rows,
			 size_t n_rows)
{
	for (size_t i = 0; i < n; i++) {
		const struct published *p = list[i].p;

		fprintf(f, "\n### %s %s, %s\n\n[%s](%s/table.txt)\n", p->arch,
			p->config, title, p->name, p->name);
		for (size_t k = 0; k < n_rows; k++)
			put_symbols(f, &list[i], rows[k]);
	}
}

void markdown_symbols(FILE *f, const struct report *r)
{
	if (!r->n_prof)
		return;
	fputs("\n## Where the instructions are\n"
	      "\n"
	      "Of the round with the fewest instructions, seed 1, function by function, an\n"
	      "operation: instructions of base and of the series, and what misses and distinct\n"
	      "lines of data differ by (see below). existing_touch is a fault in a table that is\n"
	      "there, sparse_touch one that allocates it. All rows: table.txt of the profiles.\n",
	      f);
	for (size_t i = 0; i < r->n_prof; i++) {
		const struct profiled *p = &r->prof[i];

		fprintf(f, "\n### %s %s, by function\n", p->p->arch,
			p->p->config);
		fprintf(f, "\n[%s](%s/table.txt)\n", p->p->name, p->p->name);
		markdown_plot(f, "Functions that differ", "symbols", p->p);
		for (size_t k = 0; k < ARRAY_SIZE(profile_rows); k++)
			put_symbols(f, p, profile_rows[k]);
	}
	/* What a table costs more when there are many is the difference of the two */
	put_profiles(f, r->scale, r->n_scale,
		     "a fault of a thousand and of ten thousand tables",
		     scale_rows, ARRAY_SIZE(scale_rows));
	put_profiles(f, r->mmap1, r->n_mmap1,
		     "mmap() and munmap() of what nobody touches", mmap1_rows,
		     ARRAY_SIZE(mmap1_rows));
}

static void put_cache(FILE *f, const struct profiled *p)
{
	fprintf(f,
		"\n%s %s, %zu sets of %zu lines of %zu bytes:\n\n"
		"| row | lines: base | series | difference | misses: base | series | difference |\n"
		"|---|--:|--:|--:|--:|--:|--:|\n",
		p->p->arch, p->p->config, p->profile[0].sets,
		p->profile[0].ways, p->profile[0].line);
	for (size_t i = 0; i < p->profile[0].n; i++) {
		const struct prow *b = &p->profile[0].row[i];
		const struct prow *s = profile_row(&p->profile[1], b->name);
		const double ops = profile_ops(p, b->name);

		if (!s || ops <= 0)
			continue;
		fprintf(f,
			"| %s | %.2f | %.2f | %+.2f | %.2f | %.2f | %+.2f |\n",
			b->name, (double)b->all.lines / ops,
			(double)s->all.lines / ops,
			((double)s->all.lines - (double)b->all.lines) / ops,
			(double)b->all.misses / ops,
			(double)s->all.misses / ops,
			((double)s->all.misses - (double)b->all.misses) / ops);
	}
}

void markdown_cache(FILE *f, const struct report *r)
{
	if (!r->n_prof)
		return;
	fputs("\n## Lines of data and misses\n"
	      "\n"
	      "By a model of a first-level data cache, an operation: distinct lines that are\n"
	      "touched, and misses. A line more is a line more; what it costs the model does not\n"
	      "say.\n"
	      "\n"
	      "![Lines and misses, series less base](plots/cache.svg)\n",
	      f);
	for (size_t i = 0; i < r->n_prof; i++)
		put_cache(f, &r->prof[i]);
}

/**
 * struct counted - something the scenario freeing prints
 * @title: what it is
 * @want: keys and values of its info line
 * @key: the number
 */
struct counted {
	const char *title;
	const char *want[8];
	const char *key;
};

#define ATTEMPTS(e)                                     \
	{                                               \
		"freeing", "attempts", "event", e, NULL \
	}
#define FAILING(b)                                       \
	{                                                \
		"freeing", "failing", "beneath", b, NULL \
	}
#define FREED(what, n)                             \
	{                                          \
		"freeing", what, "tables", n, NULL \
	}

static const struct counted counted[] = {
	{ "pages it tries to allocate", ATTEMPTS("mm_page_alloc"), "hits" },
	{ "objects it tries to allocate", ATTEMPTS("kmem_cache_alloc"),
	  "hits" },
	{ "kmalloc() it tries", ATTEMPTS("kmalloc"), "hits" },
	{ "kmalloc() of SLUB for empty sheaves", ATTEMPTS("kmalloc"), "sheaf" },
	{ "all failing: pages asked for in tlb_remove_table()",
	  FAILING("tlb_remove_table"), "pages" },
	{ "all failing: slab objects asked for in callbacks",
	  FAILING("rcu_core"), "slabs" },
	{ "callbacks, 100000 tables", FREED("callbacks", "100000"), "count" },
	{ "pages allocated, 100000 tables", FREED("pages", "100000"),
	  "allocated" },
	{ "most of them at a time", FREED("pages", "100000"), "most" },
};

static void put_counted(FILE *f, const struct run *r, const struct counted *c)
{
	const json_t *v = info_of(r, c->want);

	if (v)
		fprintf(f, " %lld |", (long long)js_int(v, c->key));
	else
		fputs(" - |", f);
}

static void put_freeing(FILE *f, const struct setting *s)
{
	fprintf(f,
		"\n%s, [%s](%s/table.txt):\n\n| | base | series |\n|---|--:|--:|\n",
		s->p->arch, s->p->name, s->p->name);
	for (size_t i = 0; i < ARRAY_SIZE(counted); i++) {
		fprintf(f, "| %s |", counted[i].title);
		put_counted(f, &s->c.base, &counted[i]);
		put_counted(f, &s->c.patched, &counted[i]);
		fputc('\n', f);
	}
	for (size_t i = 0; i < ARRAY_SIZE(freeing_rows); i++) {
		const struct row *r = rows_named(&s->c, freeing_rows[i]);

		if (r)
			fprintf(f, "| %s, instructions (%s) | %.0f | %.0f |\n",
				r->name, verdict_word(r->verdict),
				r->base.st.median, r->patched.st.median);
	}
}

void markdown_freeing(FILE *f, const struct report *r)
{
	if (!has_freeing(r))
		return;
	fputs("\n## Freeing\n"
	      "\n"
	      "A process with 10000 tables exits: what it tries to allocate beneath\n"
	      "tlb_remove_table() and in callbacks, and what is asked for when all of that\n"
	      "fails. callback_N is the longest RCU callback while a process with few (1), 509\n"
	      "and many (100000) tables exits, off_N the longest section without interrupts or\n"
	      "preemption meanwhile. The kernel traces itself, with a clock of 1000 instructions.\n"
	      "\n"
	      "![Longest callback and longest section](plots/freeing.svg)\n",
	      f);
	for (size_t i = 0; i < r->n_set; i++)
		if (rows_named(&r->set[i].c, "callback_many"))
			put_freeing(f, &r->set[i]);
}

/*
 * The first sentence of what the head of the patch says of itself, without the full
 * stop: the patch is published beside its run.
 */
static void put_what(FILE *f, const struct alternative *a)
{
	char *path = xasprintf("%s/planted.patch", a->c.patched.dir);
	struct buf b = { 0 };
	const char *pos, *s;
	bool in = false;
	size_t n;

	buf_add(&b, "", 0);
	buf_read_file(&b, path);
	pos = b.p;
	while (next_line(&pos, b.p + b.len, &s, &n) && n && s[0] == '#') {
		const char *text = s + strspn(s, "# ");
		const char *end = memmem(text, (size_t)(s + n - text), ". ", 2);

		if (!strncmp(text, "What: ", 6)) {
			in = true;
			text += 6;
		} else if (in) {
			fputc(' ', f);
		}
		if (!in)
			continue;
		end = end ? end : s + n - (s[n - 1] == '.');
		fprintf(f, "%.*s", (int)(end - text), text);
		if (end != s + n)
			break;
	}
	if (!in)
		fputc('-', f);
	free(path);
	buf_free(&b);
}

/*
 * Where the grace periods end decides whether this one has one value or another half as
 * large again, so kernels that differ in nothing it measures differ in it.
 */
static bool has_two_values(const struct row *r)
{
	return !strcmp(r->name, "alternate end");
}

/* Of both lists together; each is sorted by verdict and size. */
static void put_largest(FILE *f, const struct comparison *c, enum verdict v)
{
	size_t n = 0, left = 0;

	for (size_t cost = 0; cost < 2; cost++) {
		const struct row *rows = cost ? c->cost : c->mem;
		const size_t n_rows = cost ? c->n_cost : c->n_mem;
		size_t shown = 0;

		for (size_t i = 0; i < n_rows; i++) {
			char *p;

			if (rows[i].verdict != v || has_two_values(&rows[i]))
				continue;
			if (shown++ >= ROWS_SHOWN / 2) {
				left++;
				continue;
			}
			p = percent_text(&rows[i]);
			fprintf(f, "%s %s %s", n++ ? "," : "", rows[i].name, p);
			free(p);
		}
	}
	if (left)
		fprintf(f, ", %zu more", left);
	fputs(n ? " |" : " none |", f);
}

void markdown_alternatives(FILE *f, const struct report *r)
{
	if (!r->n_alt)
		return;
	fputs("\n## Alternatives\n"
	      "\n"
	      "The series done in another way, against the series of the time: what the way\n"
	      "taken saves where the alternative is worse, and costs where it is better. The\n"
	      "largest three of bytes and of instructions; all rows are in the tables. Left out\n"
	      "is alternate end: where a grace period ends decides which of two values it has.\n"
	      "\n"
	      "![Alternatives, instructions](plots/alternatives.svg)\n"
	      "\n"
	      "| alternative | | series | run | the alternative is worse | better |\n"
	      "|---|---|---|---|---|---|\n",
	      f);
	for (size_t i = 0; i < r->n_alt; i++) {
		const struct alternative *a = &r->alt[i];
		const char *id = run_input(&a->c.base, "series", "series");

		fprintf(f, "| %s | ", a->name);
		put_what(f, a);
		fprintf(f, " | %.12s", id ? id : "-");
		fprintf(f, " | [%s %s, %.15s](%s/table.txt) |", a->p->arch,
			a->p->config, a->p->name, a->p->name);
		put_largest(f, &a->c, WORSE);
		put_largest(f, &a->c, BETTER);
		fputc('\n', f);
	}
}

/* What all runs of a directory have in common, or "several" */
static const char *common_input(const struct published *p, const char *file,
				const char *key)
{
	const char *first = p->n ? run_input(&p->run[0], file, key) : NULL;

	for (size_t i = 1; i < p->n; i++) {
		const char *s = run_input(&p->run[i], file, key);

		if (!s || !first || strcmp(s, first))
			return s || first ? "several" : NULL;
	}
	return first;
}

/* "QEMU emulator version 7.2.22 (Debian ...)" is 7.2.22 for a table. */
static void put_version(FILE *f, const char *s)
{
	const char *digits = s ? strstr(s, "version ") : NULL;

	digits = digits ? digits + strlen("version ") : s;
	fprintf(f, " %.*s |", digits ? (int)strcspn(digits, " ") : 1,
		digits ? digits : "-");
}

/* "gcc (Debian 12.2.0-14) 12.2.0": the last word */
static void put_compiler(FILE *f, const char *s)
{
	const char *last = s ? strrchr(s, ' ') : NULL;

	fprintf(f, " gcc %s |", last ? last + 1 : "-");
}

/* The series of the last kernel that has it; planted ones and the peer may be others. */
static const struct run *series_run(const struct published *p)
{
	for (size_t i = p->n; i--;)
		if (!strcmp(published_kernel(p, i), "patched") ||
		    !strcmp(published_kernel(p, i), "slab") ||
		    !strcmp(published_kernel(p, i), "fixes"))
			return &p->run[i];
	return &p->run[0];
}

static void put_releases(FILE *f, const struct published *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *v = run_release(&p->run[i]);
		size_t k;

		for (k = 0; k < i; k++)
			if (!strcmp(run_release(&p->run[k]), v))
				break;
		if (k == i)
			fprintf(f, "%s %s", i ? "," : "", v);
	}
	fputs(" |", f);
}

static void put_run(FILE *f, const struct published *p)
{
	const struct run *s = series_run(p);
	const char *id = run_input(s, "series", "series");
	const char *commit = run_input(s, "harness", "commit");
	const char *dirty = run_input(s, "harness", "dirty");

	fprintf(f, "| [%s](%s/table.txt) | %s | %s | %s |", p->name, p->name,
		p->arch, p->config, p->kind);
	for (size_t i = 0; i < p->n; i++)
		fprintf(f, "%s %s", i ? "," : "", published_kernel(p, i));
	fprintf(f, " | %zu |", p->run[0].n);
	put_releases(f, p);
	fprintf(f, " %.12s |", id ? id : "-");
	fprintf(f, " %.12s%s |", commit ? commit : "-",
		dirty && strcmp(dirty, "0") ? " dirty" : "");
	put_version(f, common_input(p, "versions", "qemu"));
	put_compiler(f, common_input(p, "versions", "cc"));
	fputc('\n', f);
}

/* Of a file "source" beside a table without runs: key=value lines. "-" if there is no such key. */
static char *source_value(const struct buf *b, const char *key)
{
	const char *pos = b->p, *s;
	size_t n;

	while (next_line(&pos, b->p + b->len, &s, &n))
		if (n > strlen(key) && !strncmp(s, key, strlen(key)) &&
		    s[strlen(key)] == '=')
			return xstrndup(s + strlen(key) + 1,
					n - strlen(key) - 1);
	return xasprintf("-");
}

static void put_layout(FILE *f, const struct report *r,
		       const struct published *p)
{
	char *path = xasprintf("%s/%s/source", r->res.root, p->name);
	struct buf b = { 0 };
	char *version, *series, *cc;

	buf_add(&b, "", 0);
	if (buf_read_file(&b, path))
		die("%s: cannot be read", path);
	version = source_value(&b, "version");
	series = source_value(&b, "series");
	cc = source_value(&b, "cc");
	fprintf(f,
		"| [%s](%s/table.txt) | all | all | %s | base, patched | - | %s | %.12s | - | - |",
		p->name, p->name, p->kind, version, series);
	put_compiler(f, cc);
	fputc('\n', f);
	free(version);
	free(series);
	free(cc);
	free(path);
	buf_free(&b);
}

void markdown_index(FILE *f, const struct report *r)
{
	fputs("\n## All published runs\n"
	      "\n"
	      "harness is the commit of this repository that ran it, where it was noted. Each\n"
	      "directory has the configuration, the kernel arguments, the whole versions and the\n"
	      "checksums of image and initramfs in inputs/.\n"
	      "\n"
	      "| directory | arch | config | kind | kernels | seeds | Linux | series | harness | QEMU | compiler |\n"
	      "|---|---|---|---|---|--:|---|---|---|---|---|\n",
	      f);
	for (size_t i = 0; i < r->res.n; i++) {
		if (r->res.p[i].n)
			put_run(f, &r->res.p[i]);
		else
			put_layout(f, r, &r->res.p[i]);
	}
}
