"""The fields of a message or type: tree -> model.Field, with a problem for each that cannot be.

check.py calls it, types in dependency order, so that every type a field may use is there already.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from .check_names import check_name
from .check_types import BadType, parse_type, unknown_type
from .check_values import BadValue, parse_integer, scalar_value
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
    full_name,
)
from .problem import Problems, instead, nearest, quoted

Element = Union[Scalar, Enum, Struct]
Hint = Callable[[str], Optional[str]]

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
MAX_VERSION_PART = 65535


@dataclass
class Known:
    """What a field's type may name. None: it is declared, but broken, so nothing more is said."""

    elements: dict[str, Optional[Element]]
    version: Optional[Version]
    namespace: Namespace = ()
    outlying: dict[str, str] = field(default_factory=dict)  # types that arrays cannot hold: why not
    depths: dict[str, int] = field(default_factory=dict)  # of types: how deep they are nested
    hint: Hint = lambda name: None  # what to say of a name that another file defines
    is_complete: bool = True  # False where an import is missing, which may have had any name

    def lacks(self, name: str) -> bool:
        """Whether there is no such type or enum for sure."""
        return name not in self.elements and (self.is_complete or bool(nearest(name, SCALARS)))


class _Bad(Exception):
    """What is wrong with one key of a field."""


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
    built = (_build_field(name, entry, owner, known, problems) for name, entry in entries)
    return tuple(each for each in built if each)


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
    check = _FieldCheck(entry, f"field {quoted(owner + name)}", problems)
    check_name("field", name, entry.key.place, problems)
    shaped = check.key("type", _shape_and_element, known)
    default = check.key("default", _default, shaped) if shaped else None
    since = check.key("since", _since, known.version)
    unit = check.key("unit", _unit, None)
    if shaped is None:
        return None
    return Field(name, *shaped, unit or "", text_of(check.keys, "doc"), default, since or 0)


class _FieldCheck:
    """Runs a check on each key of a field, and goes on with the next when one has a problem."""

    def __init__(self, entry: Entry, what: str, problems: Problems) -> None:
        self.keys = long_form_of(entry, "type")
        self.what = what
        self.problems = problems

    def key(self, key: str, check: Callable, context: object) -> Any:
        """What `check` makes of the key's text; None if there is no such key, or a wrong one."""
        text = self.keys.get(key)
        if text is None:
            return None
        try:
            return check(text, context)
        except _Bad as bad:
            self.problems.add(self.keys.place_of(key), f"{self.what}: {bad}")
            return None


def long_form_of(entry: Entry, key: str) -> Mapping:
    """The entry's keys: `name: f32` is short for `name: {type: f32}`, where `key` is type."""
    if isinstance(entry.value, Mapping):
        return entry.value
    return Mapping(entry.key.place, {key: entry})


def text_of(mapping: Mapping, key: str) -> str:
    node = mapping.get(key)
    return node.value.strip() if isinstance(node, Text) else ""


def _shape_and_element(
    text: Text, known: Known
) -> Optional[tuple[Shape, Optional[Element], int]]:
    try:
        name, shape, bound = parse_type(text.value)
    except BadType as bad:
        raise _Bad(str(bad)) from None
    if shape is Shape.STRING:
        return shape, None, bound
    if name not in SCALARS and known.lacks(name):
        raise _Bad(unknown_type(name, list(known.elements), known.hint(name)))
    element = SCALARS.get(name) or known.elements.get(name)
    if element is None:
        return None
    if shape is not Shape.SINGLE and _name_of(element) in known.outlying:
        inner = f"'{name}.{known.outlying[_name_of(element)]}'"
        text = f"arrays of '{name}' are not possible yet: {inner} is an array, sequence or string"
        raise _Bad(f"{text}; an element is a scalar, an enum, or a type made of those")
    return shape, element, bound


def _name_of(element: Element) -> str:
    return "" if isinstance(element, Scalar) else full_name(element)


def _default(text: Text, shaped: tuple[Shape, Optional[Element], int]) -> Value:
    shape, element, _ = shaped
    if shape is not Shape.SINGLE or isinstance(element, Struct):
        what = _CANNOT_DEFAULT[shape]
        raise _Bad(f"{what} cannot have a default, only a single scalar or enum can; remove it")
    if isinstance(element, Enum):
        return _enum_default(text, element)
    try:
        return scalar_value(text, element)
    except BadValue as bad:
        raise _Bad(f"default {bad}") from None


def _enum_default(text: Text, enum: Enum) -> str:
    names = [value.name for value in enum.values]
    if text.value in names:
        return text.value
    number = None if text.quoted else parse_integer(text.value)
    for value in enum.values:
        if value.value == number:
            return value.name
    hint = instead(text.value, names)
    raise _Bad(f"default {quoted(text.value)} is no value of '{enum.name}'; {hint}")


def _unit(text: Text, _: None) -> str:
    if unit_problem(text.value):
        raise _Bad(unit_problem(text.value))
    return text.value.strip()


def unit_problem(unit: str) -> Optional[str]:
    return None if unit.strip().isprintable() else f"unit {quoted(unit)} must be one line of text"


def _since(text: Text, version: Optional[Version]) -> Optional[int]:
    since = parse_version(text.value)
    if since is None:
        raise _Bad(f'since {quoted(text.value)} is not a version; write for example "1.2"')
    if version is None:
        return since.minor
    if since.major != version.major:
        valid = f"{version.major}.0 to {version}" if version.minor else str(version)
        raise _Bad(f"since {since} is of another major than version {version}; valid: {valid}")
    if since.minor > version.minor:
        raise _Bad(f"since {since} is newer than version {version}; raise 'version' to {since}")
    return since.minor


_CANNOT_DEFAULT = {
    Shape.SINGLE: "a type",
    Shape.ARRAY: "an array",
    Shape.SEQUENCE: "a sequence",
    Shape.STRING: "a string",
}
