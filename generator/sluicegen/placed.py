"""What a layout is: for each message and type its parts in memory order, its fields and its vtable.

layout.py makes these; views, fingerprint and descriptor read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum as PythonEnum
from functools import cached_property
from typing import Optional

from .model import Channel, Constant, Enum, Field, Namespace, Struct, TypeFile, full_name

MESSAGE_TABLE_AT = 4  # where a message's FlatBuffers table starts; a nested one is at 0

# Of a message that is a table of the user's own: runtime/include/sluice/flatbuffer_message.hpp has the same.
TABLE_REGION_AT = 32
TABLE_ALIGNMENT = 32
MIN_TABLE_BYTES = 16
MAX_TABLE_BYTES = (1 << 30) - 64  # with what stands around it, a message of 1 GiB


class Kind(PythonEnum):
    MESSAGE = "message"
    TABLE = "table"  # a type that holds arrays, sequences or strings
    INLINE = "inline"  # a type of scalars only: a FlatBuffers struct

    @property
    def prefix_bytes(self) -> int:
        """What stands in front of the fields: offsets, and a message's number."""
        return {"message": 16, "table": 4, "inline": 0}[self.value]


class PartKind(PythonEnum):
    VALUE = "value"
    REF = "ref"
    DATA = "data"  # what a ref refers to: length and elements, text, or a nested table
    PAD = "pad"
    RESERVE = "reserve"  # padding that fields of later minors may take
    VTABLE = "vtable"


@dataclass(frozen=True)
class Part:
    """A run of bytes, from the start of the message or type; the parts leave no gap."""

    kind: PartKind
    offset: int
    size: int
    field: Optional[Field] = None

    @property
    def end(self) -> int:
        return self.offset + self.size

    @property
    def is_empty(self) -> bool:
        return self.kind in (PartKind.PAD, PartKind.RESERVE)


@dataclass(frozen=True)
class PlacedField:
    field: Field
    id: int  # FlatBuffers' field id
    offset: int  # of the inline part
    size: int  # of the inline part
    data_offset: int = 0  # of the length word or nested table; 0 if all is inline

    @property
    def distance(self) -> int:
        return self.data_offset - self.offset


@dataclass(frozen=True)
class StructLayout:
    struct: Struct
    kind: Kind
    parts: tuple[Part, ...]  # in memory order; a message's or table's prefix is not among them
    fields: tuple[PlacedField, ...]  # in order of id
    size: int
    alignment: int
    fields_end: int  # the end of the last field's bytes; vtable and tail padding lie behind
    vtable_offset: int = 0
    vtable: tuple[int, ...] = ()

    @property
    def vtable_distance(self) -> int:
        table_at = MESSAGE_TABLE_AT if self.kind is Kind.MESSAGE else 0
        return table_at - self.vtable_offset

    def placed(self, field: Field) -> PlacedField:
        return next(placed for placed in self.fields if placed.field is field)


@dataclass(frozen=True)
class TypeLayouts:
    """What lies in files of one namespace, with all that it uses of others."""

    namespace: Namespace
    types: tuple[StructLayout, ...]  # in dependency order
    enums: tuple[Enum, ...]

    @cached_property
    def _by_name(self) -> dict[str, StructLayout]:
        return {full_name(layout.struct): layout for layout in self.types}

    def of(self, struct: Struct) -> StructLayout:
        return self._by_name[full_name(struct)]

    @property
    def message_constants(self) -> tuple[Constant, ...]:
        """Those that become members of the message's struct."""
        return ()


@dataclass(frozen=True)
class FileLayout(TypeLayouts):
    """A file's own types, and those it uses."""

    file: TypeFile


@dataclass(frozen=True)
class MessageLayout(TypeLayouts):
    """A named type as a whole message, for every channel that carries it."""

    carried: Struct
    message: StructLayout


@dataclass(frozen=True)
class ChannelLayout(TypeLayouts):
    channel: Channel
    message: StructLayout

    @property
    def file(self) -> TypeFile:
        return self.channel

    @property
    def message_constants(self) -> tuple[Constant, ...]:
        return self.channel.constants if self.channel.has_struct else ()
