// SPDX-License-Identifier: GPL-2.0
/*
 * Figures that are quoted somewhere, against the published runs. A line of the list:
 *
 *	FILE | PATTERN | KIND ARCH CONFIG | COLUMN ... | WHAT
 *
 * PATTERN is an extended regular expression that FILE has exactly once. # in it is a
 * figure, @ one that is not meant, a blank any white space, also the end of a line.
 * There is a COLUMN for each #:
 *
 *	K	the median of kernel K over the seeds
 *	K/B	in parts of kernel B
 *	K%B	in percent, what K has more than B
 *	K:B	what K has more than B
 *	~...	the same without its sign
 *
 * KIND is bench, the newest of that setting as in the report; more, programs, perf;
 * profile; scale, the profile of few and of many tables; mmap1, that of it; or planted,
 * the newest with the series and the first planted kernel of the columns. Where an older
 * run is quoted, its directory in results/ stands there alone. WHAT is a row as the
 * tables call it; or "slab NAME KEY", of that cache at boot; or "info KEY=VALUE ... KEY",
 * of the first info line that has these; of a profile "insns ROW", "lines ROW" or "misses
 * ROW", an operation; "symbol ROW FUNCTION", its instructions.
 *
 * A figure is right if the datum, rounded to as many digits, is the same text.
 */
#define _GNU_SOURCE
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define FIGURE "[-+]?[0-9]+[.]?[0-9]*"
#define FIELDS 5
#define FIGURES_MAX 12
#define WORDS_MAX 12

enum { FILE_, PATTERN, RUNS, COLUMNS, WHAT };

/**
 * struct figures - the state of a check
 * @list: name of the list
 * @line: where in it
 * @root: what FILE is relative to
 * @r: what is published
 * @planted: the first planted kernel of the columns of this line, or NULL
 * @fix: whether FILE is to get what the runs say
 * @n: figures seen
 * @wrong: of these
 * @first: what is said of the first one that is wrong, or NULL
 */
struct figures {
	const char *list;
	size_t line;
	const char *root;
	const struct report *r;
	char *planted;
	bool fix;
	size_t n;
	size_t wrong;
	char *first;
};

static void __attribute__((noreturn))
bad_list(const struct figures *s, const char *why, const char *what)
{
	die("%s:%zu: %s: %s", s->list, s->line, why, what);
}

static char *trimmed(const char *s, size_t n)
{
	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	return xstrndup(s, n);
}

/* @s is cut into words in place. */
static size_t words_of(char *s, char **words, size_t max)
{
	size_t n = 0;
	char *save, *w;

	for (w = strtok_r(s, " ", &save); w && n < max;
	     w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	return n;
}

/* Of the profiles of @list: that of ARCH w[1] and CONFIG w[2], or NULL */
static const struct published *profile_of(const struct profiled *list, size_t n,
					  char **w)
{
	for (size_t i = 0; i < n; i++)
		if (published_has(list[i].p, "profile", w[1], w[2]))
			return list[i].p;
	return NULL;
}

static const struct profiled *profiled_in(const struct profiled *list, size_t n,
					  const struct published *p)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].p == p)
			return &list[i];
	return NULL;
}

/* What was found as above, with its counts */
static const struct profiled *profiled_at(const struct report *r,
					  const struct published *p)
{
	const struct profiled *found = profiled_in(r->prof, r->n_prof, p);

	if (!found)
		found = profiled_in(r->scale, r->n_scale, p);
	return found ? found : profiled_in(r->mmap1, r->n_mmap1, p);
}

static const struct published *find_runs(const struct figures *s, char **w,
					 size_t n)
{
	const struct published *p = NULL;

	if (n == 1) {
		p = results_named(&s->r->res, w[0]);
	} else if (n != 3) {
		bad_list(s, "neither KIND ARCH CONFIG nor a directory", w[0]);
	} else if (!strcmp(w[0], "bench")) {
		const struct setting *set = report_setting(s->r, w[1], w[2]);

		p = set ? set->p : NULL;
	} else if (!strcmp(w[0], "profile")) {
		p = profile_of(s->r->prof, s->r->n_prof, w);
	} else if (!strcmp(w[0], "scale")) {
		p = profile_of(s->r->scale, s->r->n_scale, w);
	} else if (!strcmp(w[0], "mmap1")) {
		p = profile_of(s->r->mmap1, s->r->n_mmap1, w);
	} else if (!strcmp(w[0], "planted")) {
		if (!s->planted)
			bad_list(s, "no column is of a planted kernel", w[0]);
		p = results_newest(&s->r->res, "bench", w[1], w[2], s->planted);
	} else {
		p = results_newest(&s->r->res, w[0], w[1], w[2], "base");
	}
	if (!p)
		bad_list(s, "no such run is published", w[0]);
	return p;
}

/* Of the rows of one kernel by itself; NAN if it has none of that name */
static double row_value(const struct run *run, const char *name)
{
	struct comparison c = { .base = *run, .patched = *run };
	const struct row *r;
	double v;

	rows_compare(&c);
	r = rows_named(&c, name);
	v = r ? r->base.st.median : NAN;
	rows_free(&c);
	return v;
}

/* w: slab NAME KEY */
static double slab_value(const struct run *run, char **w, size_t n)
{
	const json_t *v = n == 3 ? evidence_slab(run, w[1], "boot") : NULL;
	json_int_t i;

	return v && js_is_int(v, w[2], &i) ? (double)i : NAN;
}

/* w: info KEY=VALUE ... KEY */
static double info_value(const struct run *run, char **w, size_t n)
{
	const char *want[2 * WORDS_MAX + 1];
	const json_t *v;
	size_t i, k = 0;
	json_int_t x;

	for (i = 1; i + 1 < n; i++) {
		char *eq = strchr(w[i], '=');

		if (!eq)
			return NAN;
		*eq = '\0';
		want[k++] = w[i];
		want[k++] = eq + 1;
	}
	want[k] = NULL;
	v = info_of(run, want);
	return v && n > 2 && js_is_int(v, w[n - 1], &x) ? (double)x : NAN;
}

static double symbol_value(const struct prow *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->sym[i].name, name))
			return (double)r->sym[i].c.insns;
	return NAN;
}

/* w: insns|lines|misses ROW, or symbol ROW FUNCTION */
static double counted(const struct profiled *prof, const char *kernel, char **w,
		      size_t n)
{
	const bool patched = strcmp(kernel, "base") != 0;
	const struct prow *r = profile_row(&prof->profile[patched], w[1]);
	const double ops = profile_ops(prof, w[1]);

	if (!r || ops <= 0)
		return NAN;
	if (!strcmp(w[0], "insns"))
		return (double)r->all.insns / ops;
	if (!strcmp(w[0], "lines"))
		return (double)r->all.lines / ops;
	if (!strcmp(w[0], "misses"))
		return (double)r->all.misses / ops;
	if (n == 3 && !strcmp(w[0], "symbol"))
		return symbol_value(r, w[2]) / ops;
	return NAN;
}

static double profile_value(const struct figures *s, const struct published *p,
			    const char *kernel, char **w, size_t n)
{
	const struct profiled *prof = profiled_at(s->r, p);

	return prof && n > 1 ? counted(prof, kernel, w, n) : NAN;
}

static double value_of(const struct figures *s, const struct published *p,
		       const char *kernel, const char *what)
{
	const struct run *run = published_run(p, kernel);
	char *copy = xasprintf("%s", what), *w[WORDS_MAX];
	const size_t n = words_of(copy, w, WORDS_MAX);
	double v;

	if (!run)
		bad_list(s, "there is no such kernel", kernel);
	if (n && !strcmp(w[0], "slab"))
		v = slab_value(run, w, n);
	else if (n && !strcmp(w[0], "info"))
		v = info_value(run, w, n);
	else if (!strcmp(p->kind, "profile"))
		v = profile_value(s, p, kernel, w, n);
	else
		v = row_value(run, what);
	free(copy);
	if (isnan(v))
		bad_list(s, "the runs have no such row", what);
	return v;
}

/* @column as above; cut in place */
static double column_value(const struct figures *s, char **runs, size_t n_runs,
			   char *column, const char *what)
{
	const bool no_sign = *column == '~';
	char *k = column + no_sign, *b = k + strcspn(k, "/%:");
	const char op = *b;
	const struct published *p;
	double v, base;

	if (op)
		*b++ = '\0';
	p = find_runs(s, runs, n_runs);
	v = value_of(s, p, k, what);
	if (op) {
		base = value_of(s, p, b, what);
		if (op == ':')
			v -= base;
		else
			v = op == '/' ? v / base : 100 * (v / base - 1);
	}
	return no_sign ? fabs(v) : v;
}

/* @v with as many digits as @quote has, and with a plus if that has one; to be freed */
static char *rounded_as(const char *quote, double v)
{
	const char *point = strchr(quote, '.');
	const int digits = point ? (int)strlen(point + 1) : 0;

	return xasprintf(*quote == '+' ? "%+.*f" : "%.*f", digits, v);
}

static void put_pattern(struct buf *b, const char *pattern)
{
	for (; *pattern; pattern++) {
		if (*pattern == '#')
			buf_printf(b, "(" FIGURE ")");
		else if (*pattern == '@')
			buf_printf(b, FIGURE);
		else if (*pattern == ' ')
			buf_printf(b, "[[:space:]]+");
		else
			buf_add(b, pattern, 1);
	}
}

/* To be freed; NULL if there is none */
static char *first_planted(char **columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *k = strstr(columns[i], PLANTED);

		if (k)
			return xstrndup(k, strcspn(k, "/%:"));
	}
	return NULL;
}

/* Return: the text, in which @m are the matches; to be freed. */
static char *match(const struct figures *s, const char *file,
		   const char *pattern, regmatch_t *m)
{
	char *path = xasprintf("%s/%s", s->root, file);
	struct buf text = { 0 }, re = { 0 };
	regmatch_t again;
	regex_t preg;

	if (buf_read_file(&text, path))
		bad_list(s, "cannot be read", file);
	put_pattern(&re, pattern);
	if (!re.len || regcomp(&preg, re.p, REG_EXTENDED | REG_NEWLINE))
		bad_list(s, "not a regular expression", pattern);
	if (regexec(&preg, text.p, FIGURES_MAX + 1, m, 0))
		bad_list(s, file, "does not have what is quoted of it");
	if (!regexec(&preg, text.p + m[0].rm_eo, 1, &again, REG_NOTBOL))
		bad_list(s, file, "has more than once what is quoted of it");
	regfree(&preg);
	buf_free(&re);
	free(path);
	return text.p;
}

static void wrong(struct figures *s, const char *file, const char *quote,
		  double v, const char *what)
{
	char *why = xasprintf("%s:%zu: %s has %s, the runs say %.6g: %s",
			      s->list, s->line, file, quote, v, what);

	s->wrong++;
	puts(why);
	if (s->first)
		free(why);
	else
		s->first = why;
}

/* To be freed; without the full stop of a sentence that it ends */
static char *figure_of(const char *text, const regmatch_t *m)
{
	char *s = xstrndup(text + m->rm_so, (size_t)(m->rm_eo - m->rm_so));
	const size_t n = strlen(s);

	if (n && s[n - 1] == '.')
		s[n - 1] = '\0';
	return s;
}

static void write_text(const struct figures *s, const char *file,
		       const struct buf *text)
{
	char *path = xasprintf("%s/%s", s->root, file);
	const int err = buf_write_file(text, path);

	if (err)
		bad_list(s, strerror(err), file);
	free(path);
}

/* Whether what stands at @at of @text is in a table: its line has a gap. */
static bool in_table(const char *text, const char *at)
{
	const char *line = at, *gap;

	while (line > text && line[-1] != '\n')
		line--;
	line += strspn(line, " ");
	gap = strstr(line, "  ");
	return gap && gap < line + strcspn(line, "\n");
}

/*
 * @text from @from to the figure @at, and that as @figure, which ends in a table where
 * @old did, if there is room. Return: behind @old.
 */
static const char *put_figure(struct buf *b, const char *text, const char *from,
			      const char *at, const char *old,
			      const char *figure)
{
	const size_t room = strlen(old), need = strlen(figure);
	size_t blanks = 0;

	while (at - blanks > from && at[-1 - (long)blanks] == ' ')
		blanks++;
	buf_add(b, from, (size_t)(at - from) - blanks);
	if (blanks && in_table(text, at))
		blanks = blanks + room > need + 1 ? blanks + room - need : 1;
	buf_printf(b, "%*s%s", (int)blanks, "", figure);
	return at + room;
}

static void check_line(struct figures *s, char **field)
{
	regmatch_t m[FIGURES_MAX + 1];
	char *runs[WORDS_MAX], *columns[WORDS_MAX];
	char *text = match(s, field[FILE_], field[PATTERN], m);
	const size_t n = words_of(field[COLUMNS], columns, FIGURES_MAX);
	const size_t n_runs = words_of(field[RUNS], runs, WORDS_MAX);
	const size_t wrong_before = s->wrong;
	const char *from = text;
	struct buf right = { 0 };

	if (!n || m[n].rm_so < 0 || (n < FIGURES_MAX && m[n + 1].rm_so >= 0))
		bad_list(s, "not a column for each figure", field[PATTERN]);
	s->planted = first_planted(columns, n);
	for (size_t i = 0; i < n; i++) {
		char *quote = figure_of(text, &m[i + 1]);
		const double v =
			column_value(s, runs, n_runs, columns[i], field[WHAT]);
		char *figure = rounded_as(quote, v);

		s->n++;
		if (strcmp(quote, figure))
			wrong(s, field[FILE_], quote, v, field[WHAT]);
		from = put_figure(&right, text, from, text + m[i + 1].rm_so,
				  quote, figure);
		free(figure);
		free(quote);
	}
	buf_add(&right, from, strlen(from));
	if (s->fix && s->wrong != wrong_before)
		write_text(s, field[FILE_], &right);
	buf_free(&right);
	free(s->planted);
	free(text);
}

/* Between " | ", with the blanks of both ends gone */
static void split_line(const struct figures *s, const char *line, size_t len,
		       char **field)
{
	const char *end = line + len;
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		const char *bar = memmem(line, (size_t)(end - line), " | ", 3);

		if (!bar != (i == FIELDS - 1))
			bad_list(s,
				 "not FILE | PATTERN | RUNS | COLUMNS | WHAT",
				 trimmed(line, (size_t)(end - line)));
		field[i] = trimmed(line, (size_t)((bar ? bar : end) - line));
		line = bar ? bar + 3 : end;
	}
}

/**
 * figures_check() - whether what is quoted is what the published runs say
 * @list: the list
 * @root: directory that its files are in
 * @r: what is published
 * @fix: whether to write what they say to where it is quoted, in as many digits
 *
 * Prints what is not, and how many are.
 *
 * Return: exit code.
 */
int figures_check(const char *list, const char *root, const struct report *r,
		  bool fix)
{
	struct figures s = { .list = list, .root = root, .r = r, .fix = fix };
	struct buf b = { 0 };
	const char *pos, *line;
	const int err = buf_read_file(&b, list);
	size_t n;

	if (err)
		die("%s: %s", list, strerror(err));
	pos = b.p;
	while (next_line(&pos, b.p + b.len, &line, &n)) {
		char *field[FIELDS];

		s.line++;
		if (!n || line[0] == '#')
			continue;
		split_line(&s, line, n, field);
		check_line(&s, field);
		for (size_t i = 0; i < FIELDS; i++)
			free(field[i]);
	}
	buf_free(&b);
	printf("%zu figures, %zu are not what the runs say\n", s.n, s.wrong);
	if (!s.n)
		die("%s: there is no figure in it", list);
	if (s.wrong && !fix)
		fprintf(stderr, "ptb: error: %s: %s%s\n",
			ptb_code_word(PTB_TEST_FAILED), s.first,
			s.wrong > 1 ? ", and more" : "");
	free(s.first);
	return s.wrong && !fix ? PTB_TEST_FAILED : PTB_OK;
}
