// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios of bench/guest on a machine of one's own, measured by an event of perf on one
 * CPU, whichever task runs there: ptb-native [-n] [-e EVENT] [-c CPU] [-s SEED] [LIST], as
 * root. Prints what the guest prints on its console; ptb-run calls it. -n: only whether there is
 * such an event; 3 if this machine has none.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ptb.h"

#define CACHE(cache, op, result)                                          \
	(PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_##op << 8 | \
	 PERF_COUNT_HW_CACHE_RESULT_##result << 16)

/* Named as perf list does; rNNNN is the number of a raw one, in hexadecimal. */
static const struct event {
	const char *name;
	const char *unit;
	uint32_t type;
	u64 config;
} events[] = {
	{ "instructions", "insn", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_INSTRUCTIONS },
	{ "cycles", "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "cache-references", "refs", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_CACHE_REFERENCES },
	{ "cache-misses", "misses", PERF_TYPE_HARDWARE,
	  PERF_COUNT_HW_CACHE_MISSES },
	{ "L1-dcache-load-misses", "l1-misses", PERF_TYPE_HW_CACHE,
	  CACHE(L1D, READ, MISS) },
	{ "dTLB-load-misses", "dtlb-misses", PERF_TYPE_HW_CACHE,
	  CACHE(DTLB, READ, MISS) },
	{ "dTLB-store-misses", "dtlb-store-misses", PERF_TYPE_HW_CACHE,
	  CACHE(DTLB, WRITE, MISS) },
	{ "cpu-clock", "ns", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK },
};

const char *counter_unit = "insn";
static int counter_fd = -1;

/* The event's count since it was opened, of all that its CPU has run. */
u64 counter(void)
{
	u64 v;

	/* A pinned event that could not be counted reads as nothing */
	if (read(counter_fd, &v, sizeof(v)) != sizeof(v))
		die("event not counted");
	return v;
}

static void __noreturn usage(const char *error, const char *what)
{
	fprintf(stderr, "ptb-native: error: %s%s\n", error, what);
	exit(1);
}

static unsigned long number(const char *s)
{
	char *end;
	const unsigned long v = strtoul(s, &end, 10);

	if (!*s || *end)
		usage("not a number: ", s);
	return v;
}

static void open_event(const char *name, unsigned long cpu)
{
	struct perf_event_attr attr = { .size = sizeof(attr), .pinned = 1 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (!strcmp(events[i].name, name))
			break;
	if (i < ARRAY_SIZE(events)) {
		attr.type = events[i].type;
		attr.config = events[i].config;
		counter_unit = events[i].unit;
	} else if (*name == 'r' && strspn(name + 1, "0123456789abcdefABCDEF") ==
					   strlen(name + 1)) {
		attr.type = PERF_TYPE_RAW;
		attr.config = strtoull(name + 1, NULL, 16);
		counter_unit = name;
	} else {
		usage("unknown event ", name);
	}
	counter_fd = (int)syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1,
				  PERF_FLAG_FD_CLOEXEC);
	if (counter_fd < 0) {
		const int err = errno;
		const bool none = err == ENOENT || err == EOPNOTSUPP ||
				  err == EINVAL || err == ENODEV;

		fprintf(stderr, "ptb-native: error: event %s on CPU %lu: %s\n",
			name, cpu, strerror(err));
		exit(none ? 3 : 1);
	}
}

static void pin(unsigned long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		usage("there is no CPU of that number: ", strerror(errno));
}

int main(int argc, char **argv)
{
	static char all[] = "all";
	const char *event = "instructions";
	unsigned long cpu = 0, seed = 1;
	bool only_open = false;
	int c, status;

	if (scenarios_exec(argc, argv, &status))
		return status;
	while ((c = getopt(argc, argv, "ne:c:s:")) != -1) {
		switch (c) {
		case 'n':
			only_open = true;
			break;
		case 'e':
			event = optarg;
			break;
		case 'c':
			cpu = number(optarg);
			break;
		case 's':
			seed = number(optarg);
			break;
		default:
			return 1;
		}
	}
	if (geteuid())
		usage("only root can count a CPU's events", "");
	pin(cpu);
	open_event(event, cpu);
	if (only_open)
		return 0;
	/* systemd has mounted it; where it has not, nobody else is to see it */
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		usage("no mounts of its own: ", strerror(errno));
	if (access(CGROUP_ROOT "/cgroup.controllers", F_OK) &&
	    mount("cgroup2", CGROUP_ROOT, "cgroup2", 0, NULL))
		usage("no cgroup2: ", strerror(errno));
	rmdir(CGROUP_ROOT "/ptb");
	out_setup();
	scenarios_begin();
	out("info event=%s cpu=%lu", event, cpu);
	scenarios_run(optind < argc ? argv[optind] : all, seed);
	out_end();
	return 0;
}
