"""The fields of a message or type: tree -> model.Field, with a problem for each that cannot be.

check_file.py and check_definitions.py call it, types in dependency order, so that every type a
field may use is there already.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Optional

from .check_keys import BadKey, KeyCheck, long_form_of, short_line, text_of
from .check_metadata import Element, Typed, build_metadata, second_timestamp
from .check_names import check_name
from .check_types import BadType, parse_type, unknown_type
from .check_values import BadValue, integer_range, parse_integer, scalar_value
from .load import Entry, Mapping, Node, Text
from .model import (
    SCALARS,
    Enum,
    Field,
    Namespace,
    Scalar,
    Shape,
    Struct,
    Value,
    Version,
)
from .problem import Problems, instead, nearest, quoted

Hint = Callable[[str], Optional[str]]

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
MAX_VERSION_PART = 65535


@dataclass
class Known:
    """What a field's type may name. None: it is declared, but broken, so nothing more is said."""

    elements: dict[str, Optional[Element]]
    version: Optional[Version]
    namespace: Namespace = ()
    depths: dict[str, int] = field(default_factory=dict)  # of types: how deep they are nested
    hint: Hint = lambda name: None  # what to say of a name that another file defines
    is_complete: bool = True  # False where an import is missing, which may have had any name

    def lacks(self, name: str) -> bool:
        """Whether there is no such type or enum for sure."""
        return name not in self.elements and (self.is_complete or bool(nearest(name, SCALARS)))


def parse_version(text: str) -> Optional[Version]:
    match = _VERSION.fullmatch(text)
    if not match or any(len(part) > 5 or int(part) > MAX_VERSION_PART for part in match.groups()):
        return None
    return Version(*map(int, match.groups()))


def build_fields(
    fields: Mapping, owner: str, known: Known, problems: Problems
) -> tuple[Field, ...]:
    """All fields whose type is known; `owner`: the type and a dot, nothing for the message."""
    entries = fields.entries.items()
    tried = [_build_field(name, entry, owner, known, problems) for name, entry in entries]
    built = [each for each in tried if each]
    second = second_timestamp(built)
    if second:
        first, other = (each.name for each in second)
        text = f"field {quoted(owner + other)}: '{first}' is the timestamp already"
        text += f"; a {'type' if owner else 'message'} has one, remove 'role'"
        problems.add(long_form_of(fields.entries[other], "type").place_of("role"), text)
    return tuple(built)


def type_name_used(field: Node) -> Optional[str]:
    """The name in a field's type, if the text is a type at all."""
    text = field.get("type") if isinstance(field, Mapping) else field
    try:
        return parse_type(text.value).name if isinstance(text, Text) else None
    except BadType:
        return None


def _build_field(
    name: str, entry: Entry, owner: str, known: Known, problems: Problems
) -> Optional[Field]:
    check = KeyCheck(long_form_of(entry, "type"), f"field {quoted(owner + name)}", problems)
    check_name("field", name, entry.key.place, problems)
    typed = check.key("type", _typed, known)
    if typed:
        typed = typed._replace(width=check.key("as", _width, typed))
    default = check.key("default", _default, typed) if typed else None
    since = check.key("since", _since, known.version)
    unit = check.key("unit", short_line, "unit")
    metadata = build_metadata(check, typed)
    if typed is None:
        return None
    return Field(
        name,
        typed.shape,
        typed.element,
        typed.bound,
        unit or "",
        text_of(check.keys, "doc"),
        default,
        since or 0,
        typed.width,
        metadata,
    )


def _typed(text: Text, known: Known) -> Optional[Typed]:
    try:
        name, shape, bound = parse_type(text.value)
    except BadType as bad:
        raise BadKey(str(bad)) from None
    if shape is Shape.STRING:
        return Typed(shape, None, bound)
    if name not in SCALARS and known.lacks(name):
        raise BadKey(unknown_type(name, list(known.elements), known.hint(name)))
    element = SCALARS.get(name) or known.elements.get(name)
    return Typed(shape, element, bound) if element else None


def _width(text: Text, typed: Typed) -> Scalar:
    """The integer that carries an enum here: all its values fit, and all that it holds is read."""
    enum = typed.element
    if not isinstance(enum, Enum):
        raise BadKey(f"'as' is for enums, and this is {typed.what}; remove it")
    width = SCALARS[text.value]
    if width == enum.scalar:
        raise BadKey(f"as {width.name} is the type of '{enum.name}' already; remove it")
    if width in _widths(enum):
        return width
    low, high = integer_range(width)
    outside = [value for value in enum.values if not low <= value.value <= high]
    if outside:
        why = "but " + ", ".join(f"'{value.name}' is {value.value}" for value in outside)
    else:
        why = f"not all of which fit '{enum.name}', which is {enum.scalar.name}"
    possible = " or ".join(each.name for each in _widths(enum))
    remedy = f"use {possible}" if possible else f"no other type fits '{enum.name}', remove it"
    raise BadKey(f"as {width.name} holds {low} to {high}, {why}; {remedy}")


def _widths(enum: Enum) -> list[Scalar]:
    """The types that hold all values of an enum, and nothing that its own type does not hold."""
    numbers = [value.value for value in enum.values]
    least, greatest = integer_range(enum.scalar)
    possible = []
    for scalar in SCALARS.values():
        if not scalar.is_integer or scalar == enum.scalar:
            continue
        low, high = integer_range(scalar)
        if least <= low <= min(numbers) and max(numbers) <= high <= greatest:
            possible.append(scalar)
    return possible


def _default(text: Text, typed: Typed) -> Value:
    if typed.shape is not Shape.SINGLE or isinstance(typed.element, Struct):
        what = _CANNOT_DEFAULT[typed.shape]
        raise BadKey(f"{what} cannot have a default, only a single scalar or enum can; remove it")
    if isinstance(typed.element, Enum):
        of = _flags_default if typed.element.flags else _enum_default
        return of(text, typed.element, typed.width or typed.element.scalar)
    try:
        return scalar_value(text, typed.element)
    except BadValue as bad:
        raise BadKey(f"default {bad}") from None


def _enum_default(text: Text, enum: Enum, _: Scalar) -> str:
    names = [value.name for value in enum.values]
    if text.value in names:
        return text.value
    number = None if text.quoted else parse_integer(text.value)
    for value in enum.values:
        if value.value == number:
            return value.name
    hint = instead(text.value, names)
    raise BadKey(f"default {quoted(text.value)} is no value of '{enum.name}'; {hint}")


def _flags_default(text: Text, enum: Enum, carrier: Scalar) -> int:
    """`ready`, `ready | armed`, or any number that fits."""
    if parse_integer(text.value) is not None:
        try:
            return int(scalar_value(text, carrier))
        except BadValue as bad:
            raise BadKey(f"default {bad}") from None
    values = {value.name: value.value for value in enum.values}
    mask = 0
    for name in (part.strip() for part in text.value.split("|")):
        if name not in values:
            hint = instead(name, values)
            raise BadKey(f"default {quoted(name)} is no value of '{enum.name}'; {hint}")
        mask |= values[name]
    return mask


def _since(text: Text, version: Optional[Version]) -> Optional[int]:
    since = parse_version(text.value)
    if since is None:
        raise BadKey(f'since {quoted(text.value)} is not a version; write for example "1.2"')
    if version is None:
        return since.minor
    if since.major != version.major:
        valid = f"{version.major}.0 to {version}" if version.minor else str(version)
        raise BadKey(f"since {since} is of another major than version {version}; valid: {valid}")
    if since.minor > version.minor:
        raise BadKey(f"since {since} is newer than version {version}; raise 'version' to {since}")
    return since.minor


_CANNOT_DEFAULT = {
    Shape.SINGLE: "a type",
    Shape.ARRAY: "an array",
    Shape.SEQUENCE: "a sequence",
    Shape.STRING: "a string",
}
