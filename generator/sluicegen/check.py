"""Files -> models, and all problems of one run, as sentences.

__main__.py calls check_files with every schema of a run. A file with a problem yields no model, but
the rest of it is checked all the same; its names count for clashes between files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import Optional, Union

from .check_across import check_across
from .check_file import FileCheck
from .check_payload import payload_of
from .imports import SourceFile, read_files
from .model import TypeFile
from .problem import Problem, Problems

PathText = Union[Path, str]


def check_files(
    paths: Iterable[PathText], import_folders: Iterable[PathText] = ()
) -> tuple[list[TypeFile], list[Problem]]:
    """What the sound files given hold, and all problems, by file and line.

    Files stand in the order given; behind them, in the order met, those that they import.
    """
    given = [str(path) for path in paths]
    sources = read_files(given, [str(folder) for folder in import_folders])
    checked: dict[str, FileCheck] = {}
    for source in sources:
        imports = [checked[each.name] for each in source.imports]
        checked[source.name] = FileCheck(
            source, imports, partial(_hint, here=source, sources=sources)
        )
    in_order = sorted(checked.values(), key=lambda each: _position(each.source.name, given))
    check_across(in_order)
    names = [*given, *(each.source.name for each in in_order)]
    found = [problem for each in in_order for problem in each.problems.found]
    found.sort(key=lambda each: (names.index(each.file), each.line, each.column))
    models = (checked[path].model for path in dict.fromkeys(given) if path in checked)
    return [model for model in models if model], found


def input_files(paths: Iterable[PathText], import_folders: Iterable[PathText] = ()) -> list[str]:
    """The files given and all that they import or take a message from, as far as they can be read."""
    folders = [str(folder) for folder in import_folders]
    sources = read_files([str(path) for path in paths], folders)
    names = [each.name for each in sources]
    for source in sources:
        payload = payload_of(source.root, source.name, folders, Problems()) if source.is_readable else None
        names += [file.path for file in payload.schema.files] if payload else []
    return list(dict.fromkeys(names))


def _position(name: str, given: list[str]) -> int:
    return given.index(name) if name in given else len(given)


def _hint(name: str, here: SourceFile, sources: list[SourceFile]) -> Optional[str]:
    """What to say of a name that `here` cannot use, though a file of the run defines it."""
    space, _, last = name.rpartition(".")
    if space == here.namespace and last in here.types:
        return f"in its own namespace it is '{last}'"
    for other in here.imports:
        if not space and name in other.types:
            return f"did you mean '{other.namespace}.{name}'?"
    for other in sources:
        if last in other.types and other.namespace == (space or here.namespace):
            path = os.path.relpath(other.name, os.path.dirname(here.name) or ".")
            return f"{other.name} defines it: add {PurePath(path).as_posix()} to 'imports'"
    return None
