# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: which run directories to take.

is_complete()
{
	grep -qs '"complete": *true' "$1/data.json"
}

# is_plain RUN KERNEL: a whole benchmark with no arguments added
is_plain()
{
	in=$1/inputs/run
	[ "$(value "$in" kernel)" = "$2" ] &&
		[ "$(value "$in" kind)" = bench ] &&
		[ -z "$(value "$in" extra_args)" ] && is_complete "$1"
}

# newest_run KERNEL: of this ARCH and CONFIG, complete, nothing added
newest_run()
{
	found=
	for r in "$b"/runs/*-"$arch-$config-$1" "$b"/runs/*-"$arch-$config-$1"-[0-9]*; do
		in=$r/inputs/run
		is_plain "$r" "$1" || continue
		# Names begin with the time; the glob is sorted, but twice
		if [ -z "$found" ] || [ "$(printf '%s\n%s\n' "$r" "$found" | sort | tail -n 1)" = "$r" ]; then
			found=$r
		fi
	done
	echo "$found"
}

# run_dir NAME: a directory, or a name below build/runs
run_dir()
{
	for r in "$1" "$root/$1" "$b/runs/$1"; do
		if [ -d "$r/inputs" ]; then
			(cd "$r" && pwd -P)
			return
		fi
	done
	die "$1 is not a run directory"
}

pick_pair()
{
	base_run=${PTB_BASE_RUN:-$(newest_run base)}
	patched_run=${PTB_PATCHED_RUN:-$(newest_run patched)}
	[ -n "$base_run" ] || die "no complete run of $arch $config base: make bench KERNEL=base"
	[ -n "$patched_run" ] || die "no complete run of $arch $config patched: make bench"
	base_run=$(run_dir "$base_run")
	patched_run=$(run_dir "$patched_run")
	for r in "$base_run" "$patched_run"; do
		is_complete "$r" || die "${r#"$root"/} is incomplete: that run did not end well"
	done
}
