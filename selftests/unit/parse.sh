# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2154
# Sourced: ptb-parse on sample consoles, kept ones and variations of the good.

# parse CODE PATTERN NAME LOG [option ...]: exit code, one line that matches,
# and data that is written whatever the verdict is
parse()
{
	want=$1
	pattern=$2
	name="$build: $3"
	log=$4
	shift 4
	rc=0
	"$bin/ptb-parse" "$@" "$log" >"$tmp/data.json" 2>"$tmp/err" || rc=$?
	if [ "$rc" != "$want" ]; then
		not_ok "$name" "exit $rc, not $want: $(cat "$tmp/err")"
	elif [ "$(wc -l <"$tmp/err")" -ne 1 ] || ! grep -q -e "$pattern" "$tmp/err"; then
		not_ok "$name" "no line like $pattern: $(cat "$tmp/err")"
	elif ! grep -q "^ \"code\": $want," "$tmp/data.json"; then
		not_ok "$name" "data.json has another verdict"
	else
		ok "$name"
	fi
}

# change SED-EXPRESSION: the good console, changed and sealed again
change()
{
	sed -e '/^ptb: /s/ \*[0-9a-f][0-9a-f]$//' -e "$1" "$good" | "$tmp/seal" >"$tmp/log"
}

parse_kept()
{
	parse 0 '^ptb: ok: 126 checks$' 'good' "$good"
	parse 0 '^ptb: ok: 28 checks$' 'good, x86_64, CR LF' "$logs/good-x86_64.log"
	head -n 91 "$good" >"$tmp/log"
	parse 16 'no end marker; last on the console: console line 91: ptb:' 'truncated after a line' "$tmp/log"
	parse 15 'test failed: console line 111: ptb: check name=nr_pt_exact .*; 2 of 28' \
		'failed check' "$logs/failed-s390x.log"
	parse 0 '^ptb: ok: [0-9]* checks$' 'failed check, others run there' "$logs/failed-s390x.log" --busy
	parse 16 'truncated: console line [0-9]*: damaged line: no checksum' \
		'truncated inside a line' "$logs/truncated-s390x.log"
	parse 16 'truncated: console line [0-9]*: damaged line: no checksum at its end: ptb: row name=exis' \
		'interleaved' "$logs/interleaved-s390x.log"
	parse 14 'splat: console line [0-9]*: .*BUG ptdesc (Not tainted)' \
		'splat' "$logs/splat-s390x.log"
	sed '/^ptb: begin/a info oom=begin\ninit invoked oom-killer: gfp_mask=0x0\nCall Trace:\nOut of memory: Killed process 1\ninfo oom=end' \
		"$good" | sed 's/^info/ptb: &/; /^ptb: /s/ \*[0-9a-f][0-9a-f]$//' | "$tmp/seal" >"$tmp/log"
	parse 0 '^ptb: ok: 126 checks$' 'killed for want of memory, which was meant' "$tmp/log"
	sed 's/oom=begin/oom=other/; s/ \*[0-9a-f][0-9a-f]$//' "$tmp/log" | "$tmp/seal" >"$tmp/log2"
	parse 14 'splat: .*invoked oom-killer' 'killed for want of memory' "$tmp/log2"
	sed 's/Call Trace:/WARNING: CPU: 0/' "$tmp/log" >"$tmp/log2"
	parse 14 'splat: .*WARNING: CPU' 'a warning beside a process that is killed' "$tmp/log2"
	parse 12 'panicked: console line 56: .*Kernel panic - not syncing: No working init' \
		'panicked, s390x' "$logs/panicked-s390x.log"
	parse 12 'panicked: console line 207: .*Kernel panic' \
		'panicked, x86_64, CR LF' "$logs/panicked-x86_64.log"
}

parse_ends()
{
	: >"$tmp/log"
	parse 11 'did not boot: no begin line, QEMU ended (status 0); .*: nothing' \
		'empty console' "$tmp/log"
	sed '/^ptb: /d' "$good" >"$tmp/log"
	parse 11 'did not boot.*status 1.* console line .*Run /init' \
		'no begin' "$tmp/log" --qemu-status 1
	parse 13 'timed out: no begin line' 'timeout before begin' "$tmp/log" --timeout-hit
	sed '/^ptb: end/d' "$good" >"$tmp/log"
	parse 16 'truncated: no end marker; last on the console: console line [0-9]*: ptb: check' \
		'truncated between lines' "$tmp/log"
	parse 13 'timed out: booted; last on the console: console line' \
		'timeout' "$tmp/log" --timeout-hit --qemu-status 124
	parse 13 'timed out' 'timeout after the end marker' "$good" --timeout-hit
	parse 16 'truncated: QEMU failed' 'QEMU fails after the end marker' \
		"$good" --qemu-status 1
	cat "$logs/splat-s390x.log" "$logs/panicked-s390x.log" >"$tmp/log"
	parse 12 'panicked.*it began at line [0-9]*: .*BUG ptdesc' \
		'panicked wins over splat and timeout' "$tmp/log" --timeout-hit
	change '/^ptb: end/,$d; s/result=ok scenario=churn /result=fail scenario=churn /'
	parse 16 'no end marker; failed before: console line' 'truncated wins over failed' "$tmp/log"
	parse 14 splat 'splat wins over timeout' "$logs/splat-s390x.log" --timeout-hit
}

parse_damage()
{
	sed '/^ptb: row name=fork_exit/s/min=37/min=36/' "$good" >"$tmp/log"
	parse 16 'console line [0-9]*: damaged line: wrong checksum: ptb: row name=fork_exit' \
		'bad checksum' "$tmp/log"
	sed '/^ptb: row name=fork_exit/s/^ptb: r/[    1.0] kernel\nr/' "$good" >"$tmp/log"
	parse 16 'the end of a line without its start: row name=fork_exit' \
		'lost head of a line' "$tmp/log"
	sed '/^ptb: row name=fork_exit/s/^/[    1.0] kernel text without LF /' "$good" >"$tmp/log"
	parse 0 '^ptb: ok' 'kernel text before an intact line' "$tmp/log"
	sed 's/$/\r/' "$good" >"$tmp/log"
	parse 0 '^ptb: ok' 'CR LF' "$tmp/log"
	sed '/^ptb: check name=exit/s/ok/\o000k/' "$good" >"$tmp/log"
	parse 16 'wrong checksum.*\\x00k' 'NUL in a line' "$tmp/log"
	change '/^ptb: check name=exit/s/exit/\o303\o244/'
	parse 16 'not printable' 'UTF-8 in a line of ours' "$tmp/log"
	change '/^ptb: check name=exit/s/ result/  result/'
	parse 16 'not key=value' 'two spaces' "$tmp/log"
	change '/^ptb: check name=exit/s/$/ got=1/'
	parse 16 'a key twice' 'key twice' "$tmp/log"
	{
		sed '/^ptb: end/,$d' "$good"
		awk 'BEGIN { for (i = 0; i < 300000; i++) printf "0123456789"; print "" }'
		sed -n '/^ptb: end/,$p' "$good"
	} >"$tmp/log"
	parse 0 '^ptb: ok' 'line of three megabytes' "$tmp/log"
}

parse_contradictions()
{
	change '/^ptb: row name=fork_exit/s/rounds=40/rounds=41/'
	parse 16 'row fork_exit: 40 raw values for 41 rounds' 'wrong number of rounds' "$tmp/log"
	change '/^ptb: row name=fork_exit/s/min=[0-9]*/min=1/'
	parse 16 'row fork_exit: min, med, max are not' 'wrong minimum' "$tmp/log"
	change '/^ptb: row name=fork_exit/s/med=[0-9]*/med=3750000/'
	parse 16 'row fork_exit: min, med, max are not' 'wrong median' "$tmp/log"
	change '/^ptb: raw name=fork_exit i=16/d'
	parse 16 'raw values of fork_exit: 16 came before i' 'lost raw line' "$tmp/log"
	change '/^ptb: row name=fork_exit/d'
	parse 16 'raw values of fork_exit but no row' 'raw values without row' "$tmp/log"
	change '/^ptb: row name=fork_exit/{p;}'
	parse 16 'a second row fork_exit' 'row twice' "$tmp/log"
	change '/^ptb: row name=fork_exit/s/ ops=500//'
	parse 16 'key ops is missing or wrong' 'row without ops' "$tmp/log"
	change '/^ptb: row name=fork_exit/s/min=[0-9]*/min=99999999999999999999999/'
	parse 16 'key min is missing or wrong' 'huge number' "$tmp/log"
	change '/^ptb: mem name=sparse/s/nr_pt=[0-9]*/nr_pt=many/'
	parse 16 'key nr_pt is missing or wrong' 'mem without number' "$tmp/log"
	change '/^ptb: mem name=sparse/{p;}'
	parse 16 'the same mem line twice' 'mem twice' "$tmp/log"
	change 's/^ptb: end ok=126/ptb: end ok=125/'
	parse 16 'checks seen: ok=126 fail=0: ptb: end' 'wrong counts in end' "$tmp/log"
	change '/^ptb: end/{p;s/.*/ptb: info late=1/;}'
	parse 16 'a line after the end marker: ptb: info late' 'line after end' "$tmp/log"
	change '/^ptb: begin/s/ v=1/ v=2/'
	parse 16 'not protocol version 1' 'other protocol version' "$tmp/log"
	change '/^ptb: begin/{p;}'
	parse 16 'a second begin' 'begin twice' "$tmp/log"
	change '/^ptb: info clock/s/.*/ptb: info die=no_memory errno=12/'
	parse 15 'die=no_memory' 'guest gave up' "$tmp/log"
}

parse_kept_data()
{
	change 's/^ptb: end/ptb: news a=1 b=x\n&/; s/^ptb: mem name=boot.*/& pagecache=77/'
	parse 0 '^ptb: ok' 'unknown type and key' "$tmp/log"
	is "$build: unknown type and key are kept" 2 \
		"$(grep -c '"type": "news"\|"pagecache": 77' "$tmp/data.json")"
	parse 11 'did not boot' 'binary file' "$tmp/seal"
	same=$("$bin/ptb-parse" "$good" 2>/dev/null | cksum)
	is "$build: same console, same bytes" "$same" "$("$bin/ptb-parse" "$good" 2>/dev/null | cksum)"
	rc=0
	"$bin/ptb-parse" "$good" >/dev/full 2>"$tmp/err" || rc=$?
	is "$build: full disk" "1 ptb: error: cannot write the data: No space left on device" \
		"$rc $(cat "$tmp/err")"
	rc=0
	"$bin/ptb-parse" "$tmp/nowhere" >/dev/null 2>"$tmp/err" || rc=$?
	is "$build: no console" "1 ptb: error: $tmp/nowhere: No such file or directory" \
		"$rc $(cat "$tmp/err")"
	rc=0
	"$bin/ptb-parse" --qemu-status x "$good" >/dev/null 2>"$tmp/err" || rc=$?
	is "$build: bad option" "1 ptb: error: not a number: x" "$rc $(cat "$tmp/err")"
}

# Every headline alone is enough, and nothing in a healthy boot is one
parse_splats()
{
	missed=
	while IFS= read -r headline; do
		printf '%s\n' "$headline" | cat - "$good" >"$tmp/log"
		rc=0
		"$bin/ptb-parse" "$tmp/log" >/dev/null 2>&1 || rc=$?
		[ "$rc" = 14 ] || missed="$missed$headline
"
	done <"$logs/splats.txt"
	is "$build: every kind of splat" '' "$missed"
	printf '%s\n' '[    1.0] BUG: KCSAN: data-race in mas_walk / mas_wr_node_store' |
		cat - "$good" >"$tmp/log"
	parse 0 '' 'a race that base has as well is no splat' "$tmp/log"
	sed '/Kernel panic/d' "$logs/panicked-x86_64.log" >"$tmp/log"
	parse 11 'did not boot' 'healthy x86_64 boot has no splat' "$tmp/log"
}

# Damaged anywhere: a verdict, never a crash
parse_fuzz()
{
	wrong=
	size=$(wc -c <"$good")
	i=1
	while [ "$i" -le 20 ]; do
		"$tmp/seal" -f "$i" <"$good" >"$tmp/log"
		rc=0
		"$bin/ptb-parse" "$tmp/log" >/dev/null 2>&1 || rc=$?
		case $rc in
		11 | 16) ;;
		*) wrong="$wrong flip $i: $rc" ;;
		esac
		head -c "$((size * i / 21))" "$good" >"$tmp/log"
		rc=0
		"$bin/ptb-parse" "$tmp/log" >/dev/null 2>&1 || rc=$?
		case $rc in
		11 | 16) ;;
		*) wrong="$wrong cut $i: $rc" ;;
		esac
		i=$((i + 1))
	done
	is "$build: flipped bytes and cut consoles" '' "$wrong"
}

parse_tests()
{
	parse_kept
	parse_ends
	parse_damage
	parse_contradictions
	parse_kept_data
	parse_splats
	parse_fuzz
}
