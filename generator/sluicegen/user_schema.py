"""A FlatBuffers schema of the user's own: its files, read once, as they are given to flatc.

check_payload.py reads it, payloads.py has it compiled. flatc gets all files in one folder, so that
what it makes is the same wherever they lie; each include is shortened to a file's name for that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

from .reflection import Schema

_INCLUDE = re.compile(r'(?<![\w.])include\s+"([^"\n]*)"(?=\s*;)')
_COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.fbs")


@dataclass(frozen=True)
class FbsFile:
    path: str  # as problems show it
    name: str  # of the copy that flatc gets: the last part of the path
    text: str  # with includes by name only


@dataclass(eq=False)
class UserSchema:
    files: tuple[FbsFile, ...]  # the one that the channel names, then those that it includes
    bfbs: bytes = b""  # these two are payloads.py's
    content: Optional[Schema] = field(default=None, repr=False)

    @property
    def main(self) -> FbsFile:
        return self.files[0]

    @property
    def texts(self) -> dict[str, str]:
        return {file.name: file.text for file in self.files}

    def path_of(self, name: str) -> str:
        """The user's file behind a copy."""
        return next((file.path for file in self.files if file.name == name), name)


class BadUserSchema(Exception):
    """A file that is not there, or cannot be used; the text says which."""


def read_user_schema(path: str, beside: str, folders: Sequence[str]) -> UserSchema:
    """`path` as a channel's file writes it: relative to that file's folder, or to one of `folders`."""
    reader = _Reader(folders)
    reader.read(_found(path, beside, folders))
    return UserSchema(tuple(reader.files.values()))


class _Reader:
    def __init__(self, folders: Sequence[str]) -> None:
        self.files: dict[str, FbsFile] = {}  # by real path
        self._folders = folders

    def read(self, path: str) -> str:
        """Reads a file and what it includes; returns the name of its copy."""
        real = os.path.realpath(path)
        if real in self.files:
            return self.files[real].name
        name = os.path.basename(path)
        self._check_name(name, path)
        text = _text(path)
        self.files[real] = FbsFile(path, name, text)
        self.files[real] = FbsFile(path, name, self._with_short_includes(text, path))
        return name

    def _check_name(self, name: str, path: str) -> None:
        if not _NAME.fullmatch(name):
            raise BadUserSchema(f"{path}: name it with letters, digits, '_', '-' and '.', and .fbs at its end")
        same = next((each.path for each in self.files.values() if each.name == name), None)
        if same:
            raise BadUserSchema(f"{same} and {path} have one name, and flatc makes one header of both; rename one")

    def _with_short_includes(self, text: str, path: str) -> str:
        parts, at = [], 0
        for match in _INCLUDE.finditer(without_comments(text)):
            line = text.count("\n", 0, match.start()) + 1
            start, end = match.span(1)
            parts += [text[at:start], self._include(text[start:end], path, line)]
            at = end
        return "".join([*parts, text[at:]])

    def _include(self, included: str, path: str, line: int) -> str:
        try:
            return self.read(_found(included, os.path.dirname(path), self._folders))
        except FileNotFoundError as error:
            raise BadUserSchema(f"{path}:{line}: include '{included}': {error}") from None


def without_comments(text: str) -> str:
    """The same with comments as blanks, so that no include is found in one."""

    def blank(match: re.Match[str]) -> str:
        word = match.group()
        return word if word.startswith('"') else re.sub(r"[^\n]", " ", word)

    return _COMMENT_OR_TEXT.sub(blank, text)


def _found(path: str, beside: str, folders: Sequence[str]) -> str:
    if os.path.isabs(path):
        raise FileNotFoundError("write a path relative to this file, or to a folder given by -I")
    places = [os.path.normpath(os.path.join(folder, path)) for folder in (beside, *folders)]
    place = next((place for place in places if os.path.isfile(place)), None)
    if place is None:
        raise FileNotFoundError(f"no such file; looked for {', '.join(dict.fromkeys(places))}")
    return place


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        raise BadUserSchema(f"{path}: is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise BadUserSchema(f"{path}: cannot be read: {error.strerror}") from None
