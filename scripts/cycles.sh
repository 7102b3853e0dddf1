#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# cycles.sh: UML kernels of two COLUMNS in turn, RUNS times each, and what page tables
# took in each, in ns of the host's CPU. First the KUnit tests, where there is the series.
# COLUMNS="base base" is the noise. Leaves build/runs/ID-um-cycles-A-B: a log a boot, and
# table.txt.
# cycles.sh kunit: the KUnit tests only, for any number of PTE tables in a page.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/rundir.sh
. "$root/scripts/rundir.sh"

arch=um
boots=${PTB_BOOTS:-30}
timeout=${PTB_TIMEOUT:-600}
# Of the tables of gather and lock the host has no memory, see bench/cycles/cycles.c; of
# a struct page for each page there is, of which UML touches those that are used
memory=6G

check_boots()
{
	case $boots in
	'' | *[!0-9]* | 0 | ????*) die "RUNS=$boots: a number from 1 to 999" ;;
	esac
	case $timeout in
	'' | *[!0-9]* | 0*) die "TIMEOUT=$timeout: seconds" ;;
	esac
}

# uml LOG IMAGE [arguments]: a process, whose memory is a file that has no name. seccomp
# is what UML needs to have more than one CPU.
uml()
{
	l=$1
	shift
	q=0
	timeout -k 10 "$timeout" taskset -c "$cpus" "$@" mem="$memory" seccomp=on \
		con=none con0=fd:0,fd:1 stderr=1 ${PTB_EXTRA_ARGS:+$PTB_EXTRA_ARGS} </dev/null >"$l" 2>&1 || q=$?
	if grep -qE 'Kernel panic|BUG:|WARNING:|Oops|Call Trace' "$l"; then
		grep -nE 'Kernel panic|BUG:|WARNING:|Oops|Call Trace' "$l" | head -n 3 >&2
		die_with 14 "splat, see ${l#"$root"/}"
	fi
	[ "$q" != 124 ] || die_with 13 "timed out, see ${l#"$root"/}"
}

# build_one KERNEL CONFIG: leaves the path of its image in $image
build_one()
{
	kernel=$1
	config=$2
	run build.sh
	kernel_paths
}

# kunit CONFIG: the tests of the series come first: a kernel that fails them is not measured
kunit()
{
	build_one patched "$1"
	say "KUnit, $1"
	l=$dir/$1.log
	uml "$l" "$image" ncpus=2 kunit_shutdown=poweroff
	required_lines "$l" >"$dir/kunit.missing" || {
		cat "$dir/kunit.missing" >&2
		die_with 15 "test failed, see ${l#"$root"/}"
	}
	rm -f "$dir/kunit.missing"
	! grep -E '^(\[[^]]*\] ?)? *not ok ' "$l" >&2 || die_with 15 "test failed, see ${l#"$root"/}"
	say "KUnit, $1: $(grep -oE '# [a-z_]*: pass:.*' "$l" | paste -s -d ';' -)"
}

# boot SIDE: one log; a kernel says itself that it has come to the end
boot()
{
	eval "image=\$image_$1 name=\$name_$1"
	l=$dir/$(printf '%03d' "$n")-$1-$name.log
	uml "$l" "$image" ncpus=2
	grep -q 'cycles: end' "$l" || {
		tail -n 3 "$l" >&2
		die_with 16 "truncated, see ${l#"$root"/}"
	}
}

# Each of the two is first in every other pair
pair()
{
	case $((n % 2)) in
	1) boot a; boot b ;;
	0) boot b; boot a ;;
	esac
}

host()
{
	echo "host=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
	sed -n -e 's/^cpu family[^:]*: /family=/p' -e 's/^model[ \t]*: /model=/p' \
		-e 's/^stepping[^:]*: /stepping=/p' /proc/cpuinfo | head -n 3
	echo "cpus=$cpus"
	echo "host_kernel=$(uname -sr)"
	grep -q '^flags.* hypervisor' /proc/cpuinfo && echo "virtual=1" || echo "virtual=0"
	echo "memory=$(df --output=target "${TMPDIR:-/dev/shm}" | tail -n 1 |
		xargs findmnt -n -o FSTYPE,OPTIONS)"
	echo "load=$(cut -d ' ' -f 1-3 /proc/loadavg)"
}

# What both kernels are made of
inputs()
{
	for side in a b; do
		eval "name=\$name_$side image=\$image_$side"
		kernel=cycles-$name
		kernel_paths
		mkdir -p "$dir/inputs/$side-$name"
		(
			cd "$dir/inputs/$side-$name"
			cp "$obj/.config" config
			write_series >series
			made_by >versions
			sha "$image" >sha256
		)
	done
}

check_boots
need taskset util-linux
# The first two CPUs that this may run on
cpus=$(taskset -cp $$ | sed 's/.*: //' | tr , '\n' |
	awk -F - '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) if (n++ < 2) print i }' | paste -s -d , -)
case ${1:-} in
'') ;;
kunit)
	config=kunit
	kernel=patched
	check_axes
	make_run_dir um-kunit
	for c in kunit kunit-4 kunit-16 kunit-256 kunit-4-order1; do
		kunit "$c"
	done
	exit ;;
*) die "cycles.sh [kunit]" ;;
esac
# shellcheck disable=SC2086 # two words
set -- ${PTB_COLUMNS:-base patched}
[ $# = 2 ] || die "COLUMNS=\"$*\": two of base, fixes, patched"
for w in "$@"; do
	case $w in
	base | fixes | patched) ;;
	*) die "COLUMNS=\"$*\": two of base, fixes, patched" ;;
	esac
done
name_a=$1
name_b=$2
kernel=cycles-$name_a
config=cycles
check_axes
make_host
build_one "cycles-$name_b" cycles
image_b=$b/images/$(keep "$image")
build_one "cycles-$name_a" cycles
image_a=$b/images/$(keep "$image")
chmod +x "$image_a" "$image_b"
make_run_dir "um-cycles-$name_a-$name_b"
host >"$dir/host"
inputs
case $name_b in
patched) kunit kunit ;;
esac
logs=
n=0
while [ "$n" -lt "$boots" ]; do
	n=$((n + 1))
	pair
	logs="$logs $dir/$(printf '%03d' "$n")-a-$name_a.log $dir/$(printf '%03d' "$n")-b-$name_b.log"
	[ $((n % 5)) != 0 ] || say "$n of $boots pairs"
done
{
	echo "$(value "$dir/host" host), family $(value "$dir/host" family) model $(value "$dir/host" model)" \
		"stepping $(value "$dir/host" stepping), CPUs $cpus, virtual $(value "$dir/host" virtual)"
	echo "Linux $(value "$b/src/ORIGIN" version), series $(value "$dir/inputs/b-$name_b/series" series | cut -c 1-12)"
	echo
	# shellcheck disable=SC2086 # a list
	"$b/host/ptb-cycles" "$name_a" "$name_b" $logs
} >"$dir/table.txt"
cat "$dir/table.txt"
say "${dir#"$root"/}/table.txt"
