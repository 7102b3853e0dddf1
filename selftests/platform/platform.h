/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Init of a guest that does what takes a machine: memory that is added and removed, firmware,
 * a second kernel.  Lines as those of bench/guest, so that the same parser judges them.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>
#include <sys/types.h>

#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __noreturn __attribute__((noreturn))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define PMD_BYTES (2UL << 20)
#define REGION 0x1000000000UL

/* out.c */
void out_setup(void);
__printf(1, 2) void out(const char *fmt, ...);
void out_end(void);
void out_counts(char *text, size_t size);
void out_go_on(void);
void __noreturn die(const char *what);
void check(const char *name, long want, long got);
void check_least(const char *name, long least, long got);

/* lib.c */
bool put_file(const char *path, const char *text);
void must_put(const char *path, const char *text);
char *get_file(const char *path);
bool file_has(const char *path, const char *word);
long file_number(const char *path, const char *key);
long option(const char *name);
bool option_is(const char *name, const char *value);
void sleep_ms(unsigned int ms);
void ask(const char *what);

/* What has to be as before when all is over. */
struct balance {
	long nr_pt; /* pages */
	long desc; /* objects of ptdesc, -1 without that cache */
};

struct balance balance(void);
void balance_check(const char *what, struct balance was);

/* tables.c */
void region_map(unsigned long addr, unsigned long pmds);
void region_unmap(unsigned long addr, unsigned long pmds);
void region_read(unsigned long addr, unsigned long pmds);
void region_write(unsigned long addr, unsigned long pmds);
void tables_run(void);

/* block.c */
unsigned long block_pfns(void);
long blocks(const char *state);
int block_find(const char *state);
bool block_put(int block, const char *state);
bool block_is(int block, const char *state);

/* One each of platform=NAME. */
#define PLATFORM(name) void run_##name(void);
#include "list.h"
#undef PLATFORM

#endif
