// SPDX-License-Identifier: GPL-2.0
/*
 * Pages, slab objects and tasks. Their memory is the C library's: ASan knows
 * when it is gone.
 */
#include "kernel.h"
#include "test.h"

struct task_struct tasks[NR_TASKS];
_Thread_local struct task_struct *current;
long nr_pages, nr_objects, nr_pagetable;
int fail_nowait, fail_all;

static bool fails(gfp_t gfp)
{
	return READ_ONCE(fail_all) ||
	       (READ_ONCE(fail_nowait) && !(gfp & __GFP_DIRECT_RECLAIM));
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     size_t align, int flags, void *ctor)
{
	struct kmem_cache *c = malloc(sizeof(*c));

	c->size = size;
	return c;
}

/* What an object has been before is left in it */
void *kmem_cache_alloc_noprof(struct kmem_cache *c, gfp_t gfp)
{
	void *p;

	if (fails(gfp))
		return NULL;
	p = malloc(c->size);
	memset(p, 0xa5, c->size);
	__atomic_add_fetch(&nr_objects, 1, __ATOMIC_RELAXED);
	return p;
}

void kmem_cache_free(struct kmem_cache *c, void *p)
{
	__atomic_sub_fetch(&nr_objects, 1, __ATOMIC_RELAXED);
	free(p);
}

struct page *alloc_frozen_pages_noprof(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (fails(gfp))
		return NULL;
	page = calloc(1, sizeof(*page));
	page->memory = calloc(1, PAGE_SIZE << order);
	__atomic_add_fetch(&nr_pages, 1, __ATOMIC_RELAXED);
	return page;
}

void free_frozen_pages(struct page *page, unsigned int order)
{
	page_is_freed(page);
	__atomic_sub_fetch(&nr_pages, 1, __ATOMIC_RELAXED);
	free(page->memory);
	free(page);
}

void lruvec_stat_mod_folio(struct folio *folio, int item, int nr)
{
	__atomic_add_fetch(&nr_pagetable, nr >> PTE_FRAG_ORDER,
			   __ATOMIC_RELAXED);
}

void pte_frag_free_page(struct ptdesc *pt);

void pagetable_dtor_free(struct ptdesc *pt)
{
	__atomic_sub_fetch(&nr_pagetable, 1, __ATOMIC_RELAXED);
	if (ptdesc_is_frag(pt)) {
		pte_frag_free_page(pt);
		return;
	}
	free_frozen_pages(ptdesc_page(pt), 0);
	free(pt);
}
