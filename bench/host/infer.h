/* SPDX-License-Identifier: GPL-2.0 */
/* What a few seeds say of a difference beyond their spread. */
#ifndef PTB_INFER_H
#define PTB_INFER_H

#include "ptb.h"

#define INFER_RESAMPLES 10000
#define INFER_SEED 1

/**
 * struct inference - two independent samples, one value a seed
 * @exact: no value differs from another one of its sample: nothing to infer
 * @low: lower end of the 95 % bootstrap interval of the difference of medians
 * @high: upper end
 * @p: two-sided Mann-Whitney U
 * @p_exact: counted over all permutations, and not the normal approximation
 */
struct inference {
	bool exact;
	double low;
	double high;
	double p;
	bool p_exact;
};

struct inference infer(const double *a, size_t na, const double *b, size_t nb);
double infer_least_p(size_t na, size_t nb);

#endif
