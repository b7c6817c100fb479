"""Layout -> two 64-bit hashes, each the first 8 bytes of SHA-256 over canonical JSON.

fingerprint: all that a reader's meaning depends on; equal on both sides, nothing else need be
compared. identity: all but docs, bfbs and the generator's release; equal, a producer's successor
goes on in its window.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import astuple
from typing import Any, Iterable

from .model import Channel, Enum, Metadata, Namespace, Payload, Value, name_in
from .placed import ChannelLayout, PlacedField, StructLayout
from .reflection import Schema
from .used import used_by

NOT_IDENTITY = ("doc", "bfbs", "generator", "fingerprint", "identity")


def fingerprint(layout: ChannelLayout) -> int:
    channel = layout.channel
    space = channel.namespace
    used = used_by(message=channel.message)
    return _hash(
        {
            **_payload(channel),
            "name": channel.full_name,
            "version": str(channel.version),
            "order": channel.order,
            "overflow": channel.overflow,
            "fields_end": layout.message.fields_end,
            "fields": _fields(layout.message.fields, space),
            "types": {
                name_in(space, struct): _struct(layout.of(struct), space) for struct in used.types
            },
            "enums": {name_in(space, enum): _enum(enum) for enum in used.enums},
        }
    )


def payload_hash(payload: Payload) -> int:
    """Of what a user's schema says about the root and all that it leads to; comments are no part of it."""
    schema = payload.schema.content
    assert schema is not None, "payloads.py has not compiled it"
    return _hash({name: _definition(schema, name) for name in schema.reached(payload.root)})


def table_hashes(schema: Schema) -> dict[str, int]:
    """Of each table, struct, enum and union by itself, as far as generated code depends on it."""
    return {name: _hash(_definition(schema, name)) for name in sorted([*schema.tables, *schema.enums])}


def _definition(schema: Schema, name: str) -> tuple[Any, ...]:
    return astuple(schema.tables.get(name) or schema.enums[name])


def _payload(channel: Channel) -> dict[str, Any]:
    payload = channel.payload
    if not payload:
        return {}
    return {"payload": [payload.root, payload.max_bytes, payload_hash(payload)]}


def identity(content: dict[str, Any]) -> int:
    """Of a descriptor, or of a file's definitions, as descriptor.py makes them."""
    return _hash(_without(content, NOT_IDENTITY))


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


def _fields(fields: Iterable[PlacedField], space: Namespace) -> list[list[Any]]:
    return [
        [
            placed.field.name,
            placed.field.type_text(space),
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


def _struct(layout: StructLayout, space: Namespace) -> list[Any]:
    return [layout.kind.value, layout.size, _fields(layout.fields, space)]


def _enum(enum: Enum) -> list[Any]:
    kind = ["flags"] if enum.flags else []
    return [enum.scalar.name, {value.name: value.value for value in enum.values}, *kind]


def _without(value: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, keys) for key, item in value.items() if key not in keys}
    if isinstance(value, list):
        return [_without(item, keys) for item in value]
    return value
