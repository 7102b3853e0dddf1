// SPDX-License-Identifier: GPL-2.0
/* The instruction clock: its own cost, its phase against the tick, and a wait that is no idling. */
#include <errno.h>
#include <sys/prctl.h>

#include "ptb.h"

#define CALIBRATE 10000UL
/* After a tick the CPU is busy with it for a while: timers, RCU, the scheduler. */
#define TICK_OFFSET_NS 300000UL

u64 tick_ns;
u64 clock_empty;
u64 spin_cost;

/* Busy for exactly @loops * spin_cost instructions of our own, whatever else interrupts. */
void spin(u64 loops)
{
	mark(MARK_SPIN);
	arch_spin(loops);
	mark(MARK_SPIN);
}

static u64 spin_min(u64 loops)
{
	u64 best = ~0ULL;

	for (int i = 0; i < 20; i++) {
		u64 t = counter();

		spin(loops);
		t = counter() - t;
		if (t < best)
			best = t;
	}
	return best;
}

/* Measures the constants above; the minima are free of interrupts, so they are exact. */
void clock_setup(void)
{
	struct timespec res;
	u64 t, best = ~0ULL;

	if (prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL))
		die("timerslack");
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &res) || res.tv_sec ||
	    !res.tv_nsec)
		die("clock_getres");
	tick_ns = res.tv_nsec;
	for (int i = 0; i < 100; i++) {
		t = since(clock_start());
		if (t < best)
			best = t;
	}
	clock_empty = best;
	t = spin_min(2 * CALIBRATE) - spin_min(CALIBRATE);
	spin_cost = (t + CALIBRATE / 2) / CALIBRATE;
	/* Less than one only where it is not instructions that are counted. */
	if (!spin_cost)
		spin_cost = 1;
}

static void sleep_until(u64 ns)
{
	struct timespec ts = {
		.tv_sec = ns / 1000000000ULL,
		.tv_nsec = ns % 1000000000ULL,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	       EINTR)
		;
}

/*
 * Sleeps until shortly after the next tick: ticks are at multiples of tick_ns, so a region of
 * less than about 0.9 tick_ns that starts here sees none.  Longer regions see some each.
 */
void tick_align(void)
{
	u64 t = now();

	sleep_until(t - t % tick_ns + tick_ns + TICK_OFFSET_NS);
}

/* The same without idling, so that grace periods get no further than they would anyway. */
void tick_align_busy(void)
{
	u64 t = now();
	const u64 end = t - t % tick_ns + tick_ns + TICK_OFFSET_NS;

	while (t < end)
		t = now();
}

/* Instructions of @run at @n addresses, @step bytes apart, none of which meets a tick. */
u64 pieces(void (*run)(unsigned long addr), unsigned long addr,
	   unsigned long step, unsigned long n)
{
	u64 sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		u64 t;

		tick_align();
		t = clock_start();
		run(addr + i * step);
		sum += since(t);
	}
	return sum;
}

/*
 * A round of @row: instructions of @run over the PTE tables from @addr on, @pmds of them a
 * time so that none of it meets a tick: the sum is the cost of all CHUNKS of them, whichever
 * state the page allocator is in for each.
 */
void row_chunks_of(struct row *row, void (*run)(unsigned long addr),
		   unsigned long addr, unsigned long pmds)
{
	row_add(row, pieces(run, addr, pmds * PMD_BYTES, CHUNKS));
}

/* The same for all TABLES. */
void row_chunks(struct row *row, void (*run)(unsigned long addr),
		unsigned long addr)
{
	row_chunks_of(row, run, addr, CHUNK);
}

/* Idle for @ms milliseconds of guest time, nearly free in host time. */
void sleep_ms(unsigned int ms)
{
	sleep_until(now() + ms * 1000000ULL);
}
