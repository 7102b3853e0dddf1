# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# kselftest ARCH CONFIG: selftests/pgtable. What is skipped has to be in kselftest-skips, or
# a configuration that lost an option would pass. Base runs them only to tell whose
# failure one is.

boots()
{
	echo "$1 patched $2"
}

guests()
{
	echo "$kselftest_guests"
}

run()
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
