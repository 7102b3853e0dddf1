#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# results/report.md, report-mail.txt and plots/: what the published runs say, and what
# is drawn of it. A pure function of results/ and the checksum of the series here.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

results=$root/results
to=${1:-$results}		# the tests write somewhere else
gp=$root/bench/host/plots

# draw DAT: the plot beside its data. TYPE.gp draws TYPE-ARCH-CONFIG.dat and TYPE.dat.
# Locale and time zone are fixed, and the terminal names no date.
draw()
{
	type=${1##*/}
	type=${type%.dat}
	svg=${1%.dat}.svg
	gnuplot -e "dat='$1'; out='$svg.tmp'" "$gp/common.gp" "$gp/${type%%-*}.gp" \
		>"$b/log/gnuplot.log" 2>&1 || {
		cat "$b/log/gnuplot.log" >&2
		die "gnuplot does not draw ${1#"$root"/}"
	}
	sed '1a<!-- SPDX-License-Identifier: GPL-2.0 -->' "$svg.tmp" >"$svg"
	rm -f "$svg.tmp"
}

need gnuplot gnuplot-nox
make_host
# Whole, or what was there stays
new=$b/report.new
rm -rf "$new"
mkdir -p "$to" "$b/log" "$new"
kernel=patched
here=$(run image-id.sh series) || exit
"$b/host/ptb-report" --out "$new" "$results" "$here" || exit
for f in "$new"/plots/*.dat; do
	draw "$f"
done
rm -rf "$to/plots"
mv "$new"/* "$to/"
say "written: ${to#"$root"/}/report.md, report-mail.txt, plots/"
