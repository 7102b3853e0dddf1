# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Bad input is refused, by one line.

run()
{
	refused 'there is no test typo: run.sh list' sh "$tests/run.sh" typo
	refused 'unknown ARCH=vax' env PTB_ARCH=vax sh "$root/scripts/build.sh"
	refused 'unknown KERNEL=foo' env PTB_KERNEL=foo sh "$root/scripts/run.sh" bench
	refused 'unknown KERNEL=planted-none' env PTB_KERNEL=planted-none sh "$root/scripts/build.sh"
	refused 'unknown CONFIG=none' env PTB_CONFIG=none sh "$root/scripts/run.sh" boot
	refused 'SEEDS=x' env PTB_SEEDS=x sh "$root/scripts/run.sh" bench
	refused 'TIMEOUT=x' env PTB_TIMEOUT=x sh "$root/scripts/run.sh" bench
	refused 'SET=none: pgtable or fixes' env PTB_SET=none sh "$root/scripts/run.sh" kselftest
	refused 'is not a run directory' env PTB_BASE_RUN=/none PTB_PATCHED_RUN=/none \
		sh "$root/scripts/compare.sh"
	refused 'does not exist' env PTB_KERNEL_SRC=/none sh "$root/scripts/fetch.sh"
	old=$b/test-tree
	mkdir -p "$old"
	printf 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 9\n' >"$old/Makefile"
	refused 'is Linux 6.1.9, not 7.3' env PTB_KERNEL_SRC="$old" sh "$root/scripts/fetch.sh"
	printf 'VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = 9\n' >"$old/Makefile"
	refused 'PEER=.* is Linux 6.6.9, not 6.1' env PTB_PEER="$old" sh "$root/scripts/fetch.sh" peer
	refused 'PEER=/none does not exist' env PTB_PEER=/none sh "$root/scripts/fetch.sh" peer
	refused 'no KERNEL=peer for ARCH=x86_64' env PTB_ARCH=x86_64 PTB_KERNEL=peer \
		sh "$root/scripts/build.sh"
	refused 'KIND=foo: bench' env PTB_KIND=foo sh "$root/scripts/compare.sh"
	refused 'unknown KERNEL=foo' env PTB_COLUMNS='base foo' sh "$root/scripts/compare.sh"
	refused 'has base twice' env PTB_COLUMNS='base base' sh "$root/scripts/compare.sh"
	refused '2 to 6 kernels' env PTB_COLUMNS=base sh "$root/scripts/compare.sh"
	refused 'a profile is of two' env PTB_COLUMNS='base slab patched' sh "$root/scripts/profile.sh"
	refused 'a directory of results' env PTB_RUN=/none sh "$root/scripts/reproduce.sh"
	refused 'has no such step' env PTB_STEPS=vax sh "$root/scripts/evidence.sh"
	refused 'has no vax-cross' sh "$root/scripts/cross.sh" vax-cross
	mkdir -p "$b/test-run/inputs"
	refused 'incomplete' env PTB_BASE_RUN="$b/test-run" PTB_PATCHED_RUN="$b/test-run" \
		sh "$root/scripts/compare.sh"
	echo kind=stress >"$b/test-run/inputs/run"
	echo '"complete": true' >"$b/test-run/data.json"
	refused 'is a stress run' env PTB_BASE_RUN="$b/test-run" PTB_PATCHED_RUN="$b/test-run" \
		sh "$root/scripts/compare.sh"
	rm -rf "$old" "$b/test-run"
}
