// SPDX-License-Identifier: GPL-2.0
/* ptb-compare: any data.json is refused, or has a table when it is compared with itself. */
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "fuzz.h"

static FILE *null;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct comparison c = { 0 };
	json_error_t err;
	json_t *doc;

	if (!null)
		null = fopen("/dev/null", "w");
	doc = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES,
			 &err);
	if (!doc || setjmp(fuzz_end))
		return 0;
	c.base = run_of("base", doc);
	c.patched = run_of("patched", json_deep_copy(doc));
	run_check_comparable(&c.base, &c.patched);
	rows_compare(&c);
	table_print(null, &c);
	table_headlines(null, &c);
	json_decref(report_json(&c));
	rows_free(&c);
	run_put(&c.base);
	run_put(&c.patched);
	return 0;
}
