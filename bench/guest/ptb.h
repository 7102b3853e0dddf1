/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page table benchmark, guest side.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC, which under QEMU's -icount shift=0 are guest
 * instructions.  An idle CPU makes that clock jump, so a timed region never sleeps.
 * Errors that leave nothing to measure end the program: die().
 */
#ifndef PTB_H
#define PTB_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "arch.h"
#include "mark.h"

typedef uint64_t u64; /* printed by PRIu64 */

#define PAGE_BYTES 4096UL
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __noreturn __attribute__((noreturn))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* Tables timed as one: below a batch of the mmu_gather, and well within one tick. */
#define CHUNKS 4UL
#define CHUNK MIN(500UL, REGION_PMDS / CHUNKS)
#define TABLES (CHUNKS * CHUNK)

/* clock.c */
void clock_setup(void);
void tick_align(void);
void tick_align_busy(void);
void sleep_ms(unsigned int ms);
void spin(u64 loops);
u64 pieces(void (*run)(unsigned long addr), unsigned long addr,
	   unsigned long step, unsigned long n);

extern u64 tick_ns; /* length of a tick */
extern u64 clock_empty; /* what an empty timed region shows */
extern u64 spin_cost; /* instructions of one spin() iteration */

static inline u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/*
 * What timed regions are measured by, and what it counts: this clock and its instructions;
 * in the program for real machines (bench/native) an event of perf.
 */
#ifdef PTB_NATIVE
u64 counter(void);
#define SELF "/proc/self/exe"
#else
static inline u64 counter(void)
{
	return now();
}
#define SELF "/init"
#endif
extern const char *counter_unit;

/* Begins a timed region. */
static inline u64 clock_start(void)
{
	const u64 t = counter();

	mark(MARK_BEGIN);
	return t;
}

/* Ends it.  Returns instructions since @begin, which came from clock_start(). */
static inline u64 since(u64 begin)
{
	mark(MARK_END);
	return counter() - begin - clock_empty;
}

/* out.c */
#define ROUNDS_MAX 256

/* One row of the result: what @ops operations cost, once a round. */
struct row {
	const char *name;
	const char *unit; /* "insn/...", where insn stands for what is counted */
	unsigned long ops; /* operations in a round */
	bool alloc; /* the timed region allocates PTE tables, enough to show */
	unsigned int rounds;
	u64 v[ROUNDS_MAX];
};

void out_setup(void);
__printf(1, 2) void out(const char *fmt, ...);
void out_attach(void);
void out_end(void);
void __noreturn die(const char *what);
void check(const char *name, const char *scenario, long want, long got);
void check_between(const char *name, const char *scenario, long low, long high,
		   long got);
void row_init(struct row *row, const char *name, const char *unit,
	      unsigned long ops, bool alloc);
void row_add(struct row *row, u64 v);
void row_chunks(struct row *row, void (*run)(unsigned long addr),
		unsigned long addr);
void row_chunks_of(struct row *row, void (*run)(unsigned long addr),
		   unsigned long addr, unsigned long pmds);
void row_print(const struct row *row);

/* stat.c */
struct cache {
	bool present;
	long active; /* objects */
	long total; /* objects */
	long objsize; /* bytes, padding included */
	long perslab; /* objects */
	long slabpages;
	long slabs;
};

struct snap {
	long nr_pt; /* pages */
	long slab; /* bytes in slabs of all caches */
	long memcg_pt; /* bytes, of the benchmark's cgroup */
	long memcg_cur; /* bytes */
	long own; /* bytes of tables of the reading process, pgd excepted */
	struct cache desc;
	struct cache frag; /* one object a page that holds two tables */
	struct cache ptl;
	/* kmalloc caches that hold the slabobj_ext vectors of desc and frag */
	struct cache desc_vec;
	struct cache frag_vec;
};

bool file_has(const char *path, const char *s);
void put_file(const char *path, const char *text);
long cpus(void);
long nr_page_table_pages(void);
long memcg_bytes(void);
long vm_event(const char *name);
unsigned long vm_pte(pid_t pid);
void lock_waits_reset(void);
long lock_waits(void);
void settle(void);
void snap_quick(struct snap *s);
void snap_take(struct snap *s);

/* report.c */
#define UPPER_UNKNOWN (~0UL)

struct holding {
	unsigned long tables; /* PTE tables, or processes for small_proc */
	unsigned long upper; /* tables above them */
	unsigned long upper_pages; /* as this kernel counts them */
	unsigned long uncounted; /* pages that an old kernel leaves out */
	bool fresh; /* nothing was freed since: tables that can share pages do */
};

void mem_report(const char *name, const char *point, const struct snap *base,
		const struct snap *s, struct holding h);
void exact_check(const char *name, const struct snap *base,
		 const struct snap *s, struct holding h);
void own_check(const char *name, const struct snap *base, const struct snap *s,
	       struct holding h);
void held_report(const char *name, const char *point, const struct snap *base,
		 struct holding h);
long bytes_total(const struct snap *base, const struct snap *s);
extern bool patient; /* leak_check() waits for what is late */
extern bool kernel_cold; /* warm_kernel() has not run */
void leak_check(const char *name, const struct snap *base);
void boot_report(void);

/* kselftest.c */
bool is_debian(void);

/* trace.c */
bool trace_setup(void);
void trace_put(const char *file, const char *s);
void trace_clear(void);
FILE *trace_open(const char *file);
long trace_number(const char *file);
bool kernel_symbol(const char *name, unsigned long *start, unsigned long *end);
bool fail_present(void);
void fail_from(const char *what, unsigned long start, unsigned long end);
long fail_end(const char *what);

/* many.c: a process with as many PTE tables as said, and its end */
unsigned long tables_room(void);
unsigned long tables_most(void);
pid_t tables_hold(unsigned long n, const char *report);
pid_t tables_fork(struct row *row);
void tables_exit(pid_t pid, struct row *row);

/* kernel_tables.c */
void warm_vmalloc(void);

/* phase.c */
void phase_setup(unsigned long seed);

/* region.c */
extern bool old_tables;

void region_setup(const char *release);
struct holding held(unsigned long tables, unsigned long pmds_a,
		    unsigned long pmds_b);
struct holding held_small(unsigned long procs, unsigned long tables);
void region_map(unsigned long addr, unsigned long pmds);
void region_unmap(unsigned long addr, unsigned long pmds);
void touch(unsigned long addr, unsigned long n, unsigned long step);
void touch_zero(unsigned long addr, unsigned long n, unsigned long step);
void touch_pairs(unsigned long pmds);
void warm_kernel(void);

/* scenarios.c */
#define CGROUP_ROOT "/sys/fs/cgroup"

void scenarios_begin(void);
void scenarios_run(char *list, unsigned long seed);
bool scenarios_exec(int argc, char **argv, int *status);

/* Each runs in a child of its own, inside the benchmark's cgroup. */
#define SCENARIO(name, ...) void run_##name(void);
#include "scenarios.h"
#undef SCENARIO

extern bool ptb_free; /* ptb_smp=free, of smp: tasks do not take turns */
extern unsigned long ptb_tasks; /* ptb_tasks=, of smp: one a CPU without it */
extern unsigned long ptb_rounds; /* ptb_rounds=, of alternate and race */
extern bool
	ptb_in_root; /* ptb_cgroup=root: scenarios are in the root cgroup, and not charged */

/* small_proc.c: what it, few.c and exec_storm.c exec, and how */
int small_main(void);
int small_ready(void);
void small_pass(void);
void small_open_gate(void);
void small_setup(void);
pid_t small_spawn(char *const argv[]);
void small_wait_ready(unsigned long procs);
void small_end(const pid_t *pid, unsigned long procs);

/* few.c */
int few_main(const char *tables);

/* exec_storm.c */
int storm_main(char *left, bool first);

#endif
