# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: debian-results.sh, which reads and compares what Debian's guest said.

debian_console()
{
	cat <<-'END'
	[    0.100000]     # Subtest: suite
	[    0.100000]     ok 1 case
	ptb: begin v=1
	# category: gup
	# running ./gup_test -c
	# # done[   48.420000] ---- page #0
	[   48.420000] page: refcount:1

	# ok 1 ioctl sta[   48.420000] anon flags: 0x1(x)
	[   48.420000] raw: 0000
	tus 0
	ok 1 gup_test -c
	# category: gup: exit 0, 1 s
	ok 1 stress-ng brk
	END
}

# debian_compare NAME WANT BASE PATCHED: lists with a comma for a new line, = for a tab
debian_compare()
{
	echo "$3" | tr ',=' '\n\t' >"$tmp/base.list"
	echo "$4" | tr ',=' '\n\t' >"$tmp/patched.list"
	rc=0
	sh "$here/debian-results.sh" "$tmp/base.list" "$tmp/patched.list" >"$tmp/compared" || rc=$?
	is "debian: $1" "$2" "$rc"
}

debian_tests()
{
	debian_console | sed 's/$/\r/' >"$tmp/console"
	is "debian: a line with messages of the kernel in it" "$(printf '%s\t%s\n' \
		pass 'kunit suite.case' pass 'mm gup: gup_test -c: ioctl status 0' \
		pass 'mm gup: gup_test -c' pass 'stress-ng brk')" \
		"$(sh "$here/debian-results.sh" "$tmp/console")"
	debian_compare "the same" 0 'pass=a,fail=b' 'pass=a,fail=b'
	debian_compare "fails on patched" 1 'pass=a' 'fail=a'
	debian_compare "new, and fails" 1 'pass=a' 'pass=a,fail=b'
	debian_compare "skipped on patched" 1 'pass=a' 'skip=a'
	debian_compare "missing on patched" 1 'pass=a,pass=mm x: b' 'pass=a'
	debian_compare "not reached, the clock has ended both" 0 \
		'pass=mm x: a,fail=mm category x' 'fail=mm category x'
	debian_compare "not reached, the clock has ended patched" 1 \
		'pass=mm x: a' 'fail=mm category x'
	debian_compare "fails where the clock has ended both" 1 \
		'pass=mm x: a,fail=mm category x' 'fail=mm x: a,fail=mm category x'
}
