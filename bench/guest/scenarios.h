/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every scenario, in the order in which they are run: NAME is run_NAME() of its own file.  Those
 * with .more take long, and are left out unless they are named, or ptb=more.  To be included
 * wherever SCENARIO() has a meaning.
 */
SCENARIO(sparse)
SCENARIO(dense)
SCENARIO(fork_exit)
SCENARIO(small_proc)
SCENARIO(churn)
SCENARIO(madv_dontneed)
SCENARIO(lifecycle)
SCENARIO(halves)
SCENARIO(alternate)
SCENARIO(fork_unmap)
SCENARIO(worst)
SCENARIO(few)
SCENARIO(many)
SCENARIO(race)
SCENARIO(thp)
SCENARIO(wis, .more = true)
SCENARIO(fork1g, .more = true)
SCENARIO(exec_storm, .more = true)
SCENARIO(kernel_tables, .more = true)
SCENARIO(scale, .more = true)
SCENARIO(exhausted)
SCENARIO(freeing)
SCENARIO(smp, .more = true)
SCENARIO(limit, .more = true)
SCENARIO(dump, .more = true)
SCENARIO(programs, .more = true)
SCENARIO(kselftest)
