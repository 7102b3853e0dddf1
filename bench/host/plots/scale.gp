# SPDX-License-Identifier: GPL-2.0
set logscale x
set xrange [700:1400000]
set yrange [0:*]
set xtics ("1000" 1e3, "10000" 1e4, "100000" 1e5, "1000000" 1e6)
set xlabel "PTE tables of a process"
set ylabel "instructions a table"
# What is done has a kind of line, a kernel its colour
dash(i) = i == 1 ? 1 : i == 2 ? 2 : i == 3 ? 4 : 3
plot for [k = 2:3] for [i = 1:words(blocks)] '$'.word(blocks, i) using 1:k \
	with linespoints linewidth 2 dashtype dash(i) pointsize 0.8 \
	pointtype k == 2 ? shape("base") : shape("patched") \
	linecolor rgb k == 2 ? base : patched \
	title (k == 2 ? "base " : "series ").word(blocks, i)
