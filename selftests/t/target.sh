# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# target SCRIPT [ARGUMENTS]: a script of scripts/ or selftests/ that is a test by itself

in_guest()
{
	case $1 in
	cross.sh | disasm.sh | cycles.sh) ;;
	*) return 1 ;;
	esac
}

run()
{
	dir=$root/scripts
	[ -f "$dir/$1" ] || dir=$tests
	script=$1
	shift
	sh "$dir/$script" "$@"
}
