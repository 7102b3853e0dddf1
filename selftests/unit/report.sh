# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: ptb-report on numbers whose statistics are known, and on the runs of compare.sh
# as if they were published.

# figure WORDS...: a line of the list about doc.txt
figure()
{
	echo "doc.txt | $*" >"$pub/figures"
}

# figures NAME CODE PATTERN
figures()
{
	says "report: $1" "$2" "$3" "$bin/ptb-report" --check-figures "$pub/figures" "$pub"
}

report_figures()
{
	printf 'A fault takes 2872.2 and\nnot 2682.2, that is +7.1 %% more.\nTwice 5, twice 5.\nA slab has 64.\n' \
		>"$pub/doc.txt"
	on='bench s390x mini'
	figure "takes # and not #, | $on | patched base | sparse_touch"
	figures 'two figures' 0 ''
	figure "not @, that is # % more | $on | patched%base | sparse_touch"
	figures 'percent' 0 ''
	figure "is # % more | $on | ~base%patched | sparse_touch"
	figures 'percent of the other' 15 'figures:1: doc.txt has +7.1, the runs say 6.61'
	figure "slab has # | $on | patched | slab ptdesc perslab"
	figures 'a slab' 0 ''
	figure "takes # and | $on | base | sparse_touch"
	figures 'another kernel' 15 'test failed: .*figures:1: doc.txt has 2872.2, the runs say 2682.2: sparse_touch$'
	is "$build: report: what is wrong is listed" \
		"1 figures, 1 are not what the runs say" "$(tail -n 1 "$tmp/table")"
	figure "takes # and | 20260101-000000-s390x-mini-patched | patched | sparse_touch"
	figures 'a directory' 0 ''
	figure "takes # or | $on | base | sparse_touch"
	figures 'not in the file' 1 'does not have what is quoted'
	figure "wice # | $on | base | sparse_touch"
	figures 'twice in the file' 1 'more than once'
	printf '%s\n' 'a table   1.0 12345678 has 3,' 'and  7 or +0.2 % in all.' >>"$pub/doc.txt"
	{
		echo "doc.txt | table # # has | $on | base patched | sparse_touch"
		echo "doc.txt | has 3, and # or # % | $on | patched:base patched%base | sparse_touch"
	} >"$pub/figures"
	says 'report: figures put right' 0 '' "$bin/ptb-report" --fix-figures "$pub/figures" "$pub"
	is "$build: report: in their columns" \
		"a table 2682.2     2872 has 3,|and 190 or +7.1 % in all." \
		"$(tail -n 2 "$pub/doc.txt" | paste -s -d '|')"
	figures 'put right, checked' 0 ''
	figure "takes # and not # | $on | patched | sparse_touch"
	figures 'a column less' 1 'not a column for each'
	figure "takes # and | $on | slab | sparse_touch"
	figures 'no such kernel' 1 'no such kernel: slab'
	figure "takes # and | $on | base | none"
	figures 'no such row' 1 'no such row: none'
	figure "takes # and | bench vax mini | base | sparse_touch"
	figures 'no such run' 1 'no such run is published'
	figure "takes # and | planted s390x mini | base | sparse_touch"
	figures 'planted, of nothing planted' 1 'no column is of a planted kernel'
	figure "takes # and | $on | base"
	figures 'a field less' 1 'not FILE | PATTERN'
	figure "takes (# and | $on | base | sparse_touch"
	figures 'a bad pattern' 1 'not a regular expression'
	echo '# nothing' >"$pub/figures"
	figures 'no figure' 1 'there is no figure'
}

# A run of make perf, of two workloads; the series has a tenth more of what perf stat
# counts, one function less and one more, and lacks an event
report_perf()
{
	p=$pub/results/20260101-000002-s390x-mini-patched-perf
	sh "$here/../scripts/perf-summary.sh" "$here/unit/perf" >"$tmp/perf.tsv"
	same_file "$build: perf, what the files say" "$here/unit/perf.tsv" "$tmp/perf.tsv"
	sed -n 's/^record\tfork/record\tvm/p' "$here/unit/perf.tsv" >>"$tmp/perf.tsv"
	for k in base patched; do
		mkdir -p "$p"
		cp -r "$r/$k" "$p/$k"
		mkdir -p "$p/$k/seed-1"
		sed -i 's/"kind": "bench"/"kind": "perf"/' "$p/$k/data.json"
		cp "$tmp/perf.tsv" "$p/$k/seed-1/"
	done
	awk -F '\t' -v OFS='\t' '/^stat/ && $5 != "-" { $5 *= 1.1 } $3 != "__vma_start_write"' \
		"$tmp/perf.tsv" | sed 's/\(context-switches.*\)\t[0-9.]*$/\1\t-/' >"$p/patched/seed-1/perf.tsv"
	printf 'record\tfork\tptdesc_alloc\tsamples\t3\n' >>"$p/patched/seed-1/perf.tsv"
}

# published_profile NAME ROW...: of these rows
# The numbers are made of the lengths of the names
published_profile()
{
	p=$pub/results/$1-s390x-mini-patched-profile
	shift
	mkdir -p "$p"
	for k in base patched; do
		cp -r "$r/$k" "$p/$k"
		sed -i "s/\"kind\": \"bench\"/\"kind\": \"profile\"/; s/existing_touch/$1/; s/\"munmap/\"$2/" \
			"$p/$k/data.json"
		{
			echo 'profile v=1 sets=64 ways=8 line=256'
			for row in "$1" "$2"; do
				profile $((5000000 + ${#k} * 10000)) $((200 + ${#k} * ${#row} * 100)) | sed "1d; \$d; s/sparse_touch/$row/"
			done
			echo 'end rows=2'
		} >"$p/$k/seed-1/profile.txt"
	done
}

# The newest is of other rows, and has a place of its own
report_profiles()
{
	published_profile 20260101-000003 existing_touch sparse_touch
	published_profile 20260101-000004 scale_1000_touch scale_10000_touch
	says 'report, profiles' 0 '' "$bin/ptb-report" --out "$pub/out" "$pub/results"
	sed -n '/^## Where the instr/,/^## Lines/p' "$pub/out/report.md" >"$pub/functions"
	same_file "$build: report, functions" "$here/unit/report-functions.md" \
		"$pub/functions"
	printf 'Of 1000 tables 5040.0, of 10000 7.4 and 12.5, of a fault 5070.0.\n' >"$pub/doc.txt"
	{
		echo "doc.txt | 1000 tables #, | scale s390x mini | base | insns scale_1000_touch"
		echo "doc.txt | 10000 # and #, | scale s390x mini | base patched | symbol scale_10000_touch ptdesc_alloc"
		echo "doc.txt | fault #\\. | profile s390x mini | patched | insns sparse_touch"
	} >"$pub/figures"
	figures 'of profiles' 0 ''
	rm -r "$pub/results/20260101-000003"* "$pub/results/20260101-000004"*
}

# older NAME WANT SERIES: which figures are not of SERIES, the lines with a bar between
older()
{
	is "$build: report: $1" "$2" \
		"$("$bin/ptb-report" --older "$3" "$pub/results" | paste -s -d '|')"
}

# Figures of the series here and of others; and the first part of one as a column
report_older()
{
	was=0123456789abcdef0123456789abcdef
	is_now=fedcba9876543210fedcba9876543210
	older 'all of this series' '' $was
	says_mini='; here is fedcba987654: s390x mini.|'
	older 'all of an older one' "Figures of series 0123456789ab$says_mini" $is_now
	p=$pub/results/20260101-000002-s390x-mini-patched-perf/patched/data.json
	sed -i "s/$was/$is_now/" "$p"
	older 'one kind of this series' "Figures of series 0123456789ab$says_mini" $is_now
	sed -i "s/$is_now/a$was/" "$p"
	older 'two older ones' "Figures of series 0123456789ab$says_mini|Figures of series a0123456789a$says_mini" \
		$is_now
	sed -i "s/a$was/$was/" "$p"
	cp -r "$d/base" "$d/fixes"
	sed -i 's/"kernel": "base"/"kernel": "fixes"/' "$d/fixes/data.json"
	says 'report, a part of an older series' 0 '' \
		"$bin/ptb-report" --out "$pub/out" "$pub/results" $is_now
	is "$build: report says so first" "Figures of series 0123456789ab${says_mini%|}" \
		"$(sed -n 4p "$pub/out/report.md")"
	is "$build: report, fixes beside base" '| row | per | base | fixes | series |' \
		"$(grep -m 1 -o '^| row | per | base | fixes | series |' "$pub/out/report.md")"
	rm -r "$d/fixes"
}

# The newest table of make cycles is there before all others, and those of make smp
report_many()
{
	for t in 20260102-000000-um-cycles 20260103-000000-um-cycles 20260102-000000-x86_64-smp16; do
		mkdir "$pub/results/$t"
		printf 'version=7.3.4\nseries=0123456789abcdef\n' >"$pub/results/$t/source"
		printf 'row of %s\n\nend\n' "$t" >"$pub/results/$t/table.txt"
	done
	says 'report, many CPUs' 0 '' "$bin/ptb-report" --out "$pub/out" "$pub/results"
	is "$build: report, tables of many CPUs" '    row of 20260103-000000-um-cycles|    row of 20260102-000000-x86_64-smp16|## What got worse, what got better|' \
		"$(grep -e '^    row of' -e '^## What got worse' "$pub/out/report.md" | tr '\n' '|')"
	is "$build: report, whose series" 2 "$(grep -c '^Series 0123456789ab, \[2026010' "$pub/out/report.md")"
	rm "$pub/results/20260102-000000-x86_64-smp16/source"
	says 'report, a table of nobody' 1 'smp16/source: No such file' \
		"$bin/ptb-report" --out "$pub/out" "$pub/results"
	rm -r "$pub"/results/*-um-cycles "$pub"/results/*-smp16
}

# rows_of TABLE ROW: its lines of ptb-rows, but for the directory
rows_of()
{
	"$bin/ptb-rows" "$1" "$pub/results" | awk -F '\t' -v OFS='|' -v row="$2" \
		'$2 == row || $4 == row || $7 == row { $1 = ""; print }'
}

report_rows()
{
	# Two directories have these runs: bench, and perf
	is "$build: rows, a line a seed" 'base|6|patched|6|' \
		"$(rows_of rows sparse_touch | awk -F '|' '{ n[$4]++ } END { for (k in n) print k "|" n[k] }' | sort | tr '\n' '|')"
	is "$build: rows, an operation" '|s390x|mini|base|bench|1|sparse_touch|insn/table|1|1000|3|2682100|2682190|2682800|2682.0999999999999' \
		"$(rows_of rows sparse_touch | head -n 1)"
	is "$build: rows, memory" '|s390x|mini|base|bench|1|worst half|byte/table|||||||4112.384' \
		"$(rows_of rows 'worst half' | head -n 1)"
	is "$build: rows, a verdict" '|sparse_touch|insn/table|1000|190|0|7.0837372306315718|3|worse' \
		"$(rows_of verdicts sparse_touch | head -n 1)"
	is "$build: rows, a kernel" '|s390x|mini|patched|bench|3' \
		"$(rows_of runs patched | cut -d '|' -f 1-6 | head -n 1)"
	says 'rows: no such table' 1 'there is no table x: rows, runs or verdicts' "$bin/ptb-rows" x "$pub/results"
	says 'rows: no results' 1 'No such file' "$bin/ptb-rows" rows "$pub/none"
}

report_tests()
{
	pub=$tmp/published-$build
	d=$pub/results/20260101-000000-s390x-mini-patched
	mkdir -p "$d" "$pub/out"
	cp -r "$r/base" "$d/base"
	cp -r "$r/patched" "$d/patched"
	report_figures
	report_perf
	says 'report' 0 '' "$bin/ptb-report" --out "$pub/out" "$pub/results"
	same_file "$build: report, Markdown" "$here/unit/report.md" "$pub/out/report.md"
	same_file "$build: report, mail" "$here/unit/report-mail.txt" "$pub/out/report-mail.txt"
	is "$build: report fits 75 columns" '' "$(awk 'length($0) > 75' "$here/unit/report-mail.txt")"
	is "$build: report, plots" seeds-s390x-mini.dat \
		"$(cd "$pub/out/plots" && echo *)"
	report_rows
	report_many
	report_profiles
	report_older
	# Each seed of a newer one is the same: nothing changed, nothing is drawn of it
	mkdir "$pub/results/20260101-000001-s390x-mini-patched"
	cp -r "$r/base" "$pub/results/20260101-000001-s390x-mini-patched/base"
	sed 's/"kernel": "base"/"kernel": "patched"/' "$r/base/data.json" >"$tmp/same.json"
	cp -r "$r/base" "$pub/results/20260101-000001-s390x-mini-patched/patched"
	cp "$tmp/same.json" "$pub/results/20260101-000001-s390x-mini-patched/patched/data.json"
	says 'report, newest' 0 '' "$bin/ptb-report" --out "$pub/out" "$pub/results"
	is "$build: report, the newest counts" '  no change in all 10 rows' \
		"$(grep 'no change in' "$pub/out/report-mail.txt")"
	says 'report: nowhere to write' 1 'No such file' "$bin/ptb-report" --out "$pub/none" "$pub/results"
	rm -r "$pub/results"
	mkdir "$pub/results"
	says 'report: nothing published' 1 'there is no run' "$bin/ptb-report" --out "$pub/out" "$pub/results"
	rm -rf "$pub"
}
