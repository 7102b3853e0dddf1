/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the architectures: table geometry and one instruction loop. */
#ifndef PTB_ARCH_H
#define PTB_ARCH_H

#if defined(__s390x__)

#define ARCH_NAME "s390x"
#define PTES 256UL
/* A segment table maps 2 GiB and is an order-2 page; the process starts with a region-3 pgd. */
#define UPPER_PMDS 2048UL
#define UPPER_PAGES 4UL
#define UPPER_FIXED 0UL
/* Above the tables of a program that maps nothing far away, pgd included: see held_small(). */
#define SMALL_UPPER 3UL
#define SMALL_UNCOUNTED 1UL
#define UPPER_BYTES 16384UL
#define ARCH_OFF RB_POWER_OFF

static inline void arch_spin(unsigned long n)
{
	asm volatile("0: brctg %0,0b" : "+d"(n));
}

#elif defined(__x86_64__)

#define ARCH_NAME "x86_64"
#define PTES 512UL
/* A PMD table maps 1 GiB, one PUD table above the region's PMD tables. */
#define UPPER_PMDS 512UL
#define UPPER_PAGES 1UL
#define UPPER_FIXED 1UL
#define SMALL_UPPER 6UL
#define SMALL_UNCOUNTED 2UL
#define UPPER_BYTES 4096UL
/* Power-off would need ACPI; qemu -no-reboot ends at a reset as well. */
#define ARCH_OFF RB_AUTOBOOT

static inline void arch_spin(unsigned long n)
{
	asm volatile("0: dec %0; jnz 0b" : "+r"(n) : : "cc");
}

#else
#error "architecture not known"
#endif

#define PMD_BYTES (PTES * 4096UL)
#define TABLE_BYTES (PTES * 8UL)
#define CAN_SHARE (TABLE_BYTES < PAGE_BYTES) /* two tables a page */
/*
 * Of SMALL_UPPER the process does not count its pgd and, with the five levels of -cpu max,
 * its p4d table.  An old kernel counts the PMD tables: of the program, and of its stack.
 */
#define SMALL_OLD 2UL

#endif
