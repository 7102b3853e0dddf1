# SPDX-License-Identifier: GPL-2.0
# The definitions of the kernel's headers that mm/pgtable-frag.c is about, as they are.
# Of two of one name, the first: that with the option.
function want(line)
{
	return line ~ /^struct (ptdesc|pte_frag_pool) \{/ || line ~ /^enum pt_frag_flags/ ||
		line ~ /^static inline .*[ *](ptdesc_page|page_ptdesc|pte_frag_index|ptdesc_is_frag)\(/
}
want($0) {
	name = $0
	sub(/\(.*| \{.*/, "", name)
	if (!seen[name]++) on = 1
}
on { print }
on && /^}/ { on = 0; print "" }
