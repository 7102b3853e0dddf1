// SPDX-License-Identifier: GPL-2.0
/* Every page of two PMDs: one table allocation among PTES faults. */
#include "ptb.h"

#define PMDS 2UL
#define ROUNDS 100

static struct row row;

void run_dense(void)
{
	for (int i = 0; i <= ROUNDS; i++) {
		u64 t;

		if (i <= 1)
			row_init(&row, "dense_touch", "insn/page", PMDS * PTES,
				 true);
		region_map(REGION_A, PMDS);
		tick_align();
		t = clock_start();
		touch(REGION_A, PMDS * PTES, PAGE_BYTES);
		row_add(&row, since(t));
		region_unmap(REGION_A, PMDS);
		sleep_ms(60);
	}
	row_print(&row);
}
