// SPDX-License-Identifier: GPL-2.0
/* A data cache, as simple as one can be: no prefetch, no second level. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

static bool power_of_two(size_t n)
{
	return n && !(n & (n - 1));
}

/**
 * cache_setup() - make an empty cache
 * @c: the cache
 * @geometry: SETS:WAYS:LINE, the last in bytes
 *
 * Return: false if that is no geometry of a cache.
 */
bool cache_setup(struct cache *c, const char *geometry)
{
	char end;

	if (sscanf(geometry, "%zu:%zu:%zu%c", &c->sets, &c->ways, &c->line,
		   &end) != 3)
		return false;
	if (!power_of_two(c->sets) || !power_of_two(c->line) || !c->ways ||
	    c->sets > 1 << 20 || c->ways > 64 || c->line > 4096)
		return false;
	c->tag = calloc(c->sets * c->ways, sizeof(*c->tag));
	if (!c->tag)
		die("out of memory");
	return true;
}

/* Whether line number @line was in the cache; now it is. */
bool cache_hit(struct cache *c, uint64_t line)
{
	uint64_t *set = c->tag + (line & (c->sets - 1)) * c->ways;
	size_t i;

	for (i = 0; i < c->ways - 1; i++)
		if (set[i] == line + 1)
			break;
	const bool hit = set[i] == line + 1;

	memmove(set + 1, set, i * sizeof(*set));
	set[0] = line + 1;
	return hit;
}
