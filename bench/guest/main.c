// SPDX-License-Identifier: GPL-2.0
/* Init of the benchmark guest: mounts, runs the scenarios of ptb=<list>, powers off. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "ptb.h"

const char *counter_unit = "insn";
static char cmdline[4096];
static unsigned long seed;

static void mount_one(const char *type, const char *dir)
{
	if (mount(type, dir, type, 0, NULL))
		die(type);
}

/* ptb= on the kernel's command line, "all" without one, cut to size in place; and numbers. */
static char *wanted(void)
{
	static char all[] = "all";
	const int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char *list = all, *save, *word;
	ssize_t n;

	n = fd < 0 ? -1 : read(fd, cmdline, sizeof(cmdline) - 1);
	if (n < 0)
		die("cmdline");
	close(fd);
	cmdline[n] = '\0';
	for (word = strtok_r(cmdline, " \n", &save); word;
	     word = strtok_r(NULL, " \n", &save)) {
		if (!strncmp(word, "ptb=", 4))
			list = word + 4;
		if (!strncmp(word, "ptb_seed=", 9))
			seed = strtoul(word + 9, NULL, 10);
		if (!strncmp(word, "ptb_rounds=", 11))
			ptb_rounds = strtoul(word + 11, NULL, 10);
		if (!strncmp(word, "ptb_tasks=", 10))
			ptb_tasks = strtoul(word + 10, NULL, 10);
		if (!strcmp(word, "ptb_smp=free"))
			ptb_free = true;
		if (!strcmp(word, "ptb_cgroup=root"))
			ptb_in_root = true;
	}
	return list;
}

int main(int argc, char **argv)
{
	int status;
	char *list;

	if (scenarios_exec(argc, argv, &status))
		return status;
	if (getpid() != 1)
		return 1;
	out_setup();
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	mount_one("cgroup2", CGROUP_ROOT);
	list = wanted();
	scenarios_begin();
	if (strcmp(list, "boot"))
		scenarios_run(list, seed);
	out_end();
	reboot(ARCH_OFF);
	return 1;
}
