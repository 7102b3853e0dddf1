# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# planted-kselftest ARCH BUG CONFIG: a bug with a kernel of its own, which a kselftest
# must see.

boots()
{
	echo "$1 planted-$2 $3"
}

guests()
{
	echo "$kselftest_guests"
}

run()
{
	rc=0
	slow "$3"
	axes "$1" "planted-$2" "$3" run.sh kselftest || rc=$?
	case $rc in
	14 | 15) echo "detail: $1 $3, kselftest: $(planted_by "$2")" ;;
	*) echo "not caught: exit $rc"; return 1 ;;
	esac
}
