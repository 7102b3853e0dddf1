// SPDX-License-Identifier: GPL-2.0
/*
 * ptb-vmcore - make a memory dump of QEMU one that tools take for a kernel's
 *
 *	ptb-vmcore FILE ADDRESS SIZE
 *
 * dump-guest-memory writes an ELF core without the note VMCOREINFO, by which drgn, crash and
 * makedumpfile know a kernel's.  The kernel keeps that note in its memory and says where in
 * /sys/kernel/vmcoreinfo: physical address and size.  A program header is added that points
 * to it where it is; nothing else of the file is changed.  The program headers take the place
 * of QEMU's section headers, which say nothing and are between them and the file's header:
 * crash and makedumpfile do not look for program headers at the end of a file.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ptb.h"

#define HEADERS_MAX 16

static uint64_t number(const char *s)
{
	char *end;
	uint64_t v;

	errno = 0;
	v = strtoull(s, &end, 0);
	if (errno || end == s || *end)
		die("not a number: %s", s);
	return v;
}

static void put(int fd, Elf_Type type, void *v, size_t size, unsigned int order,
		off_t at)
{
	char file[sizeof(Elf64_Phdr) + sizeof(Elf64_Ehdr)];
	Elf_Data from = {
		.d_buf = v,
		.d_type = type,
		.d_version = EV_CURRENT,
		.d_size = size,
	};
	Elf_Data to = from;

	to.d_buf = file;
	if (!elf64_xlatetof(&to, &from, order))
		die("%s", elf_errmsg(-1));
	if (pwrite(fd, file, size, at) != (ssize_t)size)
		die("cannot write the dump: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	uint64_t address, size, found = 0, first = UINT64_MAX;
	GElf_Phdr headers[HEADERS_MAX], ph, note = { .p_type = PT_NOTE };
	Elf64_Ehdr *eh;
	Elf *elf;
	size_t n;
	int fd;

	if (argc != 4)
		die("usage: ptb-vmcore FILE ADDRESS SIZE");
	address = number(argv[2]);
	size = number(argv[3]);
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", argv[1], strerror(errno));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	eh = elf ? elf64_getehdr(elf) : NULL;
	if (!eh || eh->e_type != ET_CORE || elf_getphdrnum(elf, &n) ||
	    n >= PN_XNUM - 1)
		die("%s is no core of 64 bits", argv[1]);
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(elf, (int)i, &ph))
			die("%s: %s", argv[1], elf_errmsg(-1));
		if (i < HEADERS_MAX)
			headers[i] = ph;
		if (ph.p_offset < first)
			first = ph.p_offset;
		if (ph.p_type == PT_LOAD && address >= ph.p_paddr &&
		    address + size <= ph.p_paddr + ph.p_filesz)
			found = ph.p_offset + address - ph.p_paddr;
	}
	if (!found)
		die("%s has no memory at %#llx", argv[1],
		    (unsigned long long)address);
	note.p_offset = found;
	note.p_filesz = size;
	if (n >= HEADERS_MAX || sizeof(*eh) + (n + 1) * sizeof(note) > first)
		die("%s has no room for a program header", argv[1]);
	headers[n] = note;
	for (size_t i = 0; i <= n; i++)
		put(fd, ELF_T_PHDR, &headers[i], sizeof(note),
		    eh->e_ident[EI_DATA],
		    (off_t)(sizeof(*eh) + i * sizeof(note)));
	eh->e_phoff = sizeof(*eh);
	eh->e_phnum = (Elf64_Half)(n + 1);
	eh->e_shoff = 0;
	eh->e_shnum = 0;
	eh->e_shstrndx = 0;
	put(fd, ELF_T_EHDR, eh, sizeof(*eh), eh->e_ident[EI_DATA], 0);
	elf_end(elf);
	if (close(fd))
		die("%s: %s", argv[1], strerror(errno));
	return 0;
}
