# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The disk gets full while the guest runs: one line, and the next run goes on.

run()
{
	[ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
	axes s390x patched mini build.sh
	make -s -C "$root/bench/host" OUT="$b/host"
	c=$b/test-small
	umount "$c/build" 2>/dev/null || :
	rm -rf "$c"
	mkdir -p "$c/build"
	mount -t tmpfs -o size=320m none "$c/build" || skip "a small disk cannot be mounted"
	trap 'umount "$c/build"' EXIT
	cp -R "$root/scripts" "$root/bench" "$root/kernel-patches" "$root/selftests" "$root/Makefile" "$c/"
	for d in linux obj src ccache; do
		ln -s "$b/$d" "$c/build/$d"
	done
	cp -R "$b/host" "$b/guest" "$c/build/"
	run_mark
	PTB_EXTRA_ARGS=ptb=sparse,lifecycle PTB_ARCH=s390x PTB_SEEDS=1 sh "$c/scripts/run.sh" bench \
		2>"$b/log/disk-full" &
	pid=$!
	run_begun "$pid" "$c/build"
	dd if=/dev/zero of="$c/build/full" bs=64k 2>/dev/null || :
	rc=0
	wait "$pid" || rc=$?
	cat "$b/log/disk-full"
	[ "$rc" != 0 ]
	grep -q '^ptb: error: .*\(disk full\|truncated\)' "$b/log/disk-full"
	refused 'disk full: a run needs' env PTB_ARCH=s390x PTB_SEEDS=1 sh "$c/scripts/run.sh" boot
	rm "$c/build/full"
	PTB_ARCH=s390x PTB_SEEDS=1 sh "$c/scripts/run.sh" boot
	umount "$c/build"
	trap - EXIT
	rm -rf "$c"
}
