// SPDX-License-Identifier: GPL-2.0
/*
 * What is at an address of the kernel: a symbol, a slab object, a struct page, memory of a
 * CPU.  The guest's memory is read for that where QEMU has it mapped, which is from a memfd
 * (-object memory-backend-memfd), from physical address 0 on and in one piece.
 *
 * Not told apart are what is in memory of a CPU that was allocated after boot, and kernel
 * stacks and all else that vmalloc() has mapped.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

#define CPUS_MAX 64
/* struct page is 64 bytes; what is read of it, of struct slab and of struct kmem_cache. */
#define PAGE_STRUCT 64
#define PAGE_COMPOUND 8 /* and the kmem_cache of a slab */
#define PAGE_TYPE 48
#define CACHE_SIZE 24
#define CACHE_NAME 88
#define TYPE_TABLE 0xf2
#define TYPE_SLAB 0xf5
/* Of a CPU's memory, behind what has symbols */
#define DYNAMIC_BYTES (1ULL << 17)

static struct symbols *data;
static uint64_t data_start, data_end;
static uint64_t percpu_start, percpu_end;
static bool big_endian;
static const uint8_t *ram;
static uint64_t ram_bytes;
static bool known; /* what follows */
static uint64_t image_less; /* virtual less physical addresses of the image */
static uint64_t direct; /* where memory is mapped one to one */
static uint64_t vmemmap;
static uint64_t top; /* physical address of the kernel's topmost page table */
static bool five; /* levels of it on x86_64 */

static void find_ram(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long start, end;
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		if (!strstr(line, "/memfd:") ||
		    sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		if (end - start > ram_bytes) {
			ram = (const uint8_t *)start;
			ram_bytes = end - start;
		}
	}
	if (f)
		fclose(f);
	if (!ram)
		die("the guest's memory is no memfd");
}

static uint64_t load64(uint64_t phys)
{
	uint64_t v;

	if (phys + sizeof(v) > ram_bytes)
		return 0;
	memcpy(&v, ram + phys, sizeof(v));
	return big_endian ? be64toh(v) : le64toh(v);
}

static uint32_t load32(uint64_t phys)
{
	uint32_t v;

	if (phys + sizeof(v) > ram_bytes)
		return 0;
	memcpy(&v, ram + phys, sizeof(v));
	return big_endian ? be32toh(v) : le32toh(v);
}

static uint64_t must_address(const char *name)
{
	uint64_t addr;

	if (!symbols_address(data, name, &addr))
		die("the kernel has no symbol %s", name);
	return addr;
}

/**
 * objects_setup() - what the kernel's symbols tell
 * @vmlinux: as for symbols_load()
 * @offset: the same
 * @is_s390x: else it is x86_64
 */
void objects_setup(const char *vmlinux, uint64_t offset, bool is_s390x)
{
	data = symbols_load_data(vmlinux, offset);
	big_endian = is_s390x;
	data_start = must_address("_sdata");
	data_end = must_address("_end");
	percpu_start = must_address("__per_cpu_start");
	percpu_end = must_address("__per_cpu_end");
}

static uint64_t in_image(uint64_t vaddr)
{
	return vaddr - image_less;
}

/* By the first access to the image's data that is seen once the kernel runs programs */
static void learn_image(uint64_t vaddr, uint64_t phys)
{
	find_ram();
	image_less = vaddr - phys;
	known = true;
	if (big_endian) {
		direct = 0;
		top = in_image(must_address("swapper_pg_dir"));
		vmemmap = load64(in_image(must_address("vmemmap")));
	} else {
		top = in_image(must_address("init_top_pgt"));
		five = load32(in_image(must_address("__pgtable_l5_enabled")));
		direct = load64(in_image(must_address("page_offset_base")));
		vmemmap = load64(in_image(must_address("vmemmap_base")));
	}
}

/* To be called for what the kernel accesses, until it returns true. */
bool objects_learn(uint64_t vaddr, uint64_t phys)
{
	if (!known && vaddr >= data_start && vaddr < data_end)
		learn_image(vaddr, phys);
	return known;
}

/* Entries say themselves which table they are in. Physical address + 1, or 0 */
static uint64_t walk_s390x(uint64_t vaddr)
{
	uint64_t table = top;

	for (;;) {
		const unsigned int type = load64(table) >> 2 & 3;
		const unsigned int shift = 20 + 11 * type;
		const uint64_t entry =
			load64(table + 8 * (vaddr >> shift & 2047));

		if (entry & 0x20)
			return 0;
		if (entry & 0x400 && type < 2)
			return (entry >> shift << shift |
				(vaddr & ((1ULL << shift) - 1))) +
			       1;
		table = entry & ~0xfffULL;
		if (type)
			continue;
		table = entry & ~0x7ffULL;
		table = load64(table + 8 * (vaddr >> 12 & 255));
		return table & 0x400 ? 0 :
				       (table & ~0xfffULL) + vaddr % 4096 + 1;
	}
}

static uint64_t walk_x86_64(uint64_t vaddr)
{
	const uint64_t address = 0xffffffffff000;
	uint64_t table = top;

	for (int shift = five ? 48 : 39; shift >= 12; shift -= 9) {
		const uint64_t entry =
			load64(table + 8 * (vaddr >> shift & 511));
		const uint64_t low = vaddr & ((1ULL << shift) - 1);

		if (!(entry & 1))
			return 0;
		table = entry & address;
		if (shift == 12 || entry & 0x80)
			return (table >> shift << shift | low) + 1;
	}
	return 0;
}

/* Physical address of the struct page at @vaddr; 0 if it is none */
static uint64_t page_struct(uint64_t vaddr)
{
	const uint64_t pages = ram_bytes >> 12;
	uint64_t at;

	if (vaddr - vmemmap >= pages * PAGE_STRUCT)
		return 0;
	at = big_endian ? walk_s390x(vaddr) : walk_x86_64(vaddr);
	return at ? at - 1 : 0;
}

/* The first page of what the page is a part of, by the address of its struct page */
static uint64_t head_of(uint64_t page)
{
	const uint64_t at = page_struct(page);
	const uint64_t info = at ? load64(at + PAGE_COMPOUND) : 0;

	if (!(info & 1))
		return page;
	/* A mask or an address */
	return info >> 32 == 0xffffffff ? page & info : info - 1;
}

static unsigned int type_of(uint64_t page)
{
	const uint64_t at = page_struct(page);

	return at ? load32(at + PAGE_TYPE) >> 24 : 0;
}

/* A name that the kernel has at @vaddr, in its image or in memory */
static const char *string_at(uint64_t vaddr)
{
	uint64_t phys = vaddr - direct;

	if (vaddr - image_less < ram_bytes)
		phys = in_image(vaddr);
	if (phys >= ram_bytes || !memchr(ram + phys, 0, ram_bytes - phys))
		return "?";
	return (const char *)ram + phys;
}

static void name_slab(char name[OBJECT_BYTES], uint64_t head, uint64_t phys)
{
	const uint64_t cache =
		load64(page_struct(head) + PAGE_COMPOUND) - direct;
	const uint32_t size = load32(cache + CACHE_SIZE);
	const uint64_t start = (head - vmemmap) / PAGE_STRUCT << 12;

	snprintf(name, OBJECT_BYTES, "%.48s+%" PRIu64,
		 string_at(load64(cache + CACHE_NAME)),
		 size ? (phys - start) % size : 0);
}

static void name_symbol(char name[OBJECT_BYTES], const char *kind,
			uint64_t addr)
{
	const size_t i = symbols_find(data, addr);

	snprintf(name, OBJECT_BYTES, "%s%.48s+%" PRIu64, kind,
		 symbols_name(data, i), symbols_distance(data, i, addr));
}

/* Whether @vaddr is memory of a CPU; the symbol there, or 0 where there is none */
static bool is_percpu(uint64_t vaddr, uint64_t *addr)
{
	const uint64_t offsets = in_image(must_address("__per_cpu_offset"));

	for (unsigned int i = 0; i < CPUS_MAX; i++) {
		const uint64_t at = vaddr - load64(offsets + 8ULL * i);

		if (at >= percpu_start && at < percpu_end + DYNAMIC_BYTES) {
			*addr = at < percpu_end ? at : 0;
			return true;
		}
	}
	return false;
}

static const char *kind_of_page(unsigned int type)
{
	switch (type) {
	case TYPE_TABLE:
		return "table";
	case TYPE_SLAB:
		return "slab";
	default:
		return "";
	}
}

/**
 * objects_name() - what is at an address
 * @name: OBJECT+OFFSET, where it is known what that is
 * @vaddr: the kernel's address
 * @phys: the physical one
 */
void objects_name(char name[OBJECT_BYTES], uint64_t vaddr, uint64_t phys)
{
	const uint64_t page = vmemmap + (phys >> 12) * PAGE_STRUCT;
	uint64_t head, addr;
	unsigned int type;

	if (!known) {
		strcpy(name, "(unknown)");
		return;
	}
	if (vaddr >= data_start && vaddr < data_end) {
		name_symbol(name, "", vaddr);
		return;
	}
	if (page_struct(vaddr)) {
		type = type_of(head_of(vaddr & ~(PAGE_STRUCT - 1ULL)));
		snprintf(name, OBJECT_BYTES, "page(%s)+%" PRIu64,
			 kind_of_page(type), vaddr % PAGE_STRUCT);
		return;
	}
	head = head_of(page);
	type = type_of(head);
	if (type == TYPE_SLAB)
		name_slab(name, head, phys);
	else if (type == TYPE_TABLE)
		strcpy(name, OBJECT_TABLE);
	else if (is_percpu(vaddr, &addr) && addr)
		name_symbol(name, "percpu ", addr);
	else if (is_percpu(vaddr, &addr))
		strcpy(name, "(percpu, allocated)");
	else
		strcpy(name, vaddr - direct == phys ? "(memory)" : "(vmalloc)");
}
