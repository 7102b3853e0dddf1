// SPDX-License-Identifier: GPL-2.0
/* Read all published runs, and choose among them as scripts/overview.sh does. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "published.h"

static int begins_with_time(const struct dirent *d)
{
	return isdigit((unsigned char)d->d_name[0]);
}

static int no_dot(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int rank_of(const char *kernel)
{
	static const char *const first[] = { "base", "fixes", "slab", "patched",
					     "peer" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(first); i++)
		if (!strcmp(first[i], kernel))
			break;
	return (int)i;
}

static int by_kernel(const void *x, const void *y)
{
	const char *a = js_str(((const struct run *)x)->doc, "kernel", "?");
	const char *b = js_str(((const struct run *)y)->doc, "kernel", "?");
	const int ra = rank_of(a), rb = rank_of(b);

	return ra != rb ? ra - rb : strcmp(a, b);
}

/* Return: false if @dir is no run: a file, or seeds and tables beside them. */
static bool add_run(struct published *p, const char *dir)
{
	char *data = xasprintf("%s/data.json", dir);
	const bool is_run = !access(data, F_OK);

	free(data);
	if (!is_run)
		return false;
	if (p->n == COLUMNS_MAX)
		die("%s: more than %d runs", dir, COLUMNS_MAX);
	p->run[p->n++] = run_load(dir);
	return true;
}

static struct published load_one(const char *root, const char *name)
{
	struct published p = { .name = xasprintf("%s", name) };
	char *dir = xasprintf("%s/%s", root, name);
	struct dirent **e;
	const int n = scandir(dir, &e, no_dot, alphasort);

	if (n < 0)
		die("%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *sub = xasprintf("%s/%s", dir, e[i]->d_name);

		/* its name stays: struct run borrows it */
		if (!add_run(&p, sub))
			free(sub);
		free(e[i]);
	}
	free(e);
	free(dir);
	if (p.n)
		qsort(p.run, p.n, sizeof(*p.run), by_kernel);
	if (p.n)
		p.kind = run_input(&p.run[0], "run", "kind");
	else
		p.kind = strrchr(p.name, '-') + 1;
	p.kind = p.kind ? p.kind : "?";
	p.arch = p.n ? js_str(p.run[0].doc, "arch", "?") : "all";
	p.config = p.n ? js_str(p.run[0].doc, "config", "?") : "all";
	return p;
}

/**
 * results_load() - read all published runs
 * @root: results/; borrowed
 *
 * Return: what is there, to be put; ends the program if a run is not whole.
 */
struct results results_load(const char *root)
{
	struct results r = { .root = root };
	struct dirent **e;
	const int n = scandir(root, &e, begins_with_time, alphasort);

	if (n < 0)
		die("%s: %s", root, strerror(errno));
	r.p = xrealloc(NULL, (size_t)n, sizeof(*r.p));
	for (int i = 0; i < n; i++) {
		r.p[r.n++] = load_one(root, e[i]->d_name);
		free(e[i]);
	}
	free(e);
	return r;
}

void results_put(struct results *r)
{
	for (size_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < r->p[i].n; k++) {
			free((char *)r->p[i].run[k].dir);
			run_put(&r->p[i].run[k]);
		}
		free(r->p[i].name);
	}
	free(r->p);
	*r = (struct results){ 0 };
}

const char *published_kernel(const struct published *p, size_t i)
{
	return js_str(p->run[i].doc, "kernel", "?");
}

/* The run of @kernel, NULL if there is none. */
const struct run *published_run(const struct published *p, const char *kernel)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(published_kernel(p, i), kernel))
			return &p->run[i];
	return NULL;
}

bool published_has(const struct published *p, const char *kind,
		   const char *arch, const char *config)
{
	return !strcmp(p->kind, kind) && !strcmp(p->arch, arch) &&
	       !strcmp(p->config, config);
}

/**
 * results_newest() - the newest that has the series and what it is held against
 * @r: all
 * @kind: of the runs
 * @arch: of the runs
 * @config: of the runs
 * @kernel: what has to be there beside patched
 *
 * Return: it, or NULL.
 */
const struct published *results_newest(const struct results *r,
				       const char *kind, const char *arch,
				       const char *config, const char *kernel)
{
	for (size_t i = r->n; i--;)
		if (published_has(&r->p[i], kind, arch, config) &&
		    published_run(&r->p[i], kernel) &&
		    published_run(&r->p[i], "patched"))
			return &r->p[i];
	return NULL;
}

/* The newest with base, slab, patched and peer, or NULL. */
const struct published *results_columns(const struct results *r,
					const char *arch, const char *config)
{
	for (size_t i = r->n; i--;)
		if (published_has(&r->p[i], "bench", arch, config) &&
		    published_run(&r->p[i], "base") &&
		    published_run(&r->p[i], "slab") &&
		    published_run(&r->p[i], "patched") &&
		    published_run(&r->p[i], "peer"))
			return &r->p[i];
	return NULL;
}

const struct published *results_named(const struct results *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->p[i].name, name))
			return &r->p[i];
	return NULL;
}

/* The guest of a run is made of the commit that made it: older ones do not say which. */
bool published_names_commit(const struct published *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!run_input(&p->run[i], "harness", "commit"))
			return false;
	return p->n > 0;
}
