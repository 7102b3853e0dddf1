#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh boot|bench|more|stress|profile|smp|kselftest|debian|programs|perf|dump: run one image under QEMU, a directory build/runs/ID a run.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/qemu.sh
. "$root/scripts/qemu.sh"
# shellcheck source=scripts/rundir.sh
. "$root/scripts/rundir.sh"
# shellcheck source=scripts/apt.sh
. "$root/scripts/apt.sh"
# shellcheck source=scripts/debian.sh
. "$root/scripts/debian.sh"

kind=${1:-bench}
set=${PTB_SET:-pgtable}		# of kselftests
cpus=${PTB_CPUS:-4}		# of smp
mode=${PTB_MODE:-turns}		# of its tasks
timeout=${PTB_TIMEOUT:-600}
lanes=2				# QEMU is single threaded, two cores are assumed
# What threads of one process may do to each other, and nothing that waits for
# instructions to be counted
stress_list=churn,halves,alternate,fork_unmap,race,limit,fork_exit
# What has instruction rows
profile_list=sparse,dense,fork_exit,small_proc,churn,madv_dontneed,lifecycle,halves,thp

run_name()
{
	suffix=
	# Not a name that compare looks for
	case $kind in
	more | stress | profile | kselftest | debian | programs | perf | dump) suffix=-$kind ;;
	smp) suffix=-smp$cpus-$mode ;;
	esac
	[ "$kind" != kselftest ] || [ "$set" = pgtable ] || suffix=$suffix-$set
	echo "$arch-$config-$kernel$suffix${coverage:+-coverage}"
}

# stress, kselftest, debian: four CPUs that run at the same time, as fast as the host
# lets them; one if the kernel knows no more
qemu_clock()
{
	case $kind in
	stress | kselftest | debian)
		# SeaBIOS lists one CPU of each socket where there is no ACPI
		smp=4
		[ "$arch" != x86_64 ] || smp=4,sockets=4
		is_smp || smp=1
		printf '%s\n' -accel tcg,thread=multi -smp "$smp" ;;
	smp)
		smp=$cpus
		[ "$arch" != x86_64 ] || smp=$cpus,sockets=$cpus
		printf '%s\n' -accel tcg,thread=single
		# Who spins for another CPU may do so for ever with it, see README.md
		[ "$mode" != exact ] || printf '%s\n' -icount shift=0,sleep=off
		printf '%s\n' -smp "$smp" -object "memory-backend-memfd,id=ram,size=${memory}M" ;;
	dump) printf '%s\n' -accel tcg,thread=single -smp 1 -chardev pipe,id=m,path=monitor \
		-mon chardev=m,mode=readline ;;
	*) printf '%s\n' -accel tcg,thread=single -icount shift=0,sleep=off -smp 1 ;;
	esac
}

is_smp()
{
	grep -qx CONFIG_SMP=y "$obj/.config"
}

# What the plugin can tell apart, and what the kernel can have
enough_cpus()
{
	case $cpus in
	[2-9] | [1-2][0-9] | 3[0-2]) ;;
	*) die "CPUS=$cpus: 2 to 32" ;;
	esac
	case $mode in
	turns | exact | free) ;;
	*) die "MODE=$mode: turns, exact or free" ;;
	esac
	most=$(sed -n 's/^CONFIG_NR_CPUS=//p' "$obj/.config")
	[ "$cpus" -le "$most" ] || die "CPUS=$cpus: $what has $most at most, CONFIG=smp has 16"
}

# The guest has markers for two architectures. The plugin has version 1, which QEMU
# 9.0 dropped.
plugin_possible()
{
	case $arch in
	s390x | x86_64) ;;
	*) die "ARCH=$arch: there is no profile of it" ;;
	esac
	has_plugins ||
		die "$qemu is version $v: it has no plugins of version 1, QEMU 8.2 and older have"
}

has_plugins()
{
	v=$("$qemu" --version | sed -n 's/^QEMU emulator version \([0-9]*\)\..*/\1/p')
	[ "${v:-0}" -lt 9 ]
}

# bench/plugin, with a data cache as that of a core one would measure on: z16 (128 KB),
# Golden Cove or Zen 5 (48 KB). s390's kernel runs where it is linked plus IMAGE_BASE.
plugin_argv()
{
	case $arch in
	s390x) geometry=64:8:256 ;;
	*) geometry=64:12:64 ;;
	esac
	plugin_arg profile "cache=${PTB_CACHE:-$geometry}"
}

# The plugin of smp, with the length of a line of such a core
lines_argv()
{
	case $arch in
	s390x) plugin_arg lines line=256 ;;
	*) plugin_arg lines line=64 ;;
	esac
}

# plugin_arg NAME [more]: it writes NAME.txt
plugin_arg()
{
	offset=$(sed -n 's/^CONFIG_KERNEL_IMAGE_BASE=//p' "$obj/.config")
	echo -plugin
	echo "../../../plugin/ptb-$1.so,vmlinux=../../../${obj#"$b"/}/vmlinux,out=$1.txt,offset=${offset:-0}${2:+,$2}"
}

# left_by_plugin NAME: the verdict if it did not
left_by_plugin()
{
	tail -n 1 "$d/$1.txt" 2>/dev/null | grep -q '^end ' || {
		echo "ptb: error: truncated: the plugin left no whole $1.txt" >>"$d/parse.log"
		rc=16
	}
}

# MiB of memory that programs can still have
free_memory()
{
	awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo
}

# One argument a line; paths are relative to a seed's directory, so that the
# file is the same for the same run anywhere. SEED stands for the seed.
qemu_argv()
{
	echo "$qemu"
	memory=512
	machine=
	cpu=
	[ "$config" != trace ] || memory=1024	# 100000 tables
	case $kind in
	debian | programs | perf) memory=3072 ;;
	more) memory=10240 ;;	# a million tables
	smp)
		memory=2048
		machine=,memory-backend=ram	# which the plugin reads
		cpu=,-monitor ;;	# of several CPUs, MWAIT halts none
	esac
	case $arch in
	s390x) printf '%s\n' -M "s390-ccw-virtio$machine" -cpu max ;;
	x86_64) printf '%s\n' -M "pc$machine" -cpu "max,-erms,-fsrm$cpu" ;;
	arm64) printf '%s\n' -M virt -cpu max ;;
	arm)
		memory=1024	# some of it is highmem
		printf '%s\n' -M virt -cpu cortex-a15 ;;
	esac
	qemu_clock
	printf '%s\n' -rtc base=2026-01-01T00:00:00,clock=vm -seed SEED \
		-no-reboot -nodefaults -display none -m "$memory" \
		-chardev file,id=c,path=console.log
	case $arch in
	s390x) printf '%s\n' -device sclpconsole,chardev=c ;;
	*) printf '%s\n' -serial chardev:c ;;
	esac
	[ "$kind" != profile ] || plugin_argv
	[ "$kind" != smp ] || lines_argv
	[ -z "$coverage" ] || plugin_arg coverage
	printf '%s\n' -kernel "../../../images/$image_sha" \
		-initrd "../../../images/$initramfs_sha" -append "$cmdline"
}

write_inputs()
{
	in=$dir/inputs
	mkdir "$in"
	image_sha=$(keep "$image")
	initramfs_sha=$(keep "$initramfs")
	cp "$obj/.config" "$in/config"
	printf '%s\n' "$cmdline" >"$in/cmdline"
	qemu_argv >"$in/qemu-argv"
	write_versions >"$in/versions"
	cp "$origin" "$in/origin"
	printf 'image=%s\ninitramfs=%s\nconfig=%s\n' "$image_sha" "$initramfs_sha" \
		"$(sha "$obj/.config")" >"$in/hashes"
	write_series >"$in/series"
	write_harness >"$in/harness"
	printf 'kind=%s\narch=%s\nconfig=%s\nkernel=%s\nseeds=%s\nextra_args=%s\n' "$kind" \
		"$arch" "$config" "$kernel" "$seeds" "${PTB_EXTRA_ARGS:-}" >"$in/run"
}

# As soon as the guest says so, all its memory to the file dump; monitor.log is what
# QEMU's monitor answers
take_dump()
{
	cat "$d/monitor.out" >"$d/monitor.log" &
	exec 8>"$d/monitor.in"
	while kill -0 "$pid" 2>/dev/null; do
		if grep -qa '^ptb: info dump=ready' "$d/console.log"; then
			echo 'dump-guest-memory dump' >&8
			break
		fi
		sleep 1
	done
	wait
}

# The files of bench/perf, out of the console, and what they say in one table. What perf
# has recorded stays packed.
take_files()
{
	mkdir "$d/perf"
	tr -d '\r' <"$d/console.log" | awk -v to="$d/perf/" '
		/^ptb-file: begin / { out = to $3 ".b32"; printf "" >out; print $3, $4; next }
		/^ptb-file: end / { close(out); out = ""; next }
		out { print >out }' >"$d/perf.list"
	while read -r f sum; do
		base32 -d "$d/perf/$f.b32" >"$d/perf/$f.gz" 2>/dev/null || :
		rm "$d/perf/$f.b32"
		if [ "$(gzip -dc "$d/perf/$f.gz" 2>/dev/null | sha256sum | cut -d ' ' -f 1)" != "$sum" ]; then
			echo "ptb: error: truncated: the console has no whole $f" >>"$d/parse.log"
			rc=16
		elif [ "${f%.data}" = "$f" ]; then
			gzip -d "$d/perf/$f.gz"
		fi
	done <"$d/perf.list"
	rm -f "$d/perf.list"
	[ "$rc" != 0 ] || sh "$root/scripts/perf-summary.sh" "$d/perf" >"$d/perf.tsv" \
		2>>"$d/parse.log" || rc=16
}

run_seed()
{
	d=$dir/seed-$1
	mkdir "$d"
	start=$(date +%s)
	[ "$kind" != dump ] || mkfifo "$d/monitor.in" "$d/monitor.out"
	(qemu "$1") 9>&- &
	pid=$!
	[ "$kind" != dump ] || take_dump 9>&- &
	trap 'kill "$pid" 2>/dev/null; wait "$pid"; exit 130' INT TERM HUP
	q=0
	wait "$pid" || q=$?
	judge_seed
	case $rc:$kind in
	0:stress | 0:kselftest | 0:debian)
		! is_smp || grep -aq 'Brought up 1 node, 4 CPUs' "$d/console.log" || {
			echo "ptb: error: test failed: there are no four CPUs" >>"$d/parse.log"
			rc=15
		} ;;
	0:smp)
		grep -aq "Brought up 1 node, $cpus CPUs" "$d/console.log" || {
			echo "ptb: error: test failed: there are no $cpus CPUs" >>"$d/parse.log"
			rc=15
		} ;;
	esac
	if [ "$rc" = 0 ] && [ -n "$programs" ]; then
		n=$(grep -ac '^ptb: info kselftest=' "$d/console.log" || :)
		if [ "$n" -ne "$programs" ]; then
			echo "ptb: error: test failed: $n programs have run" >>"$d/parse.log"
			rc=15
		fi
	fi
	rm -f "$d/monitor.in" "$d/monitor.out"
	if [ "$rc:$kind" = 0:dump ] && [ ! -s "$d/dump" ]; then
		echo "ptb: error: truncated: QEMU left no dump" >>"$d/parse.log"
		rc=16
	fi
	[ "$rc:$kind" != 0:profile ] || left_by_plugin profile
	[ "$rc:$kind" != 0:smp ] || left_by_plugin lines
	[ "$rc:$kind" != 0:perf ] || take_files
	[ "$rc:$coverage" != 0:1 ] || left_by_plugin coverage
	end_seed "seed $1"
}

# lane N: seeds N, N + lanes, ...
lane()
{
	s=$1
	while [ "$s" -le "$seeds" ]; do
		run_seed "$s"
		s=$((s + lanes))
	done
}

stop()
{
	trap '' INT TERM HUP
	for p in $pids; do
		kill "$p" 2>/dev/null || :
	done
	wait
	say "interrupted: build/runs/$id stays incomplete"
	exit 130
}

run_lanes()
{
	pids=
	trap stop INT TERM HUP
	i=1
	while [ "$i" -le "$lanes" ]; do
		lane "$i" &
		pids="$pids $!"
		i=$((i + 1))
	done
	for p in $pids; do
		wait "$p" || :
	done
	trap - INT TERM HUP
}

# The worst verdict, in the order that explains most
verdict()
{
	cat "$dir"/seed-*/status | sed -n 's/^exit=//p' >"$dir/.exits"
	[ "$(wc -l <"$dir/.exits")" -eq "$seeds" ] || { echo 1; return; }
	for rc in 12 14 13 11 16 15; do
		if grep -qx "$rc" "$dir/.exits"; then
			echo "$rc"
			return
		fi
	done
	sort -n "$dir/.exits" | tail -n 1
}

case $kind in
boot)
	seeds=1
	what_runs="boot" ;;
bench)
	what_runs="bench, $seeds seeds" ;;
more)
	timeout=${PTB_TIMEOUT:-3600}
	lanes=1
	# What it touches of its memory
	[ "$(free_memory)" -ge 8192 ] ||
		die "too little memory: more needs 8192 MiB, $(free_memory) MiB are left"
	what_runs="more, $seeds seeds" ;;
stress)
	lanes=1			# four threads of QEMU
	what_runs="stress, $seeds seeds" ;;
profile)
	lanes=1
	seeds=1
	timeout=${PTB_TIMEOUT:-1800}
	what_runs="profile"
	printf '%s\n' "${PTB_CACHE:-1:1:1}" | grep -qxE '[0-9]+:[0-9]+:[0-9]+' ||
		die "CACHE=$PTB_CACHE: sets:ways:bytes of a line" ;;
smp)
	timeout=${PTB_TIMEOUT:-1800}
	lanes=1
	what_runs="$cpus CPUs, $mode, $seeds seeds" ;;
kselftest)
	lanes=1
	seeds=1
	timeout=${PTB_TIMEOUT:-1800}
	what_runs="kselftests, $set" ;;
dump)
	lanes=1
	seeds=1
	what_runs="a dump of its memory" ;;
programs)
	timeout=${PTB_TIMEOUT:-7200}
	what_runs="Debian's programs, $seeds seeds" ;;
perf)
	seeds=1
	timeout=${PTB_TIMEOUT:-7200}
	what_runs="perf and stress-ng" ;;
debian)
	lanes=1
	seeds=1
	timeout=${PTB_TIMEOUT:-7200}
	what_runs="Debian's programs and the kernel's own" ;;
*) die "run.sh boot|bench|more|stress|profile|smp|kselftest|debian|programs|perf|dump" ;;
esac
check_axes
check_set
case $timeout in
'' | *[!0-9]*) die "TIMEOUT=$timeout: seconds" ;;
esac
arch_facts "$arch"
[ -n "$qemu" ] || die "ARCH=$arch: no machine of QEMU; make cycles boots it"
need "$qemu" "$qemu_package"
need timeout coreutils
case ${PTB_COVERAGE:-} in
'' | 0) coverage= ;;
1) coverage=1 ;;
try) coverage=$(! has_plugins || echo 1) ;;
*) die "COVERAGE=$PTB_COVERAGE: 1, try (where QEMU can) or nothing" ;;
esac
plugin=$coverage
case $kind in
profile | smp) plugin=1 ;;
esac
[ -z "$plugin" ] || plugin_possible
run build.sh
programs=
case $kind in
kselftest)
	make_tests
	programs=$(find "$root/selftests/$set" -name '*.c' | wc -l) ;;
programs | perf) make_debian "$kind" ;;
debian)
	make_debian tests
	programs=$(find "$root/selftests/debian" -type f | wc -l) ;;
*) make_guest ;;
esac
make_host
[ -z "$plugin" ] || make_plugin
kernel_paths
[ "$kind" != smp ] || enough_cpus
[ -f "$image" ] || die "no image of $what: make build"
want=200
[ "$kind" != dump ] || want=1500
want_space "$want" "a run"
args=$fragment
until [ -f "${args%.config}.args" ]; do
	args=$(under "$args")
	[ -n "$args" ] || die "CONFIG=$config has no $arch.args, nor has what it is on top of"
done
cmdline="panic=-1 oops=panic norandmaps slab_nomerge $(cat "${args%.config}.args")"
case $kind in
boot) cmdline="$cmdline ptb=boot" ;;
stress) cmdline="$cmdline ptb=$stress_list" ;;
more | dump | programs) cmdline="$cmdline ptb=$kind" ;;
smp)
	cmdline="$cmdline ptb=smp ptb_smp=$mode"
	# The host may be too slow for the test of it
	[ "$arch" != x86_64 ] || cmdline="$cmdline no_timer_check" ;;
perf)
	cmdline="$cmdline ptb=programs"
	# There is no other clock to verify the TSC by, and until then no timer but the tick
	[ "$arch" != x86_64 ] || cmdline="$cmdline tsc=reliable" ;;
kselftest) cmdline="$cmdline ptb=kselftest" ;;
debian)
	# The test of vmalloc() is made to be a module, and runs for an hour unless told
	cmdline="$cmdline ptb=kselftest test_vmalloc.test_loop_count=200 slab_debug=FZ,ptdesc,ptdesc_frag" ;;
profile)
	case " ${PTB_EXTRA_ARGS:-}" in
	*' ptb='*) ;;
	*) cmdline="$cmdline ptb=$profile_list" ;;
	esac ;;
esac
cmdline="$cmdline${PTB_EXTRA_ARGS:+ $PTB_EXTRA_ARGS}"
cmdline="$cmdline ptb_seed=SEED"
make_run_dir "$(run_name)"
write_inputs
say "$what: $what_runs, build/runs/$id"
run_lanes
rc=$(verdict)
rm -f "$dir/.exits"
check_no_space "$dir"/seed-*/qemu.log "$dir"/seed-*/parse.log
[ "$rc" = 0 ] || [ "$(free_mb "$b")" -gt 0 ] || die "disk full: build/runs/$id stays incomplete"
[ "$rc" = 0 ] || die_with "$rc" "$what: $(verdict_name "$rc"), see build/runs/$id"
"$b/host/ptb-parse" --merge "$dir" || die "build/runs/$id stays incomplete"
printf '%s\n' "build/runs/$id" >"$b/log/last-run"
say "complete: build/runs/$id"
