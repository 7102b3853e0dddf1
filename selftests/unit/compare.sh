# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: ptb-parse --merge and ptb-compare on run directories made of known
# numbers, by the way the real ones go: consoles, ptb-parse, --merge.

# row NAME UNIT ALLOC MIN [MEDIAN]: three rounds of 1000 operations
row()
{
	med=${5:-$(($4 + 90))}
	echo "ptb: row name=$1 unit=$2 ops=1000 rounds=3 min=$4 med=$med max=$((med + 610)) alloc=$3"
	echo "ptb: raw name=$1 i=0 v=$((med + 610)),$4,$med"
}

# console S: of seed S, after one of the kernels below; what the seed moves:
# touch 0.1, existing 0.01, munmap 0.05, fork 0.4 instructions, churn 60
console()
{
	echo "ptb: begin v=1 arch=s390x page=4096 pmd=1048576 ptes=256 release=7.3.4 ticks=100"
	if [ "$descs" = 0 ]; then
		echo "ptb: slab name=ptdesc point=boot absent=1"
	else
		echo "ptb: slab name=ptdesc point=boot active=321 total=336 objsize=64 perslab=64 pagesperslab=1 slabs=6"
	fi
	[ "$pairs" = 0 ] ||
		echo "ptb: slab name=ptdesc-frag point=boot active=5 total=64 objsize=64 perslab=64 pagesperslab=1 slabs=1"
	echo "ptb: slab name=page-ptl point=boot absent=1"
	echo "ptb: mem name=boot point=boot tables=0 nr_pt=360 desc=$((descs ? 321 : 0)) ptl=0 desc_slab=$((descs ? 24576 : 0)) ptl_slab=0 objext=0"
	echo "ptb: mem name=sparse point=peak tables=2000 crst=1 nr_pt=2004 desc=$descs ptl=0 desc_slab=$slab ptl_slab=0 objext=0"
	echo "ptb: mem name=worst point=half tables=1000 crst=1 nr_pt=1004 desc=0 frag=$pairs ptl=0 desc_slab=0 frag_slab=$((pairs * 64)) ptl_slab=0 objext=$((pairs * 8))"
	echo "ptb: mem name=small_proc point=peak unit=byte/process tables=64 nr_pt=$((1408 + $1 * wobble)) desc=$((descs ? 1216 : 0)) ptl=0 desc_slab=$((descs ? 77824 : 0)) ptl_slab=0 objext=0"
	row sparse_touch insn/table 1 $((touch + $1 * 100))
	row existing_touch insn/page 0 $((existing + $1 * step))
	row munmap insn/table 0 $((munmap + $1 * 50))
	row fork_exit insn/table 1 $((fork + $1 * 400))
	row churn_once insn/table 1 $((once + $1 * churn))
	row lucky insn/table 0 $((lucky + $1)) $((6500000 - lucky))
	[ -z "$extra" ] || row "$extra" insn/table 0 1000000
	echo "ptb: check name=nr_pt_exact result=ok scenario=sparse want=2004 got=2004"
	n=2
	if [ "$descs" != 0 ]; then
		echo "ptb: check name=desc_exact result=ok scenario=sparse want=2001 got=$descs"
		n=3
	fi
	if [ "$pairs" != 0 ]; then
		echo "ptb: check name=frag_exact result=ok scenario=worst want=1000 got=$pairs"
		n=$((n + 1))
	fi
	echo "ptb: check name=leak_nr_pt result=ok scenario=sparse want=68 got=68"
	echo "ptb: end ok=$n fail=0"
}

kernel_base()
{
	kernel=base descs=0 pairs=0 slab=0 wobble=0 churn=60000 extra='' edit='' once=3000000 lucky=3000000 step=10
	touch=2682000 existing=2149000 munmap=4722000 fork=7990000
}

# An allocation costs and a fork saves; existing stays inside the spread
kernel_patched()
{
	kernel_base
	kernel=patched descs=2001 pairs=1000 slab=131072
	once=3030000 touch=2872000 existing=2149010 munmap=4735000 fork=7819000
	# One round of luck: the minimum falls, the median does not
	lucky=2900000 step=-10
}

# 16 instructions in what allocates, and nothing else
kernel_planted()
{
	kernel_base
	kernel=planted-insn churn=100
	touch=$((touch + 16000)) fork=$((fork + 16000)) once=$((once + 16000))
}

inputs()
{
	mkdir -p "$1/inputs"
	echo CONFIG_X=y >"$1/inputs/config"
	echo 'console=ttysclp0 panic=-1' >"$1/inputs/cmdline"
	printf '%s\n' qemu-system-s390x -seed SEED >"$1/inputs/qemu-argv"
	printf '%s\n' 'qemu=QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)' \
		'cc=s390x-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0' >"$1/inputs/versions"
	printf '%064d  image\n%064d  initramfs\n' "$touch" 7 >"$1/inputs/hashes"
	printf 'series=%s\ndirty=0\n' 0123456789abcdef0123456789abcdef >"$1/inputs/series"
	echo origin=test >"$1/inputs/origin"
	echo commit=89abcdef >"$1/inputs/harness"
	printf '%s\n' kind=bench arch=s390x config=mini "kernel=$kernel" "seeds=$2" >"$1/inputs/run"
}

# make_run DIR SEEDS: of the kernel that was set; left without data.json
make_seeds()
{
	inputs "$1" "$2"
	s=1
	while [ "$s" -le "$2" ]; do
		mkdir -p "$1/seed-$s"
		console "$s" | sed -e "$edit" | "$tmp/seal" >"$1/seed-$s/console.log"
		"$bin/ptb-parse" "$1/seed-$s/console.log" >"$1/seed-$s/data.json" 2>/dev/null || :
		s=$((s + 1))
	done
}

make_run()
{
	make_seeds "$1" "$2"
	"$bin/ptb-parse" --merge "$1"
}

# says NAME CODE STDERR-PATTERN COMMAND ...: exit code and at most one line
says()
{
	name="$build: $1"
	want=$2
	pattern=$3
	shift 3
	rc=0
	"$@" >"$tmp/table" 2>"$tmp/err" || rc=$?
	if [ "$rc" != "$want" ]; then
		not_ok "$name" "exit $rc, not $want: $(cat "$tmp/err")"
	elif [ "$(wc -l <"$tmp/err")" -gt 1 ] || { [ -n "$pattern" ] && ! grep -q -e "$pattern" "$tmp/err"; }; then
		not_ok "$name" "no line like $pattern: $(cat "$tmp/err")"
	elif [ -z "$pattern" ] && [ -s "$tmp/err" ]; then
		not_ok "$name" "unexpected: $(cat "$tmp/err")"
	else
		ok "$name"
	fi
}

cmp_runs()
{
	"$bin/ptb-compare" "$@"
}

compare_verdicts()
{
	says 'base with base' 0 '' cmp_runs --expect-same "$r/base" "$r/base2"
	same_file "$build: base with base, table" "$here/unit/same.table" "$tmp/table"
	is "$build: base with base, JSON writes no other verdict" 0 "$(
		"$bin/ptb-compare" --json "$tmp/c.json" "$r/base" "$r/base2" >/dev/null
		grep '"verdict"' "$tmp/c.json" | grep -vc '"no change"'
	)"
	says 'worse, better, noisy, no change' 0 '' \
		cmp_runs --json "$tmp/c.json" "$r/base" "$r/patched"
	same_file "$build: worse, better, noisy, no change, table" \
		"$here/unit/verdicts.table" "$tmp/table"
	same_file "$build: worse, better, noisy, no change, JSON" \
		"$here/unit/verdicts.json" "$tmp/c.json"
	is "$build: table fits 75 columns" '' "$(awk 'length($0) > 75' "$here"/unit/*.table)"
	says 'headlines' 0 '' cmp_runs --headlines "$r/base" "$r/patched"
	same_file "$build: headlines" "$here/unit/headlines.table" "$tmp/table"
	says 'one seed' 0 '' cmp_runs "$r/base-1" "$r/patched-1"
	same_file "$build: one seed, table" "$here/unit/one-seed.table" "$tmp/table"
	says 'one seed, equal' 0 '' cmp_runs --expect-same "$r/base-1" "$r/base-1"
}

compare_expectations()
{
	says 'planted: exactly the rows that allocate' 0 '' \
		cmp_runs --expect-alloc "$r/quiet" "$r/planted"
	says 'planted: 0.004 % elsewhere' 0 '' \
		cmp_runs --expect-alloc "$r/quiet" "$r/planted-elsewhere"
	says 'planted: 0.017 % elsewhere' 15 'rows that changed and do not allocate: munmap$' \
		cmp_runs --expect-alloc "$r/quiet" "$r/planted-beside"
	says 'planted: expected the same' 15 \
		'test failed: rows that do not say no change: sparse_touch, churn_once, fork_exit$' \
		cmp_runs --expect-same "$r/quiet" "$r/planted"
	says 'nothing planted' 15 \
		'rows that allocate and did not change: sparse_touch, fork_exit, churn_once$' \
		cmp_runs --expect-alloc "$r/base" "$r/base2"
	says 'surplus change' 15 \
		'did not change: churn_once; rows that changed and do not allocate: munmap$' \
		cmp_runs --expect-alloc "$r/base" "$r/patched"
	says 'memory differs' 15 'memory that is not equal: small_proc peak$' \
		cmp_runs --expect-same "$r/base" "$r/wobble"
}

# What ptb-run brings from a machine: another unit, and an event that is named
compare_native()
{
	for k in base patched; do
		rm -rf "$r/native-$k"
		cp -r "$r/$k" "$r/native-$k"
		for s in "$r/native-$k"/seed-*; do
			sed -i -e 's/ \*[0-9a-f][0-9a-f]$//' -e 's,unit=insn/,unit=cycles/,' "$s/console.log"
			"$tmp/seal" <"$s/console.log" >"$tmp/log"
			"$bin/ptb-parse" --busy "$tmp/log" >"$s/data.json" 2>/dev/null
		done
		printf '%s\n' kind=native arch=s390x config=native-cycles "kernel=$k" seeds=3 event=cycles \
			>"$r/native-$k/inputs/run"
		"$bin/ptb-parse" --merge "$r/native-$k"
	done
	says 'native' 0 '' cmp_runs "$r/native-base" "$r/native-patched"
	is "$build: native: what was counted, and how" 2 "$(
		grep -cE '^method    cycles per operation, by an event of perf|^COST, cycles per table' "$tmp/table")"
	says 'native, columns' 0 '' cmp_runs --columns "$r/native-base" "$r/native-patched"
	is "$build: native, columns: what was counted, and how" 2 "$(
		grep -cE '^method    cycles per operation, by an event of perf|^COST, cycles per table' "$tmp/table")"
}

# A trace's clock has steps of 1000 instructions: one more is no change, two are
compare_trace()
{
	kernel_base
	edit='s,name=munmap unit=insn/table,name=munmap unit=insn/callback,'
	make_run "$r/trace" 3
	for steps in 1:no 2:worse; do
		munmap=$((4722000 + ${steps%:*} * 1000000))
		rm -rf "$r/trace-more"
		make_run "$r/trace-more" 3
		is "$build: trace: ${steps%:*} step of the clock" "${steps#*:}" "$(
			"$bin/ptb-compare" "$r/trace" "$r/trace-more" |
				awk '$1 == "munmap" { print $7 }')"
	done
}

compare_refusals()
{
	says 'row in patched only' 1 'row lost_row: in patched only' cmp_runs "$r/base" "$r/extra"
	same_file "$build: row in patched only, table" "$here/unit/extra-row.table" "$tmp/table"
	says 'row in base only' 1 'row lost_row: in base only' cmp_runs "$r/extra" "$r/base"
	says 'no run' 1 'incomplete run: .*data.json: No such file' cmp_runs "$r/base" "$r/nowhere"
	says 'other number of seeds' 1 'different seeds: .*: 1 2 3, .*: 1$' \
		cmp_runs "$r/base" "$r/patched-1"
	for what in arch=x86_64 config=full; do
		key=${what%=*}
		sed "s/^ \"$key\": .*/ \"$key\": \"${what#*=}\",/" "$r/patched/data.json" >"$r/other/data.json"
		says "other $key" 1 "different $key: .*: ${what#*=}$" cmp_runs "$r/base" "$r/other"
	done
	sed '/"initramfs"/s/7/8/' "$r/patched/data.json" >"$r/other/data.json"
	says 'other initramfs' 1 'different initramfs' cmp_runs "$r/base" "$r/other"
	sed 's/"complete": true/"complete": false/' "$r/patched/data.json" >"$r/other/data.json"
	says 'not complete' 1 'incomplete run' cmp_runs "$r/base" "$r/other"
	head -c 5000 "$r/patched/data.json" >"$r/other/data.json"
	says 'half a data.json' 1 'incomplete run: .*data.json:[0-9]*: ' cmp_runs "$r/base" "$r/other"
	sed '/"arch"/s/:.*/: "\o377",/' "$r/patched/data.json" >"$r/other/data.json"
	says 'data.json that is not UTF-8' 1 'incomplete run' cmp_runs "$r/base" "$r/other"
	says 'wrong option' 1 usage cmp_runs --frob "$r/base" "$r/base"
	says 'JSON cannot be written' 1 'No such file' \
		cmp_runs --json "$r/nowhere/x" "$r/base" "$r/base"
}

merge_refusals()
{
	kernel_base
	make_seeds "$r/bad" 3
	rm "$r/bad/seed-2/data.json"
	says 'merge: seed without data' 1 'incomplete run: seed-2: ' "$bin/ptb-parse" --merge "$r/bad"
	"$bin/ptb-parse" "$logs/splat-s390x.log" >"$r/bad/seed-2/data.json" 2>/dev/null || :
	says 'merge: failed seed' 1 'incomplete run: seed-2: splat: console line' \
		"$bin/ptb-parse" --merge "$r/bad"
	rm -r "$r/bad/seed-2"
	says 'merge: seed missing' 1 'incomplete run: 2 of 3 seeds' "$bin/ptb-parse" --merge "$r/bad"
	extra=surplus
	mkdir "$r/bad/seed-2"
	console 2 | "$tmp/seal" >"$r/bad/seed-2/console.log"
	"$bin/ptb-parse" "$r/bad/seed-2/console.log" >"$r/bad/seed-2/data.json" 2>/dev/null
	says 'merge: seeds with different rows' 1 'seed-1 and seed-2 have different rows lines' \
		"$bin/ptb-parse" --merge "$r/bad"
	is "$build: merge: nothing is left behind" "inputs seed-1 seed-2 seed-3" \
		"$(cd "$r/bad" && echo *)"
	mkdir "$r/none"
	says 'merge: no inputs' 1 'none/inputs: No such file' "$bin/ptb-parse" --merge "$r/none"
	mkdir "$r/none/inputs"
	says 'merge: no seeds and no name' 1 'neither inputs/run nor a name' \
		"$bin/ptb-parse" --merge "$r/none"
	d=$r/20261122-031500-s390x-mini-patched-2
	cp -r "$r/patched-1" "$d"
	rm "$d/inputs/run"
	says 'merge: axes from the name' 0 '' "$bin/ptb-parse" --merge "$d"
	is "$build: merge: kernel from the name" ' "kernel": "patched",' "$(grep '"kernel"' "$d/data.json")"
}

make_runs()
{
	kernel_base
	make_run "$r/base" 3
	make_run "$r/base2" 3
	make_run "$r/base-1" 1
	wobble=1
	make_run "$r/wobble" 3
	kernel_base
	extra=lost_row
	make_run "$r/extra" 3
	kernel_patched
	make_run "$r/patched" 3
	make_run "$r/patched-1" 1
	kernel_base
	churn=100
	make_run "$r/quiet" 3
	kernel_planted
	make_run "$r/planted" 3
	munmap=$((munmap + 200))
	make_run "$r/planted-elsewhere" 3
	munmap=$((munmap + 600))
	make_run "$r/planted-beside" 3
}

compare_tests()
{
	r=$tmp/runs-$build
	mkdir -p "$r/other"
	make_runs
	compare_verdicts
	compare_expectations
	compare_native
	compare_trace
	compare_refusals
	merge_refusals
}
