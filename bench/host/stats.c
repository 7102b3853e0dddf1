// SPDX-License-Identifier: GPL-2.0
/* Minimum, median, maximum: the mean is not used anywhere, ticks land in it. */
#include <stdlib.h>
#include <string.h>

#include "ptb.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct stats stats_of(const double *v, size_t n)
{
	struct stats s = { .n = n };
	double *w;

	if (!n)
		return s;
	w = xrealloc(NULL, n, sizeof(*w));
	memcpy(w, v, n * sizeof(*w));
	qsort(w, n, sizeof(*w), by_value);
	s.min = w[0];
	s.max = w[n - 1];
	s.median = (w[(n - 1) / 2] + w[n / 2]) / 2;
	free(w);
	return s;
}

/* Maximum less minimum, in the unit of the values. */
double stats_spread(const struct stats *s)
{
	return s->n ? s->max - s->min : 0;
}

/* The spread in percent of the median. */
double stats_spread_percent(const struct stats *s)
{
	double spread = stats_spread(s);
	double scale = s->median < 0 ? -s->median : s->median;

	if (spread <= 0)
		return 0;
	return scale > 0 ? 100 * spread / scale : 100;
}

/**
 * stats_middle() - the two middle values, equal for an odd number of them
 * @v: the values, sorted in place
 * @n: how many; nothing is set when 0
 * @low: set to the lower one
 * @high: set to the upper one
 */
void stats_middle(double *v, size_t n, double *low, double *high)
{
	if (!n)
		return;
	qsort(v, n, sizeof(*v), by_value);
	*low = v[(n - 1) / 2];
	*high = v[n / 2];
}
