"""One thing that is wrong with a schema, and the few helpers that word it.

load.py and the check modules make problems; __main__.py prints them, one a line. Every text says
what is wrong and what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

WHOLE_FILE = 0
_SHOWN = 40  # characters of a user's text that a sentence repeats


@dataclass(frozen=True)
class Place:
    file: str  # as given on the command line
    line: int  # from 1, or WHOLE_FILE
    column: int = 0  # only to sort the problems of one line


@dataclass(frozen=True)
class Problem:
    file: str
    line: int
    text: str
    column: int = 0

    def __str__(self) -> str:
        where = self.file if self.line == WHOLE_FILE else f"{self.file}:{self.line}"
        return f"{where}: {self.text}"


class Problems:
    """Collects the problems of one file."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: Place, text: str) -> None:
        self.found.append(problem_at(place, text))


def problem_at(place: Place, text: str) -> Problem:
    return Problem(place.file, place.line, text, place.column)


def quoted(text: str) -> str:
    """The user's text in quotes, on one line, shortened if long."""
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return f"'{shown}'" if len(shown) <= _SHOWN else f"'{shown[:_SHOWN - 3]}...'"


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, upper and lower case alike; None if none is near."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(candidates, reverse=True)}
    meant = _OTHER_LANGUAGES.get(name.lower())
    if meant in by_lower:
        return meant
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def instead(name: str, candidates: Iterable[str]) -> str:
    """What to write for a name that is none of the candidates: the nearest, or which there are."""
    choices = list(candidates)
    near = nearest(name, choices)
    return f"did you mean '{near}'?" if near else f"valid: {', '.join(choices)}"


_OTHER_LANGUAGES = {
    "boolean": "bool",
    "byte": "u8",
    "char": "u8",
    "short": "i16",
    "int": "i32",
    "integer": "i32",
    "long": "i64",
    "unsigned": "u32",
    "size_t": "u64",
    "float": "f32",
    "float32": "f32",
    "float64": "f64",
    "double": "f64",
    **{f"int{bits}{end}": f"i{bits}" for bits in (8, 16, 32, 64) for end in ("", "_t")},
    **{f"uint{bits}{end}": f"u{bits}" for bits in (8, 16, 32, 64) for end in ("", "_t")},
}
