#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the image of ARCH, KERNEL and CONFIG is made of, without building it.
# image-id.sh series: the checksum of its patches alone, as inputs/series of a run has it.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"

check_axes
kernel_paths
case ${1:-} in
'') image_inputs ;;
series) series_id ;;
*) die "image-id.sh [series]" ;;
esac
