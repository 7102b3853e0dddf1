// SPDX-License-Identifier: GPL-2.0
/*
 * The programs of selftests/pgtable, where the initramfs has them.  What they say goes to the
 * console as it is; after each of them everything must have been given back.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define DIRECTORY "/tests"
#define KSFT_SKIP 4

/* Is this the initramfs of make debian, or that of make programs? */
bool is_debian(void)
{
	return !access("/etc/debian_version", F_OK);
}

static int not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void run_one(const char *name)
{
	/* They have processes killed for want of memory, and vmalloc() fail */
	const bool oom = is_debian() || !strcmp(name, "pgtable_memcg") ||
			 !strcmp(name, "pgtable_fail");
	char path[280];
	struct snap base;
	int status = 0;
	pid_t pid;

	snprintf(path, sizeof(path), DIRECTORY "/%s", name);
	snap_take(&base);
	if (oom)
		out("info oom=begin");
	pid = fork();
	if (!pid) {
		execl(path, path, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("kselftest");
	if (oom)
		out("info oom=end");
	out("info kselftest=%s exit=%d signal=%d", name, WEXITSTATUS(status),
	    WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status) == KSFT_SKIP)
		status = 0;
	check("kselftest", name, 0, status);
	leak_check(name, &base);
}

void run_kselftest(void)
{
	struct dirent **list;
	int n;

	if (access(DIRECTORY, F_OK))
		return;
	patient = true;
	n = scandir(DIRECTORY, &list, not_hidden, alphasort);
	check("kselftests", "kselftest", 1, n > 0);
	for (int i = 0; i < n; i++)
		run_one(list[i]->d_name);
}
