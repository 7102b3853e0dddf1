/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the plugin. */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...);
void *zalloc(size_t n, size_t size); /* or die() */

/* symbols.c */
struct symbols;

struct symbols *symbols_load(const char *vmlinux, uint64_t offset);
size_t symbols_count(const struct symbols *s);
size_t symbols_find(const struct symbols *s, uint64_t addr);
const char *symbols_name(const struct symbols *s, size_t i);

struct symbols *symbols_load_data(const char *vmlinux, uint64_t offset);
bool symbols_address(const struct symbols *s, const char *name, uint64_t *addr);
uint64_t symbols_distance(const struct symbols *s, size_t i, uint64_t addr);

/* mark.c */
struct qemu_plugin_insn;

#define ROW_NAME_BYTES 64
extern char row_name[ROW_NAME_BYTES];

int mark_of(const struct qemu_plugin_insn *insn, bool is_s390x);
void row_name_bit(unsigned int bit);
void row_name_clear(void);

/* objects.c */
#define OBJECT_BYTES 80
#define OBJECT_TABLE "(page table)" /* the name of what is in one */

void objects_setup(const char *vmlinux, uint64_t offset, bool is_s390x);
bool objects_learn(uint64_t vaddr, uint64_t phys);
void objects_name(char name[OBJECT_BYTES], uint64_t vaddr, uint64_t phys);

/* cache.c */

/**
 * struct cache - a set-associative data cache with physical addresses, of which the line
 *	that was used longest ago is replaced
 * @sets: a power of two
 * @ways: lines of a set
 * @line: bytes of a line, a power of two
 * @tag: [set][way], the most recently used one first; 0 is empty, else line number + 1
 */
struct cache {
	size_t sets;
	size_t ways;
	size_t line;
	uint64_t *tag;
};

bool cache_setup(struct cache *c, const char *geometry);
bool cache_hit(struct cache *c, uint64_t line);

#endif
