// SPDX-License-Identifier: GPL-2.0
/*
 * What freeing page tables does besides: who allocates memory meanwhile, what happens if nobody
 * gets any, how long one RCU callback and one stretch without interrupts or preemption are.
 * Needs a kernel that can trace itself; its counts contain the tracing.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "ptb.h"

#define SOME 10000UL

/* Beneath these nothing should be allocated. Which of them a kernel has differs. */
static const char *const paths[] = {
	"tlb_remove_table",  "tlb_flush_mmu",	     "tlb_finish_mmu",
	"pte_free_defer",    "tlb_remove_table_rcu", "tlb_remove_tables_rcu",
	"pte_frag_free_rcu", "pte_free_now",
};

/* In which allocations can be made to fail; callbacks run in rcu_core(). */
static const char *const failing[] = {
	"tlb_remove_table", "tlb_flush_mmu", "tlb_finish_mmu",
	"pte_free_defer",   "rcu_core",
};

static const char *const events[] = {
	"kmem/mm_page_alloc",
	"kmem/kmem_cache_alloc",
	"kmem/kmalloc",
};

/* SLUB gives a freed object an empty sheaf, if it gets one, and does without if not. */
static const char slub[] = "__pcs_replace_full_main";

static void trigger(const char *event, const char *text)
{
	char file[96];

	snprintf(file, sizeof(file), "events/%s/trigger", event);
	trace_put(file, text);
}

/* "   symbol+0x12/0x34" names @name */
static bool is_frame(const char *line, const char *name)
{
	const size_t len = strlen(name);

	line += strspn(line, " \t[");
	return !strncmp(line, name, len) && strchr("+ \n]", line[len]);
}

/* Innermost frames first, as many as fit into a line of output */
static void add_frame(char *seen, const char *line)
{
	const size_t len = strlen(seen);
	size_t n;

	line += strspn(line, " \t[");
	n = strcspn(line, "+ \n]");
	if (strchr(line, '+') && len + n + 2 < 160)
		sprintf(seen + len, "%c%.*s", len ? ',' : '=', (int)n, line);
}

/*
 * A histogram of stacks: "{ common_stacktrace:", a frame a line, "} hitcount: N". Adds up those
 * with a frame of paths[]; returns what is not SLUB's own.
 */
static long attempts(const char *event)
{
	long ours = 0, own = 0, n;
	bool path = false, sheaf = false;
	char file[96], line[256], seen[160] = "", *p;
	FILE *f;

	snprintf(file, sizeof(file), "events/%s/hist", event);
	f = trace_open(file);
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "common_stacktrace:")) {
			path = sheaf = false;
			seen[0] = '\0';
		}
		for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
			path |= is_frame(line, paths[i]);
		sheaf |= is_frame(line, slub);
		add_frame(seen, line);
		p = strstr(line, "} hitcount:");
		if (!p || !path)
			continue;
		n = strtol(p + strlen("} hitcount:"), NULL, 10);
		if (sheaf)
			own += n;
		else
			ours += n;
		if (!sheaf)
			out("info freeing=stack%s", seen);
	}
	fclose(f);
	out("info freeing=attempts event=%s hits=%ld sheaf=%ld",
	    strchr(event, '/') + 1, ours, own);
	return ours;
}

static void count_attempts(bool chain)
{
	static const char hist[] = "hist:keys=common_stacktrace:size=8192";
	static const char off[] = "!hist:keys=common_stacktrace:size=8192";
	static struct row row;
	long sum = 0;

	row_init(&row, "freeing_attempts", "insn/table", SOME, false);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		trigger(events[i], hist);
	tables_exit(tables_hold(SOME, NULL), &row);
	settle();
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		sum += attempts(events[i]);
		trigger(events[i], off);
	}
	/* That base allocates shows that it would be seen. */
	if (chain)
		check("attempts", "freeing", 0, sum);
	else
		check_between("attempts", "freeing", 1, LONG_MAX, sum);
}

/* With no memory for anybody in these paths all tables are freed as well. */
static void fail_all(void)
{
	unsigned long start, end;
	static struct row row;
	long pages, slabs;
	struct snap s;

	if (!fail_present())
		return;
	row_init(&row, "freeing_failing", "insn/table", SOME, false);
	for (size_t i = 0; i < ARRAY_SIZE(failing); i++) {
		long before;
		pid_t pid;

		if (!kernel_symbol(failing[i], &start, &end))
			continue;
		/* Shrinks the caches: SLUB has no empty sheaf left */
		snap_take(&s);
		before = s.nr_pt;
		pid = tables_hold(SOME, NULL);

		fail_from("fail_page_alloc", start, end);
		fail_from("failslab", start, end);
		tables_exit(pid, &row);
		settle();
		slabs = fail_end("failslab");
		pages = fail_end("fail_page_alloc");
		settle();
		out("info freeing=failing beneath=%s pages=%ld slabs=%ld",
		    failing[i], pages, slabs);
		check("freed_failing", "freeing", before,
		      nr_page_table_pages());
	}
}

/* Microseconds of "   comm-pid [000] .... 12.345678: event: ..." */
static u64 stamp(const char *event)
{
	const char *p = event - 2;
	u64 us;

	while (p[-1] != ' ')
		p--;
	us = strtoull(p, (char **)&p, 10) * 1000000;
	return us + strtoull(p + 1, NULL, 10);
}

/* Each callback lasts until the next one, or the end of the batch of callbacks. */
static void longest_callback(struct row *row, unsigned long n)
{
	static char line[512];
	FILE *f = trace_open("trace");
	u64 start = 0, us, most = 0, all = 0;
	long count = 0;
	char *p;

	while (fgets(line, sizeof(line), f)) {
		p = strstr(line, "rcu_invoke_callback:");
		if (!p)
			p = strstr(line, "rcu_batch_end:");
		if (!p)
			continue;
		us = stamp(p);
		if (start) {
			most = us - start > most ? us - start : most;
			all += us - start;
			count++;
		}
		start = strstr(p, "func=tlb_remove_table") ? us : 0;
	}
	fclose(f);
	out("info freeing=callbacks tables=%lu count=%ld longest_us=%" PRIu64
	    " all_us=%" PRIu64,
	    n, count, most, all);
	if (!count)
		die("no callback");
	row_add(row, most * 1000);
}

static void callbacks(const char *name, unsigned long n)
{
	static struct row row, unused;

	row_init(&row, name, "insn/callback", 1, false);
	row_init(&unused, name, "insn/table", n, false);
	for (int i = 0; i < 3; i++) {
		const pid_t pid = tables_hold(n, NULL);

		trace_clear();
		trace_put("events/rcu/rcu_invoke_callback/enable", "1");
		trace_put("events/rcu/rcu_batch_end/enable", "1");
		tables_exit(pid, &unused);
		settle();
		trace_put("events/rcu/rcu_invoke_callback/enable", "0");
		trace_put("events/rcu/rcu_batch_end/enable", "0");
		longest_callback(&row, n);
	}
	row_print(&row);
}

/*
 * Pages that are allocated meanwhile, at most at a time: a callback of base frees the one that
 * held its tables.  Tables themselves are only freed, so this is what a kernel needs in addition.
 */
static void most_pages(unsigned long n)
{
	const pid_t pid = tables_hold(n, NULL);
	static char line[512];
	static struct row unused;
	long live = 0, most = 0, all = 0;
	FILE *f;

	row_init(&unused, "freeing_pages", "insn/table", n, false);
	trace_clear();
	trace_put("events/rcu/rcu_invoke_callback/enable", "1");
	trace_put("events/kmem/mm_page_alloc/enable", "1");
	tables_exit(pid, &unused);
	settle();
	trace_put("events/rcu/rcu_invoke_callback/enable", "0");
	trace_put("events/kmem/mm_page_alloc/enable", "0");
	f = trace_open("trace");
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "mm_page_alloc:")) {
			all++;
			live++;
		} else if (strstr(line, "func=tlb_remove_table")) {
			most = live > most ? live : most;
			if (live && !strstr(line, "func=tlb_remove_tables"))
				live--;
		}
	}
	fclose(f);
	out("info freeing=pages tables=%lu allocated=%ld most=%ld", n, all,
	    most);
}

/* The longest stretch in which the CPU takes no interrupt, or does not reschedule. */
static void longest_off(const char *name, unsigned long n)
{
	static struct row row, unused;

	row_init(&row, name, "insn/section", 1, false);
	row_init(&unused, name, "insn/table", n, false);
	for (int i = 0; i < 3; i++) {
		const pid_t pid = tables_hold(n, NULL);

		trace_put("current_tracer", "preemptirqsoff");
		trace_put("tracing_max_latency", "0");
		tables_exit(pid, &unused);
		settle();
		row_add(&row, (u64)trace_number("tracing_max_latency") * 1000);
		trace_put("current_tracer", "nop");
	}
	row_print(&row);
}

void run_freeing(void)
{
	unsigned long start, end;
	const unsigned long most = tables_most();

	if (!trace_setup())
		return;
	trace_put("trace_clock", "mono");
	trace_put("buffer_size_kb", "4096");
	count_attempts(kernel_symbol("tlb_remove_tables_rcu", &start, &end));
	fail_all();
	callbacks("callback_few", 1);
	callbacks("callback_509", 509);
	callbacks("callback_many", most);
	most_pages(most);
	longest_off("off_few", 1);
	longest_off("off_509", 509);
	longest_off("off_many", most);
}
