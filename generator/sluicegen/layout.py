"""Model -> where every byte lies: offsets, sizes, padding, vtables. The only alignment arithmetic.

A message is laid out as a FlatBuffers table whose references and vtable never change. Must hold: a
field's offset depends only on fields of its own and of earlier minor versions, so that a minor only
appends; the C++ struct that views.py prints from `parts` lies in memory exactly so (its
static_asserts say it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .model import Channel, Field, Payload, Shape, Struct, TypeFile, full_name, message_of
from .placed import (
    MESSAGE_TABLE_AT,
    TABLE_ALIGNMENT,
    TABLE_REGION_AT,
    ChannelLayout,
    FileLayout,
    Kind,
    MessageLayout,
    Part,
    PartKind,
    PlacedField,
    StructLayout,
)
from .used import Used, used_by

MAX_MESSAGE_BYTES = 1 << 30
MAX_STRUCT_BYTES = 65_531  # of an inline struct: with a table's first 4 bytes it fits 16 bits
MAX_REACH = 32_767  # from a table to an inline part: some readers take vtable entries as signed
RESERVE_FROM_BYTES = 16 * 1024  # a 1.0 image larger than this keeps ...
RESERVE_BYTES = 256  # ... so much room for the inline parts of later minor versions
REF_BYTES = 4
LENGTH_BYTES = 4
RESERVE = "reserve"  # what a LayoutError calls the reserve, which is no field


class LayoutError(Exception):
    """A message or type that cannot be laid out; check.py or the command add file and line."""

    def __init__(self, field_name: str, text: str, struct_name: str = "") -> None:
        super().__init__(f"field '{field_name}': {text}")
        self.field_name = field_name
        self.text = text
        self.struct_name = struct_name


def lay_out(channel: Channel) -> ChannelLayout:
    """Lays out a channel's types, then its message. Raises LayoutError."""
    used = used_by(channel.types, channel.enums, channel.message)
    types = _lay_out_types(used)
    if channel.payload:
        message = _lay_out_payload(channel.message, channel.payload)
    else:
        message = _lay_out_table(channel.message, Kind.MESSAGE, types)
    return ChannelLayout(channel.namespace, tuple(types.values()), used.enums, channel, message)


def lay_out_file(file: TypeFile) -> FileLayout:
    """The same for a file's types alone."""
    used = used_by(file.types, file.enums)
    types = _lay_out_types(used)
    return FileLayout(file.namespace, tuple(types.values()), used.enums, file)


def lay_out_message(carried: Struct) -> MessageLayout:
    """The same for a named type that is a whole message."""
    used = used_by(message=carried)
    types = _lay_out_types(used)
    message = _lay_out_table(message_of(carried), Kind.MESSAGE, types)
    return MessageLayout(carried.namespace, tuple(types.values()), used.enums, carried, message)


def lay_out_type(struct: Struct) -> StructLayout:
    """The same for one type, as it lies wherever it is nested."""
    return _lay_out_types(used_by((struct,)))[full_name(struct)]


def _lay_out_types(used: Used) -> dict[str, StructLayout]:
    types: dict[str, StructLayout] = {}
    for struct in used.types:
        if is_inline(struct):
            types[full_name(struct)] = _lay_out_inline(struct, types)
        else:
            types[full_name(struct)] = _lay_out_table(struct, Kind.TABLE, types)
    return types


def is_inline(struct: Struct) -> bool:
    """True if FlatBuffers can hold it as a struct: single fields of fixed size only, at least one."""
    return bool(struct.fields) and all(_is_inline_field(field) for field in struct.fields)


def _is_inline_field(field: Field) -> bool:
    if field.shape is not Shape.SINGLE:
        return False
    return not isinstance(field.element, Struct) or is_inline(field.element)


def align(offset: int, alignment: int) -> int:
    return (offset + alignment - 1) // alignment * alignment


class _Parts:
    """Appends parts at their natural alignment and names the gaps."""

    def __init__(self, start: int) -> None:
        self.parts: list[Part] = []
        self.end = start

    def append(
        self, kind: PartKind, size: int, alignment: int, field: Optional[Field] = None
    ) -> Part:
        self.pad_to(align(self.end, alignment))
        part = Part(kind, self.end, size, field)
        self.parts.append(part)
        self.end = part.end
        return part

    def pad_to(self, offset: int, kind: PartKind = PartKind.PAD) -> None:
        if offset > self.end:
            self.parts.append(Part(kind, self.end, offset - self.end))
            self.end = offset


@dataclass(frozen=True)
class _Extent:
    """What a field takes: its inline part, and what lies out of line."""

    size: int
    alignment: int
    data_size: int = 0
    data_alignment: int = 1
    length_at: int = 0  # of the length word in the out-of-line part


def _extent(field: Field, types: dict[str, StructLayout]) -> _Extent:
    if field.shape is Shape.STRING:
        return _ref_to(align(LENGTH_BYTES + field.bound + 1, 4), 4, 0)
    size, alignment = _element_extent(field, types)
    element = field.element
    is_table = isinstance(element, Struct) and types[full_name(element)].kind is Kind.TABLE
    if field.shape is Shape.SINGLE:
        return _ref_to(size, alignment, 0) if is_table else _Extent(size, alignment)
    if is_table:
        return _ref_to(_tables_bytes(field.bound, size, alignment), alignment, 0)
    data_alignment = max(LENGTH_BYTES, alignment)
    elements_at = align(LENGTH_BYTES, data_alignment)
    data_size = align(elements_at + size * field.bound, data_alignment)
    return _ref_to(data_size, data_alignment, elements_at - LENGTH_BYTES)


def _ref_to(data_size: int, data_alignment: int, length_at: int) -> _Extent:
    return _Extent(REF_BYTES, REF_BYTES, data_size, data_alignment, length_at)


def _tables_bytes(bound: int, size: int, alignment: int) -> int:
    """A length, as many references, then the tables, all at constant places."""
    return align(LENGTH_BYTES + REF_BYTES * bound, alignment) + size * bound


def _element_extent(field: Field, types: dict[str, StructLayout]) -> tuple[int, int]:
    if isinstance(field.element, Struct):
        layout = types[full_name(field.element)]
        return layout.size, layout.alignment
    assert field.carrier is not None
    return field.carrier.size, field.carrier.size


def _lay_out_inline(struct: Struct, types: dict[str, StructLayout]) -> StructLayout:
    parts = _Parts(0)
    alignment = 1
    placed = []
    for number, field in enumerate(struct.fields):
        extent = _extent(field, types)
        alignment = max(alignment, extent.alignment)
        part = parts.append(PartKind.VALUE, extent.size, extent.alignment, field)
        placed.append(PlacedField(field, number, part.offset, part.size))
        if align(parts.end, alignment) > MAX_STRUCT_BYTES:
            text = f"type '{struct.name}' holds more than {MAX_STRUCT_BYTES:,} bytes without arrays"
            raise LayoutError(field.name, f"{text}: split it, or use arrays", struct.name)
    fields_end = parts.end
    parts.pad_to(align(parts.end, alignment))
    return StructLayout(
        struct, Kind.INLINE, tuple(parts.parts), tuple(placed), parts.end, alignment, fields_end
    )


def _lay_out_table(struct: Struct, kind: Kind, types: dict[str, StructLayout]) -> StructLayout:
    return _Table(struct, kind, types).layout()


def _lay_out_payload(struct: Struct, payload: Payload) -> StructLayout:
    """A slot for a table that FlatBuffers builds from its end downwards; one of two vtables is in use.

    The table's length stands right before it, for the largest one in the padding before the region.
    """
    parts = _Parts(Kind.MESSAGE.prefix_bytes)
    parts.append(PartKind.REF, REF_BYTES, REF_BYTES)
    parts.pad_to(TABLE_REGION_AT)
    fields_end = parts.append(PartKind.DATA, align(payload.max_bytes, TABLE_ALIGNMENT), 1).end
    inline = (Kind.MESSAGE.prefix_bytes + REF_BYTES) - MESSAGE_TABLE_AT
    seq, table = 8 - MESSAGE_TABLE_AT, Kind.MESSAGE.prefix_bytes - MESSAGE_TABLE_AT
    vtables = (8, inline, seq, table, 6, inline, seq)  # with a table, and without one
    vtable_at = parts.append(PartKind.VTABLE, 2 * len(vtables), 2).offset
    parts.pad_to(align(parts.end, TABLE_ALIGNMENT))
    return StructLayout(
        struct,
        Kind.MESSAGE,
        tuple(parts.parts),
        (),
        parts.end,
        TABLE_ALIGNMENT,
        fields_end,
        vtable_at,
        vtables,
    )


class _Table:
    """Lays out one message or table: for each minor version inline parts, then the others."""

    def __init__(self, struct: Struct, kind: Kind, types: dict[str, StructLayout]) -> None:
        is_message = kind is Kind.MESSAGE
        self.struct = struct
        self.kind = kind
        self.table_at = MESSAGE_TABLE_AT if is_message else 0
        self.extents = {field.name: _extent(field, types) for field in struct.fields}
        self.alignment = 8 if is_message else 4
        for extent in self.extents.values():
            self.alignment = max(self.alignment, extent.alignment, extent.data_alignment)
        self.parts = _Parts(kind.prefix_bytes)
        self.reserve: Optional[_Parts] = None
        self.reserve_start = self.reserve_end = 0
        self.inline_end = self.parts.end
        self.placed: list[PlacedField] = []

    def layout(self) -> StructLayout:
        for minor in sorted({0, *(field.since for field in self.struct.fields)}):
            self._place_minor(minor)
        if self.reserve:
            self.reserve.pad_to(self.reserve_end, PartKind.RESERVE)
            self.parts.parts.extend(self.reserve.parts)
        fields_end = self.parts.end
        vtable = self._vtable()
        vtable_at = self.parts.append(PartKind.VTABLE, 2 * len(vtable), 2).offset
        self.parts.pad_to(align(self.parts.end, self.alignment))
        if self.placed:
            self._check_size(self.parts.end, self.placed[-1].field)
        parts = tuple(sorted(self.parts.parts, key=lambda part: part.offset))
        return StructLayout(
            self.struct,
            self.kind,
            parts,
            tuple(self.placed),
            self.parts.end,
            self.alignment,
            fields_end,
            vtable_at,
            vtable,
        )

    def _place_minor(self, minor: int) -> None:
        group = [field for field in self.struct.fields if field.since == minor]
        inline = {field.name: self._place_inline(field) for field in group}
        if minor == 0:
            self._keep_reserve(self._reserve_bytes(group))
        for field in group:
            self._place(field, inline[field.name])

    def _keep_reserve(self, size: int) -> None:
        if not size:
            return
        self.reserve = _Parts(align(self.parts.end, 8))
        self.reserve_start = self.reserve.end
        self.reserve_end = self.reserve_start + size
        if self.struct.reserve and self.reserve_end - self.table_at > MAX_REACH:
            text = f"{size:,} bytes behind the fields of '{self.struct.name}' would end at byte"
            text += f" {self.reserve_end:,}, out of FlatBuffers' reach ({MAX_REACH:,} bytes)"
            raise LayoutError(RESERVE, f"{text}: reserve fewer", self.struct.name)
        self.parts.pad_to(self.reserve.end)
        self.parts.end = self.reserve_end

    def _reserve_bytes(self, group: list[Field]) -> int:
        if self.kind is not Kind.MESSAGE:
            return 0
        if self.struct.reserve is not None:
            return align(self.struct.reserve, 8)
        return RESERVE_BYTES if self._image_end(group) > RESERVE_FROM_BYTES else 0

    def _image_end(self, group: list[Field]) -> int:
        end = self.parts.end
        for field in group:
            extent = self.extents[field.name]
            if extent.data_size:
                end = align(end, extent.data_alignment) + extent.data_size
        return end

    def _place_inline(self, field: Field) -> Part:
        extent = self.extents[field.name]
        kind = PartKind.REF if extent.data_size else PartKind.VALUE
        into = self.reserve or self.parts
        part = into.append(kind, extent.size, extent.alignment, field)
        if self.reserve and part.end > self.reserve_end:
            kept = self.reserve_end - self.reserve_start
            text = f"the {kept:,} bytes kept for fields of later minor versions are used up"
            raise self._error(field, f"{text}: bring it in a new major version")
        if part.offset - self.table_at > MAX_REACH or part.end - self.table_at > 0xFFFF:
            text = f"lies at byte {part.offset:,} of '{self.struct.name}'"
            text += f", out of FlatBuffers' reach ({MAX_REACH:,} bytes)"
            remedy = "put large types behind it, or split the message"
            if field.since:
                remedy = "bring it in a new major version"
            raise self._error(field, f"{text}: {remedy}")
        self.inline_end = max(self.inline_end, part.end)
        return part

    def _place(self, field: Field, inline: Part) -> None:
        extent = self.extents[field.name]
        data_offset = 0
        if extent.data_size:
            data = self.parts.append(PartKind.DATA, extent.data_size, extent.data_alignment, field)
            data_offset = data.offset + extent.length_at
            self._check_size(data.end, field)
        number = len(self.placed) + (1 if self.kind is Kind.MESSAGE else 0)
        self.placed.append(PlacedField(field, number, inline.offset, inline.size, data_offset))

    def _vtable(self) -> tuple[int, ...]:
        offsets = [placed.offset - self.table_at for placed in self.placed]
        if self.kind is Kind.MESSAGE:
            offsets.insert(0, 8 - self.table_at)  # sluice_seq
        vtable_bytes = 2 * (2 + len(offsets))
        if vtable_bytes > MAX_REACH:
            text = f"'{self.struct.name}' has more fields than a FlatBuffers table can"
            raise self._error(self.placed[-1].field, f"{text}: group some in types")
        return (vtable_bytes, self.inline_end - self.table_at, *offsets)

    def _check_size(self, end: int, field: Field) -> None:
        if end <= MAX_MESSAGE_BYTES:
            return
        text = f"'{self.struct.name}' needs {end:,} bytes up to here"
        text += f", a message may have {MAX_MESSAGE_BYTES:,}"
        raise self._error(field, f"{text}: lower a bound")

    def _error(self, field: Field, text: str) -> LayoutError:
        return LayoutError(field.name, text, self.struct.name)
