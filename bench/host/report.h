/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of ptb-report. */
#ifndef PTB_REPORT_H
#define PTB_REPORT_H

#include "profile.h"
#include "published.h"

/* In two pieces, or it would be taken for the one of the source */
#define LICENSE        \
	"SPDX-License" \
	"-Identifier: GPL-2.0"

/* Before the name of a kernel that is the series with something else in it */
#define PLANTED "planted-"

/* settings.c */

/**
 * struct setting - one architecture and configuration
 * @p: the newest published directory that has base and patched
 * @c: base against patched
 * @column: rows of each run of @p by itself
 */
struct setting {
	const struct published *p;
	struct comparison c;
	struct comparison column[COLUMNS_MAX];
};

/**
 * struct profiled - the newest profile of one architecture and configuration
 * @p: where it is
 * @profile: base and patched
 */
struct profiled {
	const struct published *p;
	struct profile profile[2];
};

/**
 * struct alternative - the series done in another way, and what that costs
 * @name: of the kernel, without "planted-"
 * @p: the newest published directory that has it
 * @c: the series against it
 */
struct alternative {
	const char *name;
	const struct published *p;
	struct comparison c;
};

/**
 * struct report - what is reported
 * @res: all that is published
 * @set: settings, s390x and mini first
 * @n_set: how many
 * @wide: those with base, slab, patched and peer
 * @n_wide: how many
 * @more: as @set, of the longer workloads
 * @n_more: how many
 * @programs: as @set, of real programs
 * @n_programs: how many
 * @perf: as @set, of what perf says in a guest
 * @n_perf: how many
 * @native: as @set, of machines, one an event
 * @n_native: how many
 * @prof: profiles, in the same order
 * @n_prof: how many
 * @scale: those of few and of many tables
 * @n_scale: how many
 * @alt: alternatives, the newest first
 * @n_alt: how many
 * @here: checksum of the series here, or NULL
 */
struct report {
	struct results res;
	struct setting *set;
	size_t n_set;
	struct setting *wide;
	size_t n_wide;
	struct setting *more;
	size_t n_more;
	struct setting *programs;
	size_t n_programs;
	struct setting *perf;
	size_t n_perf;
	struct setting *native;
	size_t n_native;
	struct profiled *prof;
	size_t n_prof;
	struct profiled *scale;
	size_t n_scale;
	struct profiled *mmap1;
	size_t n_mmap1;
	struct alternative *alt;
	size_t n_alt;
	const char *here;
};

struct report report_load(const char *results);
void report_put(struct report *r);
const struct row *rows_named(const struct comparison *c, const char *name);
const struct row *setting_row(const struct setting *s, const char *kernel,
			      const char *name);
const struct setting *report_setting(const struct report *r, const char *arch,
				     const char *config);
const json_t *info_of(const struct run *r, const char *const *want);
double tables_held(const struct row *r, const struct run *run);
const char *column_title(const char *kernel);
double profile_ops(const struct profiled *p, const char *row);
bool setting_differs(const struct setting *s);
bool setting_overhead(const struct setting *s);
bool has_overhead(const struct report *r);
bool has_freeing(const struct report *r);
char *percent_text(const struct row *r);
char *interval_text(const struct row *r);

/* What is shown of the profiles, and what bytes a table are shown of */
extern const char *const profile_rows[4];
extern const char *const scale_rows[2];
extern const char *const mmap1_rows[1];
extern const char *const memory_rows[11];
extern const char *const seed_rows[14];
extern const char *const churn_rows[6];
extern const char *const freeing_rows[6];

/* markdown.c, markdown-parts.c, markdown-many.c */
void markdown_print(FILE *f, const struct report *r);
void markdown_plot(FILE *f, const char *alt, const char *type,
		   const struct published *p);
void markdown_many(FILE *f, const struct report *r);
void markdown_memory(FILE *f, const struct report *r);
void markdown_seeds(FILE *f, const struct report *r);
void markdown_churn(FILE *f, const struct report *r);
void markdown_symbols(FILE *f, const struct report *r);
void markdown_cache(FILE *f, const struct report *r);
void markdown_freeing(FILE *f, const struct report *r);
void markdown_alternatives(FILE *f, const struct report *r);
void markdown_index(FILE *f, const struct report *r);

/* older.c */
void older_print(FILE *f, const struct report *r, const char *here);

/* perf.c */
void markdown_perf(FILE *f, const struct report *r);

/* mail.c */
void mail_print(FILE *f, const struct report *r);

/* plots.c */
void plots_write(const char *dir, const struct report *r);

/* figures.c */
int figures_check(const char *list, const char *root, const struct report *r,
		  bool fix);

#endif
