# SPDX-License-Identifier: GPL-2.0
set logscale x
set xrange [3:100000]
set yrange [0:*]
set xtics (4, 8, 27, 100, 2000, 10000, 50000)
set xlabel "PTE tables of a process"
set ylabel "percent more than base"
plot for [i = 1:words(blocks)] '$'.word(blocks, i) using 1:2 with linespoints linewidth 2 \
	pointtype 3 + 2 * i pointsize 0.9 linecolor rgb config_color(word(blocks, i)) \
	title config_name(word(blocks, i))
