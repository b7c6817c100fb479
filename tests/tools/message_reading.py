"""Messages of a schema by three ways: what is written (by generated C++), what flatc's generated Python reads of
bytes, and what lies at the constant offsets of a layout, where Sluice's own struct looks.

A message is a dict; an enum's value is its name, as the reader's schema has it, or the number.
"""

from __future__ import annotations

import importlib
import itertools
import struct
from typing import Any

from sluicegen.layout import ChannelLayout
from sluicegen.model import Enum, Field, Scalar, Shape, Struct
from sluicegen.placed import Kind, StructLayout

FORMATS = dict(bool="?", i8="b", i16="h", i32="i", i64="q", u8="B", u16="H", u32="I", u64="Q", f32="f", f64="d")


class Sample:
    """A message with a distinct value in every place, and the C++ that makes it."""

    def __init__(self, message: Struct) -> None:
        self.numbers = itertools.count(1)
        self.statements: list[str] = []
        self.values = self._struct(message, "message")

    def _struct(self, which: Struct, path: str) -> dict[str, Any]:
        return {field.name: self._field(field, f"{path}.{field.name}") for field in which.fields}

    def _field(self, field: Field, path: str) -> Any:
        if field.shape is Shape.SINGLE:
            return self._value(field.element, path)
        if field.shape is Shape.STRING:
            text = f"{next(self.numbers)}-{field.name}-string"[: field.bound]
            self.statements.append(f'{path} = "{text}";')
            return text
        if field.shape is Shape.SEQUENCE:
            self.statements.append(f"{path}.resize({field.bound});")
        return [self._value(field.element, f"{path}[{at}]") for at in range(field.bound)]

    def _value(self, element: Any, path: str) -> Any:
        if isinstance(element, Struct):
            return self._struct(element, path)
        number = next(self.numbers)
        if isinstance(element, Enum):
            value = element.values[1] if len(element.values) > 1 else element.values[0]
            name = "::".join(("", *element.namespace, element.name))
            self.statements.append(f"{path} = {name}({value.value});")
            return value.name
        number = _number(element, number)
        self.statements.append(f"{path} = {str(number).lower()}{'u' if element.name == 'u64' else ''};")
        return number


def _number(scalar: Scalar, nth: int) -> Any:
    """Large ones: a reader that takes other bytes, or another sign, shall not see the same by chance."""
    if scalar.is_bool:
        return True
    if scalar.is_float:
        return nth + 0.5
    return (1 << (scalar.bits - (1 if scalar.is_signed else 0))) - 1 - nth


def default_of(field: Field) -> Any:
    """What FlatBuffers' reader says for a field that a message does not have."""
    if field.shape is Shape.STRING or (field.shape is Shape.SINGLE and isinstance(field.element, Struct)):
        return None
    if field.shape is not Shape.SINGLE:
        return []
    return _named(field.element, 0 if field.default is None else field.default)


def _named(element: Any, value: Any) -> Any:
    if not isinstance(element, Enum):
        return value
    return next((each.name for each in element.values if each.value == value), value)


class FlatcReader:
    """flatc's generated Python of one schema; `modules` is the import path of its namespace."""

    def __init__(self, layout: ChannelLayout, modules: str) -> None:
        self.layout, self.modules = layout, modules

    def read(self, content: bytes) -> dict[str, Any]:
        name = self.layout.message.struct.name
        root = getattr(importlib.import_module(f"{self.modules}.{name}"), name).GetRootAs(content, 0)
        return self._struct(self.layout.message, root)

    def _struct(self, layout: StructLayout, table: Any) -> Any:
        if table is None:
            return None
        return {placed.field.name: self._field(layout, placed.field, table) for placed in layout.fields}

    def _field(self, owner: StructLayout, field: Field, table: Any) -> Any:
        name = field.name[0].upper() + field.name[1:]
        get = getattr(table, name)
        if field.shape is Shape.STRING:
            text = get()
            return text if text is None else text.decode()
        if field.shape is Shape.SINGLE:
            return self._single(owner, field, get)
        elements = [get(at) for at in range(getattr(table, f"{name}Length")())]
        if isinstance(field.element, Struct):
            return [self._struct(self.layout.of(field.element), element) for element in elements]
        return [_named(field.element, element) for element in elements]

    def _single(self, owner: StructLayout, field: Field, get: Any) -> Any:
        if not isinstance(field.element, Struct):
            return _named(field.element, get())
        if owner.kind is not Kind.INLINE:
            return self._struct(self.layout.of(field.element), get())
        name = field.element.name
        place = getattr(importlib.import_module(".".join((*field.element.namespace, name))), name)()
        return self._struct(self.layout.of(field.element), get(place))


class PlaceReader:
    """Reads where a layout says that a field lies, as a struct over the bytes does."""

    def __init__(self, layout: ChannelLayout) -> None:
        self.layout = layout

    def read(self, content: bytes) -> dict[str, Any]:
        self.content = content
        return self._struct(self.layout.message, 0)

    def _struct(self, layout: StructLayout, begin: int) -> dict[str, Any]:
        return {placed.field.name: self._field(placed, begin) for placed in layout.fields}

    def _field(self, placed: Any, begin: int) -> Any:
        field = placed.field
        if field.shape is Shape.SINGLE:
            return self._element(field, begin + (placed.data_offset or placed.offset))
        length = self._scalar("I", begin + placed.data_offset)
        data = begin + placed.data_offset + 4
        if field.shape is Shape.STRING:
            return self.content[data : data + min(length, field.bound)].decode("latin-1")
        count = field.bound if field.shape is Shape.ARRAY else min(length, field.bound)
        size = field.carrier.size if field.carrier else self.layout.of(field.element).size
        return [self._element(field, data + at * size) for at in range(count)]

    def _element(self, field: Field, at: int) -> Any:
        if isinstance(field.element, Struct):
            return self._struct(self.layout.of(field.element), at)
        return _named(field.element, self._scalar(FORMATS[field.carrier.name], at))

    def _scalar(self, form: str, at: int) -> Any:
        return struct.unpack_from("<" + form, self.content, at)[0]
