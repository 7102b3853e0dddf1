// SPDX-License-Identifier: GPL-2.0
/* Suspend to disk, and a second kernel that reads what the first one left. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform.h"

#define DISK "/dev/vda"
#define TABLES 300UL
#define PAGE 4096
#ifndef SYS_kexec_file_load
#define SYS_kexec_file_load -1
#endif
#define KEXEC_ON_CRASH_FILE 2 /* KEXEC_FILE_ON_CRASH */

/* What mkswap writes: version, last page, signature. */
static void make_swap(const char *disk)
{
	static unsigned int page[PAGE / sizeof(int)];
	const int fd = open(disk, O_RDWR | O_CLOEXEC);
	const off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

	if (size < 2 * PAGE)
		die("no disk");
	page[1024 / sizeof(int)] = 1;
	page[1024 / sizeof(int) + 1] = size / PAGE - 1;
	memcpy((char *)page + PAGE - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, page, PAGE, 0) != PAGE)
		die("swap");
	fsync(fd);
	close(fd);
}

void run_hibernate(void)
{
	struct balance was;

	make_swap(DISK);
	if (swapon(DISK, 0))
		die("swapon");
	tables_run();
	region_map(REGION, TABLES);
	region_write(REGION, TABLES);
	was = balance();
	must_put("/sys/power/disk", "shutdown");
	out("info image=begin");
	must_put("/sys/power/state", "disk");
	out("info image=resumed");
	for (unsigned long i = 0; i < TABLES; i++)
		if (*(char *)(REGION + i * PMD_BYTES) != 1)
			die("memory is not what it was");
	balance_check("hibernate", was);
	region_unmap(REGION, TABLES);
	tables_run();
}

/* Loads the kernel that takes over, makes a process that one finds in the dump, crashes. */
void run_kexec(void)
{
	static char args[2048];
	const char *given;
	int kernel, initrd, n;
	pid_t pid;

	tables_run();
	given = get_file("/second.args");
	if (!given)
		die("second.args");
	n = snprintf(args, sizeof(args), "%s", given);
	out_counts(args + n, sizeof(args) - n);
	kernel = open("/second.kernel", O_RDONLY | O_CLOEXEC);
	initrd = open("/second.initrd", O_RDONLY | O_CLOEXEC);
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(args) + 1, args,
		    KEXEC_ON_CRASH_FILE))
		die("kexec_file_load");
	if (!file_has("/sys/kernel/kexec_crash_loaded", "1"))
		die("not loaded");
	pid = fork();
	if (!pid) {
		region_map(REGION, TABLES);
		region_write(REGION, TABLES);
		out("info dump=ready pid=%d tables=%lu at=%#lx", getpid(),
		    TABLES, REGION);
		out("info crash=now");
		/* The kernel does not wait for the console */
		sleep_ms(1000);
		put_file("/proc/sysrq-trigger", "c");
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	die("did not crash");
}

/* In the second kernel: the dump to the disk, raw. */
void run_vmcore(void)
{
	static char data[1 << 20];
	const int in = open("/proc/vmcore", O_RDONLY | O_CLOEXEC);
	const int to = open(DISK, O_WRONLY | O_CLOEXEC);
	long bytes = 0;
	ssize_t n;

	if (in < 0 || to < 0)
		die("vmcore");
	while ((n = read(in, data, sizeof(data))) > 0) {
		if (write(to, data, n) != n)
			die("disk");
		bytes += n;
	}
	check("read", 0, n);
	fsync(to);
	close(to);
	out("info vmcore=%ld", bytes);
	tables_run();
}
