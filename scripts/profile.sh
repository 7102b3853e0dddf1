#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Where COLUMNS, base and patched by default, differ, function by function: a run
# each of kind profile, and their table.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/runs.sh
. "$root/scripts/runs.sh"

check_axes
check_columns
[ "$n" = 2 ] || die "COLUMNS=\"$columns\": a profile is of two kernels"
set --
for kernel in $columns; do
	run run.sh profile
	set -- "$@" "$root/$(cat "$b/log/last-run")"
done
make_host
mkdir -p "$b/tables"
table=$b/tables/${2##*/}.txt
rc=0
"$b/host/ptb-profile" "$@" >"$table.tmp" || rc=$?
[ "$rc" = 0 ] || [ "$rc" = 15 ] || {
	rm -f "$table.tmp"
	exit "$rc"
}
mv "$table.tmp" "$table"
cat "$table"
say "table: build/tables/${table##*/}"
[ "$columns" != 'base patched' ] || say "make publish RUN=${2##*/} PAIR=${1##*/}"
exit "$rc"
