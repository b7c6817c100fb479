"""What flatc takes of users' own schemas, and C++ or a comparison of schemas does not.

payloads.py asks it about schemas that flatc has compiled. Each problem names a line of the .fbs, and
stands at the channel that names the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .cpp_text import KEYWORDS, camel
from .model import Channel, Payload, TypeFile, full_name, message_of
from .problem import Problems
from .user_schema import FbsFile, without_comments

_MAX_DEFAULT = 2**63 - 1
# Of flatc's C++: what a .bfbs has no room for, and where that is said.
_READ = re.compile(r"GetField<(?:uint64_t|float|double)>\(\w*VT_(\w+), (-?[\d.e+]+)(?:ULL|f)?\)")
_GUARD = re.compile(r"#ifndef (\w+)")


def check_words(payload: Payload, problems: Problems) -> None:
    """No type, and no part of a namespace, is a keyword of C++: flatc escapes not all of them."""
    for name in _definitions(payload):
        for part in name.split("."):
            if part in KEYWORDS:
                text = f"{_place_of(payload, name)}: '{name}': '{part}' is a keyword of C++"
                problems.add(payload.places["flatbuffers"], f"flatbuffers: {text}; rename it")
                return


def check_defaults(payload: Payload, headers: dict[str, str], problems: Problems) -> None:
    """flatc's .bfbs says 0 for defaults that it cannot hold, and readers would be told nothing."""
    for file, header in zip(payload.schema.files, headers.values()):
        for field, default in _READ.findall(header):
            if default.startswith("-") and float(default) == 0:
                wrong = "FlatBuffers' description of a schema knows no -0; write 0"
            elif default.isdigit() and int(default) > _MAX_DEFAULT:
                wrong = f"FlatBuffers' description of a schema knows no default above {_MAX_DEFAULT}; choose another"
            else:
                continue
            name, line = _field_of(file, field)
            text = f"{file.path}:{line}: default {default} of '{name}': {wrong}"
            problems.add(payload.places["flatbuffers"], f"flatbuffers: {text}")


def check_headers(
    compiled: Iterable[tuple[Payload, dict[str, str]]], problems: Problems
) -> None:
    """Different headers with one include guard: a source that includes both would see the first only."""
    known: dict[str, tuple[str, str]] = {}
    for payload, headers in compiled:
        for file, header in zip(payload.schema.files, headers.values()):
            guard = _GUARD.search(header)
            assert guard is not None, "flatc guards its headers"
            other, path = known.setdefault(guard.group(1), (header, file.path))
            if other != header:
                text = f"flatbuffers: {path} and {file.path} have one name and namespace, and flatc makes"
                text += " headers of them that cannot be included together; rename one"
                problems.add(payload.places["flatbuffers"], text)
                return


def check_names(payload: Payload, files: Iterable[TypeFile], problems: Problems) -> None:
    """What the schema defines meets nothing that is generated of the run's own files."""
    generated = dict(name for file in files for name in _generated_names(file))
    spaces = {name for file in files for name in _prefixes(".".join((*file.namespace, "")))}
    for name in _definitions(payload):
        meets = generated.get(name) or next(
            (generated[space] for space in _prefixes(name) if space in generated), None
        )
        if name in spaces:
            meets = f"the namespace '{name}'"
        if meets:
            text = f"{_place_of(payload, name)}: '{name}' meets {meets} in C++"
            problems.add(payload.places["flatbuffers"], f"flatbuffers: {text}; rename one")


def _definitions(payload: Payload) -> list[str]:
    assert payload.schema.content is not None
    return [*payload.schema.content.tables, *payload.schema.content.enums]


def _prefixes(name: str) -> list[str]:
    """The namespaces around a name: 'a.b.C' -> ['a', 'a.b']."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _generated_names(file: TypeFile) -> Iterator[tuple[str, str]]:
    def inside(name: str) -> str:
        return ".".join((*file.namespace, name))

    where = f"of {file.source}"
    for kind, elements in (("type", file.types), ("enum", file.enums)):
        for element in elements:
            yield inside(element.name), f"{kind} '{element.name}' {where}"
    if not isinstance(file, Channel):
        for constant in file.constants:
            yield inside(constant.name), f"constant '{constant.name}' {where}"
        return
    for end in ("Channel", "Producer", "Consumer", *([""] if file.has_struct else [])):
        yield inside(camel(file.name) + end), f"what is generated for channel '{file.name}' {where}"
    if file.carried:
        yield full_name(message_of(file.carried)), f"the message of channel '{file.name}' {where}"


def _place_of(payload: Payload, name: str) -> str:
    """Where a schema's files define it: 'pose.fbs:4'."""
    *spaces, own = name.split(".")
    definition = re.compile(rf"\b(?:table|struct|enum|union)\s+{own}\b")
    space = re.compile(rf"\bnamespace\s+{re.escape('.'.join(spaces))}\s*;")
    for file in payload.schema.files:
        text = without_comments(file.text)
        found = definition.search(text)
        if found and (not spaces or space.search(text)):
            return f"{file.path}:{_line(text, found.start())}"
    return payload.schema.main.path


def _field_of(file: FbsFile, shouted: str) -> tuple[str, int]:
    """Name and line of the field that flatc calls VT_..., by its unusual default."""
    text = without_comments(file.text)
    first = (shouted.lower(), 1)
    for found in re.finditer(r"(\w+)\s*:\s*[\w.]+\s*=\s*([^\s;,({]+)", text):
        name, default = found.groups()
        is_it = name.replace("_", "").upper() == shouted.replace("_", "")
        if is_it and not re.fullmatch(r"\d{1,18}|\d+\.\d*", default):
            return name, _line(text, found.start(1))
    return first


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
