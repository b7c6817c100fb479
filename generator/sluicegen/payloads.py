"""Has users' FlatBuffers schemas compiled, and finds in them what their channels name.

__main__.py calls it before anything is made of a channel whose message is a table. Two channels may
name one schema: flatc then runs for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .check_tables import check_defaults, check_headers, check_names, check_words
from .flatc import Flatc, FlatcError
from .model import Channel, Payload, TypeFile
from .problem import Problem, Problems, instead, quoted
from .reflection import Schema, read_bfbs

_PLACE = r"(?:[^\s:]*/)?(?P<name>[^\s:/]+\.fbs):\s*(?P<line>\d+)"
_COMPLAINT = re.compile(rf"{_PLACE}:(?: \d+:)? error: (?P<text>.*)")
_ORIGIN = re.compile(rf", originally at: {_PLACE}")


def compile_payloads(files: Sequence[TypeFile], flatc: Flatc) -> list[Problem]:
    """Fills in what each channel's payload leaves open; returns what flatc or we find wrong."""
    problems = Problems()
    channels = [file for file in files if isinstance(file, Channel)]
    payloads = [channel.payload for channel in channels if channel.payload]
    for payload in payloads:
        _compile(payload, flatc, problems)
    if problems.found:
        return problems.found
    _check_definitions(payloads, problems)
    headers = [(payload, flatc.cpp_headers(payload.schema.texts)) for payload in payloads]
    for payload, made in headers:
        check_words(payload, problems)
        check_names(payload, files, problems)
        check_defaults(payload, made, problems)
    if not problems.found:
        check_headers(headers, problems)
    return problems.found


def _check_definitions(payloads: list[Payload], problems: Problems) -> None:
    """A program can have one definition of a table, so the channels of a run must agree."""
    known: dict[str, tuple[object, str]] = {}
    for payload in payloads:
        content, path = payload.schema.content, payload.schema.main.path
        assert content is not None
        for name, definition in {**content.tables, **content.enums}.items():
            other, other_path = known.setdefault(name, (definition, path))
            if other != definition:
                text = f"flatbuffers: '{name}' is another one in {other_path} than in {path}"
                problems.add(payload.places["flatbuffers"], f"{text}; let all channels name one file")
                return


def _compile(payload: Payload, flatc: Flatc, problems: Problems) -> None:
    schema = payload.schema
    try:
        plain = flatc.user_schema_binary(schema.main.name, schema.texts)
    except FlatcError as error:
        problems.add(payload.places["flatbuffers"], f"flatbuffers: {_in_users_terms(error, payload)}")
        return
    content = read_bfbs(plain)
    wrong = _wrong_root(payload.root, content, schema.main.path)
    if wrong:
        problems.add(payload.places["root"], wrong)
        return
    schema.bfbs = flatc.user_schema_binary(schema.main.name, schema.texts, payload.root)
    schema.content = content


def _wrong_root(root: str, content: Schema, path: str) -> str:
    table = content.tables.get(root)
    if table and table.is_struct:
        return f"root {quoted(root)}: is a struct, and a message must be a table; put it in one"
    if table:
        return ""
    if root in content.enums:
        kind = "a union" if content.enums[root].is_union else "an enum"
        return f"root {quoted(root)}: is {kind}, and a message must be a table; put it in one"
    tables = [each.name for each in content.tables.values() if not each.is_struct]
    if not tables:
        return f"root {quoted(root)}: {path} has no table; add one"
    return f"root {quoted(root)}: no table of {path}; {instead(root, tables)}"


def _in_users_terms(error: FlatcError, payload: Payload) -> str:
    """flatc's complaint without its usage, and with the user's paths for those of the copies.

    Example: 'schemas/pose.fbs:4: type referenced but not defined (check namespace): Vec4'.
    """
    found = _COMPLAINT.search(error.said)
    if not found:
        return " ".join(str(error).split())
    line, text = found.group("line"), found.group("text").strip()
    name = found.group("name")
    origin = _ORIGIN.search(text)
    if origin:
        name, line = origin.group("name"), origin.group("line")
        text = text[: origin.start()]
    return f"{payload.schema.path_of(name)}:{line}: {text}"
