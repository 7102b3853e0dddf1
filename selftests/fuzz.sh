#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# fuzz.sh [SECONDS]: the host programs' parsers under libFuzzer, AddressSanitizer and
# UndefinedBehaviorSanitizer, from the samples in logs/ and unit/, SECONDS each. A
# crash leaves its input in build/fuzz, by which it can be repeated.
root=$(cd "$(dirname "$0")/.." && pwd -P)
f=$root/build/fuzz
set -eu
seconds=${1:-20}

for tool in clang pkg-config; do
	command -v $tool >/dev/null || {
		echo "ptb: error: missing $tool: make deps" >&2
		exit 1
	}
done

# target NAME SOURCES...: of bench/host
target()
{
	name=$1
	shift
	# shellcheck disable=SC2046 # words
	set -- $(for s in "$@"; do echo "$root/bench/host/$s.c"; done)
	# shellcheck disable=SC2046 # words
	clang -O1 -g -std=gnu11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-Wl,--wrap=die -I"$root/bench/host" $(pkg-config --cflags jansson) -o "$f/$name" \
		"$root/selftests/fuzz/$name.c" "$@" $(pkg-config --libs jansson) -lm
}

# corpus NAME: a directory with the samples given on stdin
corpus()
{
	mkdir -p "$f/corpus-$1"
	i=0
	while IFS= read -r s; do
		i=$((i + 1))
		{
			[ "$1" != console ] || printf '\010'
			cat "$s"
		} >"$f/corpus-$1/sample-$i"
	done
}

# The same inputs in the same order each time, as many as there is time for. What die()
# leaves is lost, some 20 MB a second, so that only single allocations are limited.
fuzz()
{
	echo "$1: $seconds s"
	(cd "$f" && ASAN_OPTIONS=detect_leaks=0 "./$1" -seed=1 -max_total_time="$seconds" \
		-rss_limit_mb=0 -malloc_limit_mb=1024 -max_len=65536 -timeout=10 -print_final_stats=1 \
		-artifact_prefix="crash-$1-" "corpus-$1" 2>"$1.log") || {
		grep -E 'ERROR|SUMMARY|Test unit' "$f/$1.log" | head -n 5
		exit 1
	}
	grep -E 'number_of_executed_units|new_units_added' "$f/$1.log"
}

mkdir -p "$f"
rm -rf "$f"/corpus-*
lib='util json stats'
# shellcheck disable=SC2086 # lists
{
	target console $lib splat record console
	target profile $lib profile
	target compare $lib load rows evidence table report columns columns-table columns-json
}
find "$root/selftests/logs" -name '*.log' | sort | corpus console
echo "$root/selftests/unit/sample.profile" | corpus profile
echo "$root/selftests/unit/sample.json" | corpus compare
for t in console profile compare; do
	fuzz $t
done
