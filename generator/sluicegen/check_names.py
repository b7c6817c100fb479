"""Which names a schema may use: their form, names that belong to others, and names that meet.

check.py and check_fields.py call it. Names that only generated code would collide on are refused
here, in the schema's own words, so that no user meets them as a compiler error.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from pathlib import Path
from typing import NamedTuple

from .model import SCALARS
from .problem import Place, Problems, quoted

MAX_NAME = 64
MAX_FULL_NAME = 160  # the window's file name also holds a user number and an instance, in 255 bytes

_LOWER = re.compile(r"[a-z][a-z0-9_]*")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# Macros of the C and POSIX headers that programs include beside ours: see the file's first line.
_MACROS = frozenset(
    line
    for line in (Path(__file__).parent / "macros.txt").read_text(encoding="ascii").splitlines()
    if not line.startswith("#")
)
_LIMIT_MACRO = re.compile(
    r"(U?INT(_FAST|_LEAST)?(8|16|32|64)|U?INT(MAX|PTR)?|[SUW]?CHAR|U?SHRT|U?L?LONG|S?SIZE|PTRDIFF"
    r"|WINT|BOOL)_(MAX|MIN|WIDTH|BIT)"
)


class Declared(NamedTuple):
    """A name that a file brings into a C++ namespace."""

    namespace: tuple[str, ...]
    name: str
    what: str  # "type 'Peak'", "channel 'imu'"
    place: Place


class Member(NamedTuple):
    """A name inside a C++ struct."""

    name: str
    what: str  # "field 'Peak.x'", "constant 'RATE'"
    place: Place


def camel_case(channel: str) -> str:
    """The message's struct: flight_state -> FlightState."""
    return "".join(part[:1].upper() + part[1:] for part in channel.split("_"))


def name_problem(name: str, lower: bool = False) -> str | None:
    """What is wrong with a name; `lower`: that of a channel, or a part of a namespace."""
    if not (_LOWER if lower else _IDENTIFIER).fullmatch(name):
        return _bad_form(name, lower)
    if len(name) > MAX_NAME:
        return f"the name has {len(name)} characters; at most {MAX_NAME} are possible"
    if name.startswith("sluice_"):
        return "names that begin with 'sluice_' belong to the library; choose another"
    if name.endswith("_"):
        return "names that end with '_' belong to generated code; choose another"
    if name in _MACROS or _LIMIT_MACRO.fullmatch(name):
        return "the standard headers define a macro of this name; choose another"
    return None


def _bad_form(name: str, lower: bool) -> str:
    rule = (
        "a name is a lower-case letter, then lower-case letters, digits or underscores"
        if lower
        else "a name is a letter, then letters, digits or underscores"
    )
    meant = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
    meant = meant.lower() if lower else meant
    if name.isascii() and _IDENTIFIER.fullmatch(meant) and len(meant) <= MAX_NAME:
        return f"{rule}; did you mean '{meant}'?"
    return rule


def check_name(what: str, name: str, place: Place, problems: Problems, lower: bool = False) -> bool:
    text = name_problem(name, lower)
    if text:
        problems.add(place, f"{what} {quoted(name)}: {text}")
    return text is None


def check_type_names(declared: Iterable[Declared], problems: Problems) -> None:
    """The types and enums of one file, after the names that its channel generates."""
    seen: dict[str, Declared] = {}
    for each in declared:
        first = seen.setdefault(each.name, each)
        if each.name in SCALARS or each.name == "string":
            problems.add(each.place, f"{each.what} has the name of a built-in type; rename it")
        elif each.name in ("std", "sluice"):
            text = f"{each.what} would hide the C++ namespace {each.name}; rename it"
            problems.add(each.place, text)
        elif first is not each:
            text = f"{each.what} has the name of {first.what} in line {first.place.line}"
            if first.what.startswith("channel"):
                text = f"{each.what} has a name that is generated for {first.what}"
            problems.add(each.place, f"{text}; rename it")


def check_members(
    members: Iterable[Member], fields: Container[str], types: dict[str, str], problems: Problems
) -> None:
    """Names that would meet inside one C++ struct; `types`: the file's types, and what they are."""
    for name, what, place in members:
        of = name[: -len("_info")] if name.endswith("_info") else None
        if name in types:
            problems.add(place, f"{what} has the name of {types[name]}; rename it")
        elif what.startswith("constant") and name in fields:
            problems.add(place, f"{what} has the name of a field; rename it")
        elif what.startswith("field") and f"{name}_info" in types:
            text = f"{what}: what is generated for it has the name of {types[f'{name}_info']}"
            problems.add(place, f"{text}; rename one")
        elif of in fields:
            text = f"{what} has the name of what is generated for field '{of}'; rename it"
            problems.add(place, text)


def check_across_files(files: Iterable[tuple[list[Declared], Problems]]) -> None:
    """Names that two files of one run both bring into a namespace: a problem of the later one."""
    owners: dict[tuple[tuple[str, ...], str], Declared] = {}
    reported: set[tuple[Place, str]] = set()
    for declared, problems in files:
        for each in declared:
            first = owners.setdefault((each.namespace, each.name), each)
            same_file = first.place.file == each.place.file
            both_namespaces = first.what == each.what and each.what.startswith("namespace")
            if same_file or both_namespaces or (each.place, first.place.file) in reported:
                continue
            reported.add((each.place, first.place.file))
            problems.add(each.place, _clash(first, each))


def _clash(first: Declared, each: Declared) -> str:
    where = f"{first.place.file}:{first.place.line}"
    if first.what == each.what:
        text = f"{each.what} is defined in {where} too"
    else:
        text = f"{each.what} meets {first.what} of {where}: both are '{each.name}' in C++"
    return f"{text}; rename one, or use another namespace"
