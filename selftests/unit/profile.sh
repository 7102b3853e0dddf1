# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Sourced: ptb-profile on the runs of compare.sh, and what a plugin would have left
# beside them.

# profile BASE PATCHED: of touch, as many instructions as the guest says and N more
profile()
{
	cat <<-EOF
	profile v=1 sets=64 ways=8 line=256
	row name=sparse_touch rounds=3 insns=$1 accesses=5000 misses=${2}0 lines=${2}0
	sym $(($1 - 1000 - $2)) 4000 ${2}0 ${2}0 handle_mm_fault
	sym $2 500 0 0 ptdesc_alloc.part.0
	sym 600 100 0 0 (user)
	sym 400 400 0 0 ptdesc_alloc
	end rows=1
	EOF
}

# profiled DIR FROM: a copy of FROM, with no other row, and with a profile
profiled()
{
	cp -r "$2" "$1"
	sed -i '/"rows": \[/,/^   *\],\{0,1\}$/{/"name": "\(existing_touch\|munmap\|fork_exit\|churn_once\|lucky\)"/s/"name": "[a-z_]*"/"name": "lifecycle_mean"/}' "$1/data.json"
	cat >"$1/seed-1/profile.txt"
}

# refused NAME PATTERN: what is in $broken is no profile
refused()
{
	says "profile: $1" 1 "$2" "$bin/ptb-profile" "$r/profiled" "$r/broken"
}

profile_refusals()
{
	whole=$r/profiled/seed-1/profile.txt
	broken=$r/broken/seed-1/profile.txt
	head -n 4 "$whole" >"$broken"
	refused 'no end' 'truncated: there is no end line'
	sed 4d "$whole" >"$broken"
	refused 'a line less' 'truncated: row sparse_touch is not the sum'
	sed 2d "$whole" >"$broken"
	refused 'function of no row' 'profile.txt:2: not a line'
	sed 's/^end.*/end rows=2/' "$whole" >"$broken"
	refused 'a row less' 'truncated: 1 rows of 2'
	sed 's/ways=8/ways=4/' "$whole" >"$broken"
	refused 'other cache' 'not the same cache'
	sed 's/sparse_touch/munmap/' "$whole" >"$broken"
	refused 'other row' 'there is no row sparse_touch'
	sed 's/v=1/v=2/' "$whole" >"$broken"
	refused 'other version' 'profile.txt:1: not a line'
	echo more | cat "$whole" - >"$broken"
	refused 'after the end' 'profile.txt:8: not a line'
	: >"$broken"
	refused 'empty' 'truncated'
	printf '%s\n' 'profile v=1 sets=64 ways=8 line=256' 'end rows=0' >"$broken"
	refused 'nothing counted' 'nothing was counted'
	cp -r "$r/base" "$r/lacking"
	cp "$whole" "$r/lacking/seed-1/profile.txt"
	says 'profile: a row is missing' 1 'there is no row existing_touch' \
		"$bin/ptb-profile" "$r/lacking" "$r/lacking"
	rm -rf "$r/lacking"
	rm "$broken"
	says 'profile: none' 1 'No such file' "$bin/ptb-profile" "$r/profiled" "$r/broken"
	says 'profile: no row of that name' 1 'there is no row fork_exit' \
		"$bin/ptb-profile" --row fork_exit "$r/profiled" "$r/profiled"
	says 'profile: wrong option' 1 usage "$bin/ptb-profile" --frob "$r/profiled" "$r/profiled"
}

profile_tests()
{
	base=$(($(sed -n 's/.*name=sparse_touch .*min=\([0-9]*\).*/\1/p' "$r/base/seed-1/console.log")))
	patched=$(($(sed -n 's/.*name=sparse_touch .*min=\([0-9]*\).*/\1/p' "$r/patched/seed-1/console.log")))
	profile "$base" 200 | profiled "$r/profiled" "$r/base"
	profile "$patched" 450 | profiled "$r/profiled2" "$r/patched"
	cp -r "$r/profiled" "$r/broken"
	says 'profile' 0 '' "$bin/ptb-profile" "$r/profiled" "$r/profiled2"
	same_file "$build: profile, table" "$here/unit/profile.table" "$tmp/table"
	profile $((base + base / 400)) 200 >"$r/broken/seed-1/profile.txt"
	says 'profile: not what the clock says' 15 'row sparse_touch: .* by the guest' \
		"$bin/ptb-profile" "$r/profiled" "$r/broken"
	profile_refusals
	rm -rf "$r/profiled" "$r/profiled2" "$r/broken"
}
