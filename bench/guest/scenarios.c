// SPDX-License-Identifier: GPL-2.0
/* The scenarios by name, each in a child of its own and inside the benchmark's cgroup. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define CGROUP CGROUP_ROOT "/ptb"

static const struct scenario {
	const char *name;
	void (*run)(void);
	bool more;
} scenarios[] = {
#define SCENARIO(title, ...) \
	{ .name = #title, .run = run_##title, __VA_ARGS__ },
#include "scenarios.h"
#undef SCENARIO
};

bool ptb_in_root;

/*
 * From here on memory is accounted: a cgroup below the root, entered by each scenario.  Where
 * the kernel has no memory controller, or only the root has it, nothing is charged, and every
 * value of it is 0.
 */
static void cgroup_setup(void)
{
	const bool has_memory =
		!ptb_in_root &&
		file_has(CGROUP_ROOT "/cgroup.controllers", "memory");

	if (has_memory)
		put_file(CGROUP_ROOT "/cgroup.subtree_control", "+memory");
	else
		out("info memcg=%s", ptb_in_root ? "root" : "absent");
	if (mkdir(CGROUP, 0755) ||
	    (has_memory && access(CGROUP "/memory.stat", R_OK)))
		die("memory cgroup");
}

static void run(const struct scenario *sc)
{
	struct snap base;
	pid_t pid;
	int status = 0;

	snap_take(&base);
	pid = fork();
	if (!pid) {
		out_attach();
		put_file(CGROUP "/cgroup.procs", "0");
		sc->run();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("scenario");
	check("exit", sc->name, 0, status);
	leak_check(sc->name, &base);
}

/* Runs those of @list, which is cut in place; @seed is that of phase_setup(). */
void scenarios_run(char *list, unsigned long seed)
{
	const bool more = !strcmp(list, "more");
	char *save, *name;
	size_t i;

	patient = cpus() > 1;
	cgroup_setup();
	/* It takes very long with many CPUs, and make smp's own memory does not need it */
	kernel_cold = !strcmp(list, "smp");
	if (!kernel_cold)
		warm_kernel();
	phase_setup(seed);
	if (more || !strcmp(list, "all")) {
		for (i = 0; i < ARRAY_SIZE(scenarios); i++)
			if (scenarios[i].more == more)
				run(&scenarios[i]);
		return;
	}
	for (name = strtok_r(list, ",", &save); name;
	     name = strtok_r(NULL, ",", &save)) {
		for (i = 0; i < ARRAY_SIZE(scenarios); i++)
			if (!strcmp(name, scenarios[i].name))
				break;
		if (i == ARRAY_SIZE(scenarios))
			die("unknown scenario");
		run(&scenarios[i]);
	}
}

/* Calibrates the clock and tells which kernel this is. */
void scenarios_begin(void)
{
	struct utsname uts;

	clock_setup();
	if (uname(&uts))
		die("uname");
	region_setup(uts.release);
	out("begin v=1 arch=%s page=%lu pmd=%lu ptes=%lu release=%s ticks=%" PRIu64,
	    ARCH_NAME, PAGE_BYTES, PMD_BYTES, PTES, uts.release,
	    1000000000UL / tick_ns);
	out("info clock_empty=%" PRIu64 " spin_cost=%" PRIu64, clock_empty,
	    spin_cost);
	boot_report();
}

/*
 * What scenarios exec this program for.  Returns whether it was, and then in @status how the
 * program ends.
 */
bool scenarios_exec(int argc, char **argv, int *status)
{
	if (argc > 1 && !strcmp(argv[1], "small"))
		*status = small_main();
	else if (argc > 2 && !strcmp(argv[1], "few"))
		*status = few_main(argv[2]);
	else if (argc > 2 && !strcmp(argv[1], "storm"))
		*status = storm_main(argv[2], true);
	else if (argc > 2 && !strcmp(argv[1], "storming"))
		*status = storm_main(argv[2], false);
	else
		return false;
	return true;
}
