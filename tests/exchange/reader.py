"""A message's bytes -> its values, by the Python code that flatc generates of the .fbs."""

from __future__ import annotations

import importlib
from typing import Any

from sluicegen.layout import is_inline
from sluicegen.model import Channel, Field, Scalar, Shape, Struct
from sluicegen.names_fbs import field_names, method_name, scope_name, type_names

from values import Value


class Reader:
    """Of one channel; the folder that flatc wrote to is on the import path."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.package = ".".join(scope_name(part) for part in channel.namespace)
        self.types = type_names((channel.message, *channel.types), channel.enums)

    def read(self, data: bytes) -> dict[str, Value]:
        root = self._class(self.channel.message).GetRootAs(data, 0)
        return self._record(root, self.channel.message, in_struct=False)

    def _class(self, struct: Struct) -> Any:
        name = self.types[struct.name]
        return getattr(importlib.import_module(f"{self.package}.{name}"), name)

    def _record(self, found: Any, struct: Struct, in_struct: bool) -> dict[str, Value]:
        names = field_names(struct, self.types[struct.name], self.types.values())
        return {
            field.name: self._field(found, method_name(names[field.name]), field, in_struct)
            for field in struct.fields
        }

    def _field(self, found: Any, method: str, field: Field, in_struct: bool) -> Value:
        get = getattr(found, method)
        if field.shape is Shape.STRING:
            return get()
        if field.shape is Shape.SINGLE and isinstance(field.element, Struct) and in_struct:
            # Inside a FlatBuffers struct the accessor fills an object of the caller's.
            return self._element(get(self._class(field.element)()), field)
        if field.shape is Shape.SINGLE:
            return self._element(get(), field)
        length = getattr(found, f"{method}Length")()
        return [self._element(get(at), field) for at in range(length)]

    def _element(self, value: Any, field: Field) -> Value:
        if isinstance(field.element, Struct):
            return self._record(value, field.element, is_inline(field.element))
        is_bool = isinstance(field.element, Scalar) and field.element.is_bool
        return bool(value) if is_bool else value
