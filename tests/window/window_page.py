"""Reads windows by the tables of docs/window-format.md alone: offsets, types, formulas and masks are the page's."""
import mmap
import re
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/window-format.md").read_text()
ROUNDING = {"up": lambda a, b: -(-a // b) * b, "up2": lambda a: 1 << (a - 1).bit_length()}
FORMATS = {"u8[8]": "<8s", "u32": "<I", "i32": "<i", "u64": "<Q"}


def table(name):
    """The rows below that mark, each a list of cells without their backticks."""
    rows = re.search(rf"<!-- table: {name} -->\n\|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE)[1].splitlines()
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


def fields(name):
    """Name -> offset and type of each row."""
    return {cells[2]: (int(cells[0]), cells[1]) for cells in table(name)}


def formulas(name, **values):
    """`values`, and what each row of a table of formulas makes of them and of the rows above it."""
    for row in table(name):
        values[row[0]] = eval(row[1], dict(ROUNDING), values)  # noqa: S307: our own page
    return values


class Window:
    """A window that is in use, mapped read-only."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        sizes = {name: self.header(name) for name in ("page_bytes", "capacity", "message_bytes", "descriptor_bytes")}
        self.places = formulas("geometry", **sizes)
        self.capacity = self.header("capacity")

    def header(self, name):
        return self._field("header", 0, name)

    def producer(self, name):
        return self._field("producer", self.header("producer_offset"), name)

    def consumer(self, name):
        return self._field("consumer", self.header("consumer_offset"), name)

    def in_slot(self, index, name):
        return self._field("slot", self._slot_offset(index), name)

    def stack(self, word):
        """A stack word's tag and index."""
        parts = formulas("stack word", word=word)
        return parts["tag"], parts["index"]

    def unread(self):
        """The slots of all unread messages of a fifo channel that rests, oldest first."""
        tag, _ = self.stack(self.producer("head"))
        claim = self.consumer("claim")
        count = (tag - claim) % 2**44
        return [self.link("producer", claim + at) for at in range(1, count + 1)]

    def link(self, role, push):
        """The slot that this push put on top."""
        at = push % self.places["link_count"]
        return struct.unpack_from("<I", self._bytes, self.places[f"{role}_links"] + 4 * at)[0]

    def message(self, index):
        """A slot's message and number, or None where it holds none or changes meanwhile: the page's four steps."""
        number = self.in_slot(index, "number")
        if number == 0 or number > self.producer("published"):
            return None
        copy = self.slot(index)
        return (copy, number) if self.in_slot(index, "number") == number else None

    def slot(self, index):
        begin = self._slot_offset(index)
        return self._bytes[begin : begin + self.header("message_bytes")]

    def newest_slot(self):
        copy, _ = self.message(self.stack(self.producer("head"))[1])
        return copy

    def marks(self, role):
        begin = self.places[f"{role}_marks"]
        return list(self._bytes[begin : begin + self.capacity])

    def descriptor(self):
        begin = self.header("descriptor_offset")
        return self._bytes[begin : begin + self.header("descriptor_bytes")]

    def _slot_offset(self, index):
        return self.header("slots_offset") + index * self.header("stride_bytes")

    def _field(self, part, begin, name):
        offset, kind = fields(part)[name]
        return struct.unpack_from(FORMATS[kind], self._bytes, begin + offset)[0]
