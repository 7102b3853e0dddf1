# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# The same programs in the unmodified tree, by its own rules.

run()
{
	c=$b/test-kselftest
	rm -rf "$c"
	mkdir -p "$c"
	git -C "$b/linux" archive base Makefile Kbuild scripts include usr arch/x86 tools/include tools/scripts \
		tools/testing/selftests | tar -x -C "$c"
	cp -R "$root/selftests/pgtable" "$c/tools/testing/selftests/"
	cp -R "$root/selftests/pgtable" "$c/tools/testing/selftests/mm/"
	make -C "$c" headers
	for d in pgtable mm/pgtable; do
		make -C "$c/tools/testing/selftests/$d" KHDR_INCLUDES="-isystem $c/usr/include" USERCFLAGS=-Werror
		for p in "$c/tools/testing/selftests/$d"/*.c; do
			[ -x "${p%.c}" ]
		done
	done
	"$c/tools/testing/selftests/pgtable/pgtable_reclaim"
	rm -rf "$c"
}
