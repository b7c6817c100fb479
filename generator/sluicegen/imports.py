"""The files of a run: those given, and those they import, each read once.

check.py asks for them. An import is looked for beside the file that names it, then in the folders
of -I; whatever path leads to a file, it is one file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Optional

from .check_structure import check_structure
from .load import List, Mapping, Text, load
from .problem import WHOLE_FILE, Place, Problems, quoted

MAX_DEPTH = 100  # of imports of imports; more would only feed recursion


class SourceFile:
    """A file as far as YAML and the published JSON Schema know it, and what it imports."""

    def __init__(self, name: str, folders: Sequence[str]) -> None:
        self.name = name  # as problems show it
        self.folders = folders  # of -I
        self.problems = Problems()
        self.imports: list[SourceFile] = []
        self.has_all_imports = True
        self.types: list[str] = []  # names of types and enums, also of wrong ones
        original, self.problems.found = load(name)
        self.is_readable = original is not None
        if original is not None:
            self.types = _names_in(original, "types") + _names_in(original, "enums")
            self.root, cut = check_structure(original, self.problems)
            self.has_all_imports = not any(path[0] == "imports" for path in cut)
            in_enums = (path for path in cut if path[0] == "enums" and len(path) > 2)
            self.incomplete_enums = {path[1] for path in in_enums}

    @property
    def namespace(self) -> str:
        text = self.root.get("namespace") if self.is_readable else None
        return text.value.strip() if isinstance(text, Text) else ""


def read_files(paths: Sequence[str], folders: Sequence[str]) -> list[SourceFile]:
    """Every file after those that it imports."""
    reader = _Reader(folders)
    for at, path in enumerate(paths):
        first = next((other for other in paths[:at] if _real(other) == _real(path)), None)
        if first is None:
            reader.read(path)
        else:
            name = "" if first == path else f", first as {first}"
            text = f"this file is given twice{name}; name it once"
            reader.files[_real(first)].problems.add(Place(path, WHOLE_FILE), text)
    return reader.ordered


def _real(path: str) -> str:
    return os.path.realpath(path)


def _names_in(root: Mapping, section: str) -> list[str]:
    node = root.get(section)
    return list(node.entries) if isinstance(node, Mapping) else []


class _Reader:
    def __init__(self, folders: Sequence[str]) -> None:
        self.files: dict[str, SourceFile] = {}  # by real path
        self.ordered: list[SourceFile] = []
        self._folders = folders
        self._chain: list[SourceFile] = []  # from a given file to the one that is being read

    def read(self, path: str) -> SourceFile:
        known = self.files.get(_real(path))
        if known:
            return known
        file = self.files[_real(path)] = SourceFile(path, self._folders)
        self._chain.append(file)
        for text in _import_texts(file):
            self._follow(file, text)
        self._chain.pop()
        self.ordered.append(file)
        return file

    def _follow(self, file: SourceFile, text: Text) -> None:
        imported, problem = self._imported(file, text)
        if imported:
            file.imports.append(imported)
        if problem:
            file.problems.add(text.place, f"import {quoted(text.value)}: {problem}")
            file.has_all_imports = False

    def _imported(self, file: SourceFile, text: Text) -> tuple[Optional[SourceFile], str]:
        if os.path.isabs(text.value):
            return None, "write a path relative to this file, or to a folder given by -I"
        places = [_joined(os.path.dirname(file.name), text.value)]
        places += [_joined(folder, text.value) for folder in self._folders]
        path = next((place for place in places if os.path.isfile(place)), None)
        if path is None:
            return None, f"no such file; looked for {', '.join(dict.fromkeys(places))}"
        if _real(path) == _real(file.name):
            return None, "a file cannot import itself; remove it"
        if len(self._chain) > MAX_DEPTH:
            return None, f"imports are more than {MAX_DEPTH} files deep; import fewer in a row"
        imported = self.read(path)
        if imported in self._chain:
            return None, _circle([*self._chain[self._chain.index(imported) :], imported])
        if imported in file.imports:
            return None, "this file is imported already; remove one"
        return imported, ""


def _import_texts(file: SourceFile) -> Iterable[Text]:
    node = file.root.get("imports") if file.is_readable else None
    return [item for item in node.items if isinstance(item, Text)] if isinstance(node, List) else []


def _joined(folder: str, path: str) -> str:
    """Without detours: a/../common/b.yaml is common/b.yaml, unless a symbolic link says no."""
    whole = os.path.join(folder, path)
    short = os.path.normpath(whole)
    if os.path.exists(whole) and not (os.path.exists(short) and os.path.samefile(whole, short)):
        return whole
    return short


def _circle(files: list[SourceFile]) -> str:
    chain = " -> ".join(file.name for file in files)
    return f"imports run in a circle: {chain}; move what both need into a file of its own"
