#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2034 # used by what is sourced
# unit.sh: ptb-parse, ptb-compare, ptb-profile, ptb-cycles, ptb-rows, ptb-report and debian-results.sh against kept samples; needs no kernel.
# OUT=<dir> keeps the programs there; UPDATE=1 rewrites the expected tables.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd -P)
logs=$here/logs
good=$logs/good-s390x.log
# shellcheck source=selftests/unit/tap.sh
. "$here/unit/tap.sh"
# shellcheck source=selftests/unit/parse.sh
. "$here/unit/parse.sh"
# shellcheck source=selftests/unit/compare.sh
. "$here/unit/compare.sh"
# shellcheck source=selftests/unit/columns.sh
. "$here/unit/columns.sh"
# shellcheck source=selftests/unit/profile.sh
. "$here/unit/profile.sh"
# shellcheck source=selftests/unit/cycles.sh
. "$here/unit/cycles.sh"
# shellcheck source=selftests/unit/report.sh
. "$here/unit/report.sh"
# shellcheck source=selftests/unit/debian.sh
. "$here/unit/debian.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
out=${OUT:-$tmp/out}
mkdir -p "$out"
# A relative OUT is the caller's, not that of make -C
out=$(cd "$out" && pwd -P)

# build TARGET: programs, not a test; but without them there is no test
build()
{
	make --no-print-directory -C "$here/../bench/host" "OUT=$out" "$1" >"$tmp/make.log" 2>&1 ||
		{ cat "$tmp/make.log" >&2; return 1; }
}

# has_asan: a compiler without the runtime libraries is not our failure
has_asan()
{
	echo 'int main(void) { return 0; }' >"$tmp/t.c"
	"${CC:-cc}" -fsanitize=address,undefined -o "$tmp/t" "$tmp/t.c" 2>/dev/null && "$tmp/t"
}

run_all()
{
	build=$1
	bin=$2
	parse_tests
	compare_tests
	columns_tests
	profile_tests
	cycles_tests
	report_tests
}

"${CC:-cc}" -O2 -Wall -Wextra -Werror -o "$tmp/seal" "$here/unit/seal.c"
build all
debian_tests
run_all plain "$out"
if has_asan; then
	build asan
	run_all asan "$out/asan"
else
	skip "all of this again under AddressSanitizer" "no libasan and libubsan"
fi
summary
