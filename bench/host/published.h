/* SPDX-License-Identifier: GPL-2.0 */
/* results/: which runs there are, and which of them are the newest of their kind. */
#ifndef PTB_PUBLISHED_H
#define PTB_PUBLISHED_H

#include "compare.h"

/**
 * struct published - one directory of results/
 * @name: of the directory; begins with the time
 * @kind: that of its runs, or layout, matrix and cross, which have none
 * @arch: of its runs, "all" for these
 * @config: the same
 * @run: its runs, base, fixes, slab, patched, peer and then by name
 * @n: how many
 */
struct published {
	char *name;
	const char *kind;
	const char *arch;
	const char *config;
	struct run run[COLUMNS_MAX];
	size_t n;
};

/**
 * struct results - all of it
 * @root: the directory
 * @p: what is in it, by name, so that the newest comes last
 * @n: how many
 */
struct results {
	const char *root;
	struct published *p;
	size_t n;
};

struct results results_load(const char *root);
void results_put(struct results *r);
const struct run *published_run(const struct published *p, const char *kernel);
const char *published_kernel(const struct published *p, size_t i);
bool published_has(const struct published *p, const char *kind,
		   const char *arch, const char *config);
bool published_names_commit(const struct published *p);
const struct published *results_newest(const struct results *r,
				       const char *kind, const char *arch,
				       const char *config, const char *kernel);
const struct published *results_columns(const struct results *r,
					const char *arch, const char *config);
const struct published *results_named(const struct results *r,
				      const char *name);

#endif
