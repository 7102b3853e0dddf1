# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by what runs QEMU: a run's directory, what it was made of, what came of it.

verdict_name()
{
	case $1 in
	0) echo ok ;;
	11) echo 'did not boot' ;;
	12) echo panicked ;;
	13) echo 'timed out' ;;
	14) echo splat ;;
	15) echo 'test failed' ;;
	16) echo truncated ;;
	*) echo "parser failed ($1)" ;;
	esac
}

# make_run_dir ID: mkdir is the test-and-set, no run directory is ever used twice
make_run_dir()
{
	id=$(date +%Y%m%d-%H%M%S)-$1
	mkdir -p "$b/runs"
	n=
	until mkdir "$b/runs/$id${n:+-$n}" 2>/dev/null; do
		n=$((${n:-1} + 1))
		[ "$n" -lt 100 ] || die "cannot make build/runs/$id"
	done
	id=$id${n:+-$n}
	dir=$b/runs/$id
}

# Kept by content: the image of a run stays when the next build replaces it
keep()
{
	sum=$(sha "$1")
	mkdir -p "$b/images"
	if [ ! -f "$b/images/$sum" ]; then
		cp "$1" "$b/images/$sum.$$"
		mv "$b/images/$sum.$$" "$b/images/$sum"
	fi
	echo "$sum"
}

write_versions()
{
	echo "qemu=$("$qemu" --version | head -n 1)"
	echo "cc=$("${cross}gcc" --version | head -n 1)"
	echo "ld=$("${cross}ld" --version | head -n 1)"
	echo "make=$(make --version | head -n 1)"
	echo "host_kernel=$(uname -sr)"
}

# required_lines CONSOLE: every #REQUIRE# of the configuration is in there
required_lines()
{
	config_fragment | sed -n 's/^#REQUIRE# //p' >"$1.required"
	missing=$(while IFS= read -r line; do
		grep -qaF "$line" "$1" || echo "$line"
	done <"$1.required" | head -n 1)
	rm -f "$1.required"
	[ -z "$missing" ] || {
		echo "ptb: error: test failed: the console has no line \"$missing\""
		return 1
	}
}

# judge_seed: what QEMU, begun at $start and ended with $q, has left in $d; the verdict
# is $rc
judge_seed()
{
	hit=
	# timeout says 124, or 137 when it had to kill; or somebody else did
	if [ "$q" = 124 ] || [ "$q" = 137 ]; then
		[ $(($(date +%s) - start)) -lt "$timeout" ] || hit=--timeout-hit
	fi
	rc=0
	# shellcheck disable=SC2086 # $hit is one option or none
	"$b/host/ptb-parse" $hit --qemu-status "$q" "$d/console.log" \
		>"$d/data.json.tmp" 2>"$d/parse.log" || rc=$?
	mv "$d/data.json.tmp" "$d/data.json"
	[ "$rc" != 0 ] || required_lines "$d/console.log" >>"$d/parse.log" || rc=15
}

# end_seed NAME: the verdict is kept, and said
end_seed()
{
	printf 'exit=%s\nseconds=%s\nqemu=%s\n' "$rc" "$(($(date +%s) - start))" "$q" >"$d/status.tmp"
	mv "$d/status.tmp" "$d/status"
	say "$1: $(verdict_name "$rc"), $(value "$d/status" seconds) s"
	[ "$rc" = 0 ] || {
		sed 's/^/  /' "$d/parse.log" >&2
		head -n 3 "$d/qemu.log" | sed 's/^/  /' >&2
	}
}
