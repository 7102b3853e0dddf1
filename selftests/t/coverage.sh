# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Of all these runs: what of kernel-patches/PATHS.md has been executed.

in_guest()
{
	:
}

run()
{
	target coverage.sh "$m/coverage"
	echo "detail: $(sed -n '/^[0-9]* names: /p' "$m/coverage")"
}
