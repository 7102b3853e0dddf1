#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Our own programs: the guest's initramfs, the host's tools.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/guest.sh
. "$root/scripts/guest.sh"

check_axes
make_guest
make_host
