"""The keys of a field that tell what its value stands for: tree -> model.Metadata.

check_fields.py calls it. Nothing here changes a message's bytes; what is wrong would only come to
light in a user's program, so it is refused here.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Optional, Union

from .check_keys import BadKey, KeyCheck, short_line
from .check_values import BadValue, scalar_value
from .load import List, Node, Text
from .model import SCALARS, Enum, Field, Metadata, Scalar, Shape, Struct, Value
from .problem import quoted

Element = Union[Scalar, Enum, Struct]

TIME_UNITS = ("ns", "us", "ms", "s")


class Typed(NamedTuple):
    """A field's type, as far as it is known to be sound."""

    shape: Shape
    element: Optional[Element]
    bound: int
    width: Optional[Scalar] = None

    @property
    def what(self) -> str:
        if self.shape is Shape.STRING:
            return "text"
        kinds = {Enum: "an enum", Struct: "a type"}
        return kinds.get(type(self.element)) or self.element.name

    @property
    def number(self) -> Optional[Scalar]:
        """What a single number of the field is; None for bools, enums, types and strings."""
        is_number = isinstance(self.element, Scalar) and not self.element.is_bool
        return self.element if is_number else None


def build_metadata(check: KeyCheck, typed: Optional[Typed]) -> Metadata:
    unit = check.keys.get("unit")
    numbers = {} if typed is None else dict(
        range=check.key("range", _range, typed),
        invalid=check.key("invalid", _invalid, typed),
        scale=check.key("scale", _scale, typed),
        key=check.key("key", _key, typed) or "",
        role=check.key("role", _role, typed, unit) or "",
    )
    return Metadata(
        frame=check.key("frame", short_line, "frame") or "",
        deprecated=check.key("deprecated", _deprecated),
        **numbers,
    )


def second_timestamp(fields: list[Field]) -> Optional[tuple[Field, Field]]:
    """The first two fields of a message or type that both say when it came about."""
    stamps = [field for field in fields if field.metadata.role == "timestamp"]
    return (stamps[0], stamps[1]) if len(stamps) > 1 else None


def _number_of(key: str, typed: Typed) -> Scalar:
    if typed.number is None:
        raise BadKey(f"'{key}' is for numbers, and this is {typed.what}; remove it")
    return typed.number


def _value(text: Text, scalar: Scalar, what: str) -> Value:
    try:
        return scalar_value(text, scalar)
    except BadValue as bad:
        raise BadKey(f"{what} {bad}") from None


def _range(node: List, typed: Typed) -> tuple[Value, Value]:
    scalar = _number_of("range", typed)
    bounds = [item for item in node.items if isinstance(item, Text)]
    if len(node.items) != 2 or len(bounds) != 2:
        raise BadKey("'range' takes the least and the greatest value; write for example [0, 100]")
    low, high = (_value(bound, scalar, "range:") for bound in bounds)
    if math.isnan(low) or math.isnan(high):
        raise BadKey("range: .nan is no bound; for none write -.inf or .inf")
    if low > high:
        first, second = (bound.value for bound in bounds)
        raise BadKey(f"range: {first} is above {second}; write [{second}, {first}]")
    return low, high


def _invalid(text: Text, typed: Typed) -> Value:
    if isinstance(typed.element, Enum):
        raise BadKey("'invalid' is for numbers, and this is an enum; give the enum a value for it")
    return _value(text, _number_of("invalid", typed), "invalid")


def _scale(text: Text, typed: Typed) -> float:
    _number_of("scale", typed)
    scale = _value(text, SCALARS["f64"], "scale")
    if scale == 0 or not math.isfinite(scale):
        raise BadKey(f"scale {quoted(text.value)} must be finite and not 0; write for example 0.01")
    return scale


def _deprecated(text: Text) -> str:
    """What to use instead; nothing for `true`."""
    if text.value == "true" and not text.quoted:
        return ""
    advice = short_line(text, "deprecated")
    if not advice or advice == "false" and not text.quoted:
        raise BadKey("'deprecated' takes true, or what to use instead; remove it if the field is not")
    return advice


def _key(text: Text, typed: Typed) -> str:
    is_name = typed.shape is Shape.STRING or isinstance(typed.element, Enum)
    is_integer = typed.number is not None and typed.number.is_integer
    if typed.shape in (Shape.ARRAY, Shape.SEQUENCE) or not (is_name or is_integer):
        raise BadKey("a key is a single whole number, enum or string; remove 'key'")
    return text.value


def _role(text: Text, typed: Typed, unit: Optional[Node]) -> str:
    if typed.shape is not Shape.SINGLE or typed.number is None:
        raise BadKey("a timestamp is a single number; remove 'role'")
    if not isinstance(unit, Text) or unit.value.strip() not in TIME_UNITS:
        raise BadKey(f"a timestamp says its unit; add 'unit', one of {', '.join(TIME_UNITS)}")
    return text.value
