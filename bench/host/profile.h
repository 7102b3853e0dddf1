/* SPDX-License-Identifier: GPL-2.0 */
/* seed-N/profile.txt of a run of kind profile; bench/plugin/plugin.c writes it. */
#ifndef PTB_PROFILE_H
#define PTB_PROFILE_H

#include <stdint.h>

#include "ptb.h"

struct counts {
	uint64_t insns;
	uint64_t accesses;
	uint64_t misses;
	uint64_t lines;
};

struct symbol {
	char *name;
	struct counts c;
};

/**
 * struct prow - one row of a profile
 * @name: as the guest calls it
 * @all: of the round with the fewest instructions
 * @sym: its functions, by name
 * @n: how many
 */
struct prow {
	char *name;
	struct counts all;
	struct symbol *sym;
	size_t n;
};

struct profile {
	char *path;
	size_t sets, ways, line;
	struct prow *row;
	size_t n;
};

/* Of one function, or of all; per operation, patched less base but for @base, @patched */
struct difference {
	const char *name;
	double base;
	double patched;
	double misses;
	double lines;
};

void profile_parse(struct profile *p, const char *text, size_t len);
struct profile profile_load(const char *dir);
void profile_put(struct profile *p);
const struct prow *profile_row(const struct profile *p, const char *name);
struct difference profile_differ(const char *name, const struct counts *base,
				 const struct counts *patched, double ops);
size_t profile_differences(const struct prow *base, const struct prow *patched,
			   double ops, struct difference **list);
bool profile_differs(const struct difference *d);

#endif
