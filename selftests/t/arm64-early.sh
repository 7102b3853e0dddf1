# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# A block mapping of the kernel is split before there are slabs, by base and patched.

boots()
{
	printf '%s\n' "arm64 planted-arm64-early-on-base platform" \
		"arm64 planted-arm64-early platform"
}

run()
{
	for k in planted-arm64-early-on-base planted-arm64-early; do
		# The console comes later than that
		PTB_EXTRA_ARGS=earlycon=pl011,0x9000000 axes arm64 $k platform run.sh boot
		c=$root/$(cat "$b/log/last-run")/seed-1/console.log
		tr -d '\r' <"$c" | grep 'planted: split=0 block before=1 after=0$'
		echo "detail: $k: $(tr -d '\r' <"$c" | sed -n 's/.*planted: //p')"
	done
}
