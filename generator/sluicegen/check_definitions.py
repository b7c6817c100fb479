"""The enums, types and constants of a file: tree -> model, with a problem for each that cannot be.

check_file.py calls it, enums before types. A definition with a problem is left out.
"""

from __future__ import annotations

from typing import Optional

from .check_fields import Known, build_fields, parse_version, type_name_used
from .check_keys import KeyCheck, long_form_of, short_line, text_of
from .check_names import check_name
from .check_structure import constants_of, fields_of, is_long_form
from .check_types import build_order
from .check_values import BadValue, parse_integer, scalar_value, value_by_look
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
)
from .problem import Problems, quoted

MAX_RESERVE = 16_384  # half of what a table reaches
MAX_CONSTANT_BYTES = 4096  # of text, which stands in each header and each window


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
    flags = text_of(node, "flags") == "true"
    if flags and scalar and scalar.is_signed:
        text = f"enum '{name}': flags need an unsigned type; use u{scalar.bits}"
        problems.add(node.place_of("type"), text)
        scalar = None
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
    return Enum(name, scalar, tuple(values), text_of(node, "doc"), namespace, flags)


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
        structs.append(_build_type(name, section.get(name), known, problems))
        known.elements[name] = structs[-1]
    return tuple(structs)


def _build_type(name: str, node: Mapping, known: Known, problems: Problems) -> Struct:
    fields = fields_of(node)
    long_form = node if is_long_form(node) else Mapping(node.place)
    return Struct(
        name,
        build_fields(fields, f"{name}.", known, problems),
        text_of(long_form, "doc"),
        known.namespace,
        next((version.major for version in since_versions(fields).values()), 0),
        build_constants(constants_of(node), problems, f"{name}."),
        read_reserve(long_form, f"type '{name}': ", problems),
    )


def read_reserve(node: Mapping, owner: str, problems: Problems) -> Optional[int]:
    """Bytes that a message keeps for later minors; None: the schema leaves it to the layout."""
    if "reserve" not in node.entries:
        return None
    text = text_of(node, "reserve")
    reserve = parse_integer(text)
    if reserve is None or not 0 <= reserve <= MAX_RESERVE:
        rule = f"must be a whole number of bytes from 0 to {MAX_RESERVE}"
        problems.add(node.place_of("reserve"), f"{owner}reserve {quoted(text)}: {rule}")
        return None
    return reserve


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


def build_constants(
    section: Mapping, problems: Problems, owner: str = ""
) -> tuple[Constant, ...]:
    """`owner`: the type and a dot, nothing for the channel's."""
    entries = section.entries.items()
    built = (_build_constant(name, entry, owner, problems) for name, entry in entries)
    return tuple(constant for constant in built if constant)


def _build_constant(
    name: str, entry: Entry, owner: str, problems: Problems
) -> Optional[Constant]:
    check_name("constant", name, entry.key.place, problems)
    long_form = long_form_of(entry, "value")
    what = f"constant {quoted(owner + name)}"
    unit = KeyCheck(long_form, what, problems).key("unit", short_line, "unit")
    text = long_form.get("value")
    if text is None:
        return None
    try:
        scalar, value = _typed(text, long_form.get("type"))
    except BadValue as bad:
        problems.add(long_form.place_of("value"), f"{what}: {bad}")
        return None
    return Constant(name, scalar, value, unit or "", text_of(long_form, "doc"))


def _typed(text: Text, type_name: Optional[Text]) -> tuple[Optional[Scalar], Value]:
    if type_name is None:
        scalar, value = value_by_look(text)
        return scalar, value if scalar else _short_text(text.value)
    if type_name.value == "string":
        return None, _short_text(text.value)
    scalar = SCALARS[type_name.value]
    return scalar, scalar_value(text, scalar)


def _short_text(text: str) -> str:
    size = len(text.encode("utf-8"))
    if size > MAX_CONSTANT_BYTES:
        raise BadValue(f"the text has {size} bytes; at most {MAX_CONSTANT_BYTES} are possible; shorten it")
    return text
