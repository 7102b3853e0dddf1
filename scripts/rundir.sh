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
