#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What README.md, the cover letter and changelogs quote of the published runs, where
# these say something else now. What is said about a figure stays: read git diff.
# Changelogs are those of kernel-patches/, of which make tree makes build/linux anew.
# And below the heads of README.md and cover letter, which figures are of an older series.
# figures.sh check: nothing is written, exit 15 if something would be.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

# with_older FILE: FILE with the paragraphs of build/log/older after its first empty line,
# and without those that stood there
with_older()
{
	awk -v older="$b/log/older" '
	/^Figures of series / { skip = 1 }
	!skip { print }
	!$0 && !skip && !seen++ { while ((getline line <older) > 0) print line }
	!$0 { skip = 0 }' "$1"
}

# older FILE: whether it says so, or make it say so
older()
{
	with_older "$root/$1" >"$b/log/with-older"
	! cmp -s "$b/log/with-older" "$root/$1" || return 0
	if [ "$how" = fix ]; then
		cat "$b/log/with-older" >"$root/$1"
		echo "$1: which figures are of an older series"
		return
	fi
	diff "$root/$1" "$b/log/with-older" || :
	die_with 15 "$1 does not say which figures are of an older series: make figures"
}

case ${1:-} in
'' | check) how=${1:-fix} ;;
*) die "figures.sh [check]" ;;
esac
kernel=patched
here=$(run image-id.sh series) || exit
make_host
"$b/host/ptb-report" --older "$here" "$root/results" >"$b/log/older" || exit
for f in README.md "kernel-patches/${parts##* }/0000-cover-letter.txt"; do
	older "$f"
done
"$b/host/ptb-report" "--$how-figures" "$root/kernel-patches/figures" "$root"
