/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FRAG_TEST_H
#define FRAG_TEST_H

extern long nr_pages, nr_objects, nr_pagetable;
/* Allocations that must not reclaim fail, or all */
extern int fail_nowait, fail_all;

/* The test's */
void page_is_freed(struct page *page);

#endif
