#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What README.md, the cover letter and changelogs quote of the published runs, where
# these say something else now. What is said about a figure stays: read git diff.
# Changelogs are those of kernel-patches/, of which make tree makes build/linux anew.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

make_host
"$b/host/ptb-report" --fix-figures "$root/kernel-patches/figures" "$root"
