# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# profile ARCH: the plugin changes nothing, and counts what the guest's clock says.

boots()
{
	echo "$1 patched mini"
}

guests()
{
	echo bench/guest bench/plugin
}

run()
{
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes "$1" patched mini run.sh profile \
		2>"$b/log/profile-err" || {
		! grep -q 'no plugins of version 1' "$b/log/profile-err" ||
			skip "QEMU has no plugins of version 1"
		cat "$b/log/profile-err"
		return 1
	}
	with=$root/$(cat "$b/log/last-run")
	PTB_SEEDS=1 PTB_EXTRA_ARGS=ptb=sparse,lifecycle axes "$1" patched mini run.sh bench
	plain=$root/$(cat "$b/log/last-run")
	cmp "$plain/seed-1/console.log" "$with/seed-1/console.log"
	"$b/host/ptb-profile" "$with" "$with"
}
