#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# clean: what can be built again, runs and their images not. clean.sh all: everything in build/.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/tree-state.sh
. "$root/scripts/tree-state.sh"

if [ "${1:-}" = all ]; then
	[ ! -d "$linux" ] || refuse_unexported "distclean removes it"
	rm -rf "$b"
	exit 0
fi
rm -rf "$b/obj" "$b/variants" "$b/guest" "$b/host" "$b/tables"
[ ! -d "$linux" ] || g worktree prune
