# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced: ptb-compare with a column for each of more than two kernels, on runs
# that are made as in compare.sh.

kernel_slab()
{
	kernel_patched
	kernel=slab pairs=0
}

# Two tables a page, and a fault that costs less of what slab added to it
kernel_shared()
{
	kernel_patched
	edit='s/nr_pt=2004 /nr_pt=1004 /'
	touch=2800000 fork=7700000 munmap=4700000
}

# Another release, which has no row munmap but one more
kernel_peer()
{
	kernel_base
	kernel=peer extra=peer_only
	edit='s/release=7.3.4/release=6.1.176/; s/nr_pt=2004 /nr_pt=1001 /; / name=munmap /d'
	touch=2200000 fork=6900000
}

make_columns()
{
	kernel_slab
	make_run "$r/slab" 3
	make_run "$r/slab-1" 1
	kernel_shared
	make_run "$r/shared" 3
	kernel_peer
	make_run "$r/peer" 3
	kernel_base
	kernel=patched existing=2148000
	make_run "$r/few" 3
	sed '/"ops": 1000,/s/1000/2000/' "$r/few/data.json" >"$r/other/data.json"
}

columns_tables()
{
	says 'three columns' 0 '' cmp_runs "$r/base" "$r/slab" "$r/shared"
	same_file "$build: three columns, table" "$here/unit/columns-3.table" "$tmp/table"
	says 'four columns, one without a row' 0 '' \
		cmp_runs --json "$tmp/c.json" "$r/base" "$r/slab" "$r/shared" "$r/peer"
	same_file "$build: four columns, table" "$here/unit/columns-4.table" "$tmp/table"
	same_file "$build: four columns, JSON" "$here/unit/columns-4.json" "$tmp/c.json"
	says 'two by columns, one without a row' 0 '' cmp_runs --columns "$r/base" "$r/peer"
	is "$build: two by columns, a row" \
		'munmap              4722.10       -      -' "$(grep '^munmap' "$tmp/table")"
	says 'six columns' 0 '' cmp_runs "$r/base" "$r/slab" "$r/shared" "$r/peer" "$r/few" "$r/base2"
	says 'one seed, three columns' 0 '' cmp_runs "$r/base-1" "$r/slab-1" "$r/patched-1"
	is "$build: one seed, three columns, a row" \
		'sparse_touch        2682.10 2872.10 1.071d 2872.10 1.071d' "$(grep '^sparse_touch' "$tmp/table")"
}

columns_refusals()
{
	says 'three columns, other seeds' 1 'different seeds: .*: 1 2 3, .*: 1$' \
		cmp_runs "$r/base" "$r/slab" "$r/patched-1"
	says 'three columns, one is no run' 1 'incomplete run: .*data.json: No such file' \
		cmp_runs "$r/base" "$r/slab" "$r/nowhere"
	says 'seven columns' 1 'usage: .*2 to 6 runs' \
		cmp_runs "$r/base" "$r/base" "$r/base" "$r/base" "$r/base" "$r/base" "$r/base"
	says 'three columns and an expectation' 1 usage \
		cmp_runs --expect-same "$r/base" "$r/base" "$r/base"
	says 'three columns, measured differently' 1 \
		'patched: row sparse_touch: measured differently in the two runs, and more' \
		cmp_runs "$r/base" "$r/slab" "$r/other"
}

columns_tests()
{
	make_columns
	columns_tables
	columns_refusals
}
