-- SPDX-License-Identifier: GPL-2.0
-- The tables that ptb-rows prints; bench/host/ptb-rows.c says what is in them.
CREATE TABLE rows (dir TEXT, arch TEXT, config TEXT, kernel TEXT, kind TEXT, seed INTEGER,
	row TEXT, unit TEXT, alloc INTEGER, ops INTEGER, rounds INTEGER, min INTEGER,
	med INTEGER, max INTEGER, value REAL);
CREATE TABLE runs (dir TEXT, arch TEXT, config TEXT, kernel TEXT, kind TEXT, seeds INTEGER,
	version TEXT, series TEXT, guest TEXT);
CREATE TABLE verdicts (dir TEXT, row TEXT, unit TEXT, place INTEGER, delta REAL, spread REAL,
	percent REAL, seeds INTEGER, verdict TEXT);
