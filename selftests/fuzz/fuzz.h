/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the targets of libFuzzer.  die() ends a program, which is right for bad input and not
 * here: the linker replaces it (--wrap=die) by a way back.  What was allocated is lost then.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

static jmp_buf fuzz_end;

void __attribute__((noreturn)) __wrap_die(const char *fmt, ...);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void __wrap_die(const char *fmt, ...)
{
	(void)fmt;
	longjmp(fuzz_end, 1);
}

#endif
