"""What a type's text means, and how the types of a file hang together.

check_fields.py parses with it; check_definitions.py asks it in which order types can be built. It
reports what is no type, recursion, and nesting that is too deep.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from .model import SCALARS, Shape
from .problem import Place, Problems, nearest, quoted

MAX_BOUND = 1 << 30
MAX_NESTING = 32  # FlatBuffers' verifiers refuse tables nested more than 64 deep

_TYPE = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*)(?:\[(<=)?([0-9]+)\])?")
_STRING = re.compile(r"string<=([0-9]+)")
_FORMS = "write T, T[N], T[<=N] or string<=N"


class BadType(Exception):
    """The text, in words, is no type."""


class TypeExpression(NamedTuple):
    name: str  # of the element; "string" for a string
    shape: Shape
    bound: int


def parse_type(text: str) -> TypeExpression:
    """Reads f32, f32[3], Peak[<=8] or string<=31; whether the name exists is not its matter."""
    string = _STRING.fullmatch(text)
    if string:
        return TypeExpression("string", Shape.STRING, _bound(string.group(1), text))
    match = _TYPE.fullmatch(text)
    if not match:
        raise BadType(_no_type(text))
    name, at_most, digits = match.groups()
    if name == "string":
        raise BadType(_bad_string(text, digits))
    if digits is None:
        return TypeExpression(name, Shape.SINGLE, 1)
    shape = Shape.SEQUENCE if at_most else Shape.ARRAY
    return TypeExpression(name, shape, _bound(digits, text))


def _bound(digits: str, text: str) -> int:
    number = int(digits) if len(digits) <= 10 else MAX_BOUND + 1
    if digits.startswith("0") and number:
        raise BadType(f"{quoted(text)}: the bound has a leading zero; write {number}")
    if not 1 <= number <= MAX_BOUND:
        raise BadType(f"{quoted(text)}: the bound must be from 1 to {MAX_BOUND}")
    return number


def _bad_string(text: str, digits: str | None) -> str:
    if digits is None:
        return "a string needs a bound: write for example string<=31"
    hint = f"for text of up to {digits} bytes write string<={digits}"
    return f"{quoted(text)}: arrays of strings are not possible; {hint}"


def _no_type(text: str) -> str:
    """A sentence for text that has not even the form of a type, with the likely meaning."""
    tight = re.sub(r"\s*([\[\]<=])\s*", r"\1", text.strip())
    if re.search(r"\].*\[", tight):
        hint = "write one array of all elements, row by row"
        return f"{quoted(text)}: arrays of arrays are not possible; {hint}"
    if re.search(r"\[(<=)?\]", tight):
        example = tight.split("[")[0] + "[<=8]"
        return f"{quoted(text)}: the bound is missing; write for example {example}"
    if re.search(r"\[(<=)?[A-Za-z_]\w*\]", tight):
        return f"{quoted(text)}: the bound must be a number"
    meant = re.sub(r"(<=?|=<)(?=[0-9])", "<=", tight)
    if not meant.startswith("string"):
        meant = re.sub(r"^(\w+)<=([0-9]+)$", r"\1[<=\2]", meant)
    if meant != text and (_TYPE.fullmatch(meant) or _STRING.fullmatch(meant)):
        return f"{quoted(text)} is not a type; did you mean '{meant}'?"
    return f"{quoted(text)} is not a type; {_FORMS}"


def unknown_type(name: str, known: list[str], hint: str | None) -> str:
    """`hint`: what to say of a name that this file cannot use, but that another defines."""
    text = f"unknown type {quoted(name)}"
    if hint:
        return f"{text}; {hint}"
    if name == "str" or name == "text":
        return f"{text}; did you mean 'string<=31'?"
    return f"{text}; {_instead_of_type(name, known)}"


def _instead_of_type(name: str, known: list[str]) -> str:
    """The nearest type, by what stands behind the dots: within its namespace if that is known."""
    space, dot, last = name.rpartition(".")
    choices = [each for each in known if each.startswith(space + dot)] if dot else []
    choices = choices or [*SCALARS, *known]
    by_last = {each.rpartition(".")[2]: each for each in reversed(choices)}
    near = nearest(last, by_last)
    return f"did you mean '{by_last[near]}'?" if near else f"valid: {', '.join(choices)}"


def build_order(
    uses: dict[str, list[str]],
    places: dict[str, Place],
    depths: dict[str, int],
    problems: Problems,
) -> list[str]:
    """The types, each after those it uses, else as in the file; recursive ones are left out.

    `depths`: how deep imported types are nested; those of this file are added.
    """
    own = {name: [each for each in used if each in uses] for name, used in uses.items()}
    sound = _without_cycles(own, places, problems)
    for name in TopologicalSorter(sound).static_order():
        depths[name] = 1 + max((depths.get(used, 0) for used in uses[name]), default=0)
        if depths[name] == MAX_NESTING + 1:
            text = f"type '{name}': types are nested more than {MAX_NESTING} deep"
            problems.add(places[name], f"{text}; flatten some of them")
    if max((depths[name] for name in sound), default=0) > MAX_NESTING:
        return []
    order: dict[str, None] = {}
    for name in sound:
        _append_after_used(name, sound, order)
    return list(order)


def _append_after_used(name: str, uses: dict[str, list[str]], order: dict[str, None]) -> None:
    if name in order:
        return
    for used in uses[name]:
        _append_after_used(used, uses, order)
    order[name] = None


def _without_cycles(
    uses: dict[str, list[str]], places: dict[str, Place], problems: Problems
) -> dict[str, list[str]]:
    remaining = {name: list(used) for name, used in uses.items()}
    while True:
        try:
            TopologicalSorter(remaining).prepare()
            return remaining
        except CycleError as error:
            cycle = _from_first(list(reversed(error.args[1]))[:-1], list(uses))
        chain = " -> ".join([*cycle, cycle[0]])
        text = f"type '{cycle[0]}' contains itself: {chain}; a type cannot be recursive"
        problems.add(places[cycle[0]], text)
        for name in cycle:
            del remaining[name]
        for used in remaining.values():
            used[:] = [name for name in used if name in remaining]


def _from_first(cycle: list[str], order: list[str]) -> list[str]:
    start = min(range(len(cycle)), key=lambda at: order.index(cycle[at]))
    return cycle[start:] + cycle[:start]
