"""Which types and enums a file or message reaches through its fields, in other files too.

layout.py and fingerprint.py ask it. A type of an import that nothing reaches is nobody's concern.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Optional

from .model import Enum, Struct, full_name


class Used(NamedTuple):
    types: tuple[Struct, ...]  # in dependency order: a type comes after those it uses
    enums: tuple[Enum, ...]


def used_by(
    types: Iterable[Struct] = (), enums: Iterable[Enum] = (), message: Optional[Struct] = None
) -> Used:
    """These types and enums, and all that they and the message reach."""
    reach = _Reach()
    for enum in enums:
        reach.enums[full_name(enum)] = enum
    for struct in types:
        reach.add(struct)
    if message:
        reach.add_fields(message)
    return Used(tuple(reach.types.values()), tuple(reach.enums.values()))


class _Reach:
    def __init__(self) -> None:
        self.types: dict[str, Struct] = {}
        self.enums: dict[str, Enum] = {}

    def add(self, struct: Struct) -> None:
        if full_name(struct) not in self.types:
            self.add_fields(struct)
            self.types[full_name(struct)] = struct

    def add_fields(self, struct: Struct) -> None:
        for field in struct.fields:
            if isinstance(field.element, Struct):
                self.add(field.element)
            elif isinstance(field.element, Enum):
                self.enums[full_name(field.element)] = field.element
