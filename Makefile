# SPDX-License-Identifier: GPL-2.0
#
# Thin: every target is one script in scripts/, which finds out itself what is
# missing before it and does nothing that is already done.

ARCH ?= s390x
KERNEL ?= patched
CONFIG ?= mini
SEEDS ?= 3

# Exported under names of our own: the kernel's make must not see ARCH & co.
export PTB_ARCH := $(ARCH)
export PTB_KERNEL := $(KERNEL)
export PTB_CONFIG := $(CONFIG)
export PTB_SEEDS := $(SEEDS)
export PTB_KERNEL_SRC := $(KERNEL_SRC)
export PTB_PEER := $(PEER)
export PTB_TIMEOUT := $(TIMEOUT)
export PTB_EXTRA_ARGS := $(EXTRA_ARGS)
export PTB_BASE_RUN := $(BASE_RUN)
export PTB_PATCHED_RUN := $(PATCHED_RUN)
export PTB_TREE_FORCE := $(TREE_FORCE)
export PTB_EVERY := $(EVERY)
export PTB_ORIG := $(ORIG)
export PTB_RUN := $(RUN)
export PTB_PAIR := $(PAIR)
export PTB_KIND := $(KIND)
export PTB_PUBLISH := $(PUBLISH)
export PTB_CACHE := $(CACHE)
export PTB_SET := $(SET)
export PTB_COVERAGE := $(COVERAGE)
export PTB_STEPS := $(STEPS)
export PTB_CPUS := $(CPUS)
export PTB_MODE := $(MODE)
export PTB_BOOTS := $(RUNS)
# Not the width of a terminal, which may be in the environment
ifeq ($(origin COLUMNS),command line)
export PTB_COLUMNS := $(COLUMNS)
endif
unexport ARCH KERNEL CONFIG SEEDS KERNEL_SRC TIMEOUT EXTRA_ARGS BASE_RUN
unexport PATCHED_RUN TREE_FORCE EVERY ORIG RUN PAIR PEER COLUMNS CACHE SET COVERAGE KIND PUBLISH FULL STEPS CPUS MODE RUNS

.PHONY: help \
	deps demo test fetch tree export check-series lint build boot bench more profile compare \
	smp cycles programs perf layout evidence reproduce stress kselftest debian dump coverage \
	disasm cross selftest test-full test-planted publish overview report figures native-kit \
	native-test clean distclean
.NOTPARALLEL:

help:
	@sed -n -e 's/^#> \(.*\)/\n\1/p' -e 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | \
		awk -F '\t' 'NF > 1 { printf "  %-12s %s\n", $$1, $$2; next } { print }'
	@echo
	@sed -n 's/^#= //p' Makefile

#= Variables
#=   ARCH=s390x|x86_64|arm|arm64    KERNEL=patched|base|fixes|slab|peer|planted-NAME|commit-N
#=   CONFIG=mini|rt|lockdep|spinlock|dynamic|overlay|trace|kunit|debug|kasan|...: README.md
#=   SEEDS=3  TIMEOUT=seconds  EXTRA_ARGS="kernel arguments"
#=   KERNEL_SRC=DIR|TARBALL of Linux 7.3.y  PEER=DIR|TARBALL of Linux 6.1.y
#=   COLUMNS="base fixes slab patched peer"  KIND=bench|more|profile|programs|perf
#=   BASE_RUN=DIR PATCHED_RUN=DIR (compare, publish)
#=   CACHE=sets:ways:bytes of a line (profile)  SET=pgtable|fixes (kselftest)
#=   COVERAGE=1 (bench, stress, kselftest, debian)
#=   CPUS=4|16 MODE=turns|exact|free (smp)
#=   RUNS=30 COLUMNS="base patched", or "base base" for the noise (cycles)
#=   STEPS="x86_64 overlay" (evidence)  EVERY=1 ORIG=DIR|TARBALL (check-series)
#=   TREE_FORCE=1 drops work in build/linux that was not exported

#> Begin
deps:		## install what is needed (Debian 12, 13; the only target that needs root); FULL=1: all
	@sh scripts/deps.sh $(if $(filter 1,$(FULL)),full)
demo:		## base and patched (COLUMNS), from nothing to the table
	@sh scripts/demo.sh
test:		## what CI runs: lint, unit tests, builds, boots, planted bugs
	@sh selftests/run.sh

#> The source and the series
fetch:		## bring Linux 7.3.y (KERNEL_SRC=, Debian's package, kernel.org); 6.1.y for KERNEL=peer
	@sh scripts/fetch.sh
tree:		## make build/linux: one base commit, then the parts of the series; the source of KERNEL
	@sh scripts/tree.sh && sh scripts/variant.sh
export:		## write the commits of build/linux back to kernel-patches/fixes and ptdesc
	@sh scripts/export.sh
check-series:	## long checks of every patch (EVERY=1: build and boot each)
	@sh scripts/check-series.sh
lint:		## shellcheck, clang-format, cppcheck, checkpatch
	@sh scripts/lint.sh

#> Build and boot the kernel ARCH, KERNEL, CONFIG
build:		## build it
	@sh scripts/build.sh
boot:		## boot it once, memory report only
	@sh scripts/run.sh boot

#> Measure
bench:		## boot a kernel SEEDS times and run every scenario
	@sh scripts/run.sh bench
more:		## longer workloads (will-it-scale, 1 GiB, 1e3 to 1e6 tables)
	@sh scripts/run.sh more
profile:	## base against patched function by function, by a plugin of QEMU
	@sh scripts/profile.sh
compare:	## print base against patched, or COLUMNS= (the newest, or BASE_RUN= PATCHED_RUN=)
	@sh scripts/compare.sh
smp:		## what 4 CPUs, or CPUS=, take from each other, by a plugin of QEMU (CONFIG=smp)
	@sh scripts/smp.sh
cycles:		## UML kernels of base and patched in turn, RUNS times: ns of the host's CPU
	@sh scripts/cycles.sh
programs:	## PostgreSQL, Redis and a compiler (CONFIG=programs)
	@sh scripts/run.sh programs
perf:		## perf and stress-ng, and keep what they say (CONFIG=perf)
	@sh scripts/run.sh perf
layout:		## struct ptdesc and its lock by pahole, base and patched, and their cache lines
	@sh scripts/layout.sh
evidence:	## all that results/ is made of, from nothing; resumable, hours; PUBLISH=1 keeps it
	@sh scripts/evidence.sh
reproduce:	## run RUN= of results/ again, and say whether it is identical
	@sh scripts/reproduce.sh

#> Check
stress:		## boot a kernel SEEDS times on four CPUs at once; pass or fail, no numbers
	@sh scripts/run.sh stress
kselftest:	## boot a kernel on four CPUs and run selftests/pgtable or SET; pass or fail
	@sh scripts/run.sh kselftest
debian:		## with Debian's programs, the kernel's own tests of mm, stress-ng, trinity
	@sh scripts/run.sh debian
dump:		## dump the memory of a guest, and find its page tables and descriptors with drgn
	@sh scripts/dump.sh
coverage:	## which functions of kernel-patches/PATHS.md the newest runs with COVERAGE=1 have run
	@sh scripts/coverage.sh
disasm:		## compare the code of base and patched, option off, function by function
	@sh scripts/disasm.sh
cross:		## link a small kernel of each architecture, option off, on, lockdep; PUBLISH=1 keeps it
	@sh scripts/cross.sh
selftest:	## prove the measuring: A/A identical, self-comparison, planted cost
	@sh selftests/selftest.sh
test-full:	## all tests there are, also those by name only; resumable, leaves a table
	@sh selftests/run.sh full
test-planted:	## planted bugs: which configuration and test catches each, and by what
	@sh selftests/run.sh planted

#> Publish
publish:	## copy what compare takes, and the table, to results/
	@sh scripts/publish.sh
overview:	## the newest published runs, a group of rows a configuration
	@sh scripts/overview.sh
report:		## results/report.md, report-mail.txt and plots/ of the published runs
	@sh scripts/report.sh
figures:	## what README.md, cover letter and changelogs quote, as the published runs say it
	@sh scripts/figures.sh

#> A machine of its own
native-kit:	## packages and programs for a machine of ARCH: build/native-kit/ARCH.tar
	@sh scripts/native-kit.sh
native-test:	## try that kit: a disk with its own boot loader in QEMU
	@sh scripts/native-test.sh

#> Remove
clean:		## remove objects and variants; keep source, ccache, runs
	@sh scripts/clean.sh
distclean:	## remove build/ whole, runs included
	@sh scripts/clean.sh all
