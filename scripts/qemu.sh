# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: QEMU as a run directory says.

# What made guest and run: by it make reproduce finds the source of an old guest
write_harness()
{
	if ! git -C "$root" rev-parse -q --verify HEAD >/dev/null 2>&1; then
		echo commit=unknown
		return
	fi
	echo "commit=$(git -C "$root" rev-parse HEAD)"
	if [ -n "$(git -C "$root" status --porcelain -- bench scripts kernel-patches/configs)" ]; then
		echo dirty=1
	else
		echo dirty=0
	fi
}

# qemu SEED: QEMU with the recorded arguments, in that directory of $dir
qemu()
{
	cd "$dir/seed-$1" || exit 1
	: >console.log
	s=$1
	set --
	last=
	while IFS= read -r a; do
		if [ "$last" = -seed ]; then
			a=$s
		fi
		last=$a
		case $a in
		*ptb_seed=SEED) a=${a%SEED}$s ;;
		esac
		set -- "$@" "$a"
	done <"$dir/inputs/qemu-argv"
	exec timeout -k 10 "$timeout" "$@" </dev/null >qemu.log 2>&1
}
