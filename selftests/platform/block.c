// SPDX-License-Identifier: GPL-2.0
/* Memory blocks, as /sys/devices/system/memory has them. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform.h"

#define DIRECTORY "/sys/devices/system/memory"

unsigned long block_pfns(void)
{
	const char *text = get_file(DIRECTORY "/block_size_bytes");

	if (!text)
		die("block_size_bytes");
	return strtoul(text, NULL, 16) / sysconf(_SC_PAGESIZE);
}

bool block_is(int block, const char *state)
{
	char path[80];
	const char *text;

	snprintf(path, sizeof(path), DIRECTORY "/memory%d/state", block);
	text = get_file(path);
	return text && !strncmp(text, state, strlen(state));
}

bool block_put(int block, const char *state)
{
	char path[80];

	snprintf(path, sizeof(path), DIRECTORY "/memory%d/state", block);
	return put_file(path, state);
}

/* How many blocks are in that state, and the first one of them, or -1. */
static long scan(const char *state, int *first)
{
	DIR *d = opendir(DIRECTORY);
	const struct dirent *e;
	long n = 0;
	int block;

	*first = -1;
	if (!d)
		die("memory blocks");
	while ((e = readdir(d))) {
		if (sscanf(e->d_name, "memory%d", &block) != 1 ||
		    !block_is(block, state))
			continue;
		if (*first < 0 || block < *first)
			*first = block;
		n++;
	}
	closedir(d);
	return n;
}

long blocks(const char *state)
{
	int first;

	return scan(state, &first);
}

int block_find(const char *state)
{
	int first;

	scan(state, &first);
	return first;
}
