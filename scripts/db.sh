#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# build/results.db: all rows of the published runs in SQLite, with the views of bench/sql.
# db.sh QUERY...: and what these files of bench/sql say, as tab separated values.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

need sqlite3 sqlite3
make_host
db=$b/results.db
"$b/host/ptb-rows" "${PTB_RESULTS:-$root/results}" >"$b/rows.tsv" || exit
rm -f "$db"
sqlite3 -bail "$db" <<EOF || die "sqlite3 does not take build/rows.tsv"
CREATE TABLE rows (dir TEXT, arch TEXT, config TEXT, kernel TEXT, kind TEXT, seed INTEGER,
	row TEXT, unit TEXT, alloc INTEGER, ops INTEGER, rounds INTEGER, min INTEGER,
	med INTEGER, max INTEGER, value REAL);
.mode tabs
.import --skip 1 "$b/rows.tsv" rows
.read "$root/bench/sql/views.sql"
EOF
for q in "$@"; do
	sqlite3 -bail -readonly -tabs "$db" ".read '$root/bench/sql/$q.sql'" || die "bench/sql/$q.sql"
done
