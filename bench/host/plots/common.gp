# SPDX-License-Identifier: GPL-2.0
# Read before each of the others, with dat= and out= set; dat sets title, height and
# datablocks. A kernel has one colour in
# all plots, of the palette of Okabe and Ito (fixes: none is left), and one shape of point.
load dat
set terminal svg size 700,height noenhanced font "sans-serif,13" background "#ffffff"
set output out

base = "#0072b2"
slab = "#e69f00"
patched = "#d55e00"
peer = "#009e73"
grey = "#707070"

color(k) = k eq "base" ? 0x0072b2 : k eq "fixes" ? 0x6a51a3 : k eq "slab" ? 0xe69f00 : k eq "patched" ? 0xd55e00 : 0x009e73
name(k) = k eq "patched" ? "series" : k eq "peer" ? "Linux 6.1" : k
shape(k) = k eq "base" ? 7 : k eq "fixes" ? 11 : k eq "slab" ? 5 : k eq "patched" ? 9 : 13

# A configuration has a colour as well, none of those
config_color(c) = strstrt(c, "dynamic") ? 0x999933 : strstrt(c, "rt") ? 0xcc79a7 : \
	strstrt(c, "lockdep") ? 0x56b4e9 : strstrt(c, "spinlock") ? 0x882255 : 0x404040
# A block is called x86_64_rt or s390x_mini
config_name(c) = c[1:3] eq "x86" ? c[1:6]." ".c[8:*] : c[1:5]." ".c[7:*]

set title title font ",15" offset 0, 1.8
set border 3 linecolor rgb "#404040"
set tics nomirror
set grid ytics linecolor rgb "#dddddd" linetype 1
# Between title and plot
set tmargin 5
set key at screen 0.5, screen 1 - 40.0 / height center top horizontal samplen 2
