#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Print base against patched: pure function of two run directories.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"
# shellcheck source=scripts/runs.sh
. "$root/scripts/runs.sh"

check_axes
make_host
pick_pair
say "base    ${base_run#"$root"/}"
say "patched ${patched_run#"$root"/}"
mkdir -p "$b/tables"
table=$b/tables/${patched_run##*/}
"$b/host/ptb-compare" --json "$table.json" "$base_run" "$patched_run" >"$table.txt.tmp" || {
	rc=$?
	rm -f "$table.txt.tmp"
	exit "$rc"
}
mv "$table.txt.tmp" "$table.txt"
cat "$table.txt"
say "table: build/tables/${table##*/}.txt and .json"
