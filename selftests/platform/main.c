// SPDX-License-Identifier: GPL-2.0
/* Mounts what there is, runs platform=NAME, says what came of it, ends the machine. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "platform.h"

static const struct {
	const char *name;
	void (*run)(void);
} list[] = {
#define PLATFORM(title) { #title, run_##title },
#include "list.h"
#undef PLATFORM
};

static void mount_one(const char *type, const char *dir, bool must)
{
	mkdir(dir, 0755);
	if (mount(type, dir, type, 0, NULL) && must)
		die(type);
}

int main(void)
{
	struct utsname u;
	size_t i;

	if (getpid() != 1)
		return 1;
	out_setup();
	mount_one("proc", "/proc", true);
	mount_one("sysfs", "/sys", true);
	mount_one("devtmpfs", "/dev", false);
	mount_one("debugfs", "/sys/kernel/debug", false);
	uname(&u);
	if (option_is("platform", "vmcore"))
		out_go_on();
	else
		out("begin v=1 arch=%s page=%ld", u.machine,
		    sysconf(_SC_PAGESIZE));
	for (i = 0; i < ARRAY_SIZE(list); i++)
		if (option_is("platform", list[i].name))
			break;
	if (i == ARRAY_SIZE(list))
		die("platform=");
	check("desc_cache", option("desc"),
	      file_number("/proc/slabinfo", "ptdesc") >= 0);
	list[i].run();
	out_end();
	reboot(RB_AUTOBOOT);
	return 1;
}
