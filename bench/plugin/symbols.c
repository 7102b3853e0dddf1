// SPDX-License-Identifier: GPL-2.0
/* The functions of a kernel image, or its data, by address. */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile.h"

/* Symbol 0 is all that is not among them; of text: programs, the vdso. */
#define USER "(user)"

struct symbol {
	uint64_t addr;
	const char *name;
	bool function;
};

struct symbols {
	uint64_t offset;
	bool data;
	struct symbol *v;
	size_t n;
	uint64_t end;
};

static int by_addr(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	/* Of several at one address the first is taken */
	if (x->function != y->function)
		return x->function ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void add(struct symbols *s, uint64_t addr, const char *name,
		bool function)
{
	if (!(s->n & (s->n - 1))) {
		s->v = realloc(s->v, 2 * (s->n + 1) * sizeof(*s->v));
		if (!s->v)
			die("out of memory");
	}
	s->v[s->n++] = (struct symbol){ addr, name, function };
}

/* Whether @section has what is wanted: instructions or data */
static bool is_wanted(Elf *elf, size_t section, bool data, uint64_t *end)
{
	Elf_Scn *scn = elf_getscn(elf, section);
	GElf_Shdr h;

	if (!scn || !gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_ALLOC) ||
	    !(h.sh_flags & SHF_EXECINSTR) != data)
		return false;
	*end = h.sh_addr + h.sh_size;
	return true;
}

static void add_all(struct symbols *s, Elf *elf, Elf_Scn *scn,
		    const GElf_Shdr *h)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	const size_t n = h->sh_entsize ? h->sh_size / h->sh_entsize : 0;
	uint64_t end;
	GElf_Sym sym;

	for (size_t i = 0; i < n; i++) {
		if (!gelf_getsym(data, (int)i, &sym))
			break;
		const int type = GELF_ST_TYPE(sym.st_info);
		const char *name = elf_strptr(elf, h->sh_link, sym.st_name);

		if (type != (s->data ? STT_OBJECT : STT_FUNC) &&
		    type != STT_NOTYPE)
			continue;
		if (!name || !*name || *name == '.' ||
		    !is_wanted(elf, sym.st_shndx, s->data, &end))
			continue;
		if (end + s->offset > s->end)
			s->end = end + s->offset;
		add(s, sym.st_value + s->offset, strdup(name),
		    type != STT_NOTYPE);
	}
}

/* One an address, so that every address has one symbol; data keeps all names. */
static void unique(struct symbols *s)
{
	size_t n = 1;

	qsort(s->v + 1, s->n - 1, sizeof(*s->v), by_addr);
	if (s->data)
		return;
	for (size_t i = 1; i < s->n; i++)
		if (n == 1 || s->v[i].addr != s->v[n - 1].addr)
			s->v[n++] = s->v[i];
	s->n = n;
}

static struct symbols *load(const char *vmlinux, uint64_t offset, bool data);

/**
 * symbols_load() - the text symbols of a kernel
 * @vmlinux: an ELF file that is not stripped
 * @offset: what a kernel that moves itself while it boots adds to each address
 *
 * Return: never NULL; ends the program with one line if there are none.
 */
struct symbols *symbols_load(const char *vmlinux, uint64_t offset)
{
	return load(vmlinux, offset, false);
}

/* The same for its data. */
struct symbols *symbols_load_data(const char *vmlinux, uint64_t offset)
{
	return load(vmlinux, offset, true);
}

static struct symbols *load(const char *vmlinux, uint64_t offset, bool data)
{
	struct symbols *s = calloc(1, sizeof(*s));
	const int fd = open(vmlinux, O_RDONLY | O_CLOEXEC);
	Elf_Scn *scn = NULL;
	GElf_Shdr h;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	if (!s || !elf)
		die("%s cannot be read", vmlinux);
	s->offset = offset;
	s->data = data;
	add(s, 0, USER, false);
	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &h) && h.sh_type == SHT_SYMTAB)
			add_all(s, elf, scn, &h);
	elf_end(elf);
	close(fd);
	if (s->n == 1)
		die("%s has no symbols", vmlinux);
	unique(s);
	return s;
}

size_t symbols_count(const struct symbols *s)
{
	return s->n;
}

/* The symbol that @addr is in: the last one that begins before it, or 0. */
size_t symbols_find(const struct symbols *s, uint64_t addr)
{
	size_t low = 0, high = s->n;

	if (addr >= s->end)
		return 0;
	while (high - low > 1) {
		const size_t mid = low + (high - low) / 2;

		if (s->v[mid].addr <= addr)
			low = mid;
		else
			high = mid;
	}
	while (low > 1 && s->v[low - 1].addr == s->v[low].addr)
		low--;
	return low;
}

const char *symbols_name(const struct symbols *s, size_t i)
{
	return s->v[i].name;
}

/* Of the first symbol @name; false if there is none. */
bool symbols_address(const struct symbols *s, const char *name, uint64_t *addr)
{
	for (size_t i = 1; i < s->n; i++)
		if (!strcmp(s->v[i].name, name)) {
			*addr = s->v[i].addr;
			return true;
		}
	return false;
}

/* How far behind the beginning of symbol @i @addr is */
uint64_t symbols_distance(const struct symbols *s, size_t i, uint64_t addr)
{
	return addr - s->v[i].addr;
}
