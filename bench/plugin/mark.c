// SPDX-License-Identifier: GPL-2.0
/* The marks of bench/guest/mark.h. */
#include <string.h>

#include "../guest/mark.h"
#include "profile.h"
#include "qemu-plugin.h"

/* What the marks have spelt of the name of the row that is meant */
char row_name[ROW_NAME_BYTES];
static size_t name_bits;

void row_name_bit(unsigned int bit)
{
	if (name_bits == 8 * (ROW_NAME_BYTES - 1))
		die("the name of a row is too long");
	row_name[name_bits / 8] |= (char)(bit << name_bits % 8);
	name_bits++;
}

void row_name_clear(void)
{
	memset(row_name, 0, sizeof(row_name));
	name_bits = 0;
}

/**
 * mark_of() - which mark an instruction is
 * @insn: one of a program
 * @is_s390x: else it is x86_64
 *
 * Return: MARK_*, or -1 if it is none.
 */
int mark_of(const struct qemu_plugin_insn *insn, bool is_s390x)
{
	static const uint8_t s390x[] = MARK_S390X_BYTES;
	static const uint8_t x86_64[] = MARK_X86_64_BYTES;
	const uint8_t *p = qemu_plugin_insn_data(insn);
	const size_t n = qemu_plugin_insn_size(insn);

	if (is_s390x) {
		if (n != sizeof(s390x) || memcmp(p, s390x, n - 1) ||
		    p[n - 1] / MARKS != s390x[n - 1] / MARKS)
			return -1;
		return p[n - 1] % MARKS;
	}
	if (n != sizeof(x86_64) || memcmp(p, x86_64, 3) ||
	    memcmp(p + 4, x86_64 + 4, 3) || p[3] >= MARKS)
		return -1;
	return p[3];
}
