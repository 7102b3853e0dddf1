# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# debian ARCH: Debian's programs and the kernel's own tests. Nothing may fail that base
# passes.

boots()
{
	printf '%s\n' "$1 base debian" "$1 patched debian"
}

guests()
{
	echo bench/guest bench/plugin selftests/debian
}

run()
{
	for k in base patched; do
		had_run "debian-$1-$k" || {
			PTB_COVERAGE=try axes "$1" $k debian run.sh debian
			keep_run "debian-$1-$k"
		}
		sh "$root/selftests/debian-results.sh" \
			"$root/$(cat "$b/log/last-run")/seed-1/console.log" >"$b/log/debian-$1-$k"
		say_run
	done
	rm -f "$b/log/debian-$1-base.run" "$b/log/debian-$1-patched.run"
	sh "$root/selftests/debian-results.sh" "$b/log/debian-$1-base" "$b/log/debian-$1-patched" \
		>"$b/log/debian-$1" || { cat "$b/log/debian-$1"; return 1; }
	cat "$b/log/debian-$1"
	echo "detail: $(sed -n 's/^patched: //p' "$b/log/debian-$1")"
}
