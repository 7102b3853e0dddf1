/* SPDX-License-Identifier: GPL-2.0 */
/* What platform=NAME may say; included more than once. */
PLATFORM(tables)
PLATFORM(pti)
PLATFORM(la57)
PLATFORM(efi)
PLATFORM(xen)
PLATFORM(hotremove)
PLATFORM(hwpoison_slab)
PLATFORM(hwpoison_table)
PLATFORM(hwpoison_desc)
PLATFORM(hibernate)
PLATFORM(kexec)
PLATFORM(vmcore)
