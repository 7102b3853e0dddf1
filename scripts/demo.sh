#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# From nothing to the table: every step does only what is missing.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/runs.sh
. "$root/scripts/runs.sh"

n=0
step()
{
	n=$((n + 1))
	say "[$n/$total] $1"
}

check_axes
(check_columns)
total=$((5 + 2 * $(echo "$columns" | wc -w)))
step "packages"
run deps.sh
step "Linux source"
run fetch.sh linux
step "source tree and series"
run tree.sh
for kernel in $columns; do
	step "kernel $arch $config $kernel"
	run build.sh
done
step "guest and host programs"
run programs.sh
for kernel in $columns; do
	step "benchmark of $kernel, $seeds seeds"
	run run.sh bench
done
step "comparison"
run compare.sh
