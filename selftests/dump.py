#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Find the page tables of a process and their descriptors in a dump, with drgn.

dump.py VMCORE VMLINUX PID ADDRESS TABLES: the process has at least TABLES PTE tables
from ADDRESS on. What a tool that reads struct page from outside has to know is
descriptor() below. Exit 0 if all that is found fits together.
"""
import struct
import sys

import drgn
from drgn.helpers.linux.pid import find_task

PAGE_SHIFT = 12


class Machine:
    """The tables of an architecture: where entries point, and when there is a table."""

    def __init__(self, prog):
        self.prog = prog
        self.s390 = prog.platform.arch == drgn.Architecture.S390X

    def top(self, mm):
        """Physical address, number of entries and level of the topmost table."""
        if self.s390:
            asce = mm.context.asce.value_()
            return asce & ~0xFFF, 2048, (asce >> 2 & 3) + 1
        virt = mm.pgd.value_()
        five = self.prog["__pgtable_l5_enabled"].value_() if self.has_l5() else 0
        # The upper half is the kernel's, of which many are of early boot
        return self.physical(virt), 256, 5 if five else 4

    def has_l5(self):
        try:
            self.prog["__pgtable_l5_enabled"]
            return True
        except KeyError:
            return False

    def physical(self, virt):
        """Of an address in the direct mapping."""
        if self.s390:
            return virt - (self.symbol("__identity_base", 0))
        return virt - self.symbol("page_offset_base", 0xFFFF888000000000)

    def symbol(self, name, default):
        try:
            return self.prog[name].value_()
        except KeyError:
            return default

    def below(self, entry, level):
        """Physical address of the table that an entry of level points to, or None."""
        if self.s390:
            if entry & 0x20:
                return None
            if level == 1:
                return None if entry & 0x400 else entry & ~0x7FF
            return entry & ~0xFFF
        if not entry & 1 or (entry & 0x80 and level > 1):
            return None
        return entry & 0x000FFFFFFFFFF000

    def walk(self, table, entries, level, address=0):
        """Yields (physical address, level, address) of each table; PTE tables are 0.

        entries are those of the topmost table.
        """
        yield table, level, address
        if level == 0:
            return
        raw = self.prog.read(table, entries * 8, physical=True)
        order = "big" if self.s390 else "little"
        shift = PAGE_SHIFT + (8 if self.s390 else 9)
        shift += (level - 1) * (11 if self.s390 else 9)
        for i in range(entries):
            entry = int.from_bytes(raw[8 * i : 8 * i + 8], order)
            if not entry:
                continue
            below = self.below(entry, level)
            if below is not None:
                full = 2048 if self.s390 else 512
                yield from self.walk(below, full, level - 1, address + (i << shift))

    def page(self, physical):
        if self.s390:
            vmemmap = self.prog["vmemmap"]
        else:
            base = self.symbol("vmemmap_base", 0xFFFFEA0000000000)
            vmemmap = drgn.Object(self.prog, "struct page *", base)
        return vmemmap + (physical >> PAGE_SHIFT)


def descriptor(prog, page, physical):
    """The struct ptdesc of the table at this physical address.

    compound_info of the table's first page has its address, with bit 0 clear. The two
    tables in a page of s390 have the two halves of one object.
    """
    word = page.compound_info.value_()
    if word & 1:
        raise ValueError("page %#x is a tail page" % page.value_())
    pt = drgn.Object(prog, "struct ptdesc *", word)
    if physical & 0xFFF:
        pt = pt + 1
    return pt


def vmcoreinfo(vmcore):
    """The words of the note that ptb-vmcore has added, the last one of the file."""
    with open(vmcore, "rb") as f:
        head = f.read(64)
        offset, count = struct.unpack_from(">Q", head, 32)[0], struct.unpack_from(">H", head, 56)[0]
        f.seek(offset + (count - 1) * 56)
        note = struct.unpack(">IIQQQQQQ", f.read(56))
        f.seek(note[2])
        text = f.read(note[5]).partition(b"VMCOREINFO\0")[2].decode("ascii", "replace")
    return dict(line.strip("\0").split("=", 1) for line in text.splitlines() if "=" in line)


class KernelOfS390:
    """Kernel addresses of s390, which this drgn does not look up itself."""

    def __init__(self, prog, vmcore):
        self.prog = prog
        words = vmcoreinfo(vmcore)
        self.image = int(words["KERNELOFFSET"], 16)
        self.swapper = int(words["SYMBOL(swapper_pg_dir)"], 16) - self.image
        # An entry says of which level its table is
        first = next(e for e in self.entries(self.swapper, 2048) if not e & 0x20)
        self.level = (first >> 2 & 3) + 1
        prog.add_memory_segment(0, 1 << 36, self.identity, False)
        prog.add_memory_segment(1 << 36, self.image - (1 << 36), self.mapped, False)
        prog.add_memory_segment(self.image, 1 << 29, self.text, False)

    def entries(self, table, count):
        raw = self.prog.read(table, count * 8, True)
        return [int.from_bytes(raw[i : i + 8], "big") for i in range(0, count * 8, 8)]

    def identity(self, address, count, _offset, _physical):
        return self.prog.read(address, count, True)

    def text(self, address, count, _offset, _physical):
        return self.prog.read(address - self.image, count, True)

    def mapped(self, address, count, _offset, _physical):
        data = b""
        while count:
            n = min(count, 4096 - address % 4096)
            data += self.prog.read(self.translate(address), n, True)
            address += n
            count -= n
        return data

    def translate(self, address):
        table = self.swapper
        for level in range(self.level, 0, -1):
            shift = 20 + 11 * (level - 1)
            entry = self.entries(table + (address >> shift & 2047) * 8, 1)[0]
            if entry & 0x20:
                raise drgn.FaultError("not mapped", address)
            if entry & 0x400 and level <= 2:
                return entry & -(1 << shift) | address & (1 << shift) - 1
            table = entry & (~0x7FF if level == 1 else ~0xFFF)
        entry = self.entries(table + (address >> 12 & 255) * 8, 1)[0]
        if entry & 0x400:
            raise drgn.FaultError("not mapped", address)
        return entry & ~0xFFF | address & 0xFFF


def open_dump(vmcore, vmlinux):
    """A program of drgn's. QEMU's dump says nothing of virtual addresses.

    drgn reads the kernel's own page table to find them, which it takes from where the
    kernel is linked: that has to be told where it is. There is no KASLR in these guests.
    """
    prog = drgn.Program()
    prog.set_core_dump(vmcore)
    if prog.platform.arch == drgn.Architecture.S390X:
        KernelOfS390(prog, vmcore)
    if prog.platform.arch == drgn.Architecture.X86_64:
        text = 0xFFFFFFFF80000000
        prog.add_memory_segment(
            text, 1 << 29, lambda address, count, _offset, _physical: prog.read(address - text, count, True), False
        )
    prog.load_debug_info([vmlinux])
    return prog


def main():
    if len(sys.argv) != 6:
        sys.exit("usage: dump.py VMCORE VMLINUX PID ADDRESS TABLES")
    prog = open_dump(sys.argv[1], sys.argv[2])
    pid, start, tables = (int(a, 0) for a in sys.argv[3:6])

    mm = find_task(prog, pid).mm
    machine = Machine(prog)
    table, entries, level = machine.top(mm)
    if not machine.s390:
        level -= 1
    found = 0
    wrong = 0
    levels = {}
    seen = set()
    for physical, lvl, address in machine.walk(table, entries, level):
        levels[lvl] = levels.get(lvl, 0) + 1
        page = machine.page(physical & ~0xFFF)
        pt = descriptor(prog, page, physical)
        if pt.__page.value_() != page.value_() or pt.value_() in seen:
            wrong += 1
        seen.add(pt.value_())
        if lvl == 0 and start <= address < start + tables * (1 << 21):
            found += 1
    counted = mm.pgtables_bytes.counter.value_()
    print("tables by level: %s" % " ".join("%d:%d" % i for i in sorted(levels.items())))
    print("descriptors: %d, wrong: %d" % (len(seen), wrong))
    print("PTE tables in the region: %d of %d; mm says %d bytes in all" % (found, tables, counted))
    sys.exit(1 if wrong or found < tables else 0)


if __name__ == "__main__":
    main()
