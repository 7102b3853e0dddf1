// SPDX-License-Identifier: GPL-2.0
/* ptb-profile: what a plugin left is read whole or refused. */
#define main profile_main
#include "../../bench/host/ptb-profile.c"
#undef main

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p = { .path = xasprintf("fuzz") };
	char *copy = xstrndup((const char *)data, size);
	size_t len = strlen(copy);

	if (!setjmp(fuzz_end)) {
		profile_parse(&p, copy, len);
		profile_put(&p);
	}
	free(copy);
	return 0;
}
