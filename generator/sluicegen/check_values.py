"""What a scalar's text means: whole numbers, floats, true and false, and whether they fit.

The check modules call it; it knows nothing of schemas. Whole numbers are decimal or 0x hexadecimal;
no leading zeros and no underscores, since YAML versions and editors disagree about those.
"""

from __future__ import annotations

import re
import struct
from typing import Optional

from .load import Text
from .model import SCALARS, Scalar, Value
from .problem import quoted

_INTEGER = re.compile(r"([-+]?)(0x[0-9a-fA-F]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER_LIKE = re.compile(r"[-+]?\.?[0-9].*|[-+]?(inf|nan)", re.IGNORECASE)
_ENORMOUS = 10**40  # beyond every type; longer texts are not worth converting


class BadValue(Exception):
    """The text, in words, cannot be the value."""


def parse_integer(text: str) -> Optional[int]:
    match = _INTEGER.fullmatch(text)
    if not match:
        return None
    sign, digits = match.groups()
    size = _ENORMOUS if len(digits) > 40 else int(digits, 16 if digits.startswith("0x") else 10)
    return -size if sign == "-" else size


def parse_float(text: str) -> Optional[float]:
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    number = parse_integer(text)
    return None if number is None else float(number)


def integer_range(scalar: Scalar) -> tuple[int, int]:
    if scalar.is_signed:
        return -(1 << (scalar.bits - 1)), (1 << (scalar.bits - 1)) - 1
    return 0, (1 << scalar.bits) - 1


def scalar_value(text: Text, scalar: Scalar) -> Value:
    """The value that `text` gives a scalar; BadValue says why there is none."""
    if text.quoted:
        what = f"{quoted(text.value)} in quotes is text, not {scalar.name}"
        raise BadValue(f"{what}; remove the quotes")
    if scalar.is_bool:
        return _bool_value(text.value)
    if scalar.is_float:
        return _float_value(text.value, scalar)
    return _integer_value(text.value, scalar)


def value_by_look(text: Text) -> tuple[Optional[Scalar], Value]:
    """The type and value of a constant that names no type; no scalar for a string."""
    if text.quoted:
        return None, text.value
    if text.value in ("true", "false"):
        return SCALARS["bool"], text.value == "true"
    if parse_integer(text.value) is not None:
        return SCALARS["i64"], _integer_value(text.value, SCALARS["i64"])
    if parse_float(text.value) is not None:
        return SCALARS["f64"], _float_value(text.value, SCALARS["f64"])
    if _NUMBER_LIKE.fullmatch(text.value):
        hint = _number_hint(text.value) or "; if text is meant, put it in quotes"
        raise BadValue(f"{quoted(text.value)} is not a number{hint}")
    return None, text.value


def _bool_value(text: str) -> bool:
    if text not in ("true", "false"):
        raise BadValue(f"{quoted(text)} is not a bool; write true or false")
    return text == "true"


def _integer_value(text: str, scalar: Scalar) -> int:
    number = parse_integer(text)
    if number is None:
        hint = _number_hint(text) or f"; {scalar.name} takes decimal or 0x hexadecimal digits"
        raise BadValue(f"{quoted(text)} is not a whole number{hint}")
    low, high = integer_range(scalar)
    if not low <= number <= high:
        wider = _wider(number)
        hint = f"; {wider} would hold it" if wider else ""
        rule = f"does not fit {scalar.name}, which holds {low} to {high}"
        raise BadValue(f"{quoted(text)} {rule}{hint}")
    return number


def _wider(number: int) -> Optional[str]:
    names = ("i8", "i16", "i32", "i64") if number < 0 else ("u8", "u16", "u32", "u64")
    for name in names:
        low, high = integer_range(SCALARS[name])
        if low <= number <= high:
            return name
    return None


def _float_value(text: str, scalar: Scalar) -> float:
    number = parse_float(text)
    if number is None:
        hint = _number_hint(text) or "; write for example 0.5, 1e-3, .nan or -.inf"
        raise BadValue(f"{quoted(text)} is not a number{hint}")
    if not _SPECIAL.fullmatch(text) and not _fits(number, scalar):
        most = {"f32": "3.4028235e38; f64 holds more", "f64": "1.7976931348623157e308"}[scalar.name]
        raise BadValue(f"{quoted(text)} does not fit {scalar.name}, which holds up to {most}")
    return number


def _fits(number: float, scalar: Scalar) -> bool:
    if number in (float("inf"), float("-inf")):
        return False
    try:
        struct.pack("<f" if scalar.name == "f32" else "<d", number)
    except OverflowError:
        return False
    return True


def _number_hint(text: str) -> str:
    """What to write instead of a number that other languages or YAML versions would take."""
    plain = text.replace("_", "")
    sign, digits = (plain[:1], plain[1:]) if plain[:1] in ("-", "+") else ("", plain)
    stripped = sign + (digits.lstrip("0") or "0") if digits.isdigit() else plain
    if stripped != text and parse_float(stripped) is not None:
        return f"; write {stripped}"
    if text.lower().lstrip("+-") in ("nan", "inf"):
        return f"; write {'-' if text.startswith('-') else ''}.{text.lower().lstrip('+-')}"
    return ""
