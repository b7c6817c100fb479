"""One field's or definition's keys: each checked by a function of its own, each problem at its line.

The check modules for fields, metadata and definitions share it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from .cpp_text import string_literal, width
from .load import Entry, Mapping, Node, Text
from .problem import Problems, quoted

MAX_COLUMNS = 64  # of a unit or frame: in UTF-8 they fit the 256 bytes that a handshake compares


class BadKey(Exception):
    """What is wrong with one key of a field."""


class KeyCheck:
    """Runs a check on each key of a field, and goes on with the next when one has a problem."""

    def __init__(self, keys: Mapping, what: str, problems: Problems) -> None:
        self.keys = keys
        self.what = what
        self.problems = problems

    def key(self, key: str, check: Callable, *context: object) -> Any:
        """What `check` makes of the key's node; None if there is no such key, or a wrong one."""
        node = self.keys.get(key)
        if node is None:
            return None
        try:
            return check(node, *context)
        except BadKey as bad:
            self.problems.add(self.keys.place_of(key), f"{self.what}: {bad}")
            return None


def long_form_of(entry: Entry, key: str) -> Mapping:
    """The entry's keys: `name: f32` is short for `name: {type: f32}`, where `key` is type."""
    if isinstance(entry.value, Mapping):
        return entry.value
    return Mapping(entry.key.place, {key: entry})


def text_of(mapping: Mapping, key: str) -> str:
    node: Optional[Node] = mapping.get(key)
    return node.value.strip() if isinstance(node, Text) else ""


def short_line(text: Text, key: str) -> str:
    """One line, short enough for a handshake to compare and print, and for generated code to hold."""
    line = text.value.strip()
    if not line.isprintable():
        raise BadKey(f"{key} {quoted(line)} must be one line of text")
    columns = width(string_literal(line)) - 2
    if columns > MAX_COLUMNS:
        raise BadKey(f"{key} {quoted(line)} takes {columns} columns; at most {MAX_COLUMNS} are possible")
    return line
