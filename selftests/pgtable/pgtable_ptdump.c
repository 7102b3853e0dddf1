// SPDX-License-Identifier: GPL-2.0
/* The kernel's page tables are walked from end to end while they change. */
#include "pgtable.h"

#include <sys/mount.h>

static const char *const dumps[] = {
	"/sys/kernel/debug/kernel_page_tables",
	"/sys/kernel/debug/page_tables/kernel",
	"/sys/kernel/debug/page_tables/current_kernel",
	"/sys/kernel/debug/page_tables/current_user",
};

FIXTURE(ptdump){};

FIXTURE_SETUP(ptdump)
{
}

FIXTURE_TEARDOWN(ptdump)
{
}

/* Stacks of kernel threads and processes are in vmalloc space. */
static int churn(void)
{
	for (;;) {
		const pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0 || reap(pid))
			return 1;
	}
}

TEST_F_TIMEOUT(ptdump, while_forking, SECONDS)
{
	unsigned long found = 0;
	pid_t pid[2];

	if (access("/sys/kernel/debug", F_OK))
		SKIP(return, "no debugfs");
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	for (int i = 0; i < 2; i++) {
		pid[i] = fork();
		ASSERT_GE(pid[i], 0);
		if (!pid[i])
			_exit(churn());
	}
	for (unsigned long n = 0; n < loops(4); n++)
		for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++)
			found += slurp(dumps[i]) > 0;
	for (int i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		EXPECT_EQ(256 + SIGKILL, reap(pid[i]));
	}
	if (!found && !has_failed(_metadata))
		SKIP(return, "no page tables in debugfs");
}

TEST_HARNESS_MAIN
