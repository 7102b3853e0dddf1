#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The test runner: what CI runs. The tests are a table, selftests/tests, and a file each in
# t/; a log each is in build/log/, and all results in build/log/tests.ktap.
# run.sh list: what there is. run.sh NAME...: only these. run.sh full [NAME...]: all there
# are, or these; what has passed in a guest is not run again until its image or initramfs
# changes. run.sh planted: those with planted bugs. The last two leave a table,
# build/matrix/full or planted.
root=$(cd "$(dirname "$0")/.." && pwd -P)
b=$root/build
tests=$root/selftests
t0=$(date +%s)
passed=0
failed=0
skipped=0
SKIP=77
mkdir -p "$b/log"
PTB_T0=$t0
export PTB_T0
# Nobody's axes but the tests' own
unset PTB_ARCH PTB_KERNEL PTB_CONFIG PTB_SEEDS PTB_EXTRA_ARGS PTB_KERNEL_SRC PTB_TREE_FORCE \
	PTB_PEER PTB_SET PTB_KIND PTB_RUNS PTB_PUBLISH PTB_COLUMNS PTB_RUN PTB_PAIR PTB_CACHE PTB_COVERAGE

# shellcheck source=selftests/lib/test.sh
. "$tests/lib/test.sh"
# shellcheck source=selftests/lib/guest.sh
. "$tests/lib/guest.sh"
# shellcheck source=selftests/lib/small-tree.sh
. "$tests/lib/small-tree.sh"
# shellcheck source=selftests/lib/results.sh
. "$tests/lib/results.sh"

# The lines of the table
table_of_tests()
{
	sed -e '/^#/d' -e '/^$/d' -e "s/@lockdep/ptb=$lockdep_list/" "$tests/tests"
}

names_of()
{
	table_of_tests | sed 's/ .*//'
}

# Nobody shall believe that a test has passed which there is not
check_names()
{
	for name in $only; do
		names_of | grep -qx -e "$name" || {
			echo "run.sh: there is no test $name: run.sh list names them" >&2
			exit 1
		}
	done
}

# wanted NAME WHEN
wanted()
{
	case $table:$1 in
	planted:planted-*) ;;
	planted:*) return 1 ;;
	esac
	if [ -n "$only" ]; then
		case " $only " in
		*" $1 "*) ;;
		*) return 1 ;;
		esac
	else
		[ -n "$table" ] || [ "$2" = ci ]
	fi
}

# result NAME ok|'not ok' [WORDS]: a line of tests.ktap
result()
{
	echo "$2 $((passed + failed + skipped)) $1${3:+ # $3}" >>"$ktap"
}

# one NAME FILE [ARGUMENTS]: a test stops at its first failing command
one()
{
	name=$1
	file=$2
	shift 2
	! earlier "$name" "$file" "$@" || return 0
	log=$b/log/test-$name.log
	start=$(date +%s)
	printf '[%02d:%02d] %s\n' $(((start - t0) / 60)) $(((start - t0) % 60)) "$name ..."
	(
		# shellcheck source=/dev/null
		. "$tests/t/$file.sh"
		set -eu
		run "$@"
	) >"$log" 2>&1 </dev/null
	rc=$?
	took=$(($(date +%s) - start))
	case $rc in
	0)
		passed=$((passed + 1))
		keep "$name" pass "$took"
		result "$name" ok "$took s"
		echo "  pass $name ($took s)" ;;
	"$SKIP")
		skipped=$((skipped + 1))
		why=$(sed -n 's/^skip: //p' "$log" | tail -n 1)
		keep "$name" skip "$took"
		result "$name" ok "SKIP $why"
		echo "  SKIP $name: $why" ;;
	*)
		failed=$((failed + 1))
		keep "$name" FAIL "$took"
		result "$name" 'not ok' "exit $rc, $took s"
		echo "  FAIL $name (exit $rc, $took s), log build/log/test-$name.log:"
		tail -n 8 "$log" | sed 's/^/    /' ;;
	esac
}

# Of a table: what the result of each test depends on, whether it is run or not
key_all()
{
	while read -r name _ file args <&8; do
		case $table:$name in
		planted:planted-* | full:*) ;;
		*) continue ;;
		esac
		names="$names $name"
		# shellcheck disable=SC2086 # words
		key_of "$name" "$file" $args >"$m/$name.key"
	done 8<"$list"
}

run_all()
{
	while read -r name when file args <&9; do
		wanted "$name" "$when" || continue
		[ -z "$table" ] || key=$(cat "$m/$name.key")
		# shellcheck disable=SC2086 # words
		one "$name" "$file" $args
	done 9<"$list"
}

only=$*
table=
names=
case ${1:-} in
list)
	table_of_tests
	exit ;;
full | planted)
	table=$1
	shift
	only=$*
	mkdir -p "$m"
	id=$(guest_id) || exit 1
	id=$(echo "$id" | cut -c 1-12)
	commit=$(git -C "$root" rev-parse --short=8 HEAD 2>/dev/null || echo unknown)
	[ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] || commit=$commit+ ;;
esac
check_names
ktap=$b/log/tests.ktap
list=$b/log/tests.list
table_of_tests >"$list"
echo 'KTAP version 1' >"$ktap"
[ -z "$table" ] || key_all
run_all
echo "1..$((passed + failed + skipped))" >>"$ktap"
[ -z "$table" ] || write_tables
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
