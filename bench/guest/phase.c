// SPDX-License-Identifier: GPL-2.0
/*
 * What makes a seed a sample. Without this a minimum is the same for every
 * seed, as it depends on the phase of ticks and on the state of the page
 * allocator, both of which a boot repeats: and what is always the same looks
 * exact when it is not. The seed comes by the kernel's command line and not by
 * the guest's random numbers, so that it is the same sample for every kernel.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptb.h"

#define MAX_PAGES 256UL
#define MAX_FORKS 32
/* Odd: no two of MAX_PAGES seeds in a row have as many pages */
#define PAGES_STEP 157

/* splitmix64: neighbouring seeds must not be neighbouring phases. */
static u64 mix(u64 z)
{
	z += 0x9e3779b97f4a7c15ULL;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/*
 * Moves clock and allocators by an amount of the seed's. Some pages stay
 * allocated, but are not inherited: they would be part of every fork. The
 * pages are what makes two seeds differ: a region that begins after a tick
 * does not see the clock, and random numbers may agree in the rest.
 */
void phase_setup(unsigned long seed)
{
	const u64 r = mix(seed);
	char *p;

	const unsigned long ns = r % tick_ns,
			    pages = PAGES_STEP * seed % MAX_PAGES,
			    forks = (r >> 48) % MAX_FORKS;

	out("info phase_spin=%lu phase_pages=%lu phase_forks=%lu", ns, pages,
	    forks);
	p = mmap(NULL, MAX_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED ||
	    madvise(p, MAX_PAGES * PAGE_BYTES, MADV_DONTFORK))
		die("phase pages");
	for (unsigned long i = 0; i < pages; i++)
		((volatile char *)p)[i * PAGE_BYTES] = 1;
	for (unsigned long i = 0; i < forks; i++) {
		const pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			die("phase fork");
	}
	spin(ns / spin_cost);
}
