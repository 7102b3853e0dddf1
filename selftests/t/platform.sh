# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# platform ARCH CONFIG NAME [CHECKS]: on the machine that it takes, base and patched. Where
# base has a fault CHECKS are those that it fails, and no other: so the test sees it.

boots()
{
	printf '%s\n' "$1 base $2" "$1 patched $2"
}

guests()
{
	echo "$platform_guests"
}

# checks_failed ARCH KERNEL CONFIG NAME: those of the newest run of platform.sh
checks_failed()
{
	for d in "$b"/runs/*-"$1-$3-$2-$4"*; do
		:
	done
	tr -d '\r' <"$d/seed-1/console.log" |
		sed -n 's/^ptb: check name=\([^ ]*\) result=fail .*/\1/p' | sort -u | paste -s -d ' '
}

# What the newest run says of itself, for the table
say_platform()
{
	for d in "$b"/runs/*-"$1-$3-$2-$4"*; do
		:
	done
	echo "detail: $2 $4: $(tr -d '\r' <"$d/seed-1/console.log" |
		sed -n -e 's/^ptb: info \(balance=.*\) \*..$/\1/p' -e 's/^ptb: info \(block=.* offline=.*\) errno.*/\1/p' \
			-e 's/^ptb: check \(name=.*\) result=fail \(.*\) \*..$/failed \1 \2/p' |
		paste -s -d ',' | sed 's/,/, /g')"
}

run()
{
	arch=$1 config=$2 name=$3
	shift 3
	rc=0
	axes "$arch" base "$config" platform.sh "$name" || rc=$?
	say_platform "$arch" base "$config" "$name"
	if [ $# != 0 ]; then
		[ "$rc" = 15 ]
		[ "$(checks_failed "$arch" base "$config" "$name")" = "$*" ]
	else
		[ "$rc" = 0 ]
	fi
	axes "$arch" patched "$config" platform.sh "$name"
	say_platform "$arch" patched "$config" "$name"
}
