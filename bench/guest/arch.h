/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the architectures: table geometry, addresses, one instruction loop. */
#ifndef PTB_ARCH_H
#define PTB_ARCH_H

/*
 * PTES		entries of a PTE table, of PTE_BYTES each
 * CAN_SHARE	two PTE tables fit into a page
 * UPPER_TABLES	tables above @pmds PTE tables of a region that starts at REGION_A or REGION_B
 * UPPER_PAGES	pages of an upper table
 * UPPER_BYTES	what a process counts for one, pgd excepted
 * SMALL_UPPER	upper tables of a program that maps nothing far away, pgd included, and how
 *		many of them it does not count itself: see held_small()
 * PT_RECLAIM	MADV_DONTNEED frees the tables that it empties
 * VMALLOC_TABLES	8 MiB from vmalloc() are mapped by PTE tables: no huge pages, and more than
 *		kmalloc() has for a million pointers
 * ARCH_OFF	what ends the machine
 */
#if defined(__s390x__)

#define ARCH_NAME "s390x"
#define PTES 256UL
#define PTE_BYTES 8UL
#define CAN_SHARE true
/* A segment table maps 2 GiB and is an order-2 page; the process starts with a region-3 pgd. */
#define UPPER_TABLES(pmds) (((pmds) + 2047UL) / 2048UL)
#define UPPER_PAGES 4UL
#define UPPER_BYTES 16384UL
#define SMALL_UPPER 3UL
#define SMALL_UNCOUNTED 1UL
#define PT_RECLAIM true
#define VMALLOC_TABLES true
#define ARCH_OFF RB_POWER_OFF

static inline void arch_spin(unsigned long n)
{
	asm volatile("0: brctg %0,0b" : "+d"(n));
}

#elif defined(__x86_64__)

#define ARCH_NAME "x86_64"
#define PTES 512UL
#define PTE_BYTES 8UL
#define CAN_SHARE false
/* A PMD table maps 1 GiB, one PUD table above the region's PMD tables. */
#define UPPER_TABLES(pmds) (((pmds) + 511UL) / 512UL + 1)
#define UPPER_PAGES 1UL
#define UPPER_BYTES 4096UL
/* Not counted are the pgd and, with the five levels of -cpu max, the p4d table. */
#define SMALL_UPPER 6UL
#define SMALL_UNCOUNTED 2UL
#define PT_RECLAIM true
#define VMALLOC_TABLES false
/* Power-off would need ACPI; qemu -no-reboot ends at a reset as well. */
#define ARCH_OFF RB_AUTOBOOT

static inline void arch_spin(unsigned long n)
{
	asm volatile("0: dec %0; jnz 0b" : "+r"(n) : : "cc");
}

#elif defined(__aarch64__)

#define ARCH_NAME "arm64"
#define PTES 512UL
#define PTE_BYTES 8UL
#define CAN_SHARE false
/* Pages of 4 KiB and four levels, of which the third maps 1 GiB a table. */
#define UPPER_TABLES(pmds) (((pmds) + 511UL) / 512UL + 1)
#define UPPER_PAGES 1UL
#define UPPER_BYTES 4096UL
#define SMALL_UPPER 5UL
#define SMALL_UNCOUNTED 1UL
#define PT_RECLAIM true
#define VMALLOC_TABLES false
#define ARCH_OFF RB_POWER_OFF

static inline void arch_spin(unsigned long n)
{
	asm volatile("0: subs %0, %0, #1; b.ne 0b" : "+r"(n) : : "cc");
}

#elif defined(__arm__)

#define ARCH_NAME "arm"
/*
 * Without LPAE.  A PTE table is a page: 512 entries for Linux, of which a process counts the
 * bytes, and the same in two tables for the hardware.  The pgd is right above it.
 */
#define PTES 512UL
#define PTE_BYTES 4UL
#define CAN_SHARE false
#define UPPER_TABLES(pmds) (0 * (pmds))
#define UPPER_PAGES 4UL
#define UPPER_BYTES 0UL
#define SMALL_UPPER 1UL
#define SMALL_UNCOUNTED 1UL
#define PT_RECLAIM false
#define VMALLOC_TABLES false
#define ARCH_OFF RB_POWER_OFF
/* 1 GiB each, between the program and the stack. */
#define REGION_A 0x28000000UL
#define REGION_B 0x68000000UL

static inline void arch_spin(unsigned long n)
{
	asm volatile("0: subs %0, %0, #1; bne 0b" : "+r"(n) : : "cc");
}

#else
#error "architecture not known"
#endif

/*
 * Everything lives at fixed addresses that start a fresh table at each level above the PTE
 * tables but the topmost, so the number of tables follows from the number of PMDs.
 */
#ifndef REGION_A
#define REGION_A 0x10000000000UL
#define REGION_B 0x18000000000UL
#endif

#define PMD_BYTES (PTES * 4096UL)
#define TABLE_BYTES (PTES * PTE_BYTES)
/* As many are mapped at most, of either region. */
#define REGION_PMDS ((REGION_B - REGION_A) / PMD_BYTES)
/* An old kernel counts the PMD tables: of the program, and of its stack. */
#define SMALL_OLD 2UL

#endif
