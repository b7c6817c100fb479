"""Reads a .bfbs, FlatBuffers' own description of a schema: the tables, structs, enums and unions in it.

payloads.py calls it for a user's schema. The numbers are field ids of FlatBuffers' reflection.fbs;
they never change, so this needs no library. What flatc wrote is trusted.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Optional

_BASE_TYPES = (
    "none utype bool byte ubyte short ushort int uint long ulong float double string vector struct union array"
).split()
_OBJECT_INDEX_TYPES = ("struct",)


@dataclass(frozen=True)
class FieldOf:
    name: str
    id: int
    type: str  # "float", "[geo.Vec3]", "string"
    default: str
    required: bool
    is_key: bool
    nested: str  # the table of the FlatBuffer in a vector of bytes
    uses: Optional[str]  # the table, struct or enum in its type


@dataclass(frozen=True)
class TableOf:
    name: str  # "geo.Pose"
    is_struct: bool
    size: int  # bytes of a struct; 0 of a table
    alignment: int  # likewise
    fields: tuple[FieldOf, ...]  # in order of id


@dataclass(frozen=True)
class EnumOf:
    name: str
    is_union: bool
    type: str
    values: tuple[tuple[str, int, str], ...]  # name, number, and of a union the table


@dataclass(frozen=True)
class Schema:
    tables: dict[str, TableOf]
    enums: dict[str, EnumOf]
    root: str  # the root type's name; empty if the schema names none

    def reached(self, root: str) -> list[str]:
        """The tables, structs, enums and unions that a table leads to, itself first."""
        found: dict[str, None] = {}
        waiting = [root]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting += self._uses(name)
        return list(found)

    def _uses(self, name: str) -> list[str]:
        if name in self.tables:
            fields = self.tables[name].fields
            used = [each for field in fields for each in (field.uses, field.nested) if each]
            return [each for each in used if each in self.tables or each in self.enums]
        return [table for _, _, table in self.enums[name].values if table]


def read_bfbs(data: bytes) -> Schema:
    return _Reader(data).schema()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._root = _Table(data, _at(data, "<I", 0))
        self._object_names = [each.text(0) for each in self._root.tables(0)]
        self._enum_names = [each.text(0) for each in self._root.tables(1)]

    def schema(self) -> Schema:
        tables = [self._table(each) for each in self._root.tables(0)]
        enums = [self._enum(each) for each in self._root.tables(1)]
        root = self._root.optional_table(4)
        return Schema(
            {each.name: each for each in tables},
            {each.name: each for each in enums},
            root.text(0) if root else "",
        )

    def _table(self, table: _Table) -> TableOf:
        is_struct = bool(table.number(2, "<B"))
        owner = table.text(0)
        fields = sorted((self._field(each, owner) for each in table.tables(1)), key=lambda each: each.id)
        size, alignment = (table.number(at, "<i") if is_struct else 0 for at in (4, 3))
        return TableOf(owner, is_struct, size, alignment, tuple(fields))

    def _field(self, field: _Table, owner: str) -> FieldOf:
        text, uses = self._type(field.table(1))
        is_optional = bool(field.number(11, "<B"))
        default = "null" if is_optional else _default(field, text)
        return FieldOf(
            name=field.text(0),
            id=field.number(2, "<H"),
            type=text,
            default=default,
            required=bool(field.number(7, "<B")),
            is_key=bool(field.number(8, "<B")),
            nested=self._nested(field, owner),
            uses=uses,
        )

    def _nested(self, field: _Table, owner: str) -> str:
        """With its namespace, which flatc looks for from the inside out; empty of other fields."""
        attributes = field.tables(9) if field.has(9) else []
        names = [each.text(1) for each in attributes if each.text(0) == "nested_flatbuffer"]
        if not names:
            return ""
        spaces = owner.split(".")[:-1]
        candidates = [".".join([*spaces[:length], names[0]]) for length in range(len(spaces), 0, -1)]
        return next((each for each in candidates if each in self._object_names), names[0])

    def _type(self, of: _Table) -> tuple[str, Optional[str]]:
        base = _BASE_TYPES[of.number(0, "<b")]
        index = of.number(2, "<i", -1)
        if base in ("vector", "array"):
            element, uses = self._named(_BASE_TYPES[of.number(1, "<b")], index)
            length = f":{of.number(3, '<H')}" if base == "array" else ""
            return f"[{element}{length}]", uses
        return self._named(base, index)

    def _named(self, base: str, index: int) -> tuple[str, Optional[str]]:
        if index < 0 or base == "string":
            return base, None
        if base in _OBJECT_INDEX_TYPES:
            name = self._object_names[index]
            return name, name
        name = self._enum_names[index]
        return (f"type of {name}" if base == "utype" else name), name

    def _enum(self, enum: _Table) -> EnumOf:
        values = tuple(self._value(each) for each in enum.tables(1))
        type_text, _ = self._named(_BASE_TYPES[enum.table(3).number(0, "<b")], -1)
        return EnumOf(enum.text(0), bool(enum.number(2, "<B")), type_text, values)

    def _value(self, value: _Table) -> tuple[str, int, str]:
        union_type = value.optional_table(3)
        table = ""
        if union_type and union_type.number(2, "<i", -1) >= 0:
            table = self._object_names[union_type.number(2, "<i", -1)]
        return value.text(0), value.number(1, "<q"), table


def _default(field: _Table, type_text: str) -> str:
    if type_text in ("float", "double"):
        return repr(field.number(5, "<d", 0.0))
    return str(field.number(4, "<q"))


class _Table:
    """One table of a FlatBuffer, by field ids."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._position = at
        self._vtable = at - _at(data, "<i", at)

    def _place(self, field: int) -> int:
        entry = 4 + 2 * field
        if entry >= _at(self._data, "<H", self._vtable):
            return 0
        offset = _at(self._data, "<H", self._vtable + entry)
        return self._position + offset if offset else 0

    def number(self, field: int, kind: str, default: Any = 0) -> Any:
        place = self._place(field)
        return _at(self._data, kind, place) if place else default

    def text(self, field: int) -> str:
        start = self._reference(field)
        length = _at(self._data, "<I", start)
        return self._data[start + 4 : start + 4 + length].decode("utf-8")

    def table(self, field: int) -> _Table:
        return _Table(self._data, self._reference(field))

    def optional_table(self, field: int) -> Optional[_Table]:
        return self.table(field) if self.has(field) else None

    def has(self, field: int) -> bool:
        return bool(self._place(field))

    def tables(self, field: int) -> list[_Table]:
        start = self._reference(field)
        places = range(start + 4, start + 4 + 4 * _at(self._data, "<I", start), 4)
        return [_Table(self._data, place + _at(self._data, "<I", place)) for place in places]

    def _reference(self, field: int) -> int:
        place = self._place(field)
        return place + _at(self._data, "<I", place)


def _at(data: bytes, kind: str, place: int) -> Any:
    return struct.unpack_from(kind, data, place)[0]
