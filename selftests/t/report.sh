# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The report is what the published runs say, figure by figure; and so is what README.md
# and the cover letter quote, and which of it they say is of an older series. Another
# gnuplot may draw the same data otherwise.

drawn_by()
{
	sed -n 's/.*Produced by \(.*[^ ]\) *<.*/\1/p' "$1"/*.svg | sort -u
}

run()
{
	[ -f "$root/results/report.md" ] || skip "nothing is published"
	n=$b/test-report
	rm -rf "$n"
	target report.sh "$n"
	cmp "$root/results/report.md" "$n/report.md"
	cmp "$root/results/report-mail.txt" "$n/report-mail.txt"
	diff -r -x '*.svg' "$root/results/plots" "$n/plots"
	if [ "$(drawn_by "$root/results/plots")" = "$(drawn_by "$n/plots")" ]; then
		diff -r "$root/results/plots" "$n/plots"
	else
		echo "detail: $(drawn_by "$n/plots"), drawn by another"
		[ "$(cd "$root/results/plots" && echo *)" = "$(cd "$n/plots" && echo *)" ]
	fi
	target figures.sh check
	rm -rf "$n"
}
