// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-coverage.so - which functions of the kernel have run
 *
 *	-plugin ptb-coverage.so,vmlinux=FILE,out=FILE[,offset=N]
 *
 * Counts the blocks of code that have been executed, by the function they begin in, and
 * writes at the end:
 *
 *	coverage v=1 functions=N
 *	ran COUNT NAME
 *	end functions=N
 *
 * A function that the compiler has put into others has no line of its own.  CPUs add without
 * a lock: a count may be too low, but not 0 if the function has run.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "qemu-plugin.h"

static struct symbols *symbols;
static uint64_t *ran; /* of each symbol */
static const char *out_path;

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, 0);
	const size_t sym = symbols_find(symbols, qemu_plugin_insn_vaddr(first));

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &ran[sym], 1);
}

static void finish(qemu_plugin_id_t id, void *data)
{
	FILE *f = fopen(out_path, "w");
	size_t n = 0;

	(void)id;
	(void)data;
	if (!f)
		die("%s: %s", out_path, strerror(errno));
	for (size_t i = 1; i < symbols_count(symbols); i++)
		n += ran[i] != 0;
	fprintf(f, "coverage v=1 functions=%zu\n", n);
	for (size_t i = 1; i < symbols_count(symbols); i++)
		if (ran[i])
			fprintf(f, "ran %" PRIu64 " %s\n", ran[i],
				symbols_name(symbols, i));
	fprintf(f, "end functions=%zu\n", n);
	if (fclose(f))
		die("%s: %s", out_path, strerror(errno));
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			int argc, char **argv)
{
	const char *vmlinux = NULL;
	uint64_t offset = 0;

	if (!info->system_emulation)
		die("for a whole machine only");
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "vmlinux=", 8))
			vmlinux = argv[i] + 8;
		else if (!strncmp(argv[i], "out=", 4))
			out_path = argv[i] + 4;
		else if (!strncmp(argv[i], "offset=", 7))
			offset = strtoull(argv[i] + 7, NULL, 0);
		else
			die("unknown option %s", argv[i]);
	}
	if (!vmlinux || !out_path)
		die("vmlinux=FILE and out=FILE are missing");
	symbols = symbols_load(vmlinux, offset);
	ran = calloc(symbols_count(symbols), sizeof(*ran));
	if (!ran)
		die("out of memory");
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
