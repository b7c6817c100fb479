"""Layout -> two 64-bit hashes, each the first 8 bytes of SHA-256 over canonical JSON.

fingerprint: all that a reader's meaning depends on; equal on both sides, nothing else need be
compared. identity: all but docs, bfbs and the generator's release; equal, a producer's successor
goes on in its window.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any, Iterable, Union

from .model import Enum, Metadata, Scalar, Shape, Struct, Value
from .placed import ChannelLayout, PlacedField, StructLayout

NOT_IDENTITY = ("doc", "bfbs", "generator", "fingerprint", "identity")


def fingerprint(layout: ChannelLayout) -> int:
    channel = layout.channel
    enums, structs = _used(channel.message)
    return _hash(
        {
            "name": channel.full_name,
            "version": str(channel.version),
            "order": channel.order,
            "overflow": channel.overflow,
            "fields_end": layout.message.fields_end,
            "fields": _fields(layout.message.fields),
            "types": {
                struct.struct.name: _struct(struct)
                for struct in layout.types
                if struct.struct.name in structs
            },
            "enums": {name: _enum(enum) for name, enum in enums.items()},
        }
    )


def identity(descriptor: dict[str, Any]) -> int:
    """Of a descriptor as descriptor.py makes it."""
    return _hash(_without(descriptor, NOT_IDENTITY))


def value_text(value: Value) -> str:
    """As a schema would write it. Example: True -> 'true', nan -> '.nan'."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isnan(value):
        return ".nan"
    if isinstance(value, float) and math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return str(value)


def _hash(value: Any) -> int:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(text.encode("ascii")).digest()[:8], "big")


def _used(message: Struct) -> tuple[dict[str, Enum], set[str]]:
    """Enums and types that the message reaches: others of the file change nothing for a reader."""
    enums: dict[str, Enum] = {}
    structs: set[str] = set()
    waiting: list[Union[Scalar, Enum, Struct, None]] = [message]
    while waiting:
        at = waiting.pop()
        if isinstance(at, Enum):
            enums[at.name] = at
        elif isinstance(at, Struct) and (at is message or at.name not in structs):
            structs |= set() if at is message else {at.name}
            waiting.extend(field.element for field in at.fields if field.shape is not Shape.STRING)
    return enums, structs


def _fields(fields: Iterable[PlacedField]) -> list[list[Any]]:
    return [
        [
            placed.field.name,
            placed.field.type_text,
            placed.offset,
            placed.data_offset,
            placed.size,
            placed.field.unit,
            placed.field.since,
            *_meaning(placed.field.metadata),
        ]
        for placed in fields
    ]


def _meaning(metadata: Metadata) -> list[str]:
    """What changes what a number means; the rest of the metadata tells programs what to do with it."""
    facts = {"frame": metadata.frame, "scale": metadata.scale, "invalid": metadata.invalid}
    return [f"{key} {value_text(fact)}" for key, fact in facts.items() if fact not in (None, "")]


def _struct(layout: StructLayout) -> list[Any]:
    return [layout.kind.value, layout.size, _fields(layout.fields)]


def _enum(enum: Enum) -> list[Any]:
    kind = ["flags"] if enum.flags else []
    return [enum.scalar.name, {value.name: value.value for value in enum.values}, *kind]


def _without(value: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, keys) for key, item in value.items() if key not in keys}
    if isinstance(value, list):
        return [_without(item, keys) for item in value]
    return value
