#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Copy the runs of COLUMNS and their table to results/, one directory a table,
# and add it to the index, the overview and the report. No run there is ever overwritten or
# edited by hand.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/runs.sh
. "$root/scripts/runs.sh"

results=$root/results
new=$results/.new
now=$(date +%Y%m%d-%H%M%S)

# committed KERNEL RUN: whether RUN is of committed source. A kernel with a patch of its
# own is the series that the patched run has as well, and that patch: in git, and older.
committed()
{
	[ "$(value "$2/inputs/series" dirty)" = 0 ] || return 1
	p=$(variant_patch "$1")
	[ -n "$p" ] || return 0
	[ "$(value "$2/inputs/series" source_tree)" = "$tree" ] &&
		git -C "$root" ls-files --error-unmatch "$p" >/dev/null 2>&1 &&
		git -C "$root" diff --quiet HEAD -- "$p" &&
		[ -z "$(find "$p" -newer "$2/inputs/series")" ]
}

# The tree of the whole series, of the patched run, or of build/linux if there is none
series_tree()
{
	of=$(echo "$runs" | sed -n 's/^patched //p' | head -n 1)
	if [ -n "$of" ]; then
		value "$of/inputs/series" source_tree
	else
		git -C "$b/linux" rev-parse -q --verify 'series^{tree}' || :
	fi
}

copy_run()
{
	mkdir "$new/$2"
	cp -R "$1/inputs" "$1/data.json" "$new/$2/"
	p=$(variant_patch "$2")
	[ -z "$p" ] || cp "$p" "$new/$2/planted.patch"
	for s in "$1"/seed-*[0-9]; do
		mkdir "$new/$2/${s##*/}"
		cp "$s/console.log" "$s/data.json" "$s/status" "$new/$2/${s##*/}/"
		[ ! -f "$s/facts" ] || cp "$s/facts" "$new/$2/${s##*/}/"
		[ ! -d "$s/perf" ] || cp -R "$s/perf" "$s/perf.tsv" "$new/$2/${s##*/}/"
		! is_profile "$1" || cp "$s/profile.txt" "$new/$2/${s##*/}/"
	done
}

index_head()
{
	cat <<-'EOF'
	<!-- SPDX-License-Identifier: GPL-2.0 -->
	# Published runs

	Each directory holds the runs as they were (inputs, raw console, parsed
	data) and `table.txt`, `table.json` made from them by ptb-compare; a profile has
	a `table.txt` by ptb-profile, layout what pahole says, smp what CPUs take from each other, cycles what it takes on one,
	matrix the results of
	`make test-full`, cross those of `make cross`. Written by `make publish` only.

	| directory | arch | config | seeds | Linux | series |
	|---|---|---|---|---|---|
	EOF
}

make_table()
{
	if is_profile "$1"; then
		"$b/host/ptb-profile" "$@"
		return
	fi
	# shellcheck disable=SC2046 # one option or none
	"$b/host/ptb-compare" $(layout) --json "$new/table.json" "$@"
}

# begin_new NAME: the directory $new, which end_new makes results/NAME
begin_new()
{
	name=$1
	lock publish
	[ ! -e "$results/$name" ] || die "results/$name exists already"
	mkdir -p "$results"
	rm -rf "$new"
	trap 'rm -rf "$new"; exit 130' INT TERM HUP
	mkdir "$new"
}

# end_new ARCH CONFIG SEEDS VERSION SERIES: and its line in the index
end_new()
{
	[ -f "$results/README.md" ] || index_head >"$results/README.md"
	trap '' INT TERM HUP
	mv "$new" "$results/$name"
	echo "| [$name]($name/table.txt) | $1 | $2 | $3 | $4 | $(echo "$5" | cut -c 1-12) |" \
		>>"$results/README.md"
	say "published: results/$name"
}

# clean_source DIR MAKER: a table that is there, of what is committed
clean_source()
{
	[ -f "$1/table.txt" ] || die "there is no ${1#"$root"/}/table.txt: $2"
	[ "$(value "$1/source" dirty)" = 0 ] ||
		die "${1#"$root"/} is of uncommitted source: commit, export, $2"
}

# What make layout left, with where it came from
publish_layout()
{
	l=$b/layout
	clean_source "$l" 'make layout'
	begin_new "$now-layout"
	cp -R "$l/." "$new/"
	end_new all all - "$(value "$l/source" version)" "$(value "$l/source" series)"
	run overview.sh
	run report.sh
}

# What make cross left, with failures, if there are any
publish_cross()
{
	x=$b/cross
	clean_source "$x" 'make cross'
	begin_new "$now-cross"
	cp "$x/table.txt" "$x/source" "$new/"
	# From these another machine goes on
	awk -F '\t' '$2 == "pass" { print $1 }' "$x/summary" | while IFS= read -r n; do
		printf '%s\t%s\t%s\n' "$n" "$(sed -n '1s/^pass //p' "$x/done/$n")" "$(sed -n 2p "$x/done/$n")"
	done >"$new/done.tsv"
	end_new all 'make cross' - "$(value "$x/source" version)" "$(value "$x/source" series)"
	run report.sh
}

# What make smp left: its table, and the runs with the plugin's counts
publish_smp()
{
	x=$b/smp
	clean_source "$x" 'make smp'
	# 4 and turns are what a name does not say
	what=$(value "$x/source" config | sed 's/^[^,]*, \([0-9]*\) CPUs, /smp\1-/; s/^smp4-/smp-/; s/-turns$//')
	begin_new "$now-$(value "$x/source" arch)-$what"
	cp -R "$x/." "$new/"
	end_new "$(value "$x/source" arch)" "$(value "$x/source" config)" \
		"$(value "$x/source" seeds)" "$(value "$x/source" version)" "$(value "$x/source" series)"
	run report.sh
}

# What make test-full left: its table, what has been executed, which planted bug was
# caught by what, and the results of Debian's programs. With failures, if there are any.
publish_matrix()
{
	m=$b/matrix
	[ -f "$m/full" ] || die "there is no build/matrix/full: make test-full"
	git -C "$root" diff --quiet HEAD -- kernel-patches selftests bench ||
		die "build/matrix is of uncommitted source: commit, make test-full"
	begin_new "$now-matrix"
	cp "$m/full" "$new/table.txt"
	series=$(sed -n '1s/.*series \([0-9a-f]*\),.*/\1/p' "$m/full")
	version=$(value "$b/src/ORIGIN" version)
	printf 'version=%s\nseries=%s\ncc=%s\n' "$version" "$series" "$(sed -n 3p "$m/full")" >"$new/source"
	# From these another machine goes on
	cp "$m/full.tsv" "$new/"
	mkdir "$new/coverage"
	for f in "$b"/coverage/ran/*; do
		[ ! -f "$f" ] || cp -p "$f" "$new/coverage/"
	done
	for f in planted coverage; do
		[ ! -f "$m/$f" ] || cp "$m/$f" "$new/$f.txt"
	done
	for f in "$b"/log/debian-s390x* "$b"/log/debian-x86_64*; do
		[ ! -f "$f" ] || cp "$f" "$new/${f##*/}.txt"
	done
	end_new all 'make test-full' - "$version" "$series"
	run report.sh
}

# What make cycles left: a log of each boot, and the table
publish_cycles()
{
	r=$b/runs/${PTB_RUN##*/}
	[ -f "$r/table.txt" ] || die "there is no ${r#"$root"/}/table.txt: make cycles"
	for s in "$r"/inputs/*/series; do
		[ "$(value "$s" dirty)" = 0 ] ||
			die "${r#"$root"/} is of uncommitted source: commit, export, make cycles"
	done
	git -C "$root" diff --quiet HEAD -- bench/cycles kernel-patches/configs/cycles ||
		die "bench/cycles has changes that are not committed: commit, make cycles"
	pairs=$(find "$r" -maxdepth 1 -name '*-a-*.log' | wc -l)
	begin_new "$(echo "${r##*/}" | cut -d - -f 1,2)-um-cycles"
	cp -R "$r/." "$new/"
	# The last of the two has it: base has none
	printf 'version=%s\nseries=%s\n' "$(value "$b/src/ORIGIN" version)" \
		"$(value "$s" series)" >"$new/source"
	end_new um cycles "$pairs pairs" "$(value "$new/source" version)" "$(value "$s" series)"
	run report.sh
}

check_axes
case ${PTB_RUN:-} in
build/layout)
	publish_layout
	exit ;;
build/matrix)
	publish_matrix
	exit ;;
build/cross)
	publish_cross
	exit ;;
build/smp)
	publish_smp
	exit ;;
*-um-cycles-*)
	publish_cycles
	exit ;;
esac
PTB_PATCHED_RUN=${PTB_RUN:-${PTB_PATCHED_RUN:-}}
PTB_BASE_RUN=${PTB_PAIR:-${PTB_BASE_RUN:-}}
make_host
runs=$(pick_runs)
tree=$(series_tree)
series_run=
while read -r k r; do
	[ "$(value "$r/inputs/run" kernel)" = "$k" ] ||
		die "${r#"$root"/} is a run of $(value "$r/inputs/run" kernel), and not of $k: COLUMNS="
	committed "$k" "$r" ||
		die "${r#"$root"/} ran uncommitted source: commit, build and run again"
	# The index names the series that the last of its kernels has
	case $k in
	base | peer | planted-*) series_run=${series_run:-$r} ;;
	*) series_run=$r ;;
	esac
	set -- "$@" "$r"
done <<EOF
$runs
EOF
begin_new "$(set_name "$@")"
make_table "$@" >"$new/table.txt" || {
	rm -rf "$new"
	die "these runs cannot be compared"
}
while read -r k r; do
	copy_run "$r" "$k"
done <<EOF
$runs
EOF
run=$series_run/inputs
shown=$(value "$run/run" config)
! is_profile "$series_run" || shown="$shown, profile"
end_new "$(value "$run/run" arch)" "$shown" "$(value "$run/run" seeds)" \
	"$(value "$run/origin" version)" "$(value "$run/series" series)"
run overview.sh
run report.sh
