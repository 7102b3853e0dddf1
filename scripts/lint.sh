#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Our scripts, our C, our patches. lint.sh NAME: one of the checks alone.
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

bad=0

verdict()
{
	if [ "$2" = 0 ]; then
		say "lint $1: clean"
	else
		say "lint $1: FAILED"
		bad=1
	fi
}

own_c()
{
	find "$root/bench" "$root/selftests" -name '*.[ch]' -not -path '*/logs/*' | sort
}

own_sh()
{
	find "$root/scripts" "$root/selftests" -name '*.sh' | sort
	echo "$root/.ci/run"
}

# Of the Debian guests, which have bash
own_bash()
{
	find "$root/selftests/debian" "$root/bench/debian" "$root/bench/perf" -type f | sort
}

do_shellcheck()
{
	need shellcheck shellcheck
	rc=0
	# shellcheck disable=SC2046 # no spaces below $root
	(cd "$root" && shellcheck -s sh -x $(own_sh) && shellcheck -s bash -x -P "$root" $(own_bash)) || rc=1
	verdict shellcheck $rc
}

# The formatter's versions disagree in details; 14 is the one that counts.
do_format()
{
	f=clang-format
	if command -v clang-format-14 >/dev/null 2>&1; then
		f=clang-format-14
	fi
	need "$f" clang-format
	case $("$f" --version) in
	*'version 14.'*) ;;
	*)
		say "lint clang-format: skipped, version 14 decides and this is another"
		return ;;
	esac
	mkdir -p "$b/lint"
	cp "$b/linux/.clang-format" "$b/lint/clang-format"
	rc=0
	# shellcheck disable=SC2046
	"$f" --style="file:$b/lint/clang-format" --dry-run -Werror $(own_c) || rc=1
	verdict clang-format $rc
}

do_cppcheck()
{
	need cppcheck cppcheck
	rc=0
	for d in "$root"/bench/*/Makefile; do
		cppcheck -q --std=c11 --language=c --error-exitcode=1 \
			--enable=warning,style,performance,portability \
			--suppress=missingIncludeSystem --suppress=variableScope --inline-suppr "${d%/*}" || rc=1
	done
	verdict cppcheck $rc
}

checkpatch()
{
	perl "$b/linux/scripts/checkpatch.pl" --quiet --no-summary --color=never \
		--show-types --root="$b/linux" "$@"
}

# Who posts the series signs it off; moving files needs no new maintainer; build/linux has
# no history that could have the commit of a Fixes: tag.
do_patches()
{
	list=$(series_files "$parts") || exit 1
	rc=0
	for p in $list; do
		checkpatch --strict --ignore MISSING_SIGN_OFF,FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID \
			"$root/kernel-patches/$p" || rc=1
	done
	verdict "checkpatch of the series" $rc
}

# Only what holds outside the kernel, too; spacing is clang-format's business.
do_own()
{
	rc=0
	skip=ARCH_DEFINES,STATIC_CONST_CHAR_ARRAY,QUOTED_WHITESPACE_BEFORE_NEWLINE
	skip=$skip,SPACING,EMBEDDED_FUNCTION_NAME,PREFER_DEFINED_ATTRIBUTE_MACRO
	skip=$skip,PREFER_KERNEL_TYPES,ARRAY_SIZE,SPLIT_STRING,VOLATILE,AVOID_EXTERNS
	skip=$skip,SSCANF_TO_KSTRTO,CONSIDER_KSTRTO,PREFER_FALLTHROUGH,STRCPY,TRAILING_SEMICOLON
	# What stands for the kernel's headers has to be what they are
	shim=DATA_RACE,IS_ENABLED_CONFIG,MACRO_ARG_UNUSED,MEMORY_BARRIER,NEW_TYPEDEFS
	for f in $(own_c); do
		case $f in
		*/frag/shim/*) checkpatch --no-tree --ignore "$skip,$shim" -f "$f" || rc=1 ;;
		*) checkpatch --no-tree --ignore "$skip" -f "$f" || rc=1 ;;
		esac
	done
	verdict "checkpatch of our C" $rc
}

check_axes
need perl perl
run tree.sh
case ${1:-all} in
all)
	do_shellcheck
	do_format
	do_cppcheck
	do_patches
	do_own ;;
shellcheck | format | cppcheck | patches | own) "do_$1" ;;
*) die "lint.sh shellcheck|format|cppcheck|patches|own" ;;
esac
exit $bad
