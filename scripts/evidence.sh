#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All that results/ is made of, from nothing: the steps of bench/evidence. A step that is
# done is not done again until series, configuration, guest or tools change. PUBLISH=1
# puts each into results/ when it is done. STEPS="KIND ARCH CONFIG kernel arguments", or
# part of it: only those.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

e=$b/evidence
list=$root/bench/evidence

# What the step depends on
key()
{
	echo "$kind $arch $config $seeds $columns $extra"
	[ "$kind" != layout ] || series_id
	git -C "$b/linux" status --porcelain
	cat "$b/src/ORIGIN"
	if [ "$kind" = layout ]; then
		cat "$root/scripts/layout.sh"
		find "$root/kernel-patches/configs" -type f | sort | xargs cat
		return
	fi
	arch_facts "$arch"
	"$qemu" --version | head -n 1
	"${cross}gcc" --version | head -n 1
	"${cross}ld" --version | head -n 1
	cat "$root/scripts/run.sh" "$root/scripts/kernel.sh" "$root"/kernel-patches/configs/*/"$arch.args"
	case " $columns " in
	*" peer "*) cat "$root/kernel-patches/PEER" ;;
	esac
	for kernel in $columns; do
		kernel_paths
		series_id
		config_fragment
	done
	(cd "$root" && {
		echo bench/guest
		case $kind in
		programs) echo bench/debian ;;
		perf) printf '%s\n' bench/debian bench/perf ;;
		esac
		[ "$kind" != profile ] || echo bench/plugin
	} | while IFS= read -r d; do
		find "$d" -type f | sort | xargs sha256sum
	done)
}

# The run that was just made, if it is what was asked for: others may run something too
last_run()
{
	r=$(basename "$(cat "$b/log/last-run")")
	in=$b/runs/$r/inputs
	[ "$(for k in kind arch config kernel seeds extra_args; do value "$in/run" $k; done)" = \
		"$(printf '%s\n' "$kind" "$arch" "$config" "$kernel" "$seeds" "$extra")" ] ||
		die "build/runs/$r is another run than the one of this step: one make at a time"
	[ -z "${PTB_PUBLISH:-}" ] || [ "$(value "$in/series" dirty)" = 0 ] ||
		die "build/runs/$r is of uncommitted source and cannot be published: commit, make export"
	echo "$r"
}

# The runs of the step, KERNEL RUN a line, and their table. A run that a stopped step has left is taken as it is
measure()
{
	: >>"$e/$id.runs"
	for kernel in $columns; do
		! grep -q "^$kernel " "$e/$id.runs" || continue
		case $kind in
		profile) seeds=1 ;;
		esac
		PTB_EXTRA_ARGS=$extra run run.sh "$kind"
		r=$(last_run)
		echo "$kernel $r" >>"$e/$id.runs"
	done
	set --
	while read -r _ r; do
		set -- "$@" "$b/runs/$r"
	done <"$e/$id.runs"
	case $kind:$# in
	profile:*) "$b/host/ptb-profile" "$@" >"$e/$id.table" ;;
	*:2) "$b/host/ptb-compare" --json "$e/$id.json" "$@" >"$e/$id.table" ;;
	*) "$b/host/ptb-compare" --columns --json "$e/$id.json" "$@" >"$e/$id.table" ;;
	esac
}

publish()
{
	case $kind in
	layout) PTB_RUN=build/layout sh "$root/scripts/publish.sh" ;;
	*) PTB_RUNS=$(tr ' ' '=' <"$e/$id.runs") PTB_COLUMNS=$columns PTB_KIND=$kind run publish.sh ;;
	esac
	echo published >>"$e/$id.done"
}

# step: one line of the list
step()
{
	if [ ! -f "$e/$id.done" ]; then
		say "[$n/$total] $kind $arch $config, $seeds seeds: $columns; about $(left) min left"
		began=$(date +%s)
		if [ "$kind" = layout ]; then
			sh "$root/scripts/layout.sh"
		else
			measure
		fi
		echo "$(($(date +%s) - began)) $minutes" >"$e/$id.done"
	fi
	if [ -n "${PTB_PUBLISH:-}" ] && ! grep -qx published "$e/$id.done"; then
		publish
	fi
}

# Minutes: of the steps that have no result yet, as long as the others here have taken
left()
{
	cat "$e"/*.done 2>/dev/null | awk -v todo="$todo" '
		NF == 2 { spent += $1; said += 60 * $2 }
		END { printf "%d", said ? todo * spent / said : todo }'
}

# each FUNCTION: for each line of the list
each()
{
	n=0
	while read -r minutes kind arch config seeds kernels extra <&7; do
		case $minutes in
		'#'* | '') continue ;;
		esac
		case "$kind $arch $config $extra" in
		*"${PTB_STEPS:-}"*) ;;
		*) continue ;;
		esac
		n=$((n + 1))
		"$1"
	done 7<"$list"
}

identify()
{
	columns=$(echo "$kernels" | tr ',' ' ')
	id=$(key | sha256sum | cut -c 1-16)
}

count()
{
	total=$n
	identify
	[ -f "$e/$id.done" ] || todo=$((todo + minutes))
}

one()
{
	identify
	spent=0
	[ -f "$e/$id.done" ] || spent=$minutes
	# Not "(step) || exit", in which set -e would be off
	set +e
	(
		set -e
		step
	)
	rc=$?
	set -e
	[ "$rc" = 0 ] || exit "$rc"
	todo=$((todo - spent))
}

each :
[ "$n" -gt 0 ] || die "STEPS=$PTB_STEPS: bench/evidence has no such step"
run deps.sh full
run tree.sh
mkdir -p "$e"
make_host
lock evidence
total=0
todo=0
each count
each one
say "all $total steps are done: tables in build/evidence${PTB_PUBLISH:+, published}"
[ -n "${PTB_PUBLISH:-}" ] || say "make evidence PUBLISH=1 puts them into results/ and makes the report"
