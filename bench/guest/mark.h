/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions that do nothing, by which the guest tells a plugin of QEMU
 * (bench/plugin) what it is doing.  No compiler makes them: a branch that is never taken
 * to an odd address, a no-op with an operand far away.
 *
 * The name of a row is spelt in bits, from the lowest of each byte on.
 */
#ifndef PTB_MARK_H
#define PTB_MARK_H

#define MARK_BEGIN 0 /* of a timed region */
#define MARK_END 1
#define MARK_SPIN 2 /* before and after spin(), which is not counted */
#define MARK_BIT_0 3
#define MARK_BIT_1 4
#define MARK_INIT 5 /* the row that was spelt begins anew */
#define MARK_ADD 6 /* the regions since the last one are a round of it */
#define MARKS 8 /* a power of two above them */

/* The last byte of the one and the fourth of the other is MARK_* + what it is here. */
#define MARK_S390X_BYTES               \
	{                              \
		0x47, 0x00, 0x07, 0xb0 \
	}
#define MARK_X86_64_BYTES                                \
	{                                                \
		0x0f, 0x1f, 0x80, 0x00, 0x62, 0x74, 0x70 \
	}

#if defined(__s390x__)
#define mark(what) \
	({ asm volatile("bc 0,%0" : : "i"(0x7b0 + (what)) : "memory"); })
#elif defined(__x86_64__)
#define mark(what)                                      \
	({                                              \
		asm volatile("nopl %c0(%%rax)"          \
			     :                          \
			     : "i"(0x70746200 + (what)) \
			     : "memory");               \
	})
#else
#define mark(what) ((void)(what))
#endif

#endif
