// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-lines.so - which lines of memory CPUs take from each other
 *
 *	-plugin ptb-lines.so,vmlinux=FILE,out=FILE,line=BYTES[,offset=N]
 *
 * A CPU is counted from where its program says so until it says that this ends
 * (bench/guest/mark.h), with all that the kernel does there meanwhile, interrupts included.
 * Of each line of physical memory it is kept which CPU wrote it last, so counted, and which
 * have accessed it since: caches without an end, of which a write takes the line out of all
 * others.  An access is foreign if the line is not in the CPU's cache because another CPU has
 * written it.  What a CPU does while it is not counted moves no line.
 *
 *	lines v=1 line=256
 *	row name=smp_own_sparse_turns ops=N foreign=N rmw=N pages=N half=N split=N
 *	foreign COUNT OBJECT	FUNCTION	WRITTEN	WRITER
 *	rmw COUNT OBJECT	FUNCTION
 *	cas4 COUNT OBJECT	FUNCTION
 *	end rows=N
 *
 * ops are the times that a CPU was counted.  rmw are instructions that read and write the same
 * bytes.  cas4 are those of them that compare and swap four bytes, as spin_lock() does once if
 * nobody has the lock, and more often if it has to wait.
 * OBJECT is NAME+OFFSET of the bytes themselves (objects.c), and WRITTEN, by the function
 * WRITER, is what the other CPU has last written in the line.  pages have at least one PTE
 * table that was filled in the row, half only one, and split have two that different CPUs
 * have filled.  That is seen on s390x, where a table is filled by __memset64(); the pages of an
 * upper table that the row has allocated are among them.
 *
 * Only the kernel's own instructions are seen, and of these what QEMU executes as a load or a
 * store: not what MVC, XC, CLC and MVCL of s390 access.  For QEMU's single thread only.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../guest/mark.h"
#include "profile.h"
#include "qemu-plugin.h"

#define CPUS_MAX 32
/* Of guest memory: what is above is a device. */
#define MEMORY_BYTES (1ULL << 31)
#define PAGE_SHIFT 12
#define HALF_SHIFT 11
/* Stores by which __memset64() fills 2 KiB, which it does 256 bytes a store and an MVC */
#define FILL_STORES 8
#define KEYS (1U << 16)
/* Of what a memory access is told of its instruction */
#define SYM_MASK 0x7fffffUL
#define IS_CAS 0x800000UL
#define INSN_SHIFT 24

struct line {
	uint32_t cpus; /* that have it */
	uint32_t writer; /* CPU + 1, or 0 */
	uint64_t vaddr; /* that it has written last */
	size_t sym; /* by this function */
};

struct half {
	uint8_t stores;
	uint8_t filler; /* CPU + 1, or 0 */
};

/* What was counted of one function and object */
struct key {
	char object[OBJECT_BYTES]; /* empty if unused */
	char written[OBJECT_BYTES]; /* empty if not foreign */
	size_t sym;
	size_t writer;
	uint64_t foreign;
	uint64_t rmw;
	uint64_t cas4;
};

/* The load that a CPU has executed last */
struct load {
	const void *insn;
	uint64_t vaddr;
};

static struct symbols *symbols;
static struct line *lines;
static struct half *halves;
static struct key *keys;
static size_t n_keys;
static bool counted[CPUS_MAX];
static struct load load[CPUS_MAX];
static uint64_t ops;
static size_t n_rows;
static bool in_row;
static size_t fill_sym;
static unsigned int line_shift;
static FILE *out;
static const char *out_path;
static const char *vmlinux;
static uint64_t offset;
static bool is_s390x;

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static uint32_t hash(uint32_t h, const char *s)
{
	while (*s)
		h = (h ^ (uint8_t)*s++) * 16777619U;
	return h;
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->sym == b->sym && a->writer == b->writer &&
	       !strcmp(a->object, b->object) && !strcmp(a->written, b->written);
}

/* The counts of what @want is about */
static struct key *key_of(const struct key *want)
{
	uint32_t h = (uint32_t)(want->sym ^ want->writer << 12);

	h = hash(hash(h, want->object), want->written);
	for (;; h++) {
		struct key *k = &keys[h % KEYS];

		if (!*k->object) {
			if (++n_keys > KEYS / 2)
				die("too many objects");
			*k = *want;
		}
		if (same_key(k, want))
			return k;
	}
}

/* Counts it if @cpu takes the line from another one. */
static void access_line(unsigned int cpu, size_t sym, uint64_t vaddr,
			uint64_t phys, bool store)
{
	struct line *l = &lines[phys >> line_shift];
	const uint32_t me = 1U << cpu;

	if (l->writer && l->writer != cpu + 1 && !(l->cpus & me)) {
		const uint64_t line = phys >> line_shift << line_shift;
		struct key k = { .sym = sym, .writer = l->sym }, *found;

		objects_name(k.object, vaddr, phys);
		objects_name(k.written, l->vaddr,
			     line + l->vaddr % (1U << line_shift));
		found = key_of(&k);
		found->foreign++;
	}
	l->cpus |= me;
	if (!store)
		return;
	l->cpus = me;
	l->writer = cpu + 1;
	l->vaddr = vaddr;
	l->sym = sym;
}

static void count_rmw(size_t sym, uint64_t vaddr, uint64_t phys, bool cas4)
{
	struct key k = { .sym = sym }, *found;

	objects_name(k.object, vaddr, phys);
	found = key_of(&k);
	found->rmw++;
	found->cas4 += cas4;
}

/* A table's page is one by the time that it is filled; others are filled as well. */
static void fill(unsigned int cpu, uint64_t vaddr, uint64_t phys)
{
	struct half *h = &halves[phys >> HALF_SHIFT];
	char object[OBJECT_BYTES];

	if (++h->stores < FILL_STORES)
		return;
	h->stores = 0;
	objects_name(object, vaddr, phys);
	if (!strcmp(object, OBJECT_TABLE))
		h->filler = (uint8_t)(cpu + 1);
}

/* @insn tells one instruction from another, its function and IS_CAS by the lower bits. */
static void mem_exec(unsigned int cpu, qemu_plugin_meminfo_t info,
		     uint64_t vaddr, void *insn)
{
	const size_t sym = (uintptr_t)insn & SYM_MASK;
	const bool store = qemu_plugin_mem_is_store(info);
	struct qemu_plugin_hwaddr *hw;
	uint64_t phys;

	if (!in_row)
		return;
	hw = qemu_plugin_get_hwaddr(info, vaddr);
	if (!hw || qemu_plugin_hwaddr_is_io(hw))
		return;
	phys = qemu_plugin_hwaddr_phys_addr(hw);
	if (phys >= MEMORY_BYTES)
		return;
	objects_learn(vaddr, phys);
	if (!counted[cpu])
		return;
	access_line(cpu, sym, vaddr, phys, store);
	if (!store) {
		load[cpu] = (struct load){ insn, vaddr };
		return;
	}
	if (load[cpu].insn == insn && load[cpu].vaddr == vaddr)
		count_rmw(sym, vaddr, phys,
			  (uintptr_t)insn & IS_CAS &&
				  qemu_plugin_mem_size_shift(info) == 2);
	load[cpu].insn = NULL;
	if (sym == fill_sym)
		fill(cpu, vaddr, phys);
}

/* Counts of all before are gone. */
static void row_begin(void)
{
	free(lines);
	free(halves);
	lines = zalloc(MEMORY_BYTES >> line_shift, sizeof(*lines));
	halves = zalloc(MEMORY_BYTES >> HALF_SHIFT, sizeof(*halves));
	memset(keys, 0, KEYS * sizeof(*keys));
	memset(load, 0, sizeof(load));
	n_keys = 0;
	ops = 0;
	in_row = true;
}

static int by_count(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int d = strcmp(x->object, y->object);

	d = d ? d : strcmp(x->written, y->written);
	if (x->foreign != y->foreign)
		return x->foreign < y->foreign ? 1 : -1;
	if (x->rmw != y->rmw)
		return x->rmw < y->rmw ? 1 : -1;
	if (d)
		return d;
	if (x->sym != y->sym)
		return x->sym < y->sym ? -1 : 1;
	return (x->writer > y->writer) - (x->writer < y->writer);
}

static void write_keys(const char *what, size_t member)
{
	for (size_t i = 0; i < KEYS; i++) {
		uint64_t n;

		memcpy(&n, (const char *)&keys[i] + member, sizeof(n));
		if (!n)
			continue;
		fprintf(out, "%s %" PRIu64 " %s\t%s", what, n, keys[i].object,
			symbols_name(symbols, keys[i].sym));
		if (*keys[i].written)
			fprintf(out, "\t%s\t%s", keys[i].written,
				symbols_name(symbols, keys[i].writer));
		fputc('\n', out);
	}
}

static void row_end(void)
{
	uint64_t foreign = 0, rmw = 0, pages = 0, half = 0, split = 0;

	if (!in_row)
		return;
	in_row = false;
	for (size_t i = 0; i < KEYS; i++) {
		foreign += keys[i].foreign;
		rmw += keys[i].rmw;
	}
	for (size_t i = 0; i < MEMORY_BYTES >> PAGE_SHIFT; i++) {
		const unsigned int a = halves[2 * i].filler;
		const unsigned int b = halves[2 * i + 1].filler;

		pages += a || b;
		half += !a != !b;
		split += a && b && a != b;
	}
	fprintf(out,
		"row name=%s ops=%" PRIu64 " foreign=%" PRIu64 " rmw=%" PRIu64
		" pages=%" PRIu64 " half=%" PRIu64 " split=%" PRIu64 "\n",
		row_name, ops, foreign, rmw, pages, half, split);
	qsort(keys, KEYS, sizeof(*keys), by_count);
	write_keys("foreign", offsetof(struct key, foreign));
	write_keys("rmw", offsetof(struct key, rmw));
	write_keys("cas4", offsetof(struct key, cas4));
	fflush(out);
	n_rows++;
}

static void mark_exec(unsigned int cpu, void *data)
{
	const unsigned int what = (unsigned int)(uintptr_t)data;

	switch (what) {
	case MARK_BEGIN:
		counted[cpu] = true;
		ops++;
		return;
	case MARK_END:
		counted[cpu] = false;
		return;
	case MARK_SPIN:
		return;
	case MARK_BIT_0:
	case MARK_BIT_1:
		row_name_bit(what == MARK_BIT_1);
		return;
	case MARK_INIT:
		row_begin();
		break;
	case MARK_ADD:
		row_end();
		break;
	}
	row_name_clear();
}

/* CS and CSY of s390, LOCK CMPXCHG of x86 */
static bool is_cas(const struct qemu_plugin_insn *insn)
{
	const uint8_t *p = qemu_plugin_insn_data(insn);
	const size_t n = qemu_plugin_insn_size(insn);
	size_t i = 1;

	if (is_s390x)
		return p[0] == 0xba || (n == 6 && p[0] == 0xeb && p[5] == 0x14);
	if (n < 4 || p[0] != 0xf0)
		return false;
	i += (p[1] & 0xf8) == 0x40; /* REX without W */
	return p[i] == 0x0f && p[i + 1] == 0xb1;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint64_t at = qemu_plugin_insn_vaddr(insn);
		const size_t sym = symbols_find(symbols, at);
		const int mark = sym ? -1 : mark_of(insn, is_s390x);
		const uintptr_t cas = sym && is_cas(insn) ? IS_CAS : 0;

		if (mark >= 0)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, mark_exec, QEMU_PLUGIN_CB_NO_REGS,
				(void *)(uintptr_t)mark);
		if (sym)
			qemu_plugin_register_vcpu_mem_cb(
				insn, mem_exec, QEMU_PLUGIN_CB_NO_REGS,
				QEMU_PLUGIN_MEM_RW,
				(void *)(uintptr_t)(at << INSN_SHIFT | cas |
						    sym));
	}
}

static void finish(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	fprintf(out, "end rows=%zu\n", n_rows);
	if (fclose(out))
		die("%s: %s", out_path, strerror(errno));
}

static void option(const char *arg)
{
	if (!strncmp(arg, "vmlinux=", 8)) {
		vmlinux = arg + 8;
	} else if (!strncmp(arg, "out=", 4)) {
		out_path = arg + 4;
	} else if (!strncmp(arg, "offset=", 7)) {
		offset = strtoull(arg + 7, NULL, 0);
	} else if (!strncmp(arg, "line=", 5)) {
		const unsigned long bytes = strtoul(arg + 5, NULL, 10);

		while (1UL << line_shift < bytes && line_shift < PAGE_SHIFT)
			line_shift++;
		if (1UL << line_shift != bytes)
			die("%s: no length of a line", arg);
	} else {
		die("unknown option %s", arg);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			int argc, char **argv)
{
	is_s390x = !strcmp(info->target_name, "s390x");
	if (!is_s390x && strcmp(info->target_name, "x86_64"))
		die("no markers for %s", info->target_name);
	if (!info->system_emulation || info->system.max_vcpus > CPUS_MAX)
		die("for a machine of %d CPUs at most", CPUS_MAX);
	for (int i = 0; i < argc; i++)
		option(argv[i]);
	if (!vmlinux || !out_path || !line_shift)
		die("vmlinux=FILE, out=FILE and line=BYTES are missing");
	symbols = symbols_load(vmlinux, offset);
	objects_setup(vmlinux, offset, is_s390x);
	for (size_t i = 1; is_s390x && i < symbols_count(symbols); i++)
		if (!strcmp(symbols_name(symbols, i), "__memset64"))
			fill_sym = i;
	keys = zalloc(KEYS, sizeof(*keys));
	out = fopen(out_path, "w");
	if (!out)
		die("%s: %s", out_path, strerror(errno));
	fprintf(out, "lines v=1 line=%u\n", 1U << line_shift);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
