// SPDX-License-Identifier: GPL-2.0
/* Processes that make page tables and give them back, and what is special on some machines. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <asm/ldt.h>
#endif

#include "platform.h"

#define PMDS 200UL
#define ROUNDS 3
#define LA57 (1UL << 50) /* behind what four levels map */

void region_map(unsigned long addr, unsigned long pmds)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			  MAP_FIXED_NOREPLACE;
	void *p = mmap((void *)addr, pmds * PMD_BYTES, PROT_READ | PROT_WRITE,
		       flags, -1, 0);

	if (p != (void *)addr)
		die("mmap");
}

void region_unmap(unsigned long addr, unsigned long pmds)
{
	if (munmap((void *)addr, pmds * PMD_BYTES))
		die("munmap");
}

/* A table each, and the zero page. */
void region_read(unsigned long addr, unsigned long pmds)
{
	for (unsigned long i = 0; i < pmds; i++)
		*(volatile char *)(addr + i * PMD_BYTES);
}

void region_write(unsigned long addr, unsigned long pmds)
{
	for (unsigned long i = 0; i < pmds; i++)
		*(volatile char *)(addr + i * PMD_BYTES) = 1;
}

/* The LDT is mapped by tables of its own where user mode does not map the kernel. */
static void set_ldt(void)
{
#if defined(__x86_64__)
	struct user_desc d = { .limit = 0xfffff,
			       .seg_32bit = 1,
			       .limit_in_pages = 1 };

	if (syscall(SYS_modify_ldt, 1, &d, sizeof(d)))
		die("modify_ldt");
#endif
}

static void child(unsigned long addr)
{
	region_write(addr, PMDS / 2);
	if (option("ldt"))
		set_ldt();
	if (!fork()) {
		region_write(addr + PMDS / 2 * PMD_BYTES, PMDS / 2);
		_exit(0);
	}
	if (wait(NULL) < 0)
		die("wait");
	region_unmap(addr, PMDS / 4);
	_exit(0);
}

static void round_of(unsigned long addr)
{
	int status;
	pid_t pid;

	region_map(addr, PMDS);
	region_read(addr, PMDS);
	region_write(addr, PMDS);
	pid = fork();
	if (!pid)
		child(addr);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	check("child", 0, status);
	if (madvise((void *)addr, PMDS * PMD_BYTES, MADV_DONTNEED))
		die("madvise");
	region_write(addr, PMDS / 2);
	region_unmap(addr, PMDS);
}

static void run_at(unsigned long addr)
{
	struct balance was, more;

	round_of(addr);
	was = balance();
	region_map(addr, PMDS);
	region_write(addr, PMDS);
	more = balance();
	check_least("held", PMDS, more.nr_pt - was.nr_pt);
	if (was.desc >= 0)
		check_least("held_desc", PMDS, more.desc - was.desc);
	region_unmap(addr, PMDS);
	for (int i = 0; i < ROUNDS; i++)
		round_of(addr);
	balance_check("tables", was);
}

#define BATCHES 13 /* of one CPU, twice as many of two */
#define BATCH 200
#define STACK 4096

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

/*
 * Stacks of the kernel wander through vmalloc space until 64 MiB of it wait to be unmapped,
 * and the tables that map it stay.  It gets them all here.
 */
static void warm_stacks(void)
{
	const int batches = BATCHES * (1 + (sysconf(_SC_NPROCESSORS_ONLN) > 1));
	char *stacks = mmap(NULL, BATCH * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (stacks == MAP_FAILED)
		die("stacks");

	for (int b = 0; b < batches; b++) {
		for (int i = 1; i <= BATCH; i++)
			if (clone(nothing, stacks + i * STACK,
				  CLONE_VM | SIGCHLD, NULL) < 0)
				die("clone");
		while (wait(NULL) > 0)
			;
	}
	munmap(stacks, BATCH * STACK);
}

void tables_run(void)
{
	static bool warm;

	if (!warm)
		warm_stacks();
	warm = true;
	run_at(REGION);
}

void run_tables(void)
{
	tables_run();
}

void run_pti(void)
{
	check("is_pti", 1, file_has("/proc/cpuinfo", " pti"));
	tables_run();
}

void run_la57(void)
{
	check("is_la57", 1, file_has("/proc/cpuinfo", " la57"));
	tables_run();
	run_at(LA57);
}

/* Reads all variables, so that firmware runs in tables of its own. */
void run_efi(void)
{
	static const char dir[] = "/sys/firmware/efi/efivars";
	char path[300], data[4096];
	const struct dirent *e;
	DIR *d;
	long n = 0;

	check("is_efi", 1, !access("/sys/firmware/efi/systab", F_OK));
	check("runtime_map", 1,
	      !access("/sys/firmware/efi/runtime-map/0", F_OK));
	if (mount("efivarfs", dir, "efivarfs", 0, NULL))
		die("efivarfs");
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		int fd;

		if (*e->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n += fd >= 0 && read(fd, data, sizeof(data)) > 0;
		close(fd);
	}
	if (d)
		closedir(d);
	check_least("efi_variables", 1, n);
	tables_run();
}

void run_xen(void)
{
	check("is_xen", 1, file_has("/sys/hypervisor/type", "xen"));
	check("is_pv", 1, file_has("/sys/hypervisor/guest_type", "PV"));
	tables_run();
}
