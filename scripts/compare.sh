#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Print COLUMNS, base against patched by default: pure function of the runs.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/runs.sh
. "$root/scripts/runs.sh"

check_axes
make_host
runs=$(pick_runs)
while read -r k r; do
	say "$(printf '%-7s' "$k") ${r#"$root"/}"
	set -- "$@" "$r"
done <<EOF
$runs
EOF
mkdir -p "$b/tables"
table=$b/tables/$(set_name "$@")
# shellcheck disable=SC2046 # one option or none
"$b/host/ptb-compare" $(layout) --json "$table.json" "$@" >"$table.txt.tmp" || {
	rc=$?
	rm -f "$table.txt.tmp"
	exit "$rc"
}
mv "$table.txt.tmp" "$table.txt"
cat "$table.txt"
say "table: build/tables/${table##*/}.txt and .json"
