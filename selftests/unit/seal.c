// SPDX-License-Identifier: GPL-2.0
/*
 * seal [-f SEED] < text > console: makes sample consoles.
 *
 * Appends " *hh" to every line that starts with "ptb: " and has no checksum;
 * all other lines pass. With -f nothing is sealed but about one byte of 256 is
 * replaced, in a sequence that depends on SEED alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static int xor_of(const char *s)
{
	unsigned char sum = 0;

	while (*s)
		sum ^= (unsigned char)*s++;
	return sum;
}

static void seal(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[--n] = '\0';
		fputs(line, stdout);
		if (!strncmp(line, "ptb: ", 5) && !strstr(line, " *"))
			printf(" *%02x", xor_of(line + 5));
		putchar('\n');
	}
	free(line);
}

static void flip(unsigned int x)
{
	int c;

	x = x * 2654435761u + 1;
	while ((c = getchar()) != EOF) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		putchar(x >> 24 ? c : (int)(x & 0xff));
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "-f"))
		flip((unsigned int)atoi(argv[2]));
	else
		seal();
	return ferror(stdout) || fflush(stdout);
}
