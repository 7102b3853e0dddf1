# SPDX-License-Identifier: GPL-2.0
set style data histogram
set style histogram clustered gap 1.2
set style fill solid 1 border rgb "#ffffff"
set bmargin 3.5
set yrange [0:*]
set ylabel "bytes a table"
wrap(s) = word(s, 1)."\n".word(s, 2)
plot for [i = 1:words(kernels)] $churn using (column(i + 1)):xtic(wrap(strcol(1))) \
	linecolor rgb color(word(kernels, i)) title name(word(kernels, i))
