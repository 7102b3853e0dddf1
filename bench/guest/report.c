// SPDX-License-Identifier: GPL-2.0
/* Memory lines and the checks on them. */
#include <stdio.h>

#include "ptb.h"

static long slab_bytes(const struct cache *c)
{
	return c->slabs * c->slabpages * (long)PAGE_BYTES;
}

/*
 * Bytes of slabobj_ext vectors that belong to the descriptors allocated since @base.
 *
 * SLUB keeps the vector (a pointer an object) of an accounted slab in the slab's leftover
 * space or in the objects' padding when it fits: then slab_bytes() has it already.  Else it
 * is a kmalloc object for each slab, and that cache's growth shows them: measured, not
 * assumed, and bounded by the number of new slabs, because others use that cache too.
 * page->ptl is not accounted, it has none.  Whatever this misses is in the line's slab=.
 */
static long vector_bytes(const struct snap *base, const struct snap *s)
{
	const long slabs = s->desc.slabs - base->desc.slabs;
	long n = s->vec.active - base->vec.active;

	if (!base->desc.present)
		return 0;
	if (n > slabs)
		n = slabs;
	return n > 0 ? n * s->vec.objsize : 0;
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

void slab_report(const char *point, const struct snap *s)
{
	cache_line("ptdesc", point, &s->desc);
	cache_line("page-ptl", point, &s->ptl);
}

/* Pages of upper tables that an old kernel leaves out, as a key where it is one. */
static void uncounted_key(char *text, size_t size, struct holding h)
{
	if (h.upper != UPPER_UNKNOWN)
		h.uncounted = h.upper * (UPPER_PAGES - 1);
	text[0] = '\0';
	if (old_tables)
		snprintf(text, size, " uncounted=%lu", h.uncounted);
}

/*
 * Memory at @s less @base: nr_pt in pages, desc and ptl in objects, all others in bytes.
 * @h is what the scenario holds and the divisor of bytes per table, or per process where the
 * upper tables are not known.
 */
void mem_report(const char *name, const char *point, const struct snap *base,
		const struct snap *s, struct holding h)
{
	char crst[32] = "", uncounted[32];

	if (h.upper != UPPER_UNKNOWN)
		snprintf(crst, sizeof(crst), " crst=%lu", h.upper);
	else if (h.tables)
		snprintf(crst, sizeof(crst), " unit=byte/process");
	uncounted_key(uncounted, sizeof(uncounted), h);
	out("mem name=%s point=%s tables=%lu%s nr_pt=%ld%s desc=%ld ptl=%ld desc_slab=%ld "
	    "ptl_slab=%ld objext=%ld slab=%ld memcg_pt=%ld memcg_cur=%ld",
	    name, point, h.tables, crst, s->nr_pt - base->nr_pt, uncounted,
	    s->desc.active - base->desc.active,
	    s->ptl.active - base->ptl.active,
	    slab_bytes(&s->desc) - slab_bytes(&base->desc),
	    slab_bytes(&s->ptl) - slab_bytes(&base->ptl), vector_bytes(base, s),
	    s->slab - base->slab, s->memcg_pt - base->memcg_pt,
	    s->memcg_cur - base->memcg_cur);
}

/* Two tables to a page where both are still there, else one. */
static void range_check(const char *name, long got, struct holding h)
{
	const long most = h.tables + h.upper;
	const long least = (h.tables + 1) / 2 + h.upper;

	check("nr_pt_range", name, 1, least <= got && got <= most);
}

/* Exactly the pages of the tables held and, where there are descriptors, one for each table. */
void exact_check(const char *name, const struct snap *base,
		 const struct snap *s, struct holding h)
{
	if (old_tables) {
		range_check(name, s->nr_pt - base->nr_pt, h);
		return;
	}
	check("nr_pt_exact", name, h.tables + h.upper * UPPER_PAGES,
	      s->nr_pt - base->nr_pt);
	if (s->desc.present)
		check("desc_exact", name, h.tables + h.upper,
		      s->desc.active - base->desc.active);
}

/* Nothing of scenario @name may be left, by comparison with @base from before it. */
void leak_check(const char *name, const struct snap *base)
{
	struct snap s;

	snap_take(&s);
	check("leak_nr_pt", name, base->nr_pt, s.nr_pt);
	check("leak_memcg", name, 0, s.memcg_pt);
	if (s.desc.present)
		check("leak_desc", name, base->desc.active, s.desc.active);
	if (s.ptl.present)
		check("leak_ptl", name, base->ptl.active, s.ptl.active);
}

/*
 * Where an upper table is a compound page, pages = PTE tables + UPPER_PAGES x upper tables and
 * descriptors = PTE tables + upper tables; otherwise there is nothing to tell apart.
 */
static void crst_split(const struct snap *s, long extra)
{
	const long diff = s->nr_pt - s->desc.active;

	if (!s->desc.present || extra <= 0)
		return;
	check("crst_split", "boot", 0, diff % extra);
	out("info crst=%ld pte=%ld", diff / extra,
	    s->desc.active - diff / extra);
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
