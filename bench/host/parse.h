/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of ptb-parse; the console protocol is described in record.c. */
#ifndef PTB_PARSE_H
#define PTB_PARSE_H

#include "ptb.h"

/* splat.c */
enum splat_kind { SPLAT_NONE, SPLAT_SPLAT, SPLAT_PANIC };

enum splat_kind splat_scan(const char *s, size_t n, bool oom);

/* record.c */
enum record_kind { RECORD_NONE, RECORD_OK, RECORD_DAMAGED };

enum record_kind record_parse(const char *s, size_t n, char **type,
			      json_t **keys, char **why);
bool record_is_begin(const char *s, size_t n);

/* console.c */

/**
 * struct how_it_ended - what only the caller of QEMU knows
 * @timeout_hit: the timeout ended QEMU
 * @qemu_status: its exit status otherwise, 0 when it is not known
 * @busy: others ran on the machine, whose tables are counted as well: a check that fails
 *	is in the data and does not fail the run
 */
struct how_it_ended {
	bool timeout_hit;
	long qemu_status;
	bool busy;
};

enum ptb_code console_parse(const char *p, size_t len,
			    const struct how_it_ended *how, json_t **data,
			    char **reason);

/* merge.c */
void merge_run(const char *dir);

#endif
