/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mm/pgtable-frag.c needs of the kernel, in user space. Spinlocks, xchg()
 * and the rest are what the sanitizers understand; RCU, pages and slab objects
 * are in shim.c. The structures and what is inline in the kernel's headers come
 * from them: see extract.awk.
 */
#ifndef FRAG_KERNEL_H
#define FRAG_KERNEL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_PTE_FRAGMENTS 1
#define CONFIG_DYNAMIC_PTDESC 1
#define IS_ENABLED(x) 0

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)

#define __init
#define __ro_after_init
#define VISIBLE_IF_KUNIT
#define KUNIT_STATIC_STUB_REDIRECT(...)
#define likely(x) (x)
#define unlikely(x) (x)
#define BIT(n) (1U << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(p, t, m) ((t *)((char *)(p)-offsetof(t, m)))
#define alloc_hooks(x) (x)

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define BUILD_BUG_ON(c) _Static_assert(!(c), #c)
#define U16_MAX 65535
#undef noinline
#define noinline

#define cmpxchg(p, o, n)                                        \
	({                                                      \
		typeof(*(p)) old_ = (o);                        \
		__atomic_compare_exchange_n(p, &old_, n, false, \
					    __ATOMIC_SEQ_CST,   \
					    __ATOMIC_SEQ_CST);  \
		old_;                                           \
	})

#if __has_feature(thread_sanitizer)
void AnnotateIgnoreReadsBegin(const char *f, int l);
void AnnotateIgnoreReadsEnd(const char *f, int l);
#else
#define AnnotateIgnoreReadsBegin(f, l)
#define AnnotateIgnoreReadsEnd(f, l)
#endif
#define data_race(x)                                          \
	({                                                    \
		AnnotateIgnoreReadsBegin(__FILE__, __LINE__); \
		typeof(1 ? (x) : 0) v_ = (x);                 \
		AnnotateIgnoreReadsEnd(__FILE__, __LINE__);   \
		v_;                                           \
	})

#define VM_WARN_ON_ONCE(x) assert(!(x))
#define WARN_ON_ONCE(x)       \
	({                    \
		assert(!(x)); \
		false;        \
	})

typedef unsigned int gfp_t;
#define __GFP_DIRECT_RECLAIM 1u
#define __GFP_COMP 4u
#define GFP_KERNEL __GFP_DIRECT_RECLAIM
#define GFP_RECLAIM_MASK (~0u)
#define might_alloc(gfp) \
	do {             \
	} while (0)

typedef struct {
	int locked;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *l)
{
	__atomic_store_n(&l->locked, 0, __ATOMIC_RELAXED);
}

void cpu_relax(void);

static inline void spin_lock(spinlock_t *l)
{
	while (__atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static inline void spin_unlock(spinlock_t *l)
{
	__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE);
}

#define lockdep_assert_held(l) assert(READ_ONCE((l)->locked))

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *l)
{
	l->next = l;
	l->prev = l;
}

static inline bool list_empty(const struct list_head *l)
{
	return l->next == l;
}

static inline void list_add(struct list_head *n, struct list_head *l)
{
	n->next = l->next;
	n->prev = l;
	l->next->prev = n;
	l->next = n;
}

static inline void __list_del_entry(struct list_head *n)
{
	assert(n->next->prev == n && n->prev->next == n);
	n->next->prev = n->prev;
	n->prev->next = n->next;
}

static inline void list_splice_init(struct list_head *from,
				    struct list_head *to)
{
	if (list_empty(from))
		return;
	from->prev->next = to->next;
	to->next->prev = from->prev;
	from->next->prev = to;
	to->next = from->next;
	INIT_LIST_HEAD(from);
}

#define list_first_entry_or_null(l, t, m) \
	(list_empty(l) ? NULL : container_of((l)->next, t, m))

#define NUM_ACTIVE_RCU_POLL_OLDSTATE 2
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
void rcu_read_lock(void);
void rcu_read_unlock(void);
unsigned long get_state_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long gp);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));

static inline bool same_state_synchronize_rcu(unsigned long a, unsigned long b)
{
	return a == b;
}

struct page {
	unsigned long compound_info;
	int pagetable;
	void *memory;
};
struct folio {
	struct page page;
};
typedef void *pgtable_t;

struct kmem_cache {
	size_t size;
};
#define PTDESC_ALIGN 16
#define SLAB_PANIC 0
#define SLAB_NO_MERGE 0
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     size_t align, int flags, void *ctor);
void *kmem_cache_alloc_noprof(struct kmem_cache *c, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *c, void *p);
struct page *alloc_frozen_pages_noprof(gfp_t gfp, unsigned int order);
void free_frozen_pages(struct page *page, unsigned int order);

#include "extracted.h"

struct mm_struct {
	struct pte_frag_pool pte_frags;
};

struct task_struct {
	struct mm_struct *mm;
	struct ptdesc *pte_spare;
};

/* All are threads of one process */
#define NR_TASKS 4
extern struct task_struct tasks[NR_TASKS];
extern _Thread_local struct task_struct *current;

static inline struct folio *ptdesc_folio(const struct ptdesc *pt)
{
	return (struct folio *)pt->__page;
}

static inline void ptdesc_pmd_pts_init(struct ptdesc *pt)
{
}

static inline bool ptlock_init(struct ptdesc *pt)
{
	spin_lock_init(&pt->ptl);
	return true;
}

enum { NR_PAGETABLE };
void lruvec_stat_mod_folio(struct folio *folio, int item, int nr);
void pagetable_dtor_free(struct ptdesc *pt);

static inline void ptdesc_attach(struct ptdesc *pt, struct page *page)
{
	WRITE_ONCE(page->compound_info, (unsigned long)pt);
	page->pagetable = 1;
}

static inline void __folio_clear_pgtable(struct folio *folio)
{
	assert(folio->page.pagetable);
	folio->page.pagetable = 0;
}

#endif
