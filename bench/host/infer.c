// SPDX-License-Identifier: GPL-2.0
/*
 * Bootstrap and Mann-Whitney U, by the random numbers, quantiles and distributions
 * of GSL. Both take the seeds of the two kernels for independent samples. They are
 * not: a seed does the same to both, and the verdict of a row compares each seed
 * with itself. So these are the more cautious.
 */
#define _GNU_SOURCE
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "infer.h"

/* More permutations than these are not counted: 10 seeds with 10 */
#define COUNTED 200000

static double resampled_median(gsl_rng *rng, const double *v, size_t n,
			       double *w)
{
	for (size_t i = 0; i < n; i++)
		w[i] = v[gsl_rng_uniform_int(rng, n)];
	gsl_sort(w, 1, n);
	return gsl_stats_median_from_sorted_data(w, 1, n);
}

/* Of the difference of the medians, @b less @a. The same for the same values. */
static void bootstrap(struct inference *r, const double *a, size_t na,
		      const double *b, size_t nb)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double *d = xrealloc(NULL, INFER_RESAMPLES, sizeof(*d));
	double *w = xrealloc(NULL, na > nb ? na : nb, sizeof(*w));

	gsl_rng_set(rng, INFER_SEED);
	for (size_t i = 0; i < INFER_RESAMPLES; i++) {
		const double m = resampled_median(rng, a, na, w);

		d[i] = resampled_median(rng, b, nb, w) - m;
	}
	gsl_sort(d, 1, INFER_RESAMPLES);
	r->low = gsl_stats_quantile_from_sorted_data(d, 1, INFER_RESAMPLES,
						     0.025);
	r->high = gsl_stats_quantile_from_sorted_data(d, 1, INFER_RESAMPLES,
						      0.975);
	gsl_rng_free(rng);
	free(w);
	free(d);
}

/*
 * Twice the mean rank of each value among all, so that ties leave no fractions.
 * Return: the sum of t^3 - t over the groups of ties.
 */
static double double_ranks(const double *v, size_t n, long *rank)
{
	size_t *order = xrealloc(NULL, n, sizeof(*order));
	double ties = 0;
	size_t i, k, last;

	gsl_sort_index(order, v, 1, n);
	for (i = 0; i < n; i = last) {
		double t;

		for (last = i; last < n && v[order[last]] == v[order[i]];
		     last++)
			;
		for (k = i; k < last; k++)
			rank[order[k]] = (long)(i + 1 + last);
		t = (double)(last - i);
		ties += t * t * t - t;
	}
	free(order);
	return ties;
}

/**
 * struct permutations - the ways to take as many of all ranks as @a has
 * @rank: all ranks, doubled
 * @n: how many
 * @mean: mean of the sum of those that are taken, doubled
 * @far: how far from it the one is that was seen
 * @all: ways counted
 * @as_far: of these, those that are as far or farther
 */
struct permutations {
	const long *rank;
	size_t n;
	long mean;
	long far;
	size_t all;
	size_t as_far;
};

static void permute(struct permutations *p, size_t from, size_t take, long sum)
{
	if (!take) {
		p->all++;
		p->as_far += labs(sum - p->mean) >= p->far;
		return;
	}
	for (size_t i = from; i + take <= p->n; i++)
		permute(p, i + 1, take - 1, sum + p->rank[i]);
}

/* With the correction for ties, and for continuity. */
static double normal_p(long far, size_t na, size_t nb, double ties)
{
	const double a = (double)na, b = (double)nb, n = a + b;
	const double var = a * b / 12 * (n + 1 - ties / (n * (n - 1)));
	const double z = ((double)far / 2 - 0.5) / sqrt(var);

	return z <= 0 || var <= 0 ? 1 : fmin(1, 2 * gsl_cdf_ugaussian_Q(z));
}

/*
 * GSL has no Mann-Whitney. U is the sum of the ranks of one sample less a constant,
 * so the sum does as well. With few seeds its distribution is counted, ties included.
 */
static void mann_whitney(struct inference *r, const double *a, size_t na,
			 const double *b, size_t nb)
{
	const size_t n = na + nb;
	double *v = xrealloc(NULL, n, sizeof(*v));
	long *rank = xrealloc(NULL, n, sizeof(*rank));
	struct permutations p = { .rank = rank, .n = n };
	long sum = 0;
	double ties;

	memcpy(v, a, na * sizeof(*v));
	memcpy(v + na, b, nb * sizeof(*v));
	ties = double_ranks(v, n, rank);
	for (size_t i = 0; i < na; i++)
		sum += rank[i];
	p.mean = (long)(na * (n + 1));
	p.far = labs(sum - p.mean);
	r->p_exact = gsl_sf_lnchoose((unsigned int)n, (unsigned int)na) <=
		     log(COUNTED);
	if (r->p_exact) {
		permute(&p, 0, na, 0);
		r->p = (double)p.as_far / (double)p.all;
	} else {
		r->p = normal_p(p.far, na, nb, ties);
	}
	free(rank);
	free(v);
}

/* The least that p can be, whatever the values are: all of one below all of the other. */
double infer_least_p(size_t na, size_t nb)
{
	return 2 /
	       exp(gsl_sf_lnchoose((unsigned int)(na + nb), (unsigned int)na));
}

/**
 * infer() - what two samples say of the difference of their medians
 * @a: values of the first
 * @na: how many, at least 1
 * @b: values of the second
 * @nb: how many, at least 1
 *
 * Return: the same for the same values, always.
 */
struct inference infer(const double *a, size_t na, const double *b, size_t nb)
{
	const struct stats sa = stats_of(a, na), sb = stats_of(b, nb);
	struct inference r = { 0 };

	r.exact = !stats_spread(&sa) && !stats_spread(&sb);
	bootstrap(&r, a, na, b, nb);
	mann_whitney(&r, a, na, b, nb);
	return r;
}
