# SPDX-License-Identifier: GPL-2.0
# A panel a row, a bar a function.
unset title
unset key
set grid noytics xtics linecolor rgb "#dddddd" linetype 1
set style fill solid 1
set format x "%+g"
set xtics add ("0" 0)
set lmargin 30
set tmargin 3
set rmargin 4
set arrow from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb "#404040"
set multiplot layout 4, 1 title title font ",15"
set yrange [8.6:0.4]
do for [row in "existing_touch sparse_touch munmap fork_exit"] {
	set title row font ",13" offset 0, -0.5
	plot '$'.row using 2:($0 + 1):(0):2:($0 + 0.65):($0 + 1.35):ytic(1) with boxxyerror \
		linecolor rgb patched
}
unset multiplot
