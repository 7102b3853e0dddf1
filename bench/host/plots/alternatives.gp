# SPDX-License-Identifier: GPL-2.0
unset grid
set grid xtics ytics linecolor rgb "#dddddd" linetype 1
set xlabel "percent more than the series"
set format x "%+g"
set xtics add ("0" 0)
set offsets graph 0.04, graph 0.04, 0.5, 0.5
rows = "sparse_touch lifecycle fork_exit munmap churn_once_free"
array colors[5] = [0x404040, 0xcc79a7, 0x999933, 0x56b4e9, 0x882255]
set arrow from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb "#a0a0a0"
set tmargin 7
set title offset 0, 3.6
set key maxrows 2
# A little apart, or those that change nothing lie on each other
plot $sparse_touch using (0):2:ytic(1) with dots linecolor rgb "#ffffff" notitle, \
	for [i = 1:5] '$'.word(rows, i) using 3:($2 + 0.13 * (3 - i)) with points \
	pointtype 3 + 2 * i pointsize 0.8 linecolor rgb colors[i] title word(rows, i)
