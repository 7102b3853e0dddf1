#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# build/results.db: all rows of the published runs in SQLite, with the views of bench/sql.
# db.sh QUERY...: and what these files of bench/sql say, as tab separated values.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

need sqlite3 sqlite3
make_host >&2
db=$b/results.db
for t in rows runs verdicts; do
	"$b/host/ptb-rows" $t "${PTB_RESULTS:-$root/results}" >"$b/$t.tsv" || exit
done
rm -f "$db"
sqlite3 -bail "$db" <<EOF || die "sqlite3 does not take what ptb-rows has"
.read "$root/bench/sql/tables.sql"
.mode tabs
.import --skip 1 "$b/rows.tsv" rows
.import --skip 1 "$b/runs.tsv" runs
.import --skip 1 "$b/verdicts.tsv" verdicts
.read "$root/bench/sql/views.sql"
EOF
for q in "$@"; do
	sqlite3 -bail -readonly -tabs "$db" ".read '$root/bench/sql/$q.sql'" || die "bench/sql/$q.sql"
done
