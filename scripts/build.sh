#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build the kernel ARCH, KERNEL, CONFIG out of tree, the same bytes each time.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=scripts/kernel.sh
. "$root/scripts/kernel.sh"

# Lines of an objects' log that stand for one object each
objects()
{
	grep -cE '^  (CC|AS)  ' "$log" 2>/dev/null || :
}

# Total objects of a full build: the last one's, or the fragment's guess
expected()
{
	n=$(cat "$counted" 2>/dev/null ||
		config_fragment | sed -n 's/^#OBJECTS# //p' | tail -n 1)
	echo "${n:-600}"
}

progress()
{
	done_=$(objects)
	now=$(date +%s)
	spent=$((now - started))
	line="building $what: $done_ objects"
	if [ -n "$full" ]; then
		line="building $what: $done_ of about $total objects"
		if [ "$done_" -ge 20 ] && [ "$done_" -lt "$total" ]; then
			line="$line, $((spent * (total - done_) / done_)) s left"
		fi
	fi
	if [ -t 1 ]; then
		printf '\r%-75s' "$line, $spent s"
	elif [ "$((now - told))" -ge 15 ]; then
		told=$now
		say "$line"
	fi
}

stop()
{
	kill "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
	exit 130
}

# make in the background, so that progress and signals get through
watch_make()
{
	started=$(date +%s)
	told=$started
	kmake -j"${PTB_JOBS:-$(nproc)}" "${kimage##*/}" >"$log" 2>&1 9>&- &
	pid=$!
	trap stop INT TERM HUP
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		progress
	done
	if [ -t 1 ]; then
		printf '\n'
	fi
	rc=0
	wait "$pid" || rc=$?
	trap - INT TERM HUP
}

failed()
{
	check_no_space "$log"
	if tail -n 20 "$log" | grep -qE "Error 130|Interrupt|Terminated"; then
		die_with 130 "building $what was interrupted; the next build goes on"
	fi
	grep -nE '(error|Error|ERROR|undefined reference)[: ]|No rule to make' "$log" |
		head -n 8 >&2 || :
	die_with 10 "$what did not build; log: ${log#"$root"/}"
}

check_axes
for t in make:make gcc:build-essential ccache:ccache bc:bc bison:bison flex:flex perl:perl; do
	need "${t%%:*}" "${t##*:}"
done
run tree.sh
# planted-* share a source tree and objects, as commit-* do: none changes below a build
case $kernel in
planted-* | commit-*) lock "build-${kernel%%-*}" ;;
*) lock "build-$arch-$config-$kernel" ;;
esac
run variant.sh
kernel_paths
[ -z "$cross" ] || need "${cross}gcc" "$cross_package"
mkdir -p "$obj" "$b/log"
stamp_text >"$obj/.ptb-stamp.new"
if [ -f "$image" ] && cmp -s "$obj/.ptb-stamp.new" "$obj/.ptb-stamp"; then
	exit 0
fi
want_space 1500 "building $what"
rm -f "$obj/.ptb-stamp"
make_config
full=
[ -f "$obj/vmlinux" ] || [ "$(find "$obj" -name '*.o' | wc -l)" -gt 50 ] || full=1
total=$(expected)
say "building $what"
watch_make
[ "$rc" = 0 ] || failed
[ -f "$image" ] || failed
if [ -n "$full" ]; then
	objects >"$counted"
fi
mv "$obj/.ptb-stamp.new" "$obj/.ptb-stamp"
say "built $what: $(objects) objects in $(($(date +%s) - started)) s"
