#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What README.md and the cover letter quote of the published runs, where these say
# something else now. What is said about a figure stays: read git diff.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

make_host
"$b/host/ptb-report" --fix-figures "$root/kernel-patches/figures" "$root"
