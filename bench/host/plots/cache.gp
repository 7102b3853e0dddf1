# SPDX-License-Identifier: GPL-2.0
unset title
set style data histogram
set style histogram clustered gap 1.5
set style fill solid 1 border rgb "#ffffff"
set format y "%+g"
set ytics add ("0" 0)
set xzeroaxis linetype 1 linecolor rgb "#404040"
set multiplot layout 2, 1 title title font ",15" offset 0, 0.3 \
	margins 0.1, 0.96, 0.07, 0.82 spacing 0, 0.1
do for [what in "lines misses"] {
	set ylabel what
	plot for [b in blocks] '$'.b using (column(what eq "lines" ? 2 : 3)):xtic(1) \
		linecolor rgb config_color(b) title config_name(b)
	unset key
}
unset multiplot
