// SPDX-License-Identifier: GPL-2.0
/* Memory lines and the checks on them. */
#include <stdio.h>

#include "ptb.h"

static long slab_bytes(const struct cache *c)
{
	return c->slabs * c->slabpages * (long)PAGE_BYTES;
}

/*
 * Bytes of slabobj_ext vectors that belong to the slabs which @now has more than @then.
 *
 * SLUB keeps the vector (a pointer an object) of an accounted slab in the slab's leftover
 * space or in the objects' padding when it fits: then slab_bytes() has it already.  Else it
 * is a kmalloc object for each slab, and that cache's growth, @vec, shows them: measured, not
 * assumed, and bounded by the number of new slabs, because others use that cache too.
 * page->ptl is not accounted, it has none.  Whatever this misses is in the line's slab=.
 */
static long vectors(const struct cache *then, const struct cache *now, long vec,
		    long vec_bytes)
{
	const long slabs = now->slabs - then->slabs;

	if (!then->present)
		return 0;
	if (vec > slabs)
		vec = slabs;
	return vec > 0 ? vec * vec_bytes : 0;
}

static long vector_bytes(const struct snap *base, const struct snap *s)
{
	return vectors(&base->desc, &s->desc,
		       s->desc_vec.active - base->desc_vec.active,
		       s->desc_vec.objsize) +
	       vectors(&base->frag, &s->frag,
		       s->frag_vec.active - base->frag_vec.active,
		       s->frag_vec.objsize);
}

static long growth(const struct cache *then, const struct cache *now)
{
	return slab_bytes(now) - slab_bytes(then);
}

/* All that exists because of the page tables made since @base. */
long bytes_total(const struct snap *base, const struct snap *s)
{
	return (s->nr_pt - base->nr_pt) * (long)PAGE_BYTES +
	       growth(&base->desc, &s->desc) + growth(&base->frag, &s->frag) +
	       growth(&base->ptl, &s->ptl) + vector_bytes(base, s);
}

static void cache_line(const char *name, const char *point,
		       const struct cache *c)
{
	if (c->present)
		out("slab name=%s point=%s active=%ld total=%ld objsize=%ld perslab=%ld "
		    "pagesperslab=%ld slabs=%ld",
		    name, point, c->active, c->total, c->objsize, c->perslab,
		    c->slabpages, c->slabs);
	else
		out("slab name=%s point=%s absent=1", name, point);
}

static void slab_report(const char *point, const struct snap *s)
{
	cache_line("ptdesc", point, &s->desc);
	cache_line("ptdesc-frag", point, &s->frag);
	cache_line("page-ptl", point, &s->ptl);
}

/*
 * Memory at @s less @base: nr_pt in pages, desc, frag and ptl in objects, all others in bytes.
 * @h is what the scenario holds and the divisor of bytes per table, or per process where the
 * upper tables are not known.
 */
void mem_report(const char *name, const char *point, const struct snap *base,
		const struct snap *s, struct holding h)
{
	char crst[32] = "", uncounted[32] = "";

	if (h.upper != UPPER_UNKNOWN)
		snprintf(crst, sizeof(crst), " crst=%lu", h.upper);
	else if (h.tables)
		snprintf(crst, sizeof(crst), " unit=byte/process");
	if (old_tables)
		snprintf(uncounted, sizeof(uncounted), " uncounted=%lu",
			 h.uncounted);
	out("mem name=%s point=%s tables=%lu%s nr_pt=%ld%s desc=%ld frag=%ld ptl=%ld "
	    "desc_slab=%ld frag_slab=%ld ptl_slab=%ld objext=%ld slab=%ld memcg_pt=%ld "
	    "memcg_cur=%ld",
	    name, point, h.tables, crst, s->nr_pt - base->nr_pt, uncounted,
	    s->desc.active - base->desc.active,
	    s->frag.active - base->frag.active,
	    s->ptl.active - base->ptl.active, growth(&base->desc, &s->desc),
	    growth(&base->frag, &s->frag), growth(&base->ptl, &s->ptl),
	    vector_bytes(base, s), s->slab - base->slab,
	    s->memcg_pt - base->memcg_pt, s->memcg_cur - base->memcg_cur);
}

/*
 * Halves that a process may have had to spare before a scenario began: it then needs fewer
 * pages than half its tables.  More than its program's tables they cannot be.
 */
#define SPARE 8

/* Pages of @h where two tables can share one: some may be half used, unless all are new. */
static void range_check(const char *name, struct holding h, long nr_pt)
{
	const long tables = h.tables, upper = h.upper_pages;
	const long least = tables > SPARE ? (tables - SPARE + 1) / 2 : 0;
	const long most = h.fresh ? (tables + 1) / 2 : tables;

	check_between("nr_pt_range", name, least + upper, most + upper, nr_pt);
}

/*
 * Pages of the PTE tables held: one each, or, where two can share one, at least half as many
 * and never more.  Descriptors: one for each table, or, where tables are allocated in pairs,
 * exactly one object for each page with PTE tables and one for each upper table.
 */
void exact_check(const char *name, const struct snap *base,
		 const struct snap *s, struct holding h)
{
	const long tables = h.tables;
	const long upper = h.upper_pages;
	const long nr_pt = s->nr_pt - base->nr_pt;
	const long desc = s->desc.active - base->desc.active;
	const long frag = s->frag.active - base->frag.active;
	const bool pairs = s->frag.present && CAN_SHARE;

	if (old_tables || pairs)
		range_check(name, h, nr_pt);
	else
		check("nr_pt_exact", name, tables + upper, nr_pt);
	if (pairs) {
		check("desc_exact", name, h.upper, desc);
		check("frag_exact", name, nr_pt - upper, frag);
	} else if (s->desc.present) {
		check("desc_exact", name, tables + h.upper, desc);
	}
	out("info scenario=%s tables=%ld pages=%ld descriptors=%ld", name,
	    tables, nr_pt - upper,
	    s->desc.present ? desc + frag - (long)h.upper : 0);
}

bool kernel_cold;

/* The same for what this process holds, whose tables are counted as well. */
void own_check(const char *name, const struct snap *base, const struct snap *s,
	       struct holding h)
{
	check("tables_exact", name,
	      h.tables * TABLE_BYTES + h.upper * UPPER_BYTES,
	      s->own - base->own);
	/* Else the kernel's own tables may have become more meanwhile */
	if (!kernel_cold)
		exact_check(name, base, s, h);
}

void held_report(const char *name, const char *point, const struct snap *base,
		 struct holding h)
{
	struct snap s;

	snap_take(&s);
	mem_report(name, point, base, &s, h);
	own_check(name, base, &s, h);
}

/*
 * Bytes that may stay charged to the cgroup when a scenario is over: pages of slabs, of which
 * others use objects, and MEMCG_CHARGE_BATCH pages that each CPU has charged in advance.
 */
#define CHARGE_SLABS (192 * (long)PAGE_BYTES)
#define CHARGE_AHEAD (64 * (long)PAGE_BYTES)

/*
 * With several CPUs, and a host that is busy, callbacks and statistics are late; the OOM reaper
 * has a pgd of each of its victims for two seconds.  On one CPU nothing is, unless it is said.
 */
#define LATE_MAX 20
#define LATE_MS 500

bool patient;

static bool is_off(const struct snap *base, const struct snap *s)
{
	return s->nr_pt != base->nr_pt || s->memcg_pt ||
	       s->desc.active != base->desc.active ||
	       s->frag.active != base->frag.active ||
	       s->ptl.active != base->ptl.active;
}

/* @want, or, where that may be, up to @more above it */
static void check_most(const char *check_name, const char *name, long want,
		       long more, long got)
{
	if (more)
		check_between(check_name, name, want, want + more, got);
	else
		check(check_name, name, want, got);
}

/*
 * Tables that the kernel itself may have needed more of, where programs are run that take as
 * many stacks and other areas of vmalloc space at once as no scenario before, or where nothing
 * has done that before.  They stay.
 */
static long kernel_tables(void)
{
	return is_debian() || kernel_cold ? 16 : 0;
}

/* Nothing of scenario @name may be left, by comparison with @base from before it. */
void leak_check(const char *name, const struct snap *base)
{
	const long more = kernel_tables();
	/* Not for what stays, as some of the kernel's own tables will */
	const bool wait = patient && !kernel_cold;
	struct snap s;

	snap_take(&s);
	for (int i = 0; i < LATE_MAX && wait && is_off(base, &s); i++) {
		sleep_ms(LATE_MS);
		snap_take(&s);
	}
	check_most("leak_nr_pt", name, base->nr_pt, more, s.nr_pt);
	check("leak_memcg", name, 0, s.memcg_pt);
	/* Files of Debian's programs stay, and what they take is charged */
	if (!is_debian())
		check_between("leak_charge", name, -base->memcg_cur,
			      CHARGE_SLABS + cpus() * CHARGE_AHEAD,
			      s.memcg_cur - base->memcg_cur);
	if (s.desc.present)
		check_most("leak_desc", name, base->desc.active, more,
			   s.desc.active);
	if (s.frag.present)
		check("leak_frag", name, base->frag.active, s.frag.active);
	if (s.ptl.present)
		check("leak_ptl", name, base->ptl.active, s.ptl.active);
}

/*
 * Where an upper table is a compound page, pages = PTE tables + UPPER_PAGES x upper tables and
 * descriptors = PTE tables + upper tables; otherwise there is nothing to tell apart.  Pairs of
 * PTE tables have one descriptor object a page as well.
 */
static void crst_split(const struct snap *s, long extra)
{
	const long objects = s->desc.active + s->frag.active;
	const long diff = s->nr_pt - objects;

	if (!s->desc.present || extra <= 0)
		return;
	check("crst_split", "boot", 0, diff % extra);
	out("info crst=%ld pte=%ld", diff / extra, objects - diff / extra);
}

/* Absolute values since boot.  No cgroup accounts memory yet, so no slab has vectors. */
void boot_report(void)
{
	static const struct snap zero;
	struct snap s;

	snap_take(&s);
	slab_report("boot", &s);
	/* Whose tables these are, and hence what is not counted, is not known. */
	if (old_tables) {
		out("info boot_nr_pt=%ld", s.nr_pt);
		return;
	}
	mem_report("boot", "boot", &zero, &s,
		   (struct holding){ .upper = UPPER_UNKNOWN });
	crst_split(&s, UPPER_PAGES - 1);
}
