-- SPDX-License-Identifier: GPL-2.0
SELECT dir, kernel, row, seeds, median FROM medians ORDER BY dir, kernel, row;
