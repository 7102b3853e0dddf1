// SPDX-License-Identifier: GPL-2.0
/*
 * Which console lines of the kernel mean that something is wrong.
 *
 * Headlines and, where a headline could be lost, lines of the body. Wording
 * as in Linux 7.3: lib/, mm/, kernel/, arch/s390, arch/x86, arch/arm and arch/arm64.
 */
#define _GNU_SOURCE
#include <string.h>

#include "parse.h"

/* @a has to be found and, unless NULL, @b somewhere after it. */
struct pattern {
	const char *a;
	const char *b;
};

static const struct pattern panics[] = {
	{ "Kernel panic", NULL },
};

static const struct pattern splats[] = {
	{ "WARNING:", NULL },
	{ "BUG:", NULL },
	{ "BUG ", "ainted" }, /* SLUB: BUG ptdesc (Not tainted): */
	{ "kernel BUG at", NULL },
	{ "cut here ]---", NULL },
	{ "<--- cut here ---", NULL }, /* arm */
	{ "Call Trace", NULL },
	{ "Call trace", NULL },
	{ "Oops", NULL },
	{ "Unable to handle", NULL },
	{ "unable to handle", NULL },
	{ "general protection fault", NULL },
	{ " ilc:", " [#" }, /* s390 program checks */
	{ "Unhandled fault:", NULL }, /* arm */
	{ "Unhandled prefetch abort:", NULL },
	{ "Bad mode in ", " handler" },
	{ "Unhandled ", " exception on CPU" }, /* arm64 */
	{ "SError Interrupt", NULL },
	{ "Internal error:", NULL },
	{ "segfault at", NULL },
	{ "User process fault", NULL },
	{ "unhandled signal", NULL },

	{ "rcu:", "detected" },
	{ "rcu:", "stall" },
	{ "rcu:", "starved" },
	{ "suspicious RCU usage", NULL },
	{ "INFO: task ", " blocked" },
	{ "INFO: trying to register non-static key", NULL },
	{ "soft lockup", NULL },
	{ "hard LOCKUP", NULL },
	{ "workqueue lockup", NULL },
	{ "possible ", "locking" }, /* recursive, circular */
	{ "possible ", "deadlock" },
	{ "possible ", "dependency detected" },
	{ "inconsistent lock state", NULL },
	{ "invalid wait context", NULL },
	{ "DEBUG_LOCKS_WARN_ON", NULL },
	{ "bad unlock balance", NULL },
	{ "held lock freed", NULL },
	{ "scheduling while atomic", NULL },
	{ "sleeping function called", NULL },
	{ "spinlock bad magic", NULL },
	{ "spinlock lockup", NULL },

	{ "UBSAN:", NULL },
	{ "KASAN:", NULL },
	{ "KCSAN:", NULL },
	{ "KFENCE:", NULL },
	{ "KMSAN:", NULL },
	{ "ODEBUG:", NULL },
	{ "kmemleak:", "suspected" },
	{ "refcount_t:", NULL },
	{ "list_add", "corruption" },
	{ "list_del", "corruption" },
	{ "corrupted list", NULL },
	{ "stack-protector:", NULL },

	{ "Bad page", NULL }, /* state, map, cache */
	{ "Bad rss-counter", NULL },
	{ "non-zero pgtables_bytes", NULL },
	{ "bad pte ", NULL },
	{ "bad pmd ", NULL },
	{ "bad pud ", NULL },
	{ "bad p4d ", NULL },
	{ "bad pgd ", NULL },
	{ "page dumped because", NULL },
	{ "page allocation failure", NULL },
	{ "page_table_check", NULL },
	{ "Slab corruption", NULL },
	{ "SLUB: Unable to allocate", NULL },
	{ "still has objects", NULL },
	{ "Objects remaining", NULL },
	{ "overwritten", NULL }, /* SLUB: Poison, Redzone, ... */
	{ "already free", NULL },
	{ "double free", NULL },
	{ "Wrong slab cache", NULL },
	{ "page_counter underflow", NULL },
	{ "Out of memory", NULL },
	{ "out of memory", NULL },
	{ "invoked oom-killer", NULL },
	{ "Checked W+X mappings: FAILED", NULL },
};

/* What it prints of a process that is killed for want of memory, where that is meant */
static const struct pattern oom_killer[] = {
	{ "Call Trace", NULL },
	{ "Call trace", NULL },
	{ "Out of memory", NULL },
	{ "out of memory", NULL },
	{ "invoked oom-killer", NULL },
	/* Of the process that is killed */
	{ "page allocation failure", NULL },
	{ "SLUB: Unable to allocate", NULL },
};

/*
 * Lines that match above and mean no harm, each with its reason in a comment.
 * Add one only for a line that the unpatched kernel prints too.
 */
static const struct pattern allowed[] = {
	/* The maple tree is read without marks under RCU: not ours */
	{ "BUG: KCSAN: data-race in mas_", " / mas_" },
	/* One of the kernel's tests asks for it */
	{ "page dumped because: gup_test", NULL },
	/* Memory is asked to go offline, and cannot */
	{ "page dumped because: unmovable page", NULL },
};

static bool matches(const struct pattern *p, const char *s, size_t n)
{
	const char *hit;

	if (!p->a)
		return false;
	hit = memmem(s, n, p->a, strlen(p->a));
	if (!hit || !p->b)
		return hit;
	hit += strlen(p->a);
	return memmem(hit, n - (size_t)(hit - s), p->b, strlen(p->b));
}

static bool any(const struct pattern *p, size_t np, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < np; i++)
		if (matches(&p[i], s, n))
			return true;
	return false;
}

/**
 * splat_scan() - whether a line of the kernel's tells of something wrong
 * @s: the line
 * @n: its length
 * @oom: memory is being exhausted on purpose
 *
 * Return: what it tells of.
 */
enum splat_kind splat_scan(const char *s, size_t n, bool oom)
{
	if (any(panics, ARRAY_SIZE(panics), s, n))
		return SPLAT_PANIC;
	if (any(splats, ARRAY_SIZE(splats), s, n) &&
	    !any(allowed, ARRAY_SIZE(allowed), s, n) &&
	    !(oom && any(oom_killer, ARRAY_SIZE(oom_killer), s, n)))
		return SPLAT_SPLAT;
	return SPLAT_NONE;
}
