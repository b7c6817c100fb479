"""The facts of PX4's messages -> schemas, one channel a type; a nested type comes along as a type.

px4_messages.json holds facts only, of PX4 uORB message definitions (BSD-3-Clause): names, types, array
lengths, units, constants, and the tags that PX4's own documentation gives fields. What the language
says otherwise, or cannot say, is listed here and nowhere silently dropped.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

FACTS = Path(__file__).parent / "px4_messages.json"
NAMESPACE = "px4.msgs"

SCALARS = {
    "bool": "bool",
    "char": "u8",  # PX4's are bytes of fixed length, not text that ends
    "float32": "f32",
    "float64": "f64",
    **{f"{sign}int{bits}": f"{sign or 'i'}{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
NO_UNIT = ("-", "norm")
# A range that PX4 writes where the unit goes: '-1, 1', '1..255'.
RANGE = re.compile(r"(-?[\d.]+|-?inf|-?pi)\s*(?:\([^)]*\))?\s*(?:,|\.\.)\s*(-?[\d.]*\d|-?inf|-?pi)(?:\s*\([^)]*\))?")
NUMBERS = {"pi": "3.14159265", "-pi": "-3.14159265", "inf": ".inf", "-inf": "-.inf"}
TIMESTAMP = "timestamp"  # microseconds since the system started, where a unit is given


def facts() -> dict[str, Any]:
    types = json.loads(FACTS.read_text(encoding="utf-8"))["types"]
    return {each["name"].split("/")[1]: each for each in types}


def channel_name(type_name: str) -> str:
    """ActuatorArmed -> actuator_armed."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type_name).lower()


def schema(type_name: str, types: dict[str, Any]) -> str:
    message = types[type_name]
    nested = [field["type"].split("/")[1] for field in message["fields"] if field["nested"]]
    lines = [f"channel: {channel_name(type_name)}", f"namespace: {NAMESPACE}", 'version: "1.0"', "capacity: 2"]
    lines += ["message:", *_fields(type_name, message, 2)]
    lines += ["constants:", *_constants(message, 2)] if message["constants"] else []
    lines += ["types:"] if nested else []
    for each in nested:
        lines += [f"  {each}Entry:", "    fields:", *_fields(type_name, types[each], 6)]
        lines += ["    constants:", *_constants(types[each], 6)]
    enums = [entry for each in (type_name, *nested) for entry in _enums(type_name, types[each])]
    return "\n".join([*lines, *(["enums:", *enums] if enums else [])]) + "\n"


def _fields(owner: str, message: dict[str, Any], indent: int) -> list[str]:
    return [f"{' ' * indent}{field['name']}: {_field(owner, message, field)}" for field in message["fields"]]


def _field(owner: str, message: dict[str, Any], field: dict[str, Any]) -> str:
    keys = [f'type: "{_type(owner, message, field)}"']
    tags = field.get("tags", {})
    unit = field.get("unit", "")
    bounds = RANGE.fullmatch(tags.get("range", unit))
    if unit and unit not in NO_UNIT and not RANGE.fullmatch(unit):
        keys.append(f'unit: "{unit}"')
    if bounds:
        keys.append("range: [" + ", ".join(NUMBERS.get(each, each) for each in bounds.groups()) + "]")
    if tags.get("invalid"):
        keys += _invalid(field, tags["invalid"])
    if tags.get("frame") and not tags["frame"].startswith("@"):
        keys.append(f'frame: "{tags["frame"]}"')
    if field["name"] == TIMESTAMP and unit == "us":
        keys.append("role: timestamp")
    return "{" + ", ".join(keys) + "}"


def _invalid(field: dict[str, Any], text: str) -> list[str]:
    """'NaN Defaults to 0' -> .nan; what says no single number, such as 'empty', is left out."""
    word = text.split()[0]
    if word == "NaN" and field["type"].startswith("float"):
        return ["invalid: .nan"]
    return ["invalid: 0"] if word == "0" and SCALARS[field["type"]] != "bool" else []


def _type(owner: str, message: dict[str, Any], field: dict[str, Any]) -> str:
    name = field["type"].split("/")[-1]
    element = _enum_name(owner, message, field) or (f"{name}Entry" if field["nested"] else SCALARS[name])
    return f"{element}[{field['array']['length']}]" if "array" in field else element


def _constants(message: dict[str, Any], indent: int) -> list[str]:
    return [
        f"{' ' * indent}{each['name']}: {{type: {SCALARS[each['type']]}, value: {each['value']}}}"
        for each in message["constants"]
    ]


def _enum_values(message: dict[str, Any], field: dict[str, Any]) -> dict[str, str]:
    """The constants that PX4's documentation calls the values of a field; each number once."""
    prefix = field.get("tags", {}).get("enum", "")
    values: dict[str, str] = {}
    for each in message["constants"]:
        if prefix and each["name"].startswith(prefix + "_") and each["value"] not in values.values():
            values[each["name"]] = each["value"]
    return values


def _enum_name(owner: str, message: dict[str, Any], field: dict[str, Any]) -> Optional[str]:
    """With the channel's type in front: all channels share one namespace."""
    if not _enum_values(message, field):
        return None
    return owner + "".join(part.capitalize() for part in field["name"].split("_"))


def _enums(owner: str, message: dict[str, Any]) -> list[str]:
    entries = []
    for field in message["fields"]:
        values = _enum_values(message, field)
        if values:
            listed = ", ".join(f"{name}: {value}" for name, value in values.items())
            scalar = SCALARS[field["type"]]
            entries.append(f"  {_enum_name(owner, message, field)}: {{type: {scalar}, values: {{{listed}}}}}")
    return entries
