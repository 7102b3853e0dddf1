// SPDX-License-Identifier: GPL-2.0
/* What is reported of what is published: the newest of each kind, compared. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

const char *const profile_rows[4] = { "existing_touch", "sparse_touch",
				      "munmap", "fork_exit" };
const char *const scale_rows[2] = { "scale_1000_touch", "scale_10000_touch" };
const char *const mmap1_rows[1] = { "mmap1" };
const char *const memory_rows[11] = {
	"few_1 pte",   "few_2 pte",	 "few_5 pte",	  "few_24 pte",
	"race end",    "fork_unmap end", "alternate end", "worst half",
	"sparse peak", "churn_gp peak",	 "many peak",
};
const char *const seed_rows[14] = {
	"sparse_touch",	   "existing_touch", "dense_touch",	"munmap",
	"madv_dontneed",   "fork_exit",	     "many_exit",	"small_proc",
	"small_proc_exit", "churn_once",     "churn_once_free", "churn_gp",
	"lifecycle",	   "lifecycle_mean",
};
const char *const churn_rows[6] = {
	"churn_once peak", "churn_once after", "churn_gp peak",
	"churn_gp after",  "alternate max",    "alternate end",
};

const char *const freeing_rows[6] = { "callback_few",  "callback_509",
				      "callback_many", "off_few",
				      "off_509",       "off_many" };

/* What a reader looks for first comes first; the rest by name. */
static int config_rank(const char *config)
{
	static const char *const order[] = { "mini",	 "rt",	    "lockdep",
					     "spinlock", "dynamic", "overlay" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		if (!strcmp(order[i], config))
			break;
	return (int)i;
}

static int by_setting(const struct published *a, const struct published *b)
{
	const int arch = strcmp(a->arch, b->arch);
	const int rank = config_rank(a->config) - config_rank(b->config);

	if (arch)
		return arch;
	return rank ? rank : strcmp(a->config, b->config);
}

static int settings_in_order(const void *x, const void *y)
{
	return by_setting(((const struct setting *)x)->p,
			  ((const struct setting *)y)->p);
}

static int profiles_in_order(const void *x, const void *y)
{
	return by_setting(((const struct profiled *)x)->p,
			  ((const struct profiled *)y)->p);
}

/* Of the newest directory first: what an older one has is of an older series. */
static int alternatives_in_order(const void *x, const void *y)
{
	const struct alternative *a = x, *b = y;
	const int setting = by_setting(a->p, b->p);
	const int newer = strcmp(b->p->name, a->p->name);

	if (setting)
		return setting;
	return newer ? newer : strcmp(a->name, b->name);
}

static struct setting setting_of(const struct published *p)
{
	struct setting s = { .p = p };

	s.c.base = *published_run(p, "base");
	s.c.patched = *published_run(p, "patched");
	run_check_comparable(&s.c.base, &s.c.patched);
	rows_compare(&s.c);
	for (size_t i = 0; i < p->n; i++) {
		s.column[i].base = p->run[i];
		s.column[i].patched = p->run[i];
		rows_compare(&s.column[i]);
	}
	return s;
}

/* The newest of @kind of each setting, to @set; their number. */
static size_t find_settings(const struct results *res, const char *kind,
			    struct setting **set)
{
	size_t n = 0;

	for (size_t i = 0; i < res->n; i++) {
		const struct published *p = &res->p[i];

		if (results_newest(res, kind, p->arch, p->config, "base") != p)
			continue;
		*set = xrealloc(*set, n + 1, sizeof(**set));
		(*set)[n++] = setting_of(p);
	}
	if (n)
		qsort(*set, n, sizeof(**set), settings_in_order);
	return n;
}

/* The newest with all four kernels, which need not be the newest of base and series. */
static void find_wide(struct report *r)
{
	for (size_t i = 0; i < r->res.n; i++) {
		const struct published *p = &r->res.p[i];

		if (results_columns(&r->res, p->arch, p->config) != p)
			continue;
		r->wide = xrealloc(r->wide, r->n_wide + 1, sizeof(*r->wide));
		r->wide[r->n_wide++] = setting_of(p);
	}
	if (r->n_wide)
		qsort(r->wide, r->n_wide, sizeof(*r->wide), settings_in_order);
}

static bool profile_has(const struct profiled *p, const char *row)
{
	return profile_row(&p->profile[0], row) &&
	       profile_row(&p->profile[1], row);
}

static bool has_setting(const struct profiled *list, size_t n,
			const struct published *p)
{
	for (size_t i = 0; i < n; i++)
		if (!by_setting(list[i].p, p))
			return true;
	return false;
}

/* Of each setting the newest that has @row, to @list; their number. */
static size_t find_profiles(const struct results *res, const char *row,
			    struct profiled **list)
{
	size_t n = 0;

	for (size_t i = res->n; i--;) {
		const struct published *p = &res->p[i];
		const struct run *base = published_run(p, "base");
		const struct run *patched = published_run(p, "patched");
		struct profiled new = { .p = p };

		if (strcmp(p->kind, "profile") || !base || !patched ||
		    has_setting(*list, n, p))
			continue;
		new.profile[0] = profile_load(base->dir);
		new.profile[1] = profile_load(patched->dir);
		if (!profile_has(&new, row)) {
			profile_put(&new.profile[0]);
			profile_put(&new.profile[1]);
			continue;
		}
		*list = xrealloc(*list, n + 1, sizeof(**list));
		(*list)[n++] = new;
	}
	if (n)
		qsort(*list, n, sizeof(**list), profiles_in_order);
	return n;
}

static void profiles_put(struct profiled *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 2; k++)
			profile_put(&list[i].profile[k]);
	free(list);
}

static void add_alternative(struct report *r, const struct published *p,
			    const struct run *run)
{
	struct alternative a = { .p = p };

	a.name = js_str(run->doc, "kernel", "?") + strlen(PLANTED);
	a.c.base = *published_run(p, "patched");
	a.c.patched = *run;
	run_check_comparable(&a.c.base, &a.c.patched);
	rows_compare(&a.c);
	r->alt = xrealloc(r->alt, r->n_alt + 1, sizeof(*r->alt));
	r->alt[r->n_alt++] = a;
}

static void find_alternatives(struct report *r)
{
	for (size_t i = 0; i < r->res.n; i++) {
		const struct published *p = &r->res.p[i];

		for (size_t k = 0; k < p->n; k++) {
			const char *kernel = published_kernel(p, k);

			if (!strncmp(kernel, PLANTED, strlen(PLANTED)) &&
			    results_newest(&r->res, "bench", p->arch, p->config,
					   kernel) == p)
				add_alternative(r, p, &p->run[k]);
		}
	}
	if (r->n_alt)
		qsort(r->alt, r->n_alt, sizeof(*r->alt), alternatives_in_order);
}

struct report report_load(const char *results)
{
	struct report r = { .res = results_load(results) };

	r.n_set = find_settings(&r.res, "bench", &r.set);
	r.n_more = find_settings(&r.res, "more", &r.more);
	r.n_perf = find_settings(&r.res, "perf", &r.perf);
	r.n_native = find_settings(&r.res, "native", &r.native);
	r.n_programs = find_settings(&r.res, "programs", &r.programs);
	find_wide(&r);
	r.n_prof = find_profiles(&r.res, profile_rows[1], &r.prof);
	r.n_scale = find_profiles(&r.res, scale_rows[1], &r.scale);
	r.n_mmap1 = find_profiles(&r.res, mmap1_rows[0], &r.mmap1);
	find_alternatives(&r);
	return r;
}

static void settings_put(struct setting *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rows_free(&s[i].c);
		for (size_t k = 0; k < s[i].p->n; k++)
			rows_free(&s[i].column[k]);
	}
	free(s);
}

void report_put(struct report *r)
{
	settings_put(r->set, r->n_set);
	settings_put(r->wide, r->n_wide);
	settings_put(r->more, r->n_more);
	settings_put(r->perf, r->n_perf);
	settings_put(r->native, r->n_native);
	settings_put(r->programs, r->n_programs);
	profiles_put(r->prof, r->n_prof);
	profiles_put(r->scale, r->n_scale);
	profiles_put(r->mmap1, r->n_mmap1);
	for (size_t i = 0; i < r->n_alt; i++)
		rows_free(&r->alt[i].c);
	free(r->alt);
	results_put(&r->res);
}

/* The row of that name, NULL if there is none. */
const struct row *rows_named(const struct comparison *c, const char *name)
{
	for (size_t i = 0; i < c->n_mem; i++)
		if (!strcmp(c->mem[i].name, name))
			return &c->mem[i];
	for (size_t i = 0; i < c->n_cost; i++)
		if (!strcmp(c->cost[i].name, name))
			return &c->cost[i];
	return NULL;
}

/* What @kernel has of it, whether base has it or not; both sides are @kernel's. */
const struct row *setting_row(const struct setting *s, const char *kernel,
			      const char *name)
{
	for (size_t i = 0; i < s->p->n; i++)
		if (!strcmp(published_kernel(s->p, i), kernel))
			return rows_named(&s->column[i], name);
	return NULL;
}

/* The one with four kernels if there is one, else the newest; NULL if there is none. */
const struct setting *report_setting(const struct report *r, const char *arch,
				     const char *config)
{
	for (size_t i = 0; i < r->n_wide; i++)
		if (published_has(r->wide[i].p, "bench", arch, config))
			return &r->wide[i];
	for (size_t i = 0; i < r->n_set; i++)
		if (published_has(r->set[i].p, "bench", arch, config))
			return &r->set[i];
	return NULL;
}

static bool has_all(const json_t *info, const char *const *want)
{
	for (; *want; want += 2) {
		const json_t *v = json_object_get(info, want[0]);
		char *s;
		bool same;

		if (!v)
			return false;
		s = json_is_integer(v) ?
			    xasprintf("%lld",
				      (long long)json_integer_value(v)) :
			    xasprintf("%s", json_string_value(v));
		same = !strcmp(s, want[1]);
		free(s);
		if (!same)
			return false;
	}
	return true;
}

/**
 * info_of() - an info line of the first seed
 * @r: the run
 * @want: keys, each followed by its value as text, and NULL
 *
 * Return: the first line that has them all, or NULL.
 */
const json_t *info_of(const struct run *r, const char *const *want)
{
	const json_t *v;

	for (size_t i = 0; (v = json_array_get(run_list(r, 0, "info"), i)); i++)
		if (has_all(v, want))
			return v;
	return NULL;
}

/*
 * PTE tables of what a memory row is divided by: 1 of a table, and as many of a
 * process as the guest has counted. 0 if nobody has.
 */
double tables_held(const struct row *r, const struct run *run)
{
	const json_t *rec = r->first[1];
	const char *const want[] = { "scenario", js_str(rec, "name", "?"),
				     NULL };
	const json_t *info = info_of(run, want);
	const double units = (double)js_int(rec, "tables");

	if (!strcmp(r->unit, "byte/table"))
		return 1;
	return info && units > 0 ? (double)js_int(info, "tables") / units : 0;
}

const char *column_title(const char *kernel)
{
	if (!strcmp(kernel, "patched"))
		return "series";
	return strcmp(kernel, "peer") ? kernel : "Linux 6.1";
}

/* Operations of one round, 0 if the guest has no such row. */
double profile_ops(const struct profiled *p, const char *row)
{
	const json_t *rows = run_list(published_run(p->p, "base"), 0, "rows");
	const json_t *v;

	for (size_t i = 0; (v = json_array_get(rows, i)); i++)
		if (!strcmp(js_str(v, "name", ""), row))
			return (double)js_int(v, "ops");
	return 0;
}

/* Whether base and series differ in anything that is claimed */
bool setting_differs(const struct setting *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->c.n_mem; i++)
		n += row_changed(&s->c.mem[i]);
	for (size_t i = 0; i < s->c.n_cost; i++)
		n += row_changed(&s->c.cost[i]);
	return n > 0;
}

/* As in the table, but for what would be 0.00 there and is not */
char *percent_text(const struct row *r)
{
	if (row_changed(r) && r->has_percent && fabs(r->percent) < 0.005)
		return xasprintf("%+.1g%%", r->percent);
	return row_percent(r);
}

/* Without the sign of what is rounded to nothing */
static char *signed_text(double v, int digits)
{
	char *s = xasprintf("%+.*f", digits, v);

	if (strspn(s, "+-0.") != strlen(s))
		return s;
	free(s);
	return xasprintf("0");
}

/*
 * The difference with its spread on either side: what is claimed is what has no 0 in it.
 * To be freed. "exact" if all seeds have the same; "-" if the row claims nothing.
 */
char *interval_text(const struct row *r)
{
	const int digits = row_digits(r);
	char *low, *high, *s;

	if (r->verdict == NOISY || r->verdict == MIXED || r->base.st.n < 2)
		return xasprintf("-");
	if (r->spread == 0)
		return xasprintf("exact");
	low = signed_text(r->delta - r->spread, digits);
	high = signed_text(r->delta + r->spread, digits);
	if (!strcmp(low, high))
		s = xasprintf("%s", low);
	else
		s = xasprintf("%s to %s", low, high);
	free(low);
	free(high);
	return s;
}

/* Where a table is a page on either side, and small things come on top of it */
bool setting_overhead(const struct setting *s)
{
	return !strcmp(s->p->arch, "x86_64") && setting_differs(s) &&
	       rows_named(&s->c, "many peak");
}

bool has_overhead(const struct report *r)
{
	for (size_t i = 0; i < r->n_set; i++)
		if (setting_overhead(&r->set[i]))
			return true;
	return false;
}

bool has_freeing(const struct report *r)
{
	for (size_t i = 0; i < r->n_set; i++)
		if (rows_named(&r->set[i].c, "callback_many"))
			return true;
	return false;
}
