# SPDX-License-Identifier: GPL-2.0
set logscale x
set xrange [3:100000]
set yrange [1800:4600]
set xtics (4, 8, 27, 100, "" 1024, 2000, 10000, 50000)
set xlabel "PTE tables of a process"
set ylabel "bytes a table"
set label "half of 2048 freed, worst case" at 1024,4420 center textcolor rgb grey
kernels = exists("$fixes") ? "base fixes slab patched peer" : "base slab patched peer"
plot for [k in kernels] '$'.k using 1:2 with linespoints \
	linewidth 2 pointtype shape(k) pointsize 0.9 linecolor rgb color(k) title name(k), \
	for [i = 0:words(kernels) - 1] k = word(kernels, i + 1) '$half' \
	using ($1 == i ? $2 : NaN):3 with points pointtype shape(k) - 1 pointsize 1.3 \
	linewidth 2 linecolor rgb color(k) notitle
