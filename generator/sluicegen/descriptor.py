"""Layout -> the descriptor: a dict that flatc turns into the FlatBuffer which stands in every
window.

Its keys are those of runtime/schema/descriptor.fbs. What is empty is left out, so that an absent
unit, doc or default costs nothing.
"""

from __future__ import annotations

from typing import Any, Iterable, Optional, Union

from . import __version__
from .fingerprint import fingerprint, identity, payload_hash, value_text
from .model import Channel, Constant, Enum, Metadata, Namespace, name_in
from .placed import ChannelLayout, FileLayout, Kind, PlacedField, StructLayout, TypeLayouts


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
        "message": _type(layout.message, layout.namespace),
        **_definitions(layout),
        "constants": _constants(channel.constants),
        **_texts(doc=channel.doc),
        "generator": __version__,
        "bfbs": list(bfbs),
        **_payload(channel),
    }
    return {**content, "identity": identity(content)}


def _payload(channel: Channel) -> dict[str, Any]:
    payload = channel.payload
    if not payload:
        return {}
    described = {
        "root": payload.root,
        "bfbs": list(payload.schema.bfbs),
        "max_bytes": payload.max_bytes,
        "verify": payload.verify,
        "schema_hash": payload_hash(payload),
    }
    return {"payload": described}


def definitions_hash(layout: Union[FileLayout, ChannelLayout]) -> int:
    """Of all that a file's header defines: equal, two builds of it may be in one program."""
    content = {
        **_definitions(layout),
        "constants": _constants(layout.file.constants),
        "reserves": {struct.name: struct.reserve for struct in layout.file.types},
    }
    if isinstance(layout, ChannelLayout):
        content["message"] = _type(layout.message, layout.namespace)
    return identity(content)


def _definitions(layout: TypeLayouts) -> dict[str, Any]:
    return {
        "types": [_type(struct, layout.namespace) for struct in layout.types],
        "enums": [_enum(enum, layout.namespace) for enum in layout.enums],
    }


def _constants(constants: Iterable[Constant]) -> list[dict[str, Any]]:
    return [_constant(constant) for constant in constants]


def _type(layout: StructLayout, space: Namespace) -> dict[str, Any]:
    return {
        "name": name_in(space, layout.struct),
        "inline_struct": layout.kind is Kind.INLINE,
        "size": layout.size,
        "fields_end": layout.fields_end,
        "alignment": layout.alignment,
        "fields": [_field(placed, space) for placed in layout.fields],
        **_texts(doc=layout.struct.doc),
        **_type_constants(layout),
    }


def _type_constants(layout: StructLayout) -> dict[str, Any]:
    constants = layout.struct.constants
    return {"constants": _constants(constants)} if constants else {}


def _field(placed: PlacedField, space: Namespace) -> dict[str, Any]:
    field = placed.field
    default = None if field.default is None else value_text(field.default)
    return {
        "name": field.name,
        "type": field.type_text(space),
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


def _enum(enum: Enum, space: Namespace) -> dict[str, Any]:
    values = [
        {"name": value.name, "value": str(value.value), **_texts(doc=value.doc)}
        for value in enum.values
    ]
    flags = {"flags": True} if enum.flags else {}
    name = name_in(space, enum)
    described = {"name": name, "type": enum.scalar.name, "values": values, **flags}
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
