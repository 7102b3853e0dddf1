# SPDX-License-Identifier: GPL-2.0
unset grid
set grid xtics linecolor rgb "#dddddd" linetype 1
set xlabel "percent of the median of base"
set yrange [0.3:*]
set offsets graph 0.04, graph 0.04, 0.5, 0
set format x "%+g"
set xtics add ("0" 0)
set arrow from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb "#a0a0a0"
plot $base using 3:2:ytic(1) with points pointtype 6 pointsize 1 linewidth 1.5 \
	linecolor rgb base title "base, a seed", \
	$patched using 3:2 with points pointtype 9 pointsize 0.9 \
	linecolor rgb patched title "series, a seed"
