"""Random schemas of the whole language. Each one is valid.

A schema is a Draft, printed as YAML by its text(). What would make a message too large or two names
meet is left out by construction: sluicegen must accept every one. The dice are either Hypothesis's,
which then finds the smallest schema that fails, or a seed's, for many schemas at once. `imports` is
not in the language of one file: it joins where Draft.text lists the sections.
"""

from __future__ import annotations

import json
import math
import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Protocol

from hypothesis import strategies as st
from sluicegen.check_metadata import TIME_UNITS
from sluicegen.check_names import name_problem
from sluicegen.check_values import integer_range
from sluicegen.cpp_text import KEYWORDS
from sluicegen.model import SCALARS
from sluicegen.names_fbs import _MEMBERS, _PYTHON_KEYWORDS

MAX_WEIGHT = 60  # single values in an element; a message may have several such fields
INTEGERS = [name for name, scalar in SCALARS.items() if scalar.is_integer]
UNSIGNED = [name for name in INTEGERS if name.startswith("u")]
NUMBERS = [*INTEGERS, "f32", "f64"]

_ODD = "a A x self flatbuffers foo_bar fooBar FooBar foo x_length xs xs_length init end o buf builder table Builder data m np ns T E"
_LONG = "a_name_as_long_as_names_may_be_64_characters_or_so_it_says_here"
_TAKEN = {"string", "std", "sluice", *SCALARS}
_WORDS = {*KEYWORDS, *_PYTHON_KEYWORDS, *_MEMBERS, *_ODD.split(), _LONG, *(f"name{at}" for at in range(40))}
WORDS = sorted(word for word in _WORDS if name_problem(word) is None and word not in _TAKEN)

LINES = ["m", "m/s^2", "\u00b5m", "\u00b0C", 'a "b"', "c:\\d", "??=", "*/", "%", "x" * 64, "\u7c73" * 32, "e\u0301", "{{ x }}", "# no", "- 1", "~"]
TEXTS = [*LINES, "", " ", "one, two: three", "ends in \\", "two\nlines", "\u202eright to left", "\U0001f600 \u0416", "///<", "word " * 40]


class Dice(Protocol):
    def integer(self, low: int, high: int) -> int: ...
    def choice(self, of: Sequence[Any]) -> Any: ...
    def chance(self, one_in: int) -> bool: ...


class HypothesisDice:
    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def choice(self, of: Sequence[Any]) -> Any:
        return of[self._draw(st.integers(0, len(of) - 1))]

    def chance(self, one_in: int) -> bool:
        return self._draw(st.integers(1, one_in)) == one_in


class SeededDice:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.integer = self._random.randint
        self.choice = self._random.choice

    def chance(self, one_in: int) -> bool:
        return self._random.randrange(one_in) == 0


@dataclass(frozen=True)
class Type:
    """What a field can be made of."""

    name: str
    weight: int  # single values in one
    is_enum: bool = False


@dataclass
class Draft:
    """A schema in the making: its sections, as lines of YAML."""

    head: dict[str, str] = field(default_factory=dict)
    message: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    enums: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)

    def text(self, namespace: str) -> str:
        parts = [f"{key}: {value}" for key, value in {**self.head, "namespace": namespace}.items()]
        sections = {"message": self.message, "types": self.types, "enums": self.enums, "constants": self.constants}
        for section, entries in sections.items():
            parts.append(f"{section}:" if entries else f"{section}: {{}}")
            parts += [f"  {entry}" for entry in entries]
        return "\n".join(parts) + "\n"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def number(value: Any) -> str:
    """As YAML and the language write it."""
    if isinstance(value, float):
        if math.isnan(value):
            return ".nan"
        if math.isinf(value):
            return ".inf" if value > 0 else "-.inf"
    return repr(value)


def random_value(dice: Dice, name: str) -> str:
    """Of a scalar: often one of the ends of what it holds."""
    scalar = SCALARS[name]
    if scalar.is_bool:
        return dice.choice(["true", "false"])
    if scalar.is_float:
        special = [0.0, -0.0, 0.1, -1.5, math.inf, -math.inf, math.nan, _float_of(dice, scalar.size)]
        special += [1e-45, 3.4028234663852886e38] if scalar.size == 4 else [5e-324, 1.7976931348623157e308]
        return number(dice.choice(special))
    low, high = integer_range(scalar)
    return str(dice.choice([low, high, dice.integer(low, high)]))


def _float_of(dice: Dice, size: int) -> float:
    kind, code = ("<f", "<I") if size == 4 else ("<d", "<Q")
    return struct.unpack(kind, struct.pack(code, dice.integer(0, 2 ** (8 * size) - 1)))[0]


class Maker:
    """Draws one schema; `used` holds every name of the namespace, so that none meets another."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.draft = Draft()
        self.used: set[str] = set()
        self.elements: list[Type] = [Type(name, 1) for name in SCALARS]
        self.enums: dict[str, tuple[str, list[tuple[str, int]], bool]] = {}
        self.minor = dice.integer(0, 2)

    def make(self) -> Draft:
        channel = self.dice.choice(["a", "imu", "gps2", "auto", "class", "import", "state"])
        message = channel[:1].upper() + channel[1:]
        self.used |= {message, *(message + end for end in ("Channel", "Producer", "Consumer"))}
        major = self.dice.choice([0, 1, 65535])
        self.draft.head = {"channel": channel, "version": f'"{major}.{self.minor}"', "capacity": "2"}
        if self.dice.chance(2):
            self.draft.head["doc"] = quoted(self.dice.choice(TEXTS))
        if self.dice.chance(5):
            self.draft.head["reserve"] = str(self.dice.choice([256, 1000, 16000]))
        enums = [self.name() for _ in range(self.dice.integer(0, 3))]
        types = [self.name() for _ in range(self.dice.choice([0, 1, 3, 5, 12]))]
        for name in enums:
            self.enum(name)
        for name in types:
            self.type(name)
        names = self.names(self.dice.integer(0, 8))
        self.draft.message = self.fields(names, major, in_message=True)
        self.draft.constants = [self.constant(name) for name in self.names(self.dice.integer(0, 3), names)]
        return self.draft

    def name(self) -> str:
        name = self.dice.choice([each for each in WORDS if each not in self.used])
        self.used.add(name)
        return name

    def names(self, count: int, apart_from: Optional[list[str]] = None) -> list[str]:
        """Of members: unlike any type, each other and what is generated for them."""
        taken = {*self.used, *(apart_from or ())}
        names: list[str] = []
        for _ in range(count):
            fresh = [each for each in WORDS if each not in taken and f"{each}_info" not in taken]
            names.append(self.dice.choice(fresh))
            taken |= {names[-1], f"{names[-1]}_info"}
        return names

    def enum(self, name: str) -> None:
        flags = self.dice.chance(2)
        scalar = self.dice.choice(UNSIGNED if flags else INTEGERS)
        low, high = integer_range(SCALARS[scalar])
        values: list[int] = []
        for _ in range(self.dice.integer(1, 5)):
            value = self.number(SCALARS[scalar], flags)
            values += [] if value in values else [value]
        names = self.names(len(values))
        listed = list(zip(names, values))
        shown = ", ".join(
            f"{each}: {{value: {value}, doc: {quoted(self.dice.choice(TEXTS))}}}" if self.dice.chance(2) else f"{each}: {value}"
            for each, value in listed
        )
        self.draft.enums.append(f"{name}: {{type: {scalar}, flags: {str(flags).lower()}, values: {{{shown}}}}}")
        self.elements.append(Type(name, 1, is_enum=True))
        self.enums[name] = (scalar, listed, flags)

    def number(self, scalar: Any, flags: bool) -> int:
        low, high = integer_range(scalar)
        if flags:
            return self.dice.choice([1 << self.dice.integer(0, scalar.bits - 1), self.dice.integer(0, 9)])
        return self.dice.choice([low, high, self.dice.integer(max(low, -3), 9), self.dice.integer(low, high)])

    def type(self, name: str) -> None:
        names = self.names(self.dice.integer(0, 4))
        known = list(self.elements)
        fields = self.fields(names, None)
        constants = [self.constant(each) for each in self.names(self.dice.integer(0, 2), names)]
        weight = self.weight
        if constants or self.dice.chance(2):
            doc = quoted(self.dice.choice(TEXTS))
            entry = f"{{doc: {doc}, fields: {{{', '.join(fields)}}}, constants: {{{', '.join(constants)}}}}}"
        else:
            entry = f"{{{', '.join(fields)}}}"
        self.draft.types.append(f"{name}: {entry}")
        self.elements = [*known, Type(name, max(weight, 1))]

    def fields(self, names: list[str], major: Optional[int], in_message: bool = False) -> list[str]:
        self.weight = 0
        self.has_stamp = False
        return [self.field(name, major, in_message) for name in names]

    def field(self, name: str, major: Optional[int], in_message: bool) -> str:
        since = self.dice.integer(0, self.minor) if in_message else 0
        shape = self.dice.choice(["single", "single", "array", "sequence", "string"])
        if shape == "string":
            self.weight += 1
            keys = [f'type: "string<={self.dice.choice([1, 3, 4, 40, 300])}"']
            element = None
        else:
            element, keys = self.typed(shape, since)
        keys += self.metadata(shape, element)
        if since:
            keys.append(f'since: "{major}.{since}"')
        return f"{name}: {{{', '.join(keys)}}}"

    def typed(self, shape: str, since: int) -> tuple[Type, list[str]]:
        bound = 1 if shape == "single" else self.dice.integer(1, 4)
        room = MAX_WEIGHT - self.weight if not since else 1 if shape == "single" else MAX_WEIGHT - self.weight
        fitting = [each for each in self.elements if each.weight * bound <= max(room, 4)]
        own = [each for each in fitting if each.name not in SCALARS]
        element = self.dice.choice(own if own and self.dice.chance(2) else self.elements[: len(SCALARS)])
        self.weight += element.weight * bound
        suffix = {"single": "", "array": f"[{bound}]", "sequence": f"[<={bound}]"}[shape]
        keys = [f'type: "{element.name}{suffix}"']
        width_name = self.width(element)
        if width_name:
            keys.append(f"as: {width_name}")
        if shape == "single":
            keys += self.default(element, width_name)
        return element, keys

    def width(self, element: Type) -> Optional[str]:
        if not element.is_enum or self.dice.chance(2):
            return None
        scalar, listed, _ = self.enums[element.name]
        least, greatest = integer_range(SCALARS[scalar])
        possible = []
        for name in INTEGERS:
            low, high = integer_range(SCALARS[name])
            fits = all(low <= value <= high for _, value in listed)
            if name != scalar and fits and least <= low and high <= greatest:
                possible.append(name)
        return self.dice.choice(possible) if possible else None

    def default(self, element: Type, width_name: Optional[str]) -> list[str]:
        if self.dice.chance(2):
            return []
        if element.name in SCALARS:
            return [f"default: {random_value(self.dice, element.name)}"]
        if not element.is_enum:
            return []
        scalar, listed, flags = self.enums[element.name]
        names = [name for name, _ in listed]
        if flags and self.dice.chance(2):
            chosen = [self.dice.choice(names) for _ in range(self.dice.integer(1, 3))]
            return [f'default: {" | ".join(chosen)}']
        if flags:
            _, high = integer_range(SCALARS[width_name or scalar])
            return [f"default: {self.dice.integer(0, high)}"]
        return [f"default: {self.dice.choice(names)}"]

    def metadata(self, shape: str, element: Optional[Type]) -> list[str]:
        keys = {}
        if self.dice.chance(2):
            keys["unit"] = quoted(self.dice.choice(LINES))
        if self.dice.chance(4):
            keys["doc"] = quoted(self.dice.choice(TEXTS))
        if self.dice.chance(4):
            keys["frame"] = quoted(self.dice.choice(LINES))
        if self.dice.chance(6):
            keys["deprecated"] = self.dice.choice(["true", quoted(self.dice.choice(LINES))])
        if element and element.name in NUMBERS and self.dice.chance(2):
            keys.update(self.number_keys(shape, element.name))
        is_name = shape == "string" or element and (element.is_enum or element.name in INTEGERS)
        if shape in ("single", "string") and is_name and self.dice.chance(6):
            keys["key"] = "instance"
        return [f"{key}: {value}" for key, value in keys.items()]

    def number_keys(self, shape: str, name: str) -> dict[str, str]:
        keys = {"invalid": random_value(self.dice, name)}
        if self.dice.chance(2):
            pair = [random_value(self.dice, name) for _ in range(2)]
            read = float if name in ("f32", "f64") else int
            bounds = sorted(pair, key=lambda text: read(text.replace(".inf", "inf").replace(".nan", "nan")))
            keys.update({"range": f"[{', '.join(bounds)}]"} if ".nan" not in pair else {})
        if self.dice.chance(2):
            keys["scale"] = self.dice.choice(["0.01", "-1", "1e-300", "1e7"])
        if shape == "single" and not self.has_stamp and self.dice.chance(2):
            self.has_stamp = True
            keys.update(unit=self.dice.choice(TIME_UNITS), role="timestamp")
        return keys

    def constant(self, name: str) -> str:
        scalar = self.dice.choice([*SCALARS, "string"])
        value = quoted(self.dice.choice(TEXTS)) if scalar == "string" else random_value(self.dice, scalar)
        unit = f", unit: {quoted(self.dice.choice(LINES))}" if self.dice.chance(2) else ""
        return f"{name}: {{type: {scalar}, value: {value}{unit}}}"


@st.composite
def schemas(draw: Any) -> Draft:
    return Maker(HypothesisDice(draw)).make()


def seeded_schema(seed: int) -> Draft:
    return Maker(SeededDice(seed)).make()
