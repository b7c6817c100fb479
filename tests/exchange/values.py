"""Values for every field of a message: what a test sends, and must find again.

A message's values are a dict by field name; arrays and sequences are lists, text is bytes, enums are
numbers. Who picks the single values decides what is tried: distinct ones, or extremes.
"""

from __future__ import annotations

import itertools
import math
import random
import struct
from typing import Any, Optional, Protocol

from sluicegen.check_values import integer_range
from sluicegen.model import Enum, Field, Scalar, Shape, Struct

Value = Any


class Pick(Protocol):
    def scalar(self, scalar: Scalar, default: Optional[Value]) -> Value: ...
    def enum(self, enum: Enum, carrier: Scalar, default: Value) -> int: ...
    def length(self, bound: int) -> int: ...
    def text(self, bound: int) -> bytes: ...


def values_of(record: Struct, pick: Pick) -> dict[str, Value]:
    return {field.name: _field(field, pick) for field in record.fields}


def _field(field: Field, pick: Pick) -> Value:
    if field.shape is Shape.STRING:
        return pick.text(field.bound)
    if field.shape is Shape.SINGLE:
        return _element(field, pick)
    count = field.bound if field.shape is Shape.ARRAY else pick.length(field.bound)
    return [_element(field, pick) for _ in range(count)]


def _element(field: Field, pick: Pick) -> Value:
    element = field.element
    if isinstance(element, Struct):
        return values_of(element, pick)
    if isinstance(element, Enum):
        return pick.enum(element, field.carrier, field.default)
    return pick.scalar(element, field.default)


def as_f32(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


class Distinct:
    """Each value differs from the one before it as far as its type allows, and from the default."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def scalar(self, scalar: Scalar, default: Optional[Value]) -> Value:
        while True:
            value = self._next(scalar)
            if value != (default or 0):
                return value

    def _next(self, scalar: Scalar) -> Value:
        number = next(self._count)
        if scalar.is_bool:
            return number % 2 == 1
        if scalar.is_float:
            return -(number + 0.5)
        low, high = integer_range(scalar)
        return low + number * 2_654_435_761 % (high - low + 1)

    def enum(self, enum: Enum, carrier: Scalar, default: Value) -> int:
        numbers = [value.value for value in enum.values if default not in (value.name, value.value)]
        return numbers[next(self._count) % len(numbers)] if numbers else enum.values[0].value

    def length(self, bound: int) -> int:
        return bound

    def text(self, bound: int) -> bytes:
        return str(next(self._count)).encode("ascii")[:bound]


class Extreme:
    """Ends of ranges, odd numbers, odd text, sequences empty and full; by the dice."""

    def __init__(self, dice: random.Random, most: int = 5) -> None:
        self._dice = dice
        self._most = most  # elements of a sequence

    def scalar(self, scalar: Scalar, default: Optional[Value]) -> Value:
        if scalar.is_bool:
            return self._dice.random() < 0.5
        if scalar.is_float:
            return self._float(scalar)
        low, high = integer_range(scalar)
        return self._dice.choice([low, low + 1, 0, 1, high - 1, high, self._dice.randint(low, high)])

    def _float(self, scalar: Scalar) -> float:
        if scalar.size == 4:
            bits = self._dice.getrandbits(32)
            odd = struct.unpack("<f", struct.pack("<I", bits))[0]
            special = [0.0, -0.0, 1e-45, 3.4028234663852886e38, math.inf, -math.inf, math.nan]
        else:
            odd = struct.unpack("<d", struct.pack("<Q", self._dice.getrandbits(64)))[0]
            special = [0.0, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan]
        value = self._dice.choice([odd, *special])
        return as_f32(value) if scalar.size == 4 else value

    def enum(self, enum: Enum, carrier: Scalar, default: Value) -> int:
        listed = [value.value for value in enum.values]
        low, high = integer_range(carrier)
        return self._dice.choice([*listed, *listed, low, high])  # enums are open

    def length(self, bound: int) -> int:
        return self._dice.choice([0, 1, min(bound, self._most)])

    def text(self, bound: int) -> bytes:
        text = self._dice.choice(["", "a", "é米\"\\??=\n\x00\x7f", "x" * min(bound, 40)]).encode("utf-8")
        return text if len(text) <= bound else b""


def same(sent: Value, found: Value) -> bool:
    """Equal, where every NaN is one, and 0 is not -0."""
    if isinstance(sent, dict):
        return sent.keys() == found.keys() and all(same(sent[key], found[key]) for key in sent)
    if isinstance(sent, list):
        return len(sent) == len(found) and all(map(same, sent, found))
    if isinstance(sent, float):
        if math.isnan(sent):
            return math.isnan(found)
        return sent == found and math.copysign(1, sent) == math.copysign(1, found)
    return sent == found
