"""The enums, types and constants of a file: tree -> model, with a problem for each that cannot be.

check.py calls it, enums before types. A definition with a problem is left out.
"""

from __future__ import annotations

from typing import Optional

from .check_fields import (
    Known,
    build_fields,
    long_form_of,
    parse_version,
    text_of,
    type_name_used,
    unit_problem,
)
from .check_names import check_name
from .check_structure import fields_of, is_long_form
from .check_types import build_order, outlying_field
from .check_values import BadValue, scalar_value, value_by_look
from .load import Entry, Mapping, Text
from .model import (
    SCALARS,
    Constant,
    Enum,
    EnumValue,
    Namespace,
    Scalar,
    Struct,
    Value,
    Version,
    full_name,
)
from .problem import Problems, quoted


def build_enums(
    section: Mapping, namespace: Namespace, problems: Problems
) -> tuple[Enum, ...]:
    """The sound enums."""
    entries = section.entries.items()
    built = (_build_enum(name, entry.value, namespace, problems) for name, entry in entries)
    return tuple(enum for enum in built if enum)


def _build_enum(
    name: str, node: Mapping, namespace: Namespace, problems: Problems
) -> Optional[Enum]:
    type_name = node.get("type")
    scalar = SCALARS[type_name.value] if type_name else None
    entries = node.get("values").entries if node.get("values") else {}
    values = []
    names_by_number: dict[int, str] = {}
    for value_name, entry in entries.items():
        check_name(f"enum '{name}': value", value_name, entry.key.place, problems)
        value = _enum_value(name, value_name, entry, scalar, problems)
        if value is None:
            continue
        other = names_by_number.setdefault(value.value, value_name)
        if other != value_name:
            text = f"value '{name}.{value_name}' is {value.value}, which '{other}' is already"
            problems.add(entry.key.place, f"{text}; each value needs a number of its own")
        values.append(value)
    if not values or len(values) < len(entries):
        return None
    return Enum(name, scalar, tuple(values), text_of(node, "doc"), namespace)


def _enum_value(
    enum: str, name: str, entry: Entry, scalar: Optional[Scalar], problems: Problems
) -> Optional[EnumValue]:
    long_form = long_form_of(entry, "value")
    text = long_form.get("value")
    if scalar is None or text is None:
        return None
    try:
        return EnumValue(name, scalar_value(text, scalar), text_of(long_form, "doc"))
    except BadValue as bad:
        problems.add(long_form.place_of("value"), f"value '{enum}.{name}': {bad}")
        return None


def build_types(section: Mapping, known: Known, problems: Problems) -> tuple[Struct, ...]:
    """The types in dependency order; `known` learns of each as it is built."""
    fields = {name: fields_of(entry.value) for name, entry in section.entries.items()}
    uses = {name: _types_used(each) for name, each in fields.items()}
    places = {name: entry.key.place for name, entry in section.entries.items()}
    structs = []
    for name in build_order(uses, places, known.depths, problems):
        built = build_fields(fields[name], f"{name}.", known, problems)
        node = section.get(name)
        doc = text_of(node, "doc") if is_long_form(node) else ""
        versions = since_versions(fields[name])
        major = next((version.major for version in versions.values()), 0)
        structs.append(Struct(name, built, doc, known.namespace, major))
        known.elements[name] = structs[-1]
        outlying = outlying_field(built, known.outlying)
        if outlying:
            known.outlying[full_name(structs[-1])] = outlying
    return tuple(structs)


def since_versions(fields: Mapping) -> dict[str, Version]:
    """The versions that brought the fields of a type, of those that say so."""
    found = {}
    for name, entry in fields.entries.items():
        version = parse_version(text_of(long_form_of(entry, "type"), "since"))
        if version:
            found[name] = version
    return found


def _types_used(fields: Mapping) -> list[str]:
    used = (type_name_used(entry.value) for entry in fields.entries.values())
    return list(dict.fromkeys(name for name in used if name and name not in SCALARS))


def build_constants(section: Mapping, problems: Problems) -> tuple[Constant, ...]:
    built = (_build_constant(name, entry, problems) for name, entry in section.entries.items())
    return tuple(constant for constant in built if constant)


def _build_constant(name: str, entry: Entry, problems: Problems) -> Optional[Constant]:
    check_name("constant", name, entry.key.place, problems)
    long_form = long_form_of(entry, "value")
    unit = text_of(long_form, "unit")
    if unit_problem(unit):
        problems.add(long_form.place_of("unit"), f"constant {quoted(name)}: {unit_problem(unit)}")
    text = long_form.get("value")
    if text is None:
        return None
    try:
        scalar, value = _typed(text, long_form.get("type"))
    except BadValue as bad:
        problems.add(long_form.place_of("value"), f"constant {quoted(name)}: {bad}")
        return None
    return Constant(name, scalar, value, unit, text_of(long_form, "doc"))


def _typed(text: Text, type_name: Optional[Text]) -> tuple[Optional[Scalar], Value]:
    if type_name is None:
        return value_by_look(text)
    if type_name.value == "string":
        return None, text.value
    scalar = SCALARS[type_name.value]
    return scalar, scalar_value(text, scalar)
