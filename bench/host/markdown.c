// SPDX-License-Identifier: GPL-2.0
/* results/report.md: what got worse first, then what got better, then how it is known. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Is there a run of the first part of the series by itself? */
static bool has_fixes(const struct report *r)
{
	for (size_t i = 0; i < r->res.n; i++)
		if (published_run(&r->res.p[i], "fixes"))
			return true;
	return false;
}

static void put_title(FILE *f, const struct report *r)
{
	fputs("<!-- " LICENSE " -->\n"
	      "# Report\n"
	      "\n",
	      f);
	older_print(f, r, r->here);
	fputs("`make report` makes this file, report-mail.txt and plots/ of the raw data of\n"
	      "the published runs beside it, of the newest of each kind; nothing is edited.\n"
	      "base is Linux without the series; series is all of it; slab only allocates the\n"
	      "descriptor, without what it is for; Linux 6.1 is another kernel, where two\n"
	      "tables of s390 shared a page. Smaller is better. Instructions are counted by\n"
	      "QEMU and are not cycles; bytes are what the page tables take, descriptors and\n"
	      "the slack of their slabs included. README.md says what the rows are.\n",
	      f);
	if (has_fixes(r))
		fputs("fixes is the first part of the series, which allocates no descriptor.\n",
		      f);
}

/* "name +1.23 %" */
static void put_extreme(FILE *f, const struct row *r)
{
	char *p;

	if (!r->has_percent) {
		fprintf(f, "%s from 0", r->name);
		return;
	}
	p = percent_text(r);
	fprintf(f, "%s %.*s %%", r->name, (int)strcspn(p, "%"), p);
	free(p);
}

/* How many have this verdict, and the largest of them: they are sorted by it. */
static void put_count(FILE *f, const struct row *rows, size_t n, enum verdict v)
{
	const struct row *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].verdict != v)
			continue;
		if (!first)
			first = &rows[i];
		count++;
	}
	fprintf(f, " %zu", count);
	if (first) {
		fputs(": ", f);
		put_extreme(f, first);
	}
	fputs(" |", f);
}

/* Heading of a setting; what else there is of its configuration comes after a comma */
static const char *also(const struct published *p)
{
	return strcmp(p->kind, "more") ? "" : ", more";
}

static void put_summary_of(FILE *f, const struct setting *set, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct published *p = set[i].p;
		const struct comparison *c = &set[i].c;
		size_t silent = 0;

		fprintf(f, "| [%s %s%s](#%s-%s%s) |", p->arch, p->config,
			also(p), p->arch, p->config, *also(p) ? "-more" : "");
		put_count(f, c->mem, c->n_mem, WORSE);
		put_count(f, c->cost, c->n_cost, WORSE);
		put_count(f, c->mem, c->n_mem, BETTER);
		put_count(f, c->cost, c->n_cost, BETTER);
		for (size_t k = 0; k < c->n_mem; k++)
			silent += c->mem[k].verdict == NOISY;
		for (size_t k = 0; k < c->n_cost; k++)
			silent += c->cost[k].verdict == NOISY ||
				  c->cost[k].verdict == MIXED;
		fprintf(f, " %zu |\n", silent);
	}
}

static void put_summary(FILE *f, const struct report *r)
{
	fputs("\n## What got worse, what got better\n"
	      "\n"
	      "How many rows of each configuration, and the one with the largest percentage.\n"
	      "All of them are below. noisy: the spread is above 1 %; mixed: the median over\n"
	      "rounds moved the other way than the minimum. Neither claims anything.\n"
	      "\n"
	      "| configuration | worse: bytes | worse: instructions | better: bytes | better: instructions | noisy, mixed |\n"
	      "|---|---|---|---|---|---|\n",
	      f);
	put_summary_of(f, r->set, r->n_set);
	put_summary_of(f, r->more, r->n_more);
	put_summary_of(f, r->programs, r->n_programs);
	put_summary_of(f, r->perf, r->n_perf);
	put_summary_of(f, r->native, r->n_native);
}

static void put_interval(FILE *f, const struct row *r)
{
	char *s = interval_text(r);

	fprintf(f, " %s | %zu |", s, r->distinct);
	free(s);
}

static void put_row(FILE *f, const struct setting *s, const struct row *r)
{
	const int digits = row_digits(r);
	char *delta = row_delta(r), *percent = percent_text(r);

	fprintf(f, "| %s | %s |", r->name, r->unit);
	for (size_t i = 0; i < s->p->n; i++) {
		const struct row *own = rows_named(&s->column[i], r->name);

		if (own)
			fprintf(f, " %.*f |", digits, own->base.st.median);
		else
			fputs(" - |", f);
	}
	fprintf(f, " %s | %s |", delta, percent);
	put_interval(f, r);
	fputc('\n', f);
	free(delta);
	free(percent);
}

static void put_head(FILE *f, const struct setting *s)
{
	fputs("\n| row | per |", f);
	for (size_t i = 0; i < s->p->n; i++)
		fprintf(f, " %s |", column_title(published_kernel(s->p, i)));
	fputs(" difference | % | its interval | seeds |\n|---|---|", f);
	for (size_t i = 0; i < s->p->n; i++)
		fputs("--:|", f);
	fputs("--:|--:|--:|--:|\n", f);
}

/* Both lists are sorted by verdict and size: merge those of one verdict. */
static void put_verdict(FILE *f, const struct setting *s, enum verdict v,
			const char *title)
{
	const struct comparison *c = &s->c;
	size_t i = 0, k = 0;
	bool any = false;

	for (;;) {
		const struct row *a, *b;

		while (i < c->n_mem && c->mem[i].verdict != v)
			i++;
		while (k < c->n_cost && c->cost[k].verdict != v)
			k++;
		a = i < c->n_mem ? &c->mem[i] : NULL;
		b = k < c->n_cost ? &c->cost[k] : NULL;
		if (!a && !b)
			break;
		if (!any) {
			fprintf(f, "\n%s:\n", title);
			put_head(f, s);
		}
		any = true;
		if (a && (!b || row_badness(a) >= row_badness(b))) {
			put_row(f, s, a);
			i++;
		} else {
			put_row(f, s, b);
			k++;
		}
	}
}

static void put_unchanged(FILE *f, const struct comparison *c)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < c->n_mem; i++)
		if (c->mem[i].verdict == NO_CHANGE)
			buf_printf(&b, ", %s", c->mem[i].name);
	for (size_t i = 0; i < c->n_cost; i++)
		if (c->cost[i].verdict == NO_CHANGE)
			buf_printf(&b, ", %s", c->cost[i].name);
	if (b.len)
		fprintf(f, "\nNo change: %s.\n", b.p + 2);
	buf_free(&b);
}

static void put_setting(FILE *f, const struct setting *s)
{
	const size_t n = s->c.base.n;
	const char *id = run_input(&s->c.patched, "series", "series");

	fprintf(f, "\n### %s %s%s\n\n", s->p->arch, s->p->config, also(s->p));
	fprintf(f, "%zu seed%s, series %.12s, [%s](%s/table.txt).", n,
		n == 1 ? "" : "s", id ? id : "unknown", s->p->name, s->p->name);
	fputc('\n', f);
	if (rows_named(&s->c, scale_rows[0]))
		markdown_plot(f, "Instructions a table, by their number",
			      "scale", s->p);
	put_verdict(f, s, WORSE, "Worse");
	put_verdict(f, s, DIFFERS, "Different, of one seed");
	put_verdict(f, s, BETTER, "Better");
	put_verdict(f, s, NOISY, "Noisy, claims nothing");
	put_verdict(f, s, MIXED, "Mixed, claims nothing");
	put_unchanged(f, &s->c);
}

/* A section of its own for what is not a bench run, if any of it is published. */
static void put_kind(FILE *f, const struct setting *set, size_t n,
		     const char *text)
{
	if (!n)
		return;
	fputs(text, f);
	for (size_t i = 0; i < n; i++)
		put_setting(f, &set[i]);
}

static void put_kinds(FILE *f, const struct report *r)
{
	put_kind(
		f, r->more, r->n_more,
		"\n## Longer workloads\n"
		"\n"
		"page_fault1 to 3 and mmap1 in the shape of will-it-scale's with fixed counts,\n"
		"fork and exit with 1 GiB of small pages, a storm of exec, vmalloc's tables, and\n"
		"1e3 to 1e6 tables in one process (`make more`).\n");
	put_kind(
		f, r->programs, r->n_programs,
		"\n## Real programs\n"
		"\n"
		"Debian's, unmodified: 200 backends of PostgreSQL that have read shared buffers,\n"
		"Redis that saves in the background while it is written to, a parallel compile\n"
		"(`make programs`). Bytes are page tables, their descriptors and slabs.\n");
	put_kind(
		f, r->perf, r->n_perf,
		"\n## perf\n"
		"\n"
		"perf stat and bench of Debian, and stress-ng's own count of operations, in a\n"
		"guest (`make perf`). There is no PMU: events are those of software, and the\n"
		"clock is that of instructions. stress-ng is smoke: nothing is claimed by it. The\n"
		"files are in perf/ of each seed, those of perf record as well.\n");
	markdown_perf(f, r);
	put_kind(
		f, r->native, r->n_native,
		"\n## Machines\n"
		"\n"
		"The same scenarios on a machine, by an event of perf on one CPU, which is the name\n"
		"of the configuration; a boot is a seed (`make native-kit`). Others run there too:\n"
		"bytes are of the whole machine.\n");
}

static bool same_bytes(const char *a, const char *b)
{
	struct buf x = { 0 }, y = { 0 };
	const bool same = !buf_read_file(&x, a) && !buf_read_file(&y, b) &&
			  x.len == y.len && !memcmp(x.p, y.p, x.len);

	buf_free(&x);
	buf_free(&y);
	return same;
}

static json_int_t seed_number(const struct run *r, size_t i)
{
	return js_int(json_array_get(r->seeds, i), "seed");
}

/* Seeds of both, and how many of their consoles are the same to the byte. */
static void count_same(const struct run *a, const struct run *b, size_t *common,
		       size_t *same)
{
	*common = 0;
	*same = 0;
	for (size_t i = 0; i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++) {
			const long long seed = seed_number(a, i);
			char *x, *y;

			if (seed_number(b, k) != seed)
				continue;
			x = xasprintf("%s/seed-%lld/console.log", a->dir, seed);
			y = xasprintf("%s/seed-%lld/console.log", b->dir, seed);
			++*common;
			*same += same_bytes(x, y);
			free(x);
			free(y);
		}
	}
}

static bool same_input(const struct run *a, const struct run *b,
		       const char *file, const char *key)
{
	const char *x = run_input(a, file, key), *y = run_input(b, file, key);

	return x && y && !strcmp(x, y);
}

/*
 * The same image and guest, run again. What was published twice is the same run; of two
 * directories that may hold the same one, only runs with another number of seeds are
 * certain to be others.
 */
static bool is_again(const struct run *a, const struct run *b)
{
	return same_input(a, b, "hashes", "image") &&
	       same_input(a, b, "hashes", "initramfs") &&
	       same_input(a, b, "cmdline", NULL) &&
	       same_input(a, b, "run", "extra_args") &&
	       same_input(a, b, "run", "kind") &&
	       !same_input(a, b, "run", "seeds");
}

/* A line for each run of @q that is @a again; @sum is seeds of both, and identical ones. */
static size_t put_again_one(FILE *f, const struct published *p,
			    const struct run *a, const struct published *q,
			    size_t sum[2])
{
	size_t n = 0;

	for (size_t m = 0; m < q->n; m++) {
		const struct run *b = &q->run[m];
		size_t common, same;

		if (!is_again(a, b))
			continue;
		count_same(a, b, &common, &same);
		n++;
		sum[0] += common;
		sum[1] += same;
		if (!f)
			continue;
		fprintf(f, "| %.15s %s %s %s | %.15s | %zu | %zu |\n", p->name,
			p->arch, p->config, js_str(a->doc, "kernel", "?"),
			q->name, common, same);
	}
	return n;
}

/* All of them, to @f if it is not NULL; their number. */
static size_t put_all_again(FILE *f, const struct report *r, size_t sum[2])
{
	const struct results *res = &r->res;
	size_t n = 0;

	for (size_t i = 0; i < res->n; i++)
		for (size_t k = 0; k < res->p[i].n; k++)
			for (size_t j = i + 1; j < res->n; j++)
				n += put_again_one(f, &res->p[i],
						   &res->p[i].run[k],
						   &res->p[j], sum);
	return n;
}

/* Two kernels whose code should do the same */
static void put_overlay(FILE *f, const struct report *r)
{
	const struct setting *s = report_setting(r, "x86_64", "overlay");
	size_t n = 0;

	if (!s)
		return;
	for (size_t i = 0; i < s->c.n_mem; i++)
		n += s->c.mem[i].verdict == NO_CHANGE;
	for (size_t i = 0; i < s->c.n_cost; i++)
		n += s->c.cost[i].verdict == NO_CHANGE;
	fprintf(f,
		"With the symbol switched off (x86_64 overlay), where base and series should do\n"
		"the same, %zu of %zu rows say no change.\n",
		n, s->c.n_mem + s->c.n_cost);
}

/* Before anything is claimed: what the same kernel gives against itself. */
static void put_a_a(FILE *f, const struct report *r)
{
	size_t sum[2] = { 0 };
	const size_t n = put_all_again(NULL, r, sum);

	fprintf(f,
		"\nA/A: %zu runs of one image and guest were published twice; of the %zu seeds that\n"
		"both have, %zu consoles are identical to the byte (see Method).\n",
		n, sum[0], sum[1]);
	put_overlay(f, r);
}

static void put_again(FILE *f, const struct report *r)
{
	size_t sum[2] = { 0 };

	fputs("\nThe same image and seed, run again, gives the same console to the byte:\n"
	      "\n"
	      "| run | again in | seeds of both | identical consoles |\n"
	      "|---|---|--:|--:|\n",
	      f);
	if (!put_all_again(f, r, sum))
		fputs("| none is published | - | - | - |\n", f);
	fputs("\n`make test` requires it of one seed on both architectures, `make selftest` of\n"
	      "all seeds, and that a kernel against itself is no change in every row.\n",
	      f);
}

static void put_method(FILE *f, const struct report *r)
{
	fputs("\n## Method\n", f);
	put_again(f, r);
	fputs("\nQEMU counts guest instructions (-icount, one CPU, no KVM); the guest reads\n"
	      "that count around each timed region. Of the rounds of one seed the minimum\n"
	      "counts, of the seeds the median. A seed moves the phase of the clock and the\n"
	      "state of the page allocator, in the same way on every kernel. Memory is the\n"
	      "pages of page tables, and the slabs of descriptors and locks, whole. README.md,\n"
	      "section 4, has all of it, and what such counts do not see.\n"
	      "\n"
	      "A verdict compares each seed with itself on the other kernel: a difference is\n"
	      "claimed only if it is larger than its own spread over the seeds. Beside it stands\n"
	      "an interval, that spread on either side of it: what is claimed has no 0 in it. No\n"
	      "p is given: with few seeds it cannot be small. The last column counts the seeds\n"
	      "that differ from all others on one of the kernels. \"exact\": the difference is the\n"
	      "same in all of them.\n"
	      "All of it is of one guest: with another initramfs the same two images\n"
	      "have other rows, in all seeds alike (README.md, section 4). A difference below\n"
	      "0.1 % is right for what was run, and may be none elsewhere. callback and off are\n"
	      "of a trace, whose clock has steps of 1000 instructions; one step is no change.\n",
	      f);
}

static void put_not_measured(FILE *f, const struct report *r)
{
	fputs("\n## What was not measured\n"
	      "\n",
	      f);
	if (!r->n_native)
		fputs("- Hardware: there is none here. No cycles, no time, no TLB; of caches a model of\n"
		      "  one level, without prefetch. `make native-kit` makes what it takes.\n"
		      "- Native runs: no kernel of the series has run on a machine yet.\n",
		      f);
	fputs("- Waiting for a lock of another CPU: QEMU runs them in turn, and the tables of\n"
	      "  several CPUs say what they share, not how long it takes. `make stress` and\n"
	      "  `make kselftest` run four, and count nothing.\n"
	      "- s390 with EDAT (huge pages) and KVM: QEMU has neither.\n"
	      "- Other architectures: arm and arm64 are booted and not measured, all others\n"
	      "  are compiled.\n"
	      "- Other compilers and configurations: the index names the one compiler; the\n"
	      "  configurations are small.\n",
	      f);
}

static void put_command(FILE *f, const struct published *p, size_t *left)
{
	if (published_names_commit(p))
		fprintf(f, "    make reproduce RUN=results/%s\n", p->name);
	else
		++*left;
}

static void put_reproduce(FILE *f, const struct report *r)
{
	size_t left = 0;

	fputs("\n## Reproduce\n"
	      "\n"
	      "Each of these runs all kernels and seeds of a directory again and says whether\n"
	      "the consoles are identical to the byte. `make report` makes this report again;\n"
	      "`make test` (report, overview) requires that it is what the runs say.\n"
	      "\n",
	      f);
	for (size_t i = 0; i < r->n_set; i++)
		put_command(f, r->set[i].p, &left);
	for (size_t i = 0; i < r->n_more; i++)
		put_command(f, r->more[i].p, &left);
	for (size_t i = 0; i < r->n_wide; i++)
		if (results_newest(&r->res, "bench", r->wide[i].p->arch,
				   r->wide[i].p->config,
				   "base") != r->wide[i].p)
			put_command(f, r->wide[i].p, &left);
	for (size_t i = 0; i < r->n_alt; i++)
		if (!i || r->alt[i].p != r->alt[i - 1].p)
			put_command(f, r->alt[i].p, &left);
	if (left)
		fprintf(f,
			"\nNot of directories that do not say which commit their guest is of (%zu of\n"
			"those above).\n",
			left);
}

void markdown_print(FILE *f, const struct report *r)
{
	put_title(f, r);
	put_a_a(f, r);
	markdown_many(f, r);
	put_summary(f, r);
	for (size_t i = 0; i < r->n_set; i++)
		put_setting(f, &r->set[i]);
	put_kinds(f, r);
	put_method(f, r);
	markdown_memory(f, r);
	markdown_seeds(f, r);
	markdown_churn(f, r);
	markdown_symbols(f, r);
	markdown_cache(f, r);
	markdown_freeing(f, r);
	markdown_alternatives(f, r);
	put_not_measured(f, r);
	put_reproduce(f, r);
	markdown_index(f, r);
}
