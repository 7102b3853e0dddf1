// SPDX-License-Identifier: GPL-2.0
/* ptb-parse: any console has a verdict, and data that can be written. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "parse.h"

/* Most changes break the checksum of their line; this makes it right. */
static void reseal(char *s, size_t n)
{
	char *end = s + n;

	while (s < end) {
		char *nl = memchr(s, '\n', (size_t)(end - s));
		const size_t line = (size_t)((nl ? nl : end) - s);
		const size_t len = line && s[line - 1] == '\r' ? line - 1 :
								 line;
		unsigned char sum = 0;

		if (len > 8 && !memcmp(s, "ptb: ", 5) && s[len - 3] == '*') {
			char hex[3];

			for (size_t i = 5; i < len - 4; i++)
				sum ^= (unsigned char)s[i];
			snprintf(hex, sizeof(hex), "%02x", sum);
			memcpy(s + len - 2, hex, 2);
		}
		s += line + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct how_it_ended how = { 0 };
	json_t *out;
	char *copy, *why;
	enum ptb_code code;

	if (!size || setjmp(fuzz_end))
		return 0;
	how.timeout_hit = data[0] & 1;
	how.qemu_status = data[0] >> 1 & 3;
	size--;
	copy = malloc(size + 1);
	if (!copy)
		abort();
	memcpy(copy, data + 1, size);
	copy[size] = '\0';
	if (data[0] & 8)
		reseal(copy, size);
	code = console_parse(copy, size, &how, &out, &why);
	/* Every verdict has a word and a reason, and the data are JSON */
	if (!strcmp(ptb_code_word(code), "unknown") || !why || !*why)
		abort();
	free(json_dumps(out, 0));
	free(why);
	json_decref(out);
	free(copy);
	return 0;
}
