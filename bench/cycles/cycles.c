// SPDX-License-Identifier: GPL-2.0
/*
 * What page tables cost in time, on UML: a process of the host, whose instructions are
 * the CPU's own.  Runs when the kernel has booted, prints a line for each repetition,
 *
 *	cycles: row=ROW cpus=N tables=N rep=N ns=N.NNN
 *
 * and powers off.  cycles.patch puts it into mm/, the same on base and on the series; it is
 * never part of the series.  A CPU of UML is a thread of the host, and a kthread that is
 * bound to it stays on that thread: so the time is that thread's CPU time, in which nothing
 * is of the other processes of the host but what they have done to the caches.
 *
 *	alloc_free	a PTE table allocated with its constructor and freed with its
 *			destructor, N at a time, not zeroed; per table
 *	gather		N tables unlinked and given to mmu_gather, until
 *			tlb_finish_mmu() returns; per table
 *	gather_rcu	the same and what RCU frees after it: CPU time of all of UML,
 *			with rcu_barrier(); per table
 *	lock		pte_offset_map_lock() and pte_unmap_unlock() in random order over
 *			N tables of one mm, of which two CPUs have every other one; per call
 *	lock_apart	the same, but of two CPUs each has one half of the range
 *
 * The tables themselves are never read or written, as none of that does it but zeroing,
 * which is left out: the host gives no memory for them, and takes no time for that.
 */
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/pgtable.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <asm/pgalloc.h>
#include <asm/tlb.h>

/* Of the host's C library, with which UML is linked */
int clock_gettime(int clock, struct timespec64 *t);
long syscall(long number, ...);

#define HOST_CLOCK_PROCESS 2
#define HOST_CLOCK_THREAD 3
#define HOST_SETAFFINITY 203
#define HOST_GETAFFINITY 204

/* An address that is a multiple of what a pgd entry maps */
#define FIRST (1UL << 40)
#define CPUS_MAX 2

static unsigned int reps = 3;
module_param(reps, uint, 0);
static unsigned long most = 1000000;
module_param(most, ulong, 0);

struct run {
	const struct row *row;
	unsigned long n;
	unsigned int cpu;
	unsigned int cpus;
	struct mm_struct *mm;
	struct ptdesc **pt;
	u32 *order;
	u64 ns;
	unsigned long units;
	bool failed;
	struct completion done;
};

struct row {
	const char *name;
	unsigned long tables[8];
	bool one_mm;
	bool apart;
	bool (*prepare)(struct run *r);
	bool (*work)(struct run *r);
};

static atomic_t waiting;
static u64 all_began;

static u64 cpu_ns(int clock)
{
	struct timespec64 t;

	clock_gettime(clock, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

/* The nth of the host's CPUs that UML was started on, from there on for this thread */
static void host_bind(unsigned int nth)
{
	static unsigned long allowed[16];
	unsigned long one[16] = {};
	unsigned int cpu;

	if (!allowed[0] &&
	    syscall(HOST_GETAFFINITY, 0L, sizeof(allowed), allowed) < 0)
		return;
	for_each_set_bit(cpu, allowed, sizeof(allowed) * 8) {
		if (nth--)
			continue;
		__set_bit(cpu, one);
		syscall(HOST_SETAFFINITY, 0L, sizeof(one), one);
		return;
	}
}

/* As pte_alloc_one(), but that nobody writes to the page */
static struct ptdesc *alloc_table(struct mm_struct *mm)
{
	struct ptdesc *pt = pagetable_alloc(GFP_PGTABLE_USER & ~__GFP_ZERO, 0);

	if (pt && !pagetable_pte_ctor(mm, pt)) {
		pagetable_free(pt);
		return NULL;
	}
	return pt;
}

static bool alloc_free_prepare(struct run *r)
{
	r->pt = kvmalloc_array(r->n, sizeof(*r->pt), GFP_KERNEL);
	return r->pt;
}

static bool alloc_free_work(struct run *r)
{
	unsigned long passes = max(100000 / r->n, 1UL), pass, i;
	u64 began = cpu_ns(HOST_CLOCK_THREAD);

	for (pass = 0; pass < passes; pass++) {
		for (i = 0; i < r->n; i++) {
			r->pt[i] = alloc_table(r->mm);
			if (!r->pt[i])
				return false;
		}
		for (i = 0; i < r->n; i++)
			pagetable_dtor_free(r->pt[i]);
	}
	r->ns = cpu_ns(HOST_CLOCK_THREAD) - began;
	r->units = passes * r->n;
	return true;
}

static bool add_table(struct mm_struct *mm, unsigned long addr)
{
	p4d_t *p4d = p4d_alloc(mm, pgd_offset(mm, addr), addr);
	pud_t *pud = p4d ? pud_alloc(mm, p4d, addr) : NULL;
	pmd_t *pmd = pud ? pmd_alloc(mm, pud, addr) : NULL;
	struct ptdesc *pt;

	if (!pmd)
		return false;
	pt = alloc_table(mm);
	if (!pt)
		return false;
	mm_inc_nr_ptes(mm);
	pmd_populate(mm, pmd, ptdesc_page(pt));
	return true;
}

static bool add_tables(struct mm_struct *mm, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		if (!add_table(mm, FIRST + i * PMD_SIZE))
			return false;
	return true;
}

static void free_tables(struct mm_struct *mm, unsigned long n)
{
	unsigned long end = FIRST + n * PMD_SIZE;
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm);
	free_pgd_range(&tlb, FIRST, end, 0, 0);
	tlb_finish_mmu(&tlb);
}

static bool gather_prepare(struct run *r)
{
	return add_tables(r->mm, r->n);
}

static bool gather_work(struct run *r)
{
	unsigned long passes = max(10000 / r->n, 1UL), pass;
	u64 began;

	for (pass = 0; pass < passes; pass++) {
		if (pass && !add_tables(r->mm, r->n))
			return false;
		began = cpu_ns(HOST_CLOCK_THREAD);
		free_tables(r->mm, r->n);
		r->ns += cpu_ns(HOST_CLOCK_THREAD) - began;
	}
	r->units = passes * r->n;
	return true;
}

/*
 * Of several CPUs each has every nth table, or a range, so that none ever waits for another,
 * which the host may have put to sleep; what they share is cache lines.  The order is random
 * and the same in every boot.
 */
static bool lock_prepare(struct run *r)
{
	struct rnd_state rnd;
	unsigned long i;

	r->units = r->n / r->cpus;
	r->order = kvmalloc_array(r->units, sizeof(*r->order), GFP_KERNEL);
	if (!r->order)
		return false;
	prandom_seed_state(&rnd, r->cpu + 1);
	for (i = 0; i < r->units; i++) {
		unsigned long j = prandom_u32_state(&rnd) % (i + 1);

		r->order[i] = r->order[j];
		r->order[j] = r->row->apart ? r->cpu * r->units + i :
					      i * r->cpus + r->cpu;
	}
	return true;
}

static bool lock_work(struct run *r)
{
	unsigned long passes = max(300000 / r->units, 1UL), pass, i;
	u64 began = cpu_ns(HOST_CLOCK_THREAD);

	for (pass = 0; pass < passes; pass++) {
		for (i = 0; i < r->units; i++) {
			unsigned long addr = FIRST + r->order[i] * PMD_SIZE;
			pmd_t *pmd = pmd_off(r->mm, addr);
			spinlock_t *ptl;
			pte_t *pte;

			pte = pte_offset_map_lock(r->mm, pmd, addr, &ptl);
			if (!pte)
				return false;
			pte_unmap_unlock(pte, ptl);
		}
	}
	r->ns = cpu_ns(HOST_CLOCK_THREAD) - began;
	r->units *= passes;
	return true;
}

static const struct row rows[] = {
	/* First: it touches the pages, and those that others leave are new to the host */
	{ "alloc_free",
	  { 1, 100, 10000 },
	  false,
	  false,
	  alloc_free_prepare,
	  alloc_free_work },
	{ "gather",
	  { 100, 10000, 100000 },
	  false,
	  false,
	  gather_prepare,
	  gather_work },
	{ "lock",
	  { 100, 1000, 10000, 100000, 1000000 },
	  true,
	  false,
	  lock_prepare,
	  lock_work },
	{ "lock_apart",
	  { 100, 1000, 10000, 100000 },
	  true,
	  true,
	  lock_prepare,
	  lock_work },
};

static int run_thread(void *arg)
{
	struct run *r = arg;

	host_bind(r->cpu);
	r->failed = !r->row->prepare(r);
	/* All begin at once */
	if (atomic_dec_and_test(&waiting))
		all_began = cpu_ns(HOST_CLOCK_PROCESS);
	while (atomic_read(&waiting))
		cpu_relax();
	if (!r->failed)
		r->failed = !r->row->work(r);
	kvfree(r->pt);
	kvfree(r->order);
	complete(&r->done);
	return 0;
}

static void print_row(const char *name, unsigned int cpus, unsigned long n,
		      unsigned int rep, u64 ns, unsigned long units)
{
	u64 ps = div64_ul(ns * 1000, units);

	pr_info("cycles: row=%s cpus=%u tables=%lu rep=%u ns=%llu.%03llu\n",
		name, cpus, n, rep, ps / 1000, ps % 1000);
}

/* Repetition 0 warms up and is not printed */
static bool repeat(const struct row *row, struct mm_struct **mm,
		   unsigned int cpus, unsigned long n, unsigned int rep)
{
	static struct run runs[CPUS_MAX];
	struct task_struct *task;
	unsigned long units = 0;
	unsigned int i;
	u64 ns = 0, all;

	atomic_set(&waiting, cpus);
	for (i = 0; i < cpus; i++) {
		runs[i] = (struct run){
			.row = row, .n = n, .cpu = i, .cpus = cpus
		};
		runs[i].mm = mm[row->one_mm ? 0 : i];
		init_completion(&runs[i].done);
		task = kthread_create(run_thread, &runs[i], "cycles/%u", i);
		if (IS_ERR(task))
			return false;
		kthread_bind(task, i);
		wake_up_process(task);
	}
	for (i = 0; i < cpus; i++) {
		wait_for_completion(&runs[i].done);
		if (runs[i].failed)
			return false;
		ns += runs[i].ns;
		units += runs[i].units;
	}
	rcu_barrier();
	all = cpu_ns(HOST_CLOCK_PROCESS) - all_began;
	if (!rep)
		return true;
	print_row(row->name, cpus, n, rep, ns, units);
	/* With one pass there is nothing in it but that, and enough of it */
	if (row->work == gather_work && units == n * cpus)
		print_row("gather_rcu", cpus, n, rep, all, units);
	return true;
}

static bool time_row(const struct row *row, unsigned long n)
{
	struct mm_struct *mm[CPUS_MAX] = {};
	unsigned int cpus, rep, i;
	bool good = true;

	for (i = 0; i < CPUS_MAX; i++) {
		mm[i] = mm_alloc();
		if (!mm[i])
			return false;
	}
	if (row->one_mm)
		good = add_tables(mm[0], n);
	/* With one CPU there is nothing to be apart from */
	for (cpus = 1 + row->apart; cpus <= min(num_online_cpus(), CPUS_MAX);
	     cpus++)
		for (rep = 0; good && rep <= reps; rep++)
			good = repeat(row, mm, cpus, n, rep);
	if (row->one_mm)
		free_tables(mm[0], n);
	for (i = 0; i < CPUS_MAX; i++)
		mmput(mm[i]);
	rcu_barrier();
	return good;
}

static int __init cycles_init(void)
{
	const unsigned long *n;
	unsigned int i;

	pr_info("cycles: cpus=%u ptdesc=%zu page=%zu allocated=%d split=%d\n",
		num_online_cpus(), sizeof(struct ptdesc), sizeof(struct page),
		IS_ENABLED(CONFIG_DYNAMIC_PTDESC),
		IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (n = rows[i].tables; *n && *n <= most; n++)
			if (!time_row(&rows[i], *n)) {
				pr_err("cycles: row=%s tables=%lu failed\n",
				       rows[i].name, *n);
				goto off;
			}
	pr_info("cycles: end\n");
off:
	kernel_power_off();
	return 0;
}
/* After that of the console */
late_initcall_sync(cycles_init);
