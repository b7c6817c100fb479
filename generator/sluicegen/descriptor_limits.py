"""What a descriptor may hold at most. The runtime takes a larger one for damage, so it is refused here.

outputs.py calls it for each channel. The numbers are the runtime's, from geometry.hpp,
verify_descriptor.cpp and user_schema.cpp; test_descriptor_limits.py holds them against the C++.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .model import Channel, Payload
from .problem import WHOLE_FILE, Place, Problem, problem_at, quoted

MAX_DESCRIPTOR_BYTES = 1 << 20
MAX_ENTRIES = 16_384  # fields and values, of our own schema and again of a user's
MAX_TEXT_BYTES = 256  # of what a comparison prints: names, types, units

_FIELD_TEXTS = ("name", "type", "unit", "frame", "scale", "invalid")


def descriptor_problems(channel: Channel, content: dict[str, Any], size: int) -> list[Problem]:
    """`content`: describe()'s, which makes a descriptor of `size` bytes."""
    place = Place(str(channel.source), WHOLE_FILE)
    texts = [_too_many_entries(_definitions(content)), _too_long(_texts(content))]
    if channel.payload:
        place = channel.payload.places["flatbuffers"]
        texts += [_too_large_payload(channel.payload), _too_long_name(channel.payload)]
    if not any(texts):
        texts = [_too_many_bytes(channel, content, size)]
    return [problem_at(place, text) for text in texts if text]


def _too_many_entries(definitions: dict[str, int]) -> str:
    count = sum(definitions.values())
    if count <= MAX_ENTRIES:
        return ""
    largest = max(definitions, key=lambda name: definitions[name])
    rule = f"the channel has {count} fields and values; at most {MAX_ENTRIES} are possible"
    return f"{rule}; shorten the largest, {largest} with {definitions[largest]}"


def _too_large_payload(payload: Payload) -> str:
    count = sum(len(each.fields) for each in payload.schema.content.tables.values())
    count += sum(len(each.values) for each in payload.schema.content.enums.values())
    if count <= MAX_ENTRIES:
        return ""
    rule = f"flatbuffers: {payload.schema.main.path} has {count} fields and values; at most {MAX_ENTRIES} are possible"
    return f"{rule}; leave out what the message does not need"


def _too_long_name(payload: Payload) -> str:
    text = _too_long(_payload_names(payload))
    return f"flatbuffers: {payload.schema.main.path}: {text}" if text else ""


def _too_long(texts: Iterable[str]) -> str:
    for text in texts:
        size = len(text.encode("utf-8"))
        if size > MAX_TEXT_BYTES:
            return f"{quoted(text)} has {size} bytes; at most {MAX_TEXT_BYTES} are possible; shorten it"
    return ""


def _definitions(content: dict[str, Any]) -> dict[str, int]:
    """What a type or enum is called -> how many fields or values it has."""
    return {
        f"message '{content['message']['name']}'": len(content["message"]["fields"]),
        **{f"type '{each['name']}'": len(each["fields"]) for each in content["types"]},
        **{f"enum '{each['name']}'": len(each["values"]) for each in content["enums"]},
    }


def _texts(content: dict[str, Any]) -> list[str]:
    texts = [content["name"], content.get("payload", {}).get("root", "")]
    for struct in (content["message"], *content["types"]):
        texts.append(struct["name"])
        texts += [field.get(key, "") for field in struct["fields"] for key in _FIELD_TEXTS]
    for enum in content["enums"]:
        texts.append(enum["name"])
        texts += [value["name"] for value in enum["values"]]
    return texts


def _payload_names(payload: Payload) -> Iterator[str]:
    for table in payload.schema.content.tables.values():
        yield table.name
        yield from (field.name for field in table.fields)
    for enum in payload.schema.content.enums.values():
        yield enum.name
        yield from (name for name, _, _ in enum.values)


def _too_many_bytes(channel: Channel, content: dict[str, Any], size: int) -> str:
    if size <= MAX_DESCRIPTOR_BYTES:
        return ""
    docs = _bytes_of(content, "doc")
    advice = {
        "shorten the docs": 2 * docs,  # they stand in its .bfbs too
        "shorten the texts of constants": _bytes_of(content, "constants"),
        "use fewer fields and values": size - 2 * docs - _bytes_of(content, "constants"),
    }
    if channel.payload:
        path, twice = channel.payload.schema.main.path, 2 * len(channel.payload.schema.bfbs)
        advice["use fewer fields and values"] -= twice
        advice[f"leave out of {path} what the message does not need"] = twice
    rule = f"the channel's descriptor has {size} bytes; at most {MAX_DESCRIPTOR_BYTES} are possible"
    return f"{rule}; {max(advice, key=lambda words: advice[words])}"


def _bytes_of(content: Any, key: str) -> int:
    """Of the texts under a key, however deep."""
    if isinstance(content, list):
        return sum(_bytes_of(each, key) for each in content if isinstance(each, dict))
    size = 0
    for name, value in content.items():
        if name == key:
            size += len(value.encode("utf-8")) if isinstance(value, str) else _bytes_of(value, "value")
        elif isinstance(value, (dict, list)):
            size += _bytes_of(value, key)
    return size
