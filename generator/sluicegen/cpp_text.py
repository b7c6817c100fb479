"""How C++ spells things: names, literals, types, comments, lines that clang-format leaves alone.

views.py puts these together. Every function here is pure, and says in an example what it makes.
"""

from __future__ import annotations

import struct
import re
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import Iterable, Union

from .model import Enum, Namespace, Scalar, Struct, Value

COLUMNS = 120  # as .clang-format says

KEYWORDS = frozenset(
    """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
    char32_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
    constinit continue decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if import inline int long module mutable namespace new
    noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return
    short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
    xor xor_eq
    """.split()
)

def name(text: str) -> str:
    """A name of the schema in C++: 'temp' -> 'temp', 'auto' -> 'auto_'."""
    return text + "_" if text in KEYWORDS else text


def camel(text: str) -> str:
    """'flight_state' -> 'FlightState'."""
    return "".join(word[:1].upper() + word[1:] for word in text.split("_"))


def scalar_type(scalar: Scalar) -> str:
    """'u8' -> 'std::uint8_t', 'f32' -> 'float', 'bool' -> 'bool'."""
    if scalar.is_bool:
        return "bool"
    if scalar.is_float:
        return "float" if scalar.size == 4 else "double"
    return f"std::{'' if scalar.is_signed else 'u'}int{scalar.bits}_t"


def literal(scalar: Scalar, value: Value) -> str:
    """A number that compiles without a warning: f32 0.1 -> '0.1f', u64 2**63 -> '...808u'."""
    if scalar.is_bool:
        return "true" if value else "false"
    if scalar.is_float:
        return _float_literal(scalar, float(value))
    number = int(value)
    if number == -(2**63):
        return "std::numeric_limits<std::int64_t>::min()"
    return f"{number}u" if number >= 2**63 else str(number)


def _float_literal(scalar: Scalar, value: float) -> str:
    limits = f"std::numeric_limits<{scalar_type(scalar)}>::"
    if value != value:
        return limits + "quiet_NaN()"
    if scalar.size == 4:
        value = nearest_f32(value)
    if value in (float("inf"), float("-inf")):
        return ("-" if value < 0 else "") + limits + "infinity()"
    if value == 0 and str(value) == "0.0":
        return "0"
    return shortest_f32(value) + "f" if scalar.size == 4 else repr(value)


def nearest_f32(value: float) -> float:
    """What a float holds of a double; too large a number becomes infinite."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def shortest_f32(value: float) -> str:
    """The fewest digits that read back as the same float: 0.10000000149011612 -> '0.1'."""
    for digits in range(1, 10):
        text = repr(float(f"{value:.{digits}g}"))
        if nearest_f32(float(text)) == value:
            return text
    raise ValueError(f"{value!r} is no float")


def string_literal(text: str) -> str:
    """'say "hi"' -> '"say \\"hi\\""'; UTF-8 stays as it is, so that units read well."""
    return '"' + "".join(_tokens(text)) + '"'


def string_lines(text: str, indent: int, behind: str) -> list[str]:
    """A string of any length as neighbouring literals, one a line; `behind` follows the last."""
    room = COLUMNS - indent - 2 - len(behind)
    pieces = [""]
    for token in _tokens(text):
        if width(pieces[-1] + token) > room:
            pieces.append("")
        pieces[-1] += token
    return [f'{" " * indent}"{piece}"' for piece in pieces[:-1]] + [
        f'{" " * indent}"{pieces[-1]}"{behind}'
    ]


def _tokens(text: str) -> list[str]:
    """The characters, escaped; a second question mark too, since '??=' once was a trigraph."""
    pairs = zip(" " + text, text)
    return ["\\?" if before == char == "?" else _escaped(char) for before, char in pairs]


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8"))


def namespace_name(namespace: Namespace) -> str:
    """('drive', 'front') -> 'drive::front'."""
    return "::".join(name(part) for part in namespace)


def type_name(element: Union[Enum, Struct], namespace: Namespace) -> str:
    """As code of that namespace names it: 'Pose', or from elsewhere '::geometry::Pose'.

    The leading colons keep drive::geometry from being taken for it inside drive.
    """
    if element.namespace == namespace:
        return name(element.name)
    return f"::{namespace_name(element.namespace)}::{name(element.name)}"


def enum_literal(enum: Enum, value: Value, namespace: Namespace) -> str:
    """A value's name or number: 'ok' -> 'Status::ok'; of flags also 3 -> 'Mode::on | Mode::armed'."""
    type_text = type_name(enum, namespace)
    for known in enum.values:
        if value in (known.name, known.value):
            return f"{type_text}::{name(known.name)}"
    names, rest = [], int(value)
    for known in enum.values:
        if known.value and known.value & rest == known.value:
            names.append(f"{type_text}::{name(known.name)}")
            rest &= ~known.value
    if names and not rest:
        return " | ".join(names)
    return f"{type_text}{{{literal(enum.scalar, value) if value else ''}}}"


def width(text: str) -> int:
    """Columns on a screen, as clang-format counts them: wide characters take two."""
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def comment_lines(text: str, opening: str = "///", indent: int = 0) -> list[str]:
    """A text of any length as comment lines that fit: 'a b' -> ['/// a b'], '' -> []."""
    lines = []
    for paragraph in text.strip().splitlines():
        words = " ".join(paragraph.split())
        room = COLUMNS - indent - len(opening) - 1 - (width(words) - len(words))
        wrapped = textwrap.wrap(
            words, max(room, 20), break_long_words=False, break_on_hyphens=False
        )
        lines.extend(f"{opening} {_harmless(line)}" for line in wrapped or [""])
    return [line.rstrip() for line in lines]


def _harmless(line: str) -> str:
    """A comment's text without what compilers see in it: line continuations, trigraphs, bidi marks."""
    line = _TRIGRAPH.sub("? ?", _BIDI.sub("", line))
    return line + "." if line.endswith("\\") else line


_TRIGRAPH = re.compile(r"\?\?(?=[=/'()!<>-])")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Line:
    code: str
    comment: str = ""  # with its slashes

    @property
    def fits(self) -> bool:
        gap = 2 if self.comment else 0
        return width(self.code) + gap + width(self.comment) <= COLUMNS


def aligned(lines: Iterable[Line]) -> list[str]:
    """Comments at the ends of neighbouring lines start in one column, as clang-format has them."""
    printed: list[str] = []
    run: list[Line] = []
    for line in lines:
        if line.comment and _fits_run([*run, line]):
            run.append(line)
            continue
        printed.extend(_print_run(run))
        run = [line] if line.comment else []
        if not line.comment:
            printed.append(line.code)
    return printed + _print_run(run)


def _column(run: list[Line]) -> int:
    return max(width(line.code) for line in run) + 2


def _fits_run(run: list[Line]) -> bool:
    return all(_column(run) + width(line.comment) <= COLUMNS for line in run)


def _print_run(run: list[Line]) -> list[str]:
    return [line.code + " " * (_column(run) - width(line.code)) + line.comment for line in run]
