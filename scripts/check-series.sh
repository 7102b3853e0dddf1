#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Long checks of every patch.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
die "check-series is not there yet"
