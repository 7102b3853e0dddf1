-- SPDX-License-Identifier: GPL-2.0
-- Views of the table rows, which scripts/db.sh makes.

-- medians: of each row of a published kernel the median over its seeds, in the row's unit.
CREATE VIEW medians AS
WITH ranked AS (
	SELECT dir, kernel, row, unit, value,
		row_number() OVER w AS n, count(*) OVER (PARTITION BY dir, kernel, row) AS seeds
	FROM rows
	WINDOW w AS (PARTITION BY dir, kernel, row ORDER BY value)
)
SELECT dir, kernel, row, unit, seeds, avg(value) AS median
FROM ranked
WHERE n IN ((seeds + 1) / 2, seeds / 2 + 1)
GROUP BY dir, kernel, row;
