// SPDX-License-Identifier: GPL-2.0
/* ptb-profile: what a plugin left is read whole or refused. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "profile.h"

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
