# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced: "ok N - name", "not ok N - name", and the sum of both.

tests=0
passed=0
failed=0
skipped=0

ok()
{
	tests=$((tests + 1))
	passed=$((passed + 1))
	echo "ok $tests - $1"
}

not_ok()
{
	tests=$((tests + 1))
	failed=$((failed + 1))
	echo "not ok $tests - $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/#   /'
}

skip()
{
	tests=$((tests + 1))
	skipped=$((skipped + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# is NAME WANT GOT
is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "want: $2
got:  $3"
	fi
}

# same_file NAME WANT GOT: UPDATE=1 takes what is as what should be
same_file()
{
	[ -z "${UPDATE:-}" ] || cp "$3" "$2"
	if cmp -s "$2" "$3"; then
		ok "$1"
	else
		not_ok "$1" "$(diff -u "$2" "$3" | head -n 40)"
	fi
}

summary()
{
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
}
