// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-profile.so - where the instructions of a timed region are
 *
 *	-plugin ptb-profile.so,vmlinux=FILE,out=FILE[,offset=N][,cache=SETS:WAYS:LINE]
 *
 * offset= is for a kernel that does not run where it is linked: its distance.
 *
 * The guest marks where a timed region begins and ends, and which row the regions before
 * were a round of (bench/guest/mark.h).  Of each row the round with the fewest instructions
 * is kept, as in the guest's own row line, and written to out= at the end:
 *
 *	profile v=1 sets=64 ways=8 line=256
 *	row name=sparse_touch rounds=12 insns=N accesses=N misses=N lines=N
 *	sym N N N N do_anonymous_page
 *	end rows=N
 *
 * A sym line has the columns of the row line, for one function of the kernel; all that is
 * not the kernel's text is "(user)".  accesses are loads and stores that QEMU executes as
 * such; what it does in one step (MVC, XC of s390) is not among them.  misses are those of
 * the cache, lines the distinct lines of the round, counted where they are met first.  They
 * are 0 without cache=.
 *
 * For one CPU only: nothing here is locked.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../guest/mark.h"
#include "profile.h"
#include "qemu-plugin.h"

#define ROWS_MAX 128
/* Of guest memory: what is above is a device. */
#define MEMORY_BYTES (1ULL << 32)

struct counts {
	uint64_t insns;
	uint64_t accesses;
	uint64_t misses;
	uint64_t lines;
};

struct row {
	char name[ROW_NAME_BYTES];
	unsigned int rounds;
	struct counts all;
	struct counts *sym; /* of the round that is kept */
};

static struct symbols *symbols;
static size_t n_syms;
static struct counts *live; /* since a region began; always counted */
static struct counts *round_sym; /* of the regions since the last MARK_ADD */
static bool open_region, spinning;
static uint64_t spin_start;
static struct row rows[ROWS_MAX];
static size_t n_rows;
static struct cache cache;
static uint8_t *seen; /* a bit a line */
static const char *out_path;
static const char *vmlinux;
static uint64_t offset;
static bool is_s390x;

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static void add_counts(struct counts *a, const struct counts *b)
{
	a->insns += b->insns;
	a->accesses += b->accesses;
	a->misses += b->misses;
	a->lines += b->lines;
}

static void region_begin(void)
{
	memset(live, 0, n_syms * sizeof(*live));
	open_region = true;
	spinning = false;
}

/* A region that began in one process may end in another: it is one CPU. */
static void region_end(void)
{
	if (!open_region)
		return;
	open_region = false;
	for (size_t i = 0; i < n_syms; i++)
		if (live[i].insns)
			add_counts(&round_sym[i], &live[i]);
}

/* Symbol 0, the programs: what they spin meanwhile is not counted. */
static void spin_toggle(void)
{
	if (spinning)
		live[0].insns = spin_start;
	else
		spin_start = live[0].insns;
	spinning = !spinning;
}

static struct row *row_named(void)
{
	for (size_t i = 0; i < n_rows; i++)
		if (!strcmp(rows[i].name, row_name))
			return &rows[i];
	if (n_rows == ROWS_MAX)
		die("too many rows");
	memcpy(rows[n_rows].name, row_name, ROW_NAME_BYTES);
	rows[n_rows].sym = zalloc(n_syms, sizeof(*rows[n_rows].sym));
	return &rows[n_rows++];
}

static void row_add(struct row *r)
{
	struct counts all = { 0 };

	for (size_t i = 0; i < n_syms; i++)
		add_counts(&all, &round_sym[i]);
	/* A row that no region was timed for */
	if (!all.insns)
		return;
	if (!r->rounds || all.insns < r->all.insns) {
		r->all = all;
		memcpy(r->sym, round_sym, n_syms * sizeof(*round_sym));
	}
	r->rounds++;
}

static void round_clear(void)
{
	memset(round_sym, 0, n_syms * sizeof(*round_sym));
	if (seen)
		memset(seen, 0, MEMORY_BYTES / cache.line / 8);
}

static void row_message(unsigned int what)
{
	struct row *r = row_named();

	if (what == MARK_ADD)
		row_add(r);
	else
		r->rounds = 0;
	round_clear();
	row_name_clear();
}

static void mark_exec(unsigned int vcpu, void *data)
{
	const unsigned int what = (unsigned int)(uintptr_t)data;

	(void)vcpu;
	switch (what) {
	case MARK_BEGIN:
		region_begin();
		break;
	case MARK_END:
		region_end();
		break;
	case MARK_SPIN:
		spin_toggle();
		break;
	case MARK_BIT_0:
	case MARK_BIT_1:
		row_name_bit(what == MARK_BIT_1);
		break;
	default:
		row_message(what);
	}
}

static void mem_exec(unsigned int vcpu, qemu_plugin_meminfo_t info,
		     uint64_t vaddr, void *data)
{
	struct counts *c = data;
	struct qemu_plugin_hwaddr *hw = qemu_plugin_get_hwaddr(info, vaddr);
	uint64_t line;
	bool hit;

	(void)vcpu;
	if (!hw || qemu_plugin_hwaddr_is_io(hw))
		return;
	line = qemu_plugin_hwaddr_phys_addr(hw) / cache.line;
	hit = cache_hit(&cache, line);
	c->accesses++;
	c->misses += !hit;
	if (!open_region || line >= MEMORY_BYTES / cache.line ||
	    seen[line / 8] & 1 << line % 8)
		return;
	seen[line / 8] |= (uint8_t)(1 << line % 8);
	c->lines++;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const size_t sym =
			symbols_find(symbols, qemu_plugin_insn_vaddr(insn));
		const int mark = sym ? -1 : mark_of(insn, is_s390x);

		if (mark >= 0) {
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, mark_exec, QEMU_PLUGIN_CB_NO_REGS,
				(void *)(uintptr_t)mark);
			continue;
		}
		qemu_plugin_register_vcpu_insn_exec_inline(
			insn, QEMU_PLUGIN_INLINE_ADD_U64, &live[sym].insns, 1);
		if (cache.tag)
			qemu_plugin_register_vcpu_mem_cb(insn, mem_exec,
							 QEMU_PLUGIN_CB_NO_REGS,
							 QEMU_PLUGIN_MEM_RW,
							 &live[sym]);
	}
}

static void write_row(FILE *f, const struct row *r)
{
	fprintf(f,
		"row name=%s rounds=%u insns=%" PRIu64 " accesses=%" PRIu64
		" misses=%" PRIu64 " lines=%" PRIu64 "\n",
		r->name, r->rounds, r->all.insns, r->all.accesses,
		r->all.misses, r->all.lines);
	for (size_t i = 0; i < n_syms; i++) {
		const struct counts *c = &r->sym[i];

		if (c->insns)
			fprintf(f,
				"sym %" PRIu64 " %" PRIu64 " %" PRIu64
				" %" PRIu64 " %s\n",
				c->insns, c->accesses, c->misses, c->lines,
				symbols_name(symbols, i));
	}
}

static void finish(qemu_plugin_id_t id, void *data)
{
	FILE *f = fopen(out_path, "w");
	size_t n = 0;

	(void)id;
	(void)data;
	if (!f)
		die("%s: %s", out_path, strerror(errno));
	fprintf(f, "profile v=1 sets=%zu ways=%zu line=%zu\n", cache.sets,
		cache.ways, cache.line);
	for (size_t i = 0; i < n_rows; i++) {
		if (!rows[i].rounds)
			continue;
		write_row(f, &rows[i]);
		n++;
	}
	fprintf(f, "end rows=%zu\n", n);
	if (fclose(f))
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
	} else if (!strncmp(arg, "cache=", 6)) {
		if (!cache_setup(&cache, arg + 6))
			die("%s: no SETS:WAYS:LINE of a cache", arg);
		seen = zalloc(MEMORY_BYTES / cache.line / 8, 1);
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
	if (!info->system_emulation || info->system.max_vcpus != 1)
		die("for one CPU of a whole machine only");
	for (int i = 0; i < argc; i++)
		option(argv[i]);
	if (!vmlinux || !out_path)
		die("vmlinux=FILE and out=FILE are missing");
	symbols = symbols_load(vmlinux, offset);
	n_syms = symbols_count(symbols);
	live = zalloc(n_syms, sizeof(*live));
	round_sym = zalloc(n_syms, sizeof(*round_sym));
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
