"""YAML -> a tree whose nodes know file and line. check.py reads it.

Every scalar stays the text that the user wrote, with a mark whether it was quoted: YAML 1.1 would
read 1.10 as 1.1 and `on` as true. Duplicate keys are problems. Anchors, aliases, merge keys, tags
and a second document are refused, so that what a line says is what it means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Optional, Union

import yaml

from .problem import WHOLE_FILE, Place, Problem, problem_at, quoted

_BAD_IN_VALUES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # controls, surrogates
_YAML_TAG = "tag:yaml.org,2002:"
_PLAIN_WORDS = {
    "a flow mapping": "the {...}",
    "a flow sequence": "the [...]",
    "a block mapping": "the map",
    "a block collection": "the list",
    "<stream end>": "the end of the file",
    "end of stream": "end of the file",
    "<block end>": "the end of the map",
}
MAX_DEPTH = 20  # a schema needs 6; more would only feed recursion


@dataclass(frozen=True)
class Text:
    place: Place
    value: str
    quoted: bool = False

    @property
    def is_empty(self) -> bool:
        """`key:` with nothing behind it."""
        return not self.value and not self.quoted


@dataclass(frozen=True)
class Mapping:
    place: Place
    entries: dict[str, Entry] = field(default_factory=dict)

    def get(self, key: str) -> Optional[Node]:
        entry = self.entries.get(key)
        return entry.value if entry else None

    def place_of(self, key: str) -> Place:
        return self.entries[key].key.place


@dataclass(frozen=True)
class List:
    place: Place
    items: list[Node] = field(default_factory=list)


class Entry(NamedTuple):
    key: Text
    value: Node


Node = Union[Text, Mapping, List]


class _Refused(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def load(path: Path | str) -> tuple[Optional[Mapping], list[Problem]]:
    """The file's top mapping and what is wrong with its YAML; no mapping if it cannot be used."""
    file = str(path)
    builder = _TreeBuilder(file)
    try:
        root = builder.build(_read(file))
        return _top_mapping(root, file), builder.problems
    except _Refused as refused:
        return None, [*builder.problems, refused.problem]


def _read(file: str) -> str:
    try:
        data = Path(file).read_bytes()
    except FileNotFoundError:
        raise _refused(file, WHOLE_FILE, "no such file") from None
    except IsADirectoryError:
        raise _refused(file, WHOLE_FILE, "this is a folder; name a schema file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(file, WHOLE_FILE, f"cannot be read: {reason}") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise _refused(file, line, f"{byte}; save the file as UTF-8") from None
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        code = f"U+{ord(unprintable.group()):04X}"
        raise _refused(file, line, f"the character {code} is not allowed in YAML; remove it")
    return text


def _top_mapping(root: Optional[Node], file: str) -> Mapping:
    example = "a schema is a map that begins with 'channel: NAME'"
    if root is None or isinstance(root, Text) and root.is_empty:
        raise _refused(file, 1, f"the file is empty; {example}")
    if not isinstance(root, Mapping):
        found = "a list" if isinstance(root, List) else "text"
        raise _refused(file, root.place.line, f"the file holds {found}; {example}")
    return root


_BEYOND_UNICODE = re.compile(r"\\U(?!0010|000)[0-9A-Fa-f]{8}")


class _TreeBuilder:
    """Builds from parser events, not from PyYAML's nodes: those have aliases resolved already."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._open: list[Mapping | List] = []
        self._keys: list[Optional[Text]] = []  # of each open map: the key that waits for its value
        self._root: Optional[Node] = None

    def build(self, text: str) -> Optional[Node]:
        try:
            for event in yaml.parse(text, Loader=yaml.BaseLoader):
                self._handle(event)
        except yaml.MarkedYAMLError as error:
            raise _malformed(self.file, error) from None
        except (ValueError, OverflowError):  # PyYAML lets an escape beyond Unicode through to chr()
            escape = _BEYOND_UNICODE.search(text)
            if escape is None:
                raise
            line = text[: escape.start()].count("\n") + 1
            raise _refused(self.file, line, "an escape names no character; they end at \\U0010FFFF") from None
        return self._root

    def _handle(self, event: yaml.Event) -> None:
        place = Place(self.file, event.start_mark.line + 1, event.start_mark.column)
        self._refuse_extras(event, place)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Text(place, _checked(event.value, place), quoted=event.style is not None))
        elif isinstance(event, yaml.MappingStartEvent):
            self._open_collection(Mapping(place))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open_collection(List(place))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._keys.pop()
            self._add(self._open.pop())

    def _refuse_extras(self, event: yaml.Event, place: Place) -> None:
        text = None
        if isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
            text = "a second document begins here ('---'); a file holds one schema"
        elif isinstance(event, yaml.AliasEvent):
            text = f"the alias '*{event.anchor}' is not supported; write the value out"
        elif getattr(event, "anchor", None) is not None:
            text = f"the anchor '&{event.anchor}' is not supported; remove it"
        elif getattr(event, "tag", None) is not None:
            tag = event.tag.replace(_YAML_TAG, "!!")
            text = f"the tag {quoted(tag)} is not supported; remove it"
        if text:
            raise _Refused(problem_at(place, text))

    def _open_collection(self, node: Mapping | List) -> None:
        if len(self._open) == MAX_DEPTH:
            text = f"nested more than {MAX_DEPTH} levels deep; a schema needs fewer"
            raise _Refused(problem_at(node.place, text))
        self._open.append(node)
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, List):
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = _checked_key(node)
        else:
            self._add_entry(parent, self._keys[-1], node)
            self._keys[-1] = None

    def _add_entry(self, mapping: Mapping, key: Text, value: Node) -> None:
        first = mapping.entries.setdefault(key.value, Entry(key, value))
        if first.key is not key:
            text = f"{quoted(key.value)} appears twice, first in line {first.key.place.line}"
            self.problems.append(problem_at(key.place, f"{text}; rename or remove one"))


def _checked_key(node: Node) -> Text:
    if not isinstance(node, Text):
        raise _Refused(problem_at(node.place, "a key must be a name, not a map or a list"))
    if node.value == "<<" and not node.quoted:
        text = "merge keys ('<<') are not supported; write the entries out"
        raise _Refused(problem_at(node.place, text))
    return node


def _checked(value: str, place: Place) -> str:
    """Escapes in double quotes reach characters that the file itself may not hold."""
    bad = _BAD_IN_VALUES.search(value)
    if bad:
        text = f"the character U+{ord(bad.group()):04X} is not allowed in a value; remove it"
        raise _Refused(problem_at(place, text))
    return value


def _malformed(file: str, error: yaml.MarkedYAMLError) -> _Refused:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "malformed"
    line = mark.line + 1
    if "'\\t'" in problem:
        return _refused(file, line, "a tab is used for indentation; YAML wants spaces")
    text = f"not valid YAML: {problem}"
    if error.context and error.context_mark and error.problem:
        text += f" ({error.context} that began in line {error.context_mark.line + 1})"
    for jargon, plain in _PLAIN_WORDS.items():
        text = text.replace(jargon, plain)
    return _refused(file, line, text + _hint(problem))


def _hint(yaml_problem: str) -> str:
    if re.search(r"got '[\[\]]'", yaml_problem):
        return "; inside {...} a type with brackets needs quotes: \"f32[3]\""
    if yaml_problem == "mapping values are not allowed here":
        return "; check the indentation, and put a value that holds ': ' in quotes"
    if yaml_problem.endswith("that cannot start any token"):
        return "; put the value in quotes"
    return ""


def _refused(file: str, line: int, text: str) -> _Refused:
    return _Refused(Problem(file, line, text))
