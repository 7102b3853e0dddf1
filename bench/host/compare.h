/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of ptb-compare. */
#ifndef PTB_COMPARE_H
#define PTB_COMPARE_H

#include "ptb.h"

#define NOISY_PERCENT 1.0 /* a wider spread over seeds claims nothing */

/* load.c */

/**
 * struct run - one complete run directory
 * @dir: as given
 * @doc: its data.json
 * @seeds: the seeds in it, borrowed from @doc
 * @n: how many, at least 1
 */
struct run {
	const char *dir;
	json_t *doc;
	const json_t *seeds;
	size_t n;
};

struct run run_load(const char *dir);
void run_put(struct run *r);
void run_check_comparable(const struct run *base, const struct run *patched);
const char *run_input(const struct run *r, const char *file, const char *key);
const json_t *run_list(const struct run *r, size_t seed, const char *list);
const char *run_release(const struct run *r);

/* rows.c */

/* In the order in which they are printed: what is bad comes first. */
enum verdict { WORSE, DIFFERS, NOISY, MIXED, BETTER, NO_CHANGE };

/**
 * struct side - one quantity on one kernel
 * @v: one value a seed, ascending by seed, in the row's unit
 * @st: statistics over the seeds
 * @med: cost only: median over seeds of the median over rounds
 * @max: cost only: maximum over seeds and rounds
 */
struct side {
	double *v;
	struct stats st;
	double med;
	double max;
};

/**
 * struct row - one quantity on both kernels
 * @name: "row" or "scenario point"
 * @unit: "insn/..." or "byte/..."; "byte" for a total
 * @cost: an instruction row, not a memory row
 * @alloc: cost only: the timed region allocates PTE tables
 * @ops: cost only: operations a round
 * @first: the guest's lines for it in the first seed, base and patched
 * @delta: patched less base, of the medians over seeds
 * @percent: delta in percent of base; nothing when base is 0
 * @has_percent: whether it is something
 * @equal: every seed has the same value on both sides
 * @noisy: a side's spread over the seeds exceeds NOISY_PERCENT
 * @order: position in the guest's output
 */
struct row {
	char *name;
	char *unit;
	bool cost;
	bool alloc;
	json_int_t ops;
	const json_t *first[2];
	struct side base;
	struct side patched;
	double delta;
	double percent;
	bool has_percent;
	bool equal;
	bool noisy;
	enum verdict verdict;
	size_t order;
};

/**
 * struct comparison - everything that is reported
 * @errors: strings: what exists on one side only
 */
struct comparison {
	struct run base;
	struct run patched;
	struct row *mem;
	size_t n_mem;
	struct row *cost;
	size_t n_cost;
	json_t *errors;
};

void rows_compare(struct comparison *c);
void rows_free(struct comparison *c);
const char *verdict_word(enum verdict v);
bool row_changed(const struct row *r);
double row_noise_percent(const struct row *r);

/* evidence.c */
json_t *evidence_checks(const struct run *r);
const json_t *evidence_slab(const struct run *r, const char *name,
			    const char *point);

/* table.c */
#define METHOD                                                           \
	"instructions per operation, QEMU icount, minimum over rounds; " \
	"instructions are not cycles"

void table_print(FILE *f, const struct comparison *c);

/* report.c */
json_t *report_json(const struct comparison *c);

#endif
