// SPDX-License-Identifier: GPL-2.0
/* Which configurations were last measured with a series that is not the one here. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define WIDTH 75

/**
 * struct measured - a configuration and the series that its figures are of
 * @arch: its architecture
 * @config: its name
 * @id: the series, as the run has it
 */
struct measured {
	const char *arch;
	const char *config;
	const char *id;
};

/**
 * struct older - those that are not of the series here
 * @here: the series here
 * @m: each of them once
 * @n: how many
 */
struct older {
	const char *here;
	struct measured *m;
	size_t n;
};

static bool is_known(const struct older *o, const struct measured *m)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->m[i].arch, m->arch) &&
		    !strcmp(o->m[i].config, m->config) &&
		    !strcmp(o->m[i].id, m->id))
			return true;
	return false;
}

static void add(struct older *o, const struct published *p)
{
	const struct run *run = published_run(p, "patched");
	const struct measured m = {
		.arch = p->arch,
		.config = p->config,
		.id = run ? run_input(run, "series", "series") : NULL,
	};

	if (!m.id || !strcmp(m.id, o->here) || is_known(o, &m))
		return;
	o->m = xrealloc(o->m, o->n + 1, sizeof(*o->m));
	o->m[o->n++] = m;
}

static void add_all(struct older *o, const struct setting *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(o, set[i].p);
}

/* Return: whether no one before @i has the series of @i. */
static bool is_first(const struct older *o, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(o->m[k].id, o->m[i].id))
			return false;
	return true;
}

static void put_word(FILE *f, size_t *at, const char *word)
{
	const size_t n = strlen(word);
	const char *gap = !*at ? "" : *at + 1 + n > WIDTH ? "\n" : " ";

	fprintf(f, "%s%s", gap, word);
	*at = *gap == ' ' ? *at + 1 + n : n;
}

/* The next one behind @i of its series, NULL if there is none */
static const struct measured *next_of(const struct older *o, size_t i)
{
	for (size_t k = i + 1; k < o->n; k++)
		if (!strcmp(o->m[k].id, o->m[i].id))
			return &o->m[k];
	return NULL;
}

/* A paragraph: the configurations that have the series of the @i-th, which is the first */
static void put_series(FILE *f, const struct older *o, size_t i)
{
	char *head = xasprintf(
		"Figures of series %.12s; here is %.12s:", o->m[i].id, o->here);
	const struct measured *m = &o->m[i], *next;
	const char *arch = "";
	size_t at = 0;

	put_word(f, &at, head);
	free(head);
	for (; m; m = next) {
		const char *end = ".";
		char *word;

		next = next_of(o, (size_t)(m - o->m));
		if (next)
			end = strcmp(next->arch, m->arch) ? ";" : ",";
		if (strcmp(arch, m->arch))
			put_word(f, &at, m->arch);
		arch = m->arch;
		word = xasprintf("%s%s", m->config, end);
		put_word(f, &at, word);
		free(word);
	}
	fputs("\n\n", f);
}

static int by_arch(const void *x, const void *y)
{
	const struct measured *a = x, *b = y;
	const int arch = strcmp(a->arch, b->arch);

	return arch ? arch : strcmp(a->config, b->config);
}

/**
 * older_print() - say which figures are not of the series that is here
 * @f: where to
 * @r: what is published
 * @here: checksum of the series here; NULL: nothing is said
 *
 * A paragraph and an empty line for each older series, none where all is of this one.
 */
void older_print(FILE *f, const struct report *r, const char *here)
{
	struct older o = { .here = here };

	if (!here)
		return;
	add_all(&o, r->set, r->n_set);
	add_all(&o, r->more, r->n_more);
	add_all(&o, r->programs, r->n_programs);
	add_all(&o, r->perf, r->n_perf);
	add_all(&o, r->native, r->n_native);
	for (size_t i = 0; i < r->n_prof; i++)
		add(&o, r->prof[i].p);
	if (o.n)
		qsort(o.m, o.n, sizeof(*o.m), by_arch);
	for (size_t i = 0; i < o.n; i++)
		if (is_first(&o, i))
			put_series(f, &o, i);
	free(o.m);
}
