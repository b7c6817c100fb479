"""The published JSON Schema's part of the checks: known and required keys, maps where maps belong.

check.py calls it first. Entries of the wrong form are cut out of the tree, so that the later checks
meet none and do not report them again; a required key may be missing there. Patterns and ranges of
the JSON Schema are for editors: the later checks know more about them and word them better.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional

from jsonschema import Draft7Validator, ValidationError

from .check_types import BadType, parse_type
from .check_values import parse_float, parse_integer
from .load import List, Mapping, Node, Text
from .model import SCALARS
from .problem import Place, Problems, instead, nearest, quoted

SCHEMA_FILE = Path(__file__).parents[2] / "schemas" / "channel.schema.json"

_LATER_VALUES = {"overflow": {"drop_oldest"}}

_LONG_FORM_KEYS = {"doc", "fields", "constants", "reserve"}

_EXPECTED_ITEM = {
    "field": "a type such as f32, or a map with 'type'",
    "type": "a map of fields",
    "enum": "a map with 'type' and 'values'",
    "value": "a whole number, or a map with 'value'",
    "constant": "a value, or a map with 'value'",
}
_EXPECTED_KEY = {
    "flatbuffers": "the path of a .fbs file",
    "root": "the name of a table",
    "max_bytes": "a whole number of bytes",
    "channel": "a name",
    "namespace": "a name",
    "version": 'a version such as "1.2"',
    "capacity": "a whole number",
    "message": "a map of fields, {} for none, or the name of a type",
    "imports": "a list of files, for example [common/geometry.yaml]",
    "types": "a map of types",
    "enums": "a map of enums",
    "constants": "a map of constants",
    "values": "a map of names and numbers",
    "fields": "a map of fields",
    "since": 'a version such as "1.2"',
    "type": "the name of a type",
    "default": "a number, true, false or a name",
    "range": "the least and the greatest value, such as [0, 100]",
    "invalid": "a number",
    "scale": "a number",
    "deprecated": "true, or what to use instead",
    "reserve": "a whole number of bytes",
    "flags": "true or false",
    "value": "a number, true, false or text",
}
_EXAMPLES = {
    "root": "root: geo.Pose",
    "max_bytes": "max_bytes: 4096",
    "channel": "channel: imu",
    "namespace": "namespace: demo",
    "version": 'version: "1.0"',
    "message": "message: {stamp: u64}",
    "field type": "type: f32",
    "enum type": "type: u8",
    "values": "values: {ok: 0, failed: 1}",
    "value": "value: 1",
}


class Spot(NamedTuple):
    """What a path means to the user: an item with a name, and perhaps a key of it."""

    kind: str  # top, field, type, enum, value, constant, table: a message's
    name: str
    key: Optional[str] = None

    @property
    def item(self) -> str:
        if self.kind == "table":
            return "message"
        return "" if self.kind == "top" else f"{self.kind} '{self.name}'"


def is_long_form(type_node: Node) -> bool:
    """Whether a type is written {doc: ..., fields: {...}} rather than as its fields alone."""
    if not isinstance(type_node, Mapping) or not set(type_node.entries) <= _LONG_FORM_KEYS:
        return False
    return isinstance(type_node.get("fields"), Mapping)


def is_payload(message: Optional[Node]) -> bool:
    """Whether a message is a FlatBuffers table rather than its fields; a field has no such type."""
    path = message.get("flatbuffers") if isinstance(message, Mapping) else None
    return isinstance(path, Text) and path.value.endswith(".fbs")


def _is_misnamed_payload(root: Mapping) -> bool:
    """Whether a message is meant as a table though its path does not end so: nothing in it is a type."""
    message = root.get("message")
    if not isinstance(message, Mapping) or is_payload(message):
        return False
    path, size = message.get("flatbuffers"), message.get("max_bytes")
    if not isinstance(path, Text) or not {"root", "max_bytes"} & message.entries.keys():
        return False
    if any(_names_a_type(root, entry.value) for entry in message.entries.values()):
        return False
    is_number = isinstance(size, Text) and parse_integer(size.value) is not None
    return is_number or not _is_type(path.value) or "imports" not in root.entries  # which may have the types


def _names_a_type(root: Mapping, node: Node) -> bool:
    if not isinstance(node, Text) or not _is_type(node.value):
        return False
    name = parse_type(node.value).name
    sections = [root.get(section) for section in ("types", "enums")]
    own = [key for section in sections if isinstance(section, Mapping) for key in section.entries]
    return name in SCALARS or name == "string" or name in own


def _is_type(text: str) -> bool:
    try:
        parse_type(text)
    except BadType:
        return False
    return True


def fields_of(type_node: Mapping) -> Mapping:
    return type_node.get("fields") if is_long_form(type_node) else type_node


def constants_of(type_node: Mapping) -> Mapping:
    constants = type_node.get("constants") if is_long_form(type_node) else None
    return constants or Mapping(type_node.place)


def check_structure(root: Mapping, problems: Problems) -> tuple[Mapping, set[tuple[str, ...]]]:
    """Reports what has the wrong form; returns the tree without it, and the paths that were cut."""
    cut: set[tuple[str, ...]] = set()
    if _is_misnamed_payload(root):
        message = root.get("message")
        path = quoted(message.get("flatbuffers").value)
        text = f"flatbuffers {path}: the path of a FlatBuffers schema ends with .fbs"
        problems.add(message.place_of("flatbuffers"), text)
        cut.add(("message",))
    for error in _validator().iter_errors(_plain(root)):
        path = tuple(error.absolute_path)
        if path[:1] in cut:
            continue
        report = _REPORTS.get(error.validator)
        in_range = path[-2:-1] == ("range",) and isinstance(path[-1], int)  # check_metadata's
        if report and not in_range:
            cut.update(report(root, path, error, problems))
    return _without(root, (), cut), cut


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _plain(node: Node) -> object:
    """The node as an editor's YAML parser would read it."""
    if isinstance(node, Mapping):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, List):
        return [_plain(item) for item in node.items]
    if node.quoted:
        return node.value
    if node.is_empty or node.value in ("true", "false"):
        return {"": None, "true": True, "false": False}[node.value]
    for parse in (parse_integer, parse_float):
        number = parse(node.value)
        if number is not None:
            return number
    return node.value


def _report_unknown_keys(root: Mapping, path: tuple, error: ValidationError, problems: Problems):
    mapping = _node(root, path)
    valid = list(error.schema["properties"])
    spot = _spot(root, path)
    unknown = [key for key in mapping.entries if key not in valid]
    for key in unknown:
        problems.add(mapping.place_of(key), _prefix(spot) + _unknown_key(key, valid))
    return {(*path, key) for key in unknown}


def _unknown_key(key: str, valid: list[str]) -> str:
    if " " in key:  # what stands behind a comma in {doc: one, two}
        return f"unknown key {quoted(key)}; a text with a comma in it is written in quotes"
    return f"unknown key {quoted(key)}; {instead(key, valid)}"


def _report_missing_key(root: Mapping, path: tuple, error: ValidationError, problems: Problems):
    mapping = _node(root, path)
    spot = _spot(root, path)
    properties = error.schema.get("properties") or _validator().schema["properties"]
    for key in error.schema["required"]:
        misspelt = any(nearest(other, properties) == key for other in mapping.entries)
        # One error stands for one missing key; its message begins with that key.
        if error.message.startswith(f"'{key}'") and not misspelt:
            example = _EXAMPLES.get(f"{spot.kind} {key}") or _EXAMPLES[key]
            text = f"{_prefix(spot)}missing key '{key}'; add for example: {example}"
            problems.add(_place(root, path), text)
    return set()


def _report_wrong_kind(root: Mapping, path: tuple, error: ValidationError, problems: Problems):
    node = _node(root, path)
    spot = _spot(root, path)
    if spot.key is None:
        expected = _EXPECTED_ITEM[spot.kind]
    elif (spot.kind, spot.key) == ("value", "value"):
        expected = "a whole number"
    else:
        expected = _EXPECTED_KEY.get(spot.key, "text")
    problems.add(_place(root, path), f"{_prefix(spot)}expected {expected}; found {_found(node)}")
    return {path}


def _report_wrong_choice(root: Mapping, path: tuple, error: ValidationError, problems: Problems):
    node = _node(root, path)
    spot = _spot(root, path)
    valid = [str(choice) for choice in error.schema["enum"]]
    item = f"{spot.item}: " if spot.item else ""
    if not isinstance(node, Text) or node.is_empty:
        text = f"{_prefix(spot)}expected one of {', '.join(valid)}; found {_found(node)}"
    elif node.value in _LATER_VALUES.get(spot.key, ()):
        text = f"{item}{spot.key} '{node.value}' is not available yet; valid: {', '.join(valid)}"
    elif spot.kind == "enum" and node.value in SCALARS:
        text = f"{item}type '{node.value}' is no integer type; valid: {', '.join(valid)}"
    else:
        hint = instead(node.value, valid)
        text = f"{item}{spot.key} {quoted(node.value)} is not possible; {hint}"
    problems.add(_place(root, path), text)
    return {path}


def _report_key_of_channels(root: Mapping, path: tuple, _: ValidationError, problems: Problems):
    text = f"key '{path[0]}' is for files with a channel"
    problems.add(_place(root, path), f"{text}; remove it, or add 'channel' and 'message'")
    return {path}


def _report_too_few(root: Mapping, path: tuple, error: ValidationError, problems: Problems):
    text = "has no values; give it at least one: {ok: 0}"
    problems.add(_place(root, path), f"{_spot(root, path).item}: {text}")
    return set()


_REPORTS = {
    "additionalProperties": _report_unknown_keys,
    "required": _report_missing_key,
    "type": _report_wrong_kind,
    "enum": _report_wrong_choice,
    "minProperties": _report_too_few,
    None: _report_key_of_channels,  # what the JSON Schema says is false
}


def _found(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a map"
    if isinstance(node, List):
        return "a list"
    if node.is_empty:
        return "nothing"
    if node.quoted:
        return f"{quoted(node.value)} in quotes; remove the quotes if that is meant"
    return quoted(node.value)


def _prefix(spot: Spot) -> str:
    parts = [spot.item] if spot.item else []
    if spot.key is not None:
        parts.append(f"key '{spot.key}'")
    return ", ".join(parts) + ": " if parts else ""


def _spot(root: Mapping, path: tuple) -> Spot:
    section, rest = (path[0], path[1:]) if path else (None, ())
    if not rest or section == "imports":
        return Spot("top", "", section)
    if section == "message" and is_payload(_node(root, ("message",))):
        return Spot("table", "", *rest)
    if section == "types":
        return _spot_in_type(root, rest)
    if section == "enums" and rest[1:2] == ("values",) and len(rest) > 2:
        return Spot("value", f"{rest[0]}.{rest[2]}", *rest[3:])
    kinds = {"message": "field", "enums": "enum", "constants": "constant"}
    return Spot(kinds[section], *rest)


def _spot_in_type(root: Mapping, path: tuple) -> Spot:
    name, rest = path[0], path[1:]
    if is_long_form(_node(root, ("types", name))):
        if rest[:1] == ("constants",) and len(rest) > 1:
            return Spot("constant", f"{name}.{rest[1]}", *rest[2:])
        if rest[:1] != ("fields",) or len(rest) == 1:
            return Spot("type", *path)
        rest = rest[1:]
    return Spot("field", f"{name}.{rest[0]}", *rest[1:]) if rest else Spot("type", name)


def _node(root: Mapping, path: tuple) -> Node:
    node: Node = root
    for key in path:
        node = node.items[key] if isinstance(node, List) else node.get(key)
    return node


def _place(root: Mapping, path: tuple) -> Place:
    if not path:
        return root.place
    parent = _node(root, path[:-1])
    return _node(root, path).place if isinstance(parent, List) else parent.place_of(path[-1])


def _without(node: Node, path: tuple, cut: set[tuple[str, ...]]) -> Node:
    if isinstance(node, List):
        items = enumerate(node.items)
        return List(node.place, [item for at, item in items if (*path, at) not in cut])
    if not isinstance(node, Mapping):
        return node
    kept = {}
    for key, entry in node.entries.items():
        if (*path, key) not in cut:
            kept[key] = entry._replace(value=_without(entry.value, (*path, key), cut))
    return Mapping(node.place, kept)
