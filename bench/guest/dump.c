// SPDX-License-Identifier: GPL-2.0
/*
 * A process with a known number of page tables that stays for the host to take a dump of the
 * machine's memory (make dump), and where in it the kernel left its vmcoreinfo note.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define DUMP_TABLES 300UL
#define WAIT_MS 30000

void run_dump(void)
{
	FILE *f = fopen("/sys/kernel/vmcoreinfo", "re");
	unsigned long address, size;
	pid_t pid;

	if (!f)
		return;
	if (fscanf(f, "%lx %lx", &address, &size) != 2)
		die("vmcoreinfo");
	fclose(f);
	pid = fork();
	if (!pid) {
		region_map(REGION_A, DUMP_TABLES);
		touch(REGION_A, DUMP_TABLES, PMD_BYTES);
		out("info dump=ready pid=%d tables=%lu at=%#lx vmcoreinfo=%#lx size=%#lx",
		    getpid(), DUMP_TABLES, REGION_A, address, size);
		/* The clock stands while the dump is taken, so this is long enough */
		sleep_ms(WAIT_MS);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("dump");
}
