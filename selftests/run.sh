#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The test driver: what CI runs. One function a test; a log each in build/log/.
# run.sh NAME...: only these. run.sh full [NAME...]: all there are, or these; what has
# passed in a guest is not run again until its image or initramfs changes. run.sh planted:
# those with planted bugs. The last two leave a table, build/matrix/full or planted.
root=$(cd "$(dirname "$0")/.." && pwd -P)
b=$root/build
t0=$(date +%s)
passed=0
failed=0
skipped=0
SKIP=77
mkdir -p "$b/log"
PTB_T0=$t0
export PTB_T0
# Nobody's axes but the tests' own
unset PTB_ARCH PTB_KERNEL PTB_CONFIG PTB_SEEDS PTB_EXTRA_ARGS PTB_KERNEL_SRC PTB_TREE_FORCE \
	PTB_PEER PTB_SET PTB_KIND PTB_RUNS PTB_PUBLISH PTB_COLUMNS PTB_RUN PTB_PAIR PTB_CACHE PTB_COVERAGE

skip()
{
	echo "skip: $*"
	exit $SKIP
}

wanted()
{
	[ -n "$only" ] || return 0
	case " $only " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# in_table NAME: whether it is a line of the table that is made
in_table()
{
	case $table:$1 in
	planted:planted-*) ;;
	planted:*) return 1 ;;
	esac
}

# shellcheck source=selftests/table.sh
. "$root/selftests/table.sh"
# shellcheck source=selftests/parts.sh
. "$root/selftests/parts.sh"

# t NAME FUNCTION [args]: a test stops at its first failing command
t()
{
	name=$1
	shift
	in_table "$name" || return 0
	names="$names $name"
	if [ -n "$table" ]; then
		key=$(key_of "$name" "$@")
		echo "$key" >"$m/$name.key"
	fi
	wanted "$name" || return 0
	! earlier "$name" || return 0
	log=$b/log/test-$name.log
	start=$(date +%s)
	printf '[%02d:%02d] %s\n' $(((start - t0) / 60)) $(((start - t0) % 60)) "$name ..."
	(
		set -eu
		"$@"
	) >"$log" 2>&1 </dev/null
	rc=$?
	took=$(($(date +%s) - start))
	case $rc in
	0)
		passed=$((passed + 1))
		keep "$name" pass "$took"
		echo "  pass $name ($took s)" ;;
	"$SKIP")
		skipped=$((skipped + 1))
		keep "$name" skip "$took"
		echo "  SKIP $name: $(sed -n 's/^skip: //p' "$log" | tail -n 1)" ;;
	*)
		failed=$((failed + 1))
		keep "$name" FAIL "$took"
		echo "  FAIL $name (exit $rc, $took s), log build/log/test-$name.log:"
		tail -n 8 "$log" | sed 's/^/    /' ;;
	esac
}

verb()
{
	v=$1
	shift
	sh "$root/scripts/$v" "$@"
}

# axes ARCH KERNEL CONFIG SCRIPT...: a verb of one kernel, one seed
axes()
{
	a=$1 k=$2 c=$3 s=$4
	shift 4
	PTB_ARCH=$a PTB_KERNEL=$k PTB_CONFIG=$c PTB_SEEDS=1 sh "$root/scripts/$s" "$@"
}

# refused WORDS COMMAND...: exit 1 and one line on stderr which has WORDS
refused()
{
	words=$1
	shift
	rc=0
	"$@" 2>"$b/log/refused" >/dev/null || rc=$?
	cat "$b/log/refused"
	[ "$rc" = 1 ] || { echo "exit $rc, not 1: $*"; return 1; }
	[ "$(wc -l <"$b/log/refused")" = 1 ] || { echo "not one line: $*"; return 1; }
	grep -q "$words" "$b/log/refused"
}

t_bad_input()
{
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

t_lint()
{
	verb lint.sh "$1" >"$b/log/lint-$1.log" 2>&1 || { cat "$b/log/lint-$1.log"; return 1; }
	cat "$b/log/lint-$1.log"
	why=$(sed -n 's/^.*: skipped, //p' "$b/log/lint-$1.log")
	[ -z "$why" ] || skip "$why"
}

t_unit()
{
	[ -f "$root/selftests/unit.sh" ] || skip "no selftests/unit.sh"
	verb programs.sh
	sh "$root/selftests/unit.sh"
}

t_series()
{
	verb tree.sh
	rm -rf "$b/test-export"
	verb export.sh "$b/test-export"
	for p in "$root"/kernel-patches/*/series "$root"/kernel-patches/*/[0-9][0-9][0-9][0-9]-*.patch; do
		cmp "$p" "$b/test-export/${p#"$root"/kernel-patches/}"
	done
	rm -rf "$b/test-export"
}

# What is published is what the published runs say
t_overview()
{
	[ -f "$root/results/overview.txt" ] || skip "nothing is published"
	verb overview.sh "$b/test-overview"
	cmp "$root/results/overview.txt" "$b/test-overview"
	rm -f "$b/test-overview"
}

# The report is what the published runs say, figure by figure; and so is what README.md
# and the cover letter quote, and which of it they say is of an older series. Another
# gnuplot may draw the same data otherwise.
t_report()
{
	[ -f "$root/results/report.md" ] || skip "nothing is published"
	n=$b/test-report
	rm -rf "$n"
	verb report.sh "$n"
	cmp "$root/results/report.md" "$n/report.md"
	cmp "$root/results/report-mail.txt" "$n/report-mail.txt"
	diff -r -x '*.svg' "$root/results/plots" "$n/plots"
	if [ "$(drawn_by "$root/results/plots")" = "$(drawn_by "$n/plots")" ]; then
		diff -r "$root/results/plots" "$n/plots"
	else
		echo "detail: $(drawn_by "$n/plots"), drawn by another"
		[ "$(cd "$root/results/plots" && echo *)" = "$(cd "$n/plots" && echo *)" ]
	fi
	verb figures.sh check
	rm -rf "$n"
}

drawn_by()
{
	sed -n 's/.*Produced by \(.*[^ ]\) *<.*/\1/p' "$1"/*.svg | sort -u
}

# The plugin changes nothing, and counts what the guest's clock says
t_profile()
{
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes "$1" patched mini run.sh profile \
		2>"$b/log/profile-err" || {
		! grep -q 'no plugins of version 1' "$b/log/profile-err" ||
			skip "QEMU has no plugins of version 1"
		cat "$b/log/profile-err"
		return 1
	}
	with=$root/$(cat "$b/log/last-run")
	PTB_SEEDS=1 PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes "$1" patched mini run.sh bench
	plain=$root/$(cat "$b/log/last-run")
	cmp "$plain/seed-1/console.log" "$with/seed-1/console.log"
	"$b/host/ptb-profile" "$with" "$with"
}

# slow CONFIG: everything takes ten times as long where all is checked, so there are
# fewer rounds there. The kernel gives what it does not know to init's environment.
slow()
{
	case $1 in
	debug | memcg-off | uni) PTB_EXTRA_ARGS=PGTABLE_LOOPS=10 ;;
	kasan*) PTB_EXTRA_ARGS=PGTABLE_LOOPS=30 ;;
	*) return 0 ;;
	esac
	PTB_TIMEOUT=3600
	export PTB_EXTRA_ARGS PTB_TIMEOUT
}

# selftests/pgtable. What is skipped has to be in kselftest-skips, or a configuration
# that lost an option would pass. Base runs them only to tell whose failure one is.
t_kselftest()
{
	rc=0
	slow "$2"
	PTB_COVERAGE=try axes "$1" patched "$2" run.sh kselftest || rc=$?
	if [ "$rc" != 0 ]; then
		axes "$1" base "$2" run.sh kselftest && echo "base passes" || echo "base fails as well"
		return "$rc"
	fi
	c=$root/$(cat "$b/log/last-run")/seed-1/console.log
	tr -d '\r' <"$c" | sed -n 's/^ok [0-9]* \(.*\) # SKIP.*/\1/p' >"$b/log/skipped"
	echo "detail: $(tr -d '\r' <"$c" | grep -a '^ok ' | grep -vc '# SKIP') passed, $(wc -l <"$b/log/skipped") skipped"
	while IFS= read -r name; do
		grep -qxE "$1 ($2|\*) $name" "$root/selftests/kselftest-skips" ||
			{ echo "skipped, and should not be: $name"; return 1; }
	done <"$b/log/skipped"
}

# t_fix PROGRAM: of selftests/fixes. It passes on patched, nothing of it skipped, and not on
# base: else it could not fail. Where two threads have to meet, base has three boots for it.
t_fix()
{
	export PTB_SET=fixes
	n=1
	until red_on_base "$1"; do
		[ "$n" -lt 3 ] || { echo "$1 passes on base"; return 1; }
		n=$((n + 1))
	done
	axes x86_64 patched fixes run.sh kselftest
	said_by "$1" "$root/$(cat "$b/log/last-run")" >"$b/log/fix-patched"
	grep -q '^ok ' "$b/log/fix-patched"
	if grep -E '^not ok |^ok .*# SKIP' "$b/log/fix-patched"; then
		return 1
	fi
	echo "detail: $(grep -c '^ok ' "$b/log/fix-patched") passed, of which $(
		grep -c '^not ok ' "$b/log/fix-base") fail on base"
}

# Within a condition nothing stops at what fails
red_on_base()
{
	rc=0
	axes x86_64 base fixes run.sh kselftest || rc=$?
	case $rc in
	0 | 15) ;;
	*) echo "base: exit $rc" && exit 1 ;;
	esac
	for d in "$b"/runs/*-x86_64-fixes-base-kselftest-fixes*; do
		:
	done
	said_by "$1" "$d" >"$b/log/fix-base"
	grep -q '^not ok ' "$b/log/fix-base"
}

# said_by PROGRAM RUN: its part of the console
said_by()
{
	tr -d '\r' <"$2/seed-1/console.log" | awk -v program="$1" '
		/^ptb: info kselftest=/ {
			if ($3 == "kselftest=" program) printf "%s", part
			part = ""
			next
		}
		{ part = part $0 "\n" }'
}

# Of a table: a boot of half an hour that is complete when its test is stopped is not
# repeated. had_run NAME: last-run is that boot; keep_run NAME: last-run will be it.
had_run()
{
	[ -n "$table" ] && [ "$(sed -n 1p "$b/log/$1.run" 2>/dev/null)" = "$key" ] &&
		sed -n 2p "$b/log/$1.run" >"$b/log/last-run" &&
		[ -f "$root/$(cat "$b/log/last-run")/seed-1/console.log" ]
}

keep_run()
{
	[ -z "$table" ] || { echo "$key" && cat "$b/log/last-run"; } >"$b/log/$1.run"
}

# Debian's programs and the kernel's own tests: nothing may fail that base passes
t_debian()
{
	for k in base patched; do
		had_run "debian-$1-$k" || {
			PTB_COVERAGE=try axes "$1" $k debian run.sh debian
			keep_run "debian-$1-$k"
		}
		sh "$root/selftests/debian-results.sh" \
			"$root/$(cat "$b/log/last-run")/seed-1/console.log" >"$b/log/debian-$1-$k"
		say_run
	done
	rm -f "$b/log/debian-$1-base.run" "$b/log/debian-$1-patched.run"
	sh "$root/selftests/debian-results.sh" "$b/log/debian-$1-base" "$b/log/debian-$1-patched" \
		>"$b/log/debian-$1" || { cat "$b/log/debian-$1"; return 1; }
	cat "$b/log/debian-$1"
	echo "detail: $(sed -n 's/^patched: //p' "$b/log/debian-$1")"
}

t_dump()
{
	axes "$1" patched mini dump.sh
	echo "detail: $(paste -s -d ';' "$root/$(cat "$b/log/last-run")/drgn.txt" | sed 's/;/; /g')"
}

# The same programs in the unmodified tree, by its own rules
t_kselftest_in_tree()
{
	c=$b/test-kselftest
	rm -rf "$c"
	mkdir -p "$c"
	git -C "$b/linux" archive base Makefile Kbuild scripts include usr arch/x86 tools/include tools/scripts \
		tools/testing/selftests | tar -x -C "$c"
	cp -R "$root/selftests/pgtable" "$c/tools/testing/selftests/"
	cp -R "$root/selftests/pgtable" "$c/tools/testing/selftests/mm/"
	make -C "$c" headers
	for d in pgtable mm/pgtable; do
		make -C "$c/tools/testing/selftests/$d" KHDR_INCLUDES="-isystem $c/usr/include" USERCFLAGS=-Werror
		for p in "$c/tools/testing/selftests/$d"/*.c; do
			[ -x "${p%.c}" ]
		done
	done
	"$c/tools/testing/selftests/pgtable/pgtable_reclaim"
	rm -rf "$c"
}

# The published run of one kernel, here and now
t_reproduce()
{
	for d in "$root"/results/*-x86_64-overlay-patched/; do
		PTB_RUN=${d}patched
	done
	export PTB_RUN
	[ -d "$PTB_RUN" ] || skip "nothing is published"
	verb reproduce.sh
}

# A patch that does not fit is named, with its file, and leaves nothing behind
t_bad_patch()
{
	small_tree "$b/test-clone"
	for p in fixes ptdesc; do
		cp "$root/selftests/bad.patch" "$small/kernel-patches/$p/0001-bad.patch"
		echo 0001-bad.patch >"$small/kernel-patches/$p/series"
	done
	refused 'kernel-patches/fixes/0001-bad.patch does not apply: Makefile:1' \
		sh "$small/scripts/tree.sh"
	refused 'no kernel-patches/variants/slab.patch' env PTB_KERNEL=slab sh "$small/scripts/variant.sh"
	cp "$root/selftests/bad.patch" "$small/kernel-patches/variants/slab.patch"
	refused 'kernel-patches/variants/slab.patch does not apply: patch failed: Makefile:1' \
		env PTB_KERNEL=slab sh "$small/scripts/variant.sh"
	[ "$(tg rev-parse HEAD)" = "$(tg rev-parse base)" ]
	rm -rf "$small"
}

# only_kernel_tables SEED: nothing has failed in this directory of a run but checks, and
# these because there are some more tables of the kernel. In Debian's guest test_vmalloc
# has gone through vmalloc space before, which is not in CONFIG=cover.
only_kernel_tables()
{
	said=$(sed -n 's/.*; \([0-9]*\) of [0-9]* checks failed$/\1/p' "$1/parse.log")
	[ -n "$said" ] || grep -qx 'exit=0' "$1/status"
	tr -d '\r' <"$1/console.log" | awk -v said="${said:-0}" '
	/^ptb: check .* result=fail/ {
		more = want = $0
		sub(/.* got=/, "", more)
		sub(/.* (want|low)=/, "", want)
		more -= want
		if ($3 !~ /^name=leak_(nr_pt|desc)$/ || more < 1 || more > 64) bad = 1
		if (more > most) most = more
		n++
	}
	END { if (bad || n != said) exit 1; if (most) print "detail: " most " tables of the kernel more" }'
}

# cover_run ARCH KIND: in a kernel in which nearly all functions are seen
cover_run()
{
	rc=0
	PTB_COVERAGE=try PTB_TIMEOUT=7200 axes "$1" patched cover run.sh "$2" || rc=$?
	# A check that failed: which one is for the caller
	[ "$rc" = 15 ] || return "$rc"
	for d in "$b"/runs/*-"$1"-cover-patched-"$2"-coverage; do
		:
	done
	echo "${d#"$root"/}" >"$b/log/last-run"
}

# The scenarios where the KUnit tests are; selftests/pgtable and what Debian's guest has
t_coverage_runs()
{
	PTB_COVERAGE=try axes "$1" patched kunit run.sh bench
	say_run
	for kind in kselftest debian; do
		had_run "cover-$1-$kind" || cover_run "$1" $kind
		only_kernel_tables "$root/$(cat "$b/log/last-run")/seed-1"
		keep_run "cover-$1-$kind"
		say_run
	done
	rm -f "$b/log/cover-$1-kselftest.run" "$b/log/cover-$1-debian.run"
	verb coverage.sh >"$b/log/coverage"
}

# Of all these runs: what of kernel-patches/PATHS.md has been executed
t_coverage()
{
	verb coverage.sh "$m/coverage"
	echo "detail: $(sed -n '/^[0-9]* names: /p' "$m/coverage")"
}

# t_bench ARCH KERNEL CONFIG [ARGS]: every scenario of one kernel, complete and
# clean, or those of ARGS
t_bench()
{
	axes "$1" "$2" "$3" build.sh
	PTB_EXTRA_ARGS=${4:-} axes "$1" "$2" "$3" run.sh bench
	cp "$b/log/last-run" "$b/log/test-run-$1-$2-$3"
	say_run
}

# What the last run was, for the table
say_run()
{
	last=$root/$(cat "$b/log/last-run")
	echo "detail: $(sed -n 's/^kernel=//p' "$last/inputs/run"): $(tr -d '\r' \
		<"$last/seed-1/console.log" | grep -ac '^ptb: check ') checks, seed 1, $(
		sed -n 's/^seconds=//p' "$last/seed-1/status") s"
}

# checks_failed ARCH KERNEL CONFIG NAME: those of the newest run of platform.sh
checks_failed()
{
	for d in "$b"/runs/*-"$1-$3-$2-$4"*; do
		:
	done
	tr -d '\r' <"$d/seed-1/console.log" |
		sed -n 's/^ptb: check name=\([^ ]*\) result=fail .*/\1/p' | sort -u | paste -s -d ' '
}

# What the newest run says of itself, for the table
say_platform()
{
	for d in "$b"/runs/*-"$1-$3-$2-$4"*; do
		:
	done
	echo "detail: $2 $4: $(tr -d '\r' <"$d/seed-1/console.log" |
		sed -n -e 's/^ptb: info \(balance=.*\) \*..$/\1/p' -e 's/^ptb: info \(block=.* offline=.*\) errno.*/\1/p' \
			-e 's/^ptb: check \(name=.*\) result=fail \(.*\) \*..$/failed \1 \2/p' |
		paste -s -d ',' | sed 's/,/, /g')"
}

# t_platform ARCH CONFIG NAME [CHECKS]: on the machine that it takes, base and patched. Where
# base has a fault CHECKS are those that it fails, and no other: so the test sees it.
t_platform()
{
	rc=0
	axes "$1" base "$2" platform.sh "$3" || rc=$?
	say_platform "$1" base "$2" "$3"
	if [ -n "${4:-}" ]; then
		[ "$rc" = 15 ]
		[ "$(checks_failed "$1" base "$2" "$3")" = "$4" ]
	else
		[ "$rc" = 0 ]
	fi
	axes "$1" patched "$2" platform.sh "$3"
	say_platform "$1" patched "$2" "$3"
}

# A block mapping of the kernel is split before there are slabs, by base and patched
t_arm64_early()
{
	for k in planted-arm64-early-on-base planted-arm64-early; do
		# The console comes later than that
		PTB_EXTRA_ARGS=earlycon=pl011,0x9000000 axes arm64 $k platform run.sh boot
		c=$root/$(cat "$b/log/last-run")/seed-1/console.log
		tr -d '\r' <"$c" | grep 'planted: split=0 block before=1 after=0$'
		echo "detail: $k: $(tr -d '\r' <"$c" | sed -n 's/.*planted: //p')"
	done
}

# Both kernels on one CPU, and what can race on four
t_boot()
{
	t_bench "$1" base "$2" $lockdep_list
	t_bench "$1" patched "$2" $lockdep_list
	PTB_TIMEOUT=1800 axes "$1" patched "$2" run.sh stress
	say_run
}

# Where threads share what is left of a page, its tables are mostly of two of 16 tasks
# that take turns: if not, the instrument is wrong. In the series they are of one. What two
# runs with -icount count is the same to the byte.
t_smp()
{
	smp_run "$1" planted-shared-spare turns
	split_pages 80 100
	smp_run "$1" patched turns
	split_pages 0 5
	smp_run "$1" patched exact
	first=$last
	smp_run "$1" patched exact
	cmp "$first/seed-1/lines.txt" "$last/seed-1/lines.txt"
}

# split_pages LOW HIGH: so many percent of the pages with tables have those of two CPUs
split_pages()
{
	awk -v low="$1" -v high="$2" '$1 == "row" && / name=smp_own_sparse_turns / {
			for (i = 2; i <= NF; i++) { split($i, p, "="); f[p[1]] = p[2] }
			share = 100 * f["split"] / (f["pages"] ? f["pages"] : 1)
			print "detail: " share " % of " f["pages"] " pages are split"
			good = f["pages"] && share >= low && share <= high
		}
		END { exit !good }' "$last/seed-1/lines.txt"
}

# smp_run ARCH KERNEL MODE: $last is the run
smp_run()
{
	axes "$1" "$2" mini build.sh
	PTB_CPUS=4 PTB_MODE=$3 PTB_SEEDS=1 PTB_EXTRA_ARGS=ptb_tasks=16 axes "$1" "$2" mini \
		run.sh smp 2>"$b/log/smp-err" || {
		! grep -q 'no plugins of version 1' "$b/log/smp-err" ||
			skip "QEMU has no plugins of version 1"
		[ "$3" != exact ] || ! grep -q 'timed out' "$b/log/smp-err" ||
			skip "QEMU hangs with several CPUs and -icount"
		cat "$b/log/smp-err"
		return 1
	}
	last=$root/$(cat "$b/log/last-run")
}

# The same image again: the console must be the same to the byte
t_same()
{
	[ -d "$root/$(cat "$b/log/test-run-$1-$2-$3" || echo none)" ] || t_bench "$1" "$2" "$3"
	first=$root/$(cat "$b/log/test-run-$1-$2-$3")
	axes "$1" "$2" "$3" run.sh bench
	second=$root/$(cat "$b/log/last-run")
	cmp "$first/inputs/hashes" "$second/inputs/hashes"
	cmp "$first/seed-1/console.log" "$second/seed-1/console.log" || {
		echo "two runs of one image differ; load $(cat /proc/loadavg), see README.md, 4."
		return 1
	}
}

# mm/pgtable-frag.c in user space
t_frag()
{
	[ -f "$b/linux/mm/pgtable-frag.c" ] || verb tree.sh
	make -s -C "$root/selftests/frag" "$1" KDIR="$b/linux" O="$b/frag" && return
	ls "$b"/frag/crash-* 2>/dev/null
	return 1
}

# The tests within the kernel, and one scenario under DEBUG_VM
t_kunit()
{
	axes "$1" patched kunit build.sh
	PTB_EXTRA_ARGS=ptb=fork_exit axes "$1" patched kunit run.sh bench
}

# With lockdep all scenarios take too long
lockdep_list=ptb=sparse,fork_exit,churn,lifecycle,halves,fork_unmap,worst,race,thp
debug_args='slab_debug=FZPU,ptdesc,ptdesc_frag'

t_debug()
{
	PTB_EXTRA_ARGS=$debug_args axes "$1" "$2" "$3" run.sh bench
}

t_stress()
{
	axes "$1" "$2" "$3" build.sh
	PTB_EXTRA_ARGS=${4:-} axes "$1" "$2" "$3" run.sh stress
	say_run
}

# t_planted ARCH NAME ARGS [stress]: the kernel with the bugs must not pass with
# this one switched on, and must be caught by what it does
t_planted()
{
	axes "$1" planted-bugs kunit build.sh
	rc=0
	PTB_TIMEOUT=200 PTB_EXTRA_ARGS="planted=$2 $3" axes "$1" planted-bugs kunit \
		run.sh "${4:-bench}" || rc=$?
	case $rc in
	12 | 14 | 15) echo "detail: $1 kunit, ${4:-bench} $3: $(planted_by bugs)" ;;
	*) echo "not caught: exit $rc"; return 1 ;;
	esac
}

# A bug with a kernel of its own, which a kselftest must see
t_planted_kselftest()
{
	rc=0
	slow "$3"
	axes "$1" "planted-$2" "$3" run.sh kselftest || rc=$?
	case $rc in
	14 | 15) echo "detail: $1 $3, kselftest: $(planted_by "$2")" ;;
	*) echo "not caught: exit $rc"; return 1 ;;
	esac
}

# planted_by NAME: the line of the newest run of it by which it was caught
planted_by()
{
	for d in "$b"/runs/*-planted-"$1"*; do
		:
	done
	# Of a KUnit suite that did not pass, the test
	test_=$(tr -d '\r' <"$d/seed-1/console.log" | sed -n 's/^\[[^]]*\] *not ok [0-9]* /KUnit /p' | head -n 1)
	case $test_ in
	'') sed -n 's/^ptb: error: //p' "$d/seed-1/parse.log" | head -n 1 | cut -c 1-110 ;;
	*) echo "$test_" ;;
	esac
}

# The same kernel passes when none is
t_planted_none()
{
	axes "$1" planted-bugs kunit build.sh
	PTB_EXTRA_ARGS=ptb=fork_exit axes "$1" planted-bugs kunit run.sh bench
}

published_id()
{
	(cd "$root" && find results -type f | sort | xargs sha256sum | sha256sum)
}

# run_begun PID [build]: waits until the guest of the run in the background speaks, which
# was started after run_mark; its directory is $begun, QEMU's process $qemu_pid
run_mark()
{
	sleep 1
	touch "$b/log/mark"
}

run_begun()
{
	n=0
	while [ "$n" -lt 240 ] && kill -0 "$1" 2>/dev/null; do
		begun=$(find "${2:-$b}/runs" -mindepth 1 -maxdepth 1 -name '*-s390x-mini-patched*' \
			-newer "$b/log/mark" 2>/dev/null | sort | tail -n 1)
		if [ -n "$begun" ] && grep -qa '^ptb: begin' "$begun/seed-1/console.log" 2>/dev/null &&
			[ ! -f "$begun/seed-1/status" ]; then
			for p in /proc/[0-9]*; do
				[ "$(readlink "$p/cwd" 2>/dev/null)" = "$(readlink -f "$begun")/seed-1" ] || continue
				case $(tr '\0' ' ' <"$p/cmdline") in
				qemu-*) qemu_pid=${p#/proc/} && return ;;
				esac
			done
		fi
		sleep 1
		n=$((n + 1))
	done
	echo "the run has not begun"
	return 1
}

# QEMU killed, and then make: what is published stays, the next run goes on
t_killed()
{
	axes s390x patched mini build.sh
	was=$(published_id)
	run_mark
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes s390x patched mini run.sh bench 2>"$b/log/killed" &
	pid=$!
	run_begun "$pid"
	kill -KILL "$qemu_pid"
	rc=0
	wait "$pid" || rc=$?
	cat "$b/log/killed"
	[ "$rc" = 16 ]
	grep -q '^ptb: error: s390x mini patched: truncated, see build/runs/' "$b/log/killed"
	[ ! -f "$begun/data.json" ]

	run_mark
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes s390x patched mini run.sh bench &
	pid=$!
	run_begun "$pid"
	pkill -KILL -g "$(ps -o pgid= -p "$pid" | tr -d ' ')" -f 'scripts/run.sh bench' || kill -KILL "$pid"
	kill -KILL "$qemu_pid"
	wait "$pid" || :
	[ ! -f "$begun/data.json" ]
	refused 'incomplete' env PTB_BASE_RUN="$begun" PTB_PATCHED_RUN="$begun" sh "$root/scripts/compare.sh"
	PTB_EXTRA_ARGS=ptb=lifecycle axes s390x patched mini run.sh bench
	[ "$(published_id)" = "$was" ]
}

# The disk gets full while the guest runs: one line, and the next run goes on
t_disk_full()
{
	[ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
	axes s390x patched mini build.sh
	make -s -C "$root/bench/host" OUT="$b/host"
	c=$b/test-small
	umount "$c/build" 2>/dev/null || :
	rm -rf "$c"
	mkdir -p "$c/build"
	mount -t tmpfs -o size=320m none "$c/build" || skip "a small disk cannot be mounted"
	trap 'umount "$c/build"' EXIT
	cp -R "$root/scripts" "$root/bench" "$root/kernel-patches" "$root/selftests" "$root/Makefile" "$c/"
	for d in linux obj src ccache; do
		ln -s "$b/$d" "$c/build/$d"
	done
	cp -R "$b/host" "$b/guest" "$c/build/"
	run_mark
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle PTB_ARCH=s390x PTB_SEEDS=1 sh "$c/scripts/run.sh" bench \
		2>"$b/log/disk-full" &
	pid=$!
	run_begun "$pid" "$c/build"
	dd if=/dev/zero of="$c/build/full" bs=64k 2>/dev/null || :
	rc=0
	wait "$pid" || rc=$?
	cat "$b/log/disk-full"
	[ "$rc" != 0 ]
	grep -q '^ptb: error: .*\(disk full\|truncated\)' "$b/log/disk-full"
	refused 'disk full: a run needs' env PTB_ARCH=s390x PTB_SEEDS=1 sh "$c/scripts/run.sh" boot
	rm "$c/build/full"
	PTB_ARCH=s390x PTB_SEEDS=1 sh "$c/scripts/run.sh" boot
	umount "$c/build"
	trap - EXIT
	rm -rf "$c"
}

# Where a test takes long and nothing else needs its kernel
by_name_only()
{
	[ -n "$only$table" ]
}

only=$*
full=
table=
names=
case ${1:-} in
full | planted)
	table=$1
	shift
	only=$*
	[ "$table" != full ] || full=full
	mkdir -p "$m"
	id=$(guest_id) || exit 1
	id=$(echo "$id" | cut -c 1-12)
	commit=$(git -C "$root" rev-parse --short=8 HEAD 2>/dev/null || echo unknown)
	[ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] || commit=$commit+ ;;
esac
t deps verb deps.sh $full
t bad-input t_bad_input
t tree verb tree.sh
t series t_series
t bad-patch t_bad_patch
t parts t_parts
for l in shellcheck format cppcheck patches own; do
	t lint-$l t_lint $l
done
t unit t_unit
t fuzz sh "$root/selftests/fuzz.sh" 10
t overview t_overview
t report t_report
t model sh "$root/selftests/model.sh"
t frag t_frag check
! by_name_only || t frag-mutants t_frag mutants
t check-series-cheap verb check-series.sh cheap
for k in base patched; do
	t bench-s390x-$k t_bench s390x $k mini
done
t bench-x86_64-rt t_bench x86_64 patched rt
t bench-x86_64-lockdep t_bench x86_64 patched lockdep $lockdep_list
t same-s390x t_same s390x patched mini
t same-x86_64 t_same x86_64 patched rt
t profile-s390x t_profile s390x
! by_name_only || t smp-s390x t_smp s390x
t debug-s390x t_debug s390x patched mini
t stress-s390x t_stress s390x patched mini
t killed t_killed
t disk-full t_disk_full
# A kernel from nothing each that nothing else needs
if by_name_only; then
	for a in s390x x86_64; do
		t stress-kcsan-$a t_stress $a patched kcsan ptb_rounds=300
	done
	t stress-lockstat t_stress s390x patched lockstat ptb=halves
	t bench-s390x-fixes t_bench s390x fixes mini
	for k in base fixes patched; do
		t bench-x86_64-overlay-$k t_bench x86_64 $k overlay
	done
	t disasm verb disasm.sh
	t kunit-um verb cycles.sh kunit
	t reproduce t_reproduce
	for c in dynamic spinlock; do
		t bench-x86_64-$c t_bench x86_64 patched $c
	done
	for c in cross-nosplit cross-up; do
		t bench-x86_64-$c t_bench x86_64 patched $c $lockdep_list
	done
	# The guest's scenarios need a cgroup
	t boot-x86_64-cross-nomemcg axes x86_64 patched cross-nomemcg run.sh boot
	for c in lockdep spinlock; do
		t bench-s390x-$c t_bench s390x patched $c $lockdep_list
	done
	for a in s390x x86_64; do
		for k in base patched; do
			t freeing-$a-$k t_bench "$a" "$k" trace ptb=freeing
		done
	done
	for a in s390x x86_64; do
		for c in debug kasan kasan-plain memcg-off; do
			t kselftest-$a-$c t_kselftest $a $c
		done
		t debian-$a t_debian $a
	done
	t kselftest-x86_64-uni t_kselftest x86_64 uni
	t uffd-move t_fix uffd_move_race
	t uffd-wp t_fix uffd_wp_race
	for a in s390x x86_64; do
		t dump-$a t_dump $a
	done
	for a in s390x x86_64; do
		t coverage-$a t_coverage_runs $a
	done
	t coverage t_coverage
	t kselftest-in-tree t_kselftest_in_tree
	# deps.sh full
	for a in arm arm64; do
		t boot-$a-lockdep t_boot $a lockdep
	done
	t arm64-early t_arm64_early
	t hotremove-x86_64 t_platform x86_64 platform hotremove nr_page_table_pages
	t hotremove-arm64 t_platform arm64 platform hotremove nr_page_table_pages
	t hotremove-x86_64-kasan t_platform x86_64 hotplug-kasan hotremove nr_page_table_pages
	t hwpoison-slab t_platform x86_64 platform hwpoison_slab 'slab_good slab_poisoned'
	t hwpoison-table t_platform x86_64 platform hwpoison_table table_poisoned
	t hwpoison-desc axes x86_64 patched platform platform.sh hwpoison_desc
	for n in pti la57 efi xen kexec hibernate; do
		t $n t_platform x86_64 platform $n
	done
	for a in mips riscv; do
		t $a t_platform $a platform tables
	done
fi
t selftest-s390x sh "$root/selftests/selftest.sh"
t kunit-s390x t_kunit s390x
# Where nobody wants it by name, planted-none-x86_64 has the same tests run
! by_name_only || t kunit-x86_64 t_kunit x86_64
for a in s390x x86_64; do
	t planted-none-$a t_planted_none $a
done
for p in shared-lock early-free now-early early-reuse half-in-use untyped chain-early chain-drop \
	unseen-shared unseen-reclaim; do
	t planted-$p t_planted s390x $p ptb=boot
done
t planted-chain-touch t_planted s390x chain-touch 'ptb=many slab_debug=P,ptdesc,ptdesc_frag'
t planted-flush-late t_planted s390x flush-late ptb=many
for p in frag-leak no-uncharge; do
	t planted-$p t_planted s390x $p ptb=sparse
done
t planted-no-leave t_planted s390x no-leave ptb=few
t planted-desc-leak t_planted x86_64 desc-leak ptb=sparse
# Whether tasks meet in the pool without its lock is chance
! by_name_only || t planted-unlocked t_planted s390x unlocked 'ptb=race ptb_rounds=4000' stress
! by_name_only || t planted-unscanned t_planted_kselftest s390x unscanned debug
! by_name_only || t cross verb cross.sh
[ -z "$table" ] || write_tables
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
