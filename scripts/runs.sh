# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: which run directories to take.

# shellcheck disable=SC2086,SC2116 # words with one space between them
columns=$(echo ${PTB_COLUMNS:-base patched})

is_complete()
{
	grep -qs '"complete": *true' "$1/data.json"
}

# What is compared: bench, or more, profile, programs, perf; native runs are named
kind=${PTB_KIND:-bench}

check_kind()
{
	case $kind in
	bench | more | profile | programs | perf) ;;
	*) die "KIND=$kind: bench, more, profile, programs or perf" ;;
	esac
}

# is_plain RUN KERNEL: a whole run of that kind with no arguments added
is_plain()
{
	in=$1/inputs/run
	[ "$(value "$in" kernel)" = "$2" ] &&
		[ "$(value "$in" kind)" = "$kind" ] &&
		[ -z "$(value "$in" extra_args)" ] && is_complete "$1"
}

# is_like RUN OTHER: with its seeds and its guest; any is, if there is no other
is_like()
{
	[ -n "$2" ] || return 0
	[ "$(value "$1/inputs/run" seeds)" = "$(value "$2/inputs/run" seeds)" ] &&
		[ "$(value "$1/inputs/hashes" initramfs)" = "$(value "$2/inputs/hashes" initramfs)" ]
}

# newest_run KERNEL [OTHER]: of this ARCH and CONFIG, complete, nothing added,
# and like the other
newest_run()
{
	found=
	of=$arch-$config-$1
	[ "$kind" = bench ] || of=$of-$kind
	for r in "$b"/runs/*-"$of" "$b"/runs/*-"$of"-[0-9]*; do
		in=$r/inputs/run
		is_plain "$r" "$1" || continue
		is_like "$r" "${2:-}" || continue
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

# given_run KERNEL: what BASE_RUN= or PATCHED_RUN= says, or PTB_RUNS, KERNEL=RUN a word
given_run()
{
	for w in ${PTB_RUNS:-}; do
		if [ "${w%%=*}" = "$1" ]; then
			echo "${w#*=}"
			return
		fi
	done
	case $1 in
	base) echo "${PTB_BASE_RUN:-}" ;;
	patched) echo "${PTB_PATCHED_RUN:-}" ;;
	esac
}

no_run()
{
	none="no complete run of $arch $config $1"
	bench="make $kind$([ "$1" = patched ] || echo " KERNEL=$1")"
	[ -n "$2" ] || die "$none: $bench"
	die "$none with seeds and guest of ${2#"$root"/}: $bench SEEDS=$(value "$2/inputs/run" seeds)"
}

# Two runs are printed side by side with all that is known of the difference,
# but then both must have every row, which another version has not
layout()
{
	case " $columns " in
	*" peer "*) echo --columns ;;
	esac
}

# Known kernels, none of them twice, as many as ptb-compare takes
check_columns()
{
	n=0
	seen=' '
	for kernel in $columns; do
		case $seen in
		*" $kernel "*) die "COLUMNS has $kernel twice" ;;
		esac
		check_kernel
		seen="$seen$kernel "
		n=$((n + 1))
	done
	case $n in
	[2-6]) ;;
	*) die "COLUMNS=\"$columns\": 2 to 6 kernels, what they are compared with first" ;;
	esac
}

# take_native RUN: what ptb-run brought from a machine is read where it lies
take_native()
{
	[ "$(value "$1/inputs/run" kind)" = native ] || return 0
	new=
	for s in "$1"/seed-*[0-9]; do
		[ ! -s "$s/data.json" ] || continue
		new=1
		[ "$(value "$s/status" exit)" = 0 ] || die "$s ended with exit $(value "$s/status" exit)"
		"$b/host/ptb-parse" --busy "$s/console.log" >"$s/data.json.tmp" 2>"$s/parse.log" || {
			cat "$s/parse.log" >&2
			die "$s is not a whole sample"
		}
		mv "$s/data.json.tmp" "$s/data.json"
	done
	if [ -n "$new" ] || ! is_complete "$1"; then
		"$b/host/ptb-parse" --merge "$1"
	fi
}

# pick_runs: a line for each column, its kernel and its run. Of two the newest
# are taken, and ptb-compare refuses what does not fit; of more, the newest that
# fit the first.
pick_runs()
{
	check_columns
	check_kind
	like=
	for k in $columns; do
		r=$(given_run "$k")
		r=${r:-$(newest_run "$k" "$like")}
		[ -n "$r" ] || no_run "$k" "$like"
		r=$(run_dir "$r")
		take_native "$r"
		is_complete "$r" || die "${r#"$root"/} is incomplete: that run did not end well"
		case $(value "$r/inputs/run" kind) in
		stress | kselftest | debian | dump)
			die "${r#"$root"/} is a $(value "$r/inputs/run" kind) run: it measures nothing" ;;
		esac
		case $columns in
		*' '*' '*) like=${like:-$r} ;;
		esac
		echo "$k $r"
	done
}

# is_profile RUN: whether ptb-profile is what compares it
is_profile()
{
	[ "$(value "$1/inputs/run" kind)" = profile ]
}

# set_name RUN...: what the table of these is called
set_name()
{
	if [ $# = 2 ]; then
		case ${2##*/} in
		[0-9]*) echo "${2##*/}" ;;
		# Those of all machines are called the same
		*) echo "$(date +%Y%m%d-%H%M%S)-$(value "$2/inputs/run" arch)-${2##*/}" ;;
		esac
		return
	fi
	newest=$(printf '%s\n' "$@" | sed 's,.*/,,' | sort | tail -n 1)
	suffix=
	[ "$kind" = bench ] || suffix=-$kind
	echo "${newest%%-"$arch-$config"*}-$arch-$config-$(echo "$columns" | tr ' ' '-')$suffix"
}
