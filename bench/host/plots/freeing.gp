# SPDX-License-Identifier: GPL-2.0
set style data histogram
set style histogram clustered gap 1
set style fill solid 1 border rgb "#ffffff"
set logscale y
set yrange [1000:5e7]
set format y "%.0s%c"
set ylabel "instructions"
set xtics rotate by 30 right
set multiplot layout 1, 2 title title font ",15" offset 0, 0.3 \
	margins 0.1, 0.97, 0.2, 0.8 spacing 0.12, 0
do for [b in blocks] {
	set title b font ",13" offset 0, 0
	plot '$'.b using 2:xtic(1) linecolor rgb base title "base", \
		'' using 3 linecolor rgb patched title "series"
	unset key
}
unset multiplot
