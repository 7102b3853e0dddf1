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

struct run run_of(const char *dir, json_t *doc);
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
 * @delta: median over the seeds of patched less base, each seed against itself
 * @spread: between the largest and the smallest of these; claimed is what is beyond it
 * @distinct: how many seeds differ from all others on either side
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
	double spread;
	size_t distinct;
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
 * @gaps: set by the caller: what exists on one side only is no error
 */
struct comparison {
	struct run base;
	struct run patched;
	struct row *mem;
	size_t n_mem;
	struct row *cost;
	size_t n_cost;
	json_t *errors;
	bool gaps;
};

void rows_compare(struct comparison *c);
bool seed_value(const struct run *run, size_t seed, const json_t *rec,
		bool cost, double *value);
char *row_label(const json_t *rec);
char *row_unit(const json_t *rec, bool cost);
void rows_free(struct comparison *c);
const char *verdict_word(enum verdict v);
bool row_changed(const struct row *r);
double row_noise_percent(const struct row *r);
double row_badness(const struct row *r);

/* evidence.c */
json_t *evidence_checks(const struct run *r);
const json_t *evidence_slab(const struct run *r, const char *name,
			    const char *point);

/* table.c */
char *run_method(const struct run *r);
char *unit_title(const char *unit);

#define VERDICT_NOTE                                                     \
	"no change: every seed equal, or the difference, seed by seed, " \
	"not larger than its own spread; noisy: spread above 1 %, "      \
	"claims nothing; mixed: the median over rounds moved the other " \
	"way than the minimum, claims nothing; otherwise better "        \
	"(smaller) or worse; differs: one seed, not equal, no claim"
#define MEMORY_NOTE                                                         \
	"4096 a page of page tables, the slabs of ptdesc, ptdesc_frag and " \
	"page->ptl whole, and slabobj_ext vectors; upper tables are "       \
	"included, but only the tables or processes named are counted"

void table_print(FILE *f, const struct comparison *c);
void table_headlines(FILE *f, const struct comparison *c);

/* Also for columns-table.c and the report */
int row_digits(const struct row *r);
char *row_percent(const struct row *r);
char *row_delta(const struct row *r);
void put_wrapped(FILE *f, const char *label, const char *text);
void put_buf(FILE *f, const char *label, struct buf *b);
void put_seeds(FILE *f, const struct run *r);
int digits_of(double largest, double spread, bool whole);
const char *noun_of(const char *unit);
void add_slab(struct buf *b, const struct run *r, const char *name);
void add_count(struct buf *b, const struct row *r);
void add_checks(struct buf *b, const char *side, const json_t *checks,
		const char *prefix);

/* report.c */
json_t *report_json(const struct comparison *c);

/* columns.c */
#define COLUMNS_MAX 6

/**
 * struct line - one quantity on all kernels
 * @name: as in struct row
 * @unit: as in struct row
 * @cell: the row of each column as the patched side, NULL where it has none
 * @judged: whether the base side of that row is column 0, so that its verdict
 *	counts; otherwise it is the column itself
 * @worst: worst verdict of the columns that decide the order
 * @badness: the largest of those that have this verdict
 * @order: position in the guest's output
 */
struct line {
	const char *name;
	const char *unit;
	const struct row *cell[COLUMNS_MAX];
	bool judged[COLUMNS_MAX];
	int worst;
	double badness;
	size_t order;
};

/**
 * struct columns - a base and what is measured against it
 * @n: how many
 * @run: one complete run each, the base first
 * @judged: each compared with the base
 * @alone: each compared with itself: what the base does not have
 * @errors: strings: what was not measured in the same way
 */
struct columns {
	size_t n;
	struct run run[COLUMNS_MAX];
	struct comparison judged[COLUMNS_MAX];
	struct comparison alone[COLUMNS_MAX];
	struct line *mem;
	size_t n_mem;
	struct line *cost;
	size_t n_cost;
	json_t *errors;
};

void columns_compare(struct columns *c);
void columns_free(struct columns *c);
const char *column_name(const struct columns *c, size_t k);
bool column_is_peer(const struct columns *c, size_t k);

/* columns-table.c */
void columns_print(FILE *f, const struct columns *c);

/* columns-json.c */
json_t *columns_json(const struct columns *c);

#endif
