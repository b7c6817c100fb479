"""Layout -> the descriptor: a dict that flatc turns into the FlatBuffer which stands in every
window.

Its keys are those of runtime/schema/descriptor.fbs. What is empty is left out, so that an absent
unit, doc or default costs nothing.
"""

from __future__ import annotations

from typing import Any, Optional

from . import __version__
from .fingerprint import fingerprint, identity, value_text
from .model import Constant, Enum, Metadata, Value
from .placed import ChannelLayout, Kind, PlacedField, StructLayout


def describe(layout: ChannelLayout, bfbs: bytes) -> dict[str, Any]:
    channel = layout.channel
    content = {
        "name": channel.full_name,
        "major": channel.version.major,
        "minor": channel.version.minor,
        "order": channel.order,
        "overflow": channel.overflow,
        "capacity": channel.capacity,
        "fingerprint": fingerprint(layout),
        "message": _type(layout.message),
        "types": [_type(struct) for struct in layout.types],
        "enums": [_enum(enum) for enum in channel.enums],
        "constants": [_constant(constant) for constant in channel.constants],
        **_texts(doc=channel.doc),
        "generator": __version__,
        "bfbs": list(bfbs),
    }
    return {**content, "identity": identity(content)}


def _type(layout: StructLayout) -> dict[str, Any]:
    return {
        "name": layout.struct.name,
        "inline_struct": layout.kind is Kind.INLINE,
        "size": layout.size,
        "fields_end": layout.fields_end,
        "alignment": layout.alignment,
        "fields": [_field(placed) for placed in layout.fields],
        **_texts(doc=layout.struct.doc),
        **_type_constants(layout),
    }


def _type_constants(layout: StructLayout) -> dict[str, Any]:
    """A message's are the channel's."""
    if layout.kind is Kind.MESSAGE or not layout.struct.constants:
        return {}
    return {"constants": [_constant(constant) for constant in layout.struct.constants]}


def _field(placed: PlacedField) -> dict[str, Any]:
    field = placed.field
    default = None if field.default is None else value_text(field.default)
    return {
        "name": field.name,
        "type": field.type_text,
        "offset": placed.offset,
        "size": placed.size,
        "data_offset": placed.data_offset,
        "since": field.since,
        **_texts(unit=field.unit, default_value=default, doc=field.doc),
        **_metadata(field.metadata),
    }


def _metadata(metadata: Metadata) -> dict[str, str]:
    low, high = (None, None) if metadata.range is None else map(value_text, metadata.range)
    return _texts(
        frame=metadata.frame,
        range_min=low,
        range_max=high,
        invalid=None if metadata.invalid is None else value_text(metadata.invalid),
        scale=None if metadata.scale is None else value_text(metadata.scale),
        deprecated=None if metadata.deprecated is None else metadata.deprecated or "deprecated",
        key=metadata.key,
        role=metadata.role,
    )


def _enum(enum: Enum) -> dict[str, Any]:
    values = [
        {"name": value.name, "value": str(value.value), **_texts(doc=value.doc)}
        for value in enum.values
    ]
    flags = {"flags": True} if enum.flags else {}
    described = {"name": enum.name, "type": enum.scalar.name, "values": values, **flags}
    return {**described, **_texts(doc=enum.doc)}


def _constant(constant: Constant) -> dict[str, Any]:
    return {
        "name": constant.name,
        "type": constant.scalar.name if constant.scalar else "string",
        "value": value_text(constant.value),
        **_texts(unit=constant.unit, doc=constant.doc),
    }


def _texts(**texts: Optional[str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text}
