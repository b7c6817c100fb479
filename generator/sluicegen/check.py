"""Files -> channels, and all problems of one run, as sentences.

__main__.py calls check_files with every schema of a run. A file with a problem yields no channel,
but the rest of it is checked all the same; its names count for clashes between files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Optional, Union

from .check_definitions import build_constants, build_enums, build_types, read_reserve
from .check_fields import MAX_VERSION_PART, Known, build_fields, parse_version
from .check_keys import text_of
from .check_names import (
    MAX_FULL_NAME,
    Declared,
    Member,
    camel_case,
    check_across_files,
    check_members,
    check_name,
    check_type_names,
)
from .check_structure import check_structure, constants_of, fields_of
from .check_values import parse_integer
from .layout import RESERVE, LayoutError, lay_out
from .load import Mapping, load
from .model import Channel, Struct, Version
from .problem import WHOLE_FILE, Place, Problem, Problems, quoted

DEFAULT_CAPACITY = 64
DEFAULT_CAPACITY_OF_LATEST = 8
MIN_CAPACITY_OF_LATEST = 5  # one message unread, one loaned, three with a consumer that keeps one sample
MAX_CAPACITY = 1_048_574  # an index has 20 bits, and two of its values mean something else


def check_files(paths: Iterable[Union[Path, str]]) -> tuple[list[Channel], list[Problem]]:
    """The channels of all sound files, and all problems, by file (in the order given) and line."""
    files = [str(path) for path in paths]
    problems = Problems()
    checked = []
    for at, file in enumerate(files):
        if file in files[:at]:
            problems.add(Place(file, WHOLE_FILE), "this file is given twice; name it once")
        else:
            checked.append(_FileCheck(file))
    check_across_files([each.declared for each in checked], problems)
    for each in checked:
        problems.found.extend(each.problems.found)
    problems.found.sort(key=lambda each: (files.index(each.file), each.line, each.column))
    return [each.channel for each in checked if each.channel], problems.found


class _FileCheck:
    """One file: what it declares, its problems, and its channel if it has none."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems = Problems()
        self.declared: list[Declared] = []
        self.channel: Optional[Channel] = None
        original, self.problems.found = load(file)
        if original is not None:
            self.all_types = _names_in(original, "types") + _names_in(original, "enums")
            self.root, cut = check_structure(original, self.problems)
            self.incomplete = {path[1] for path in cut if path[0] == "enums" and len(path) > 2}
            self.channel = self._check()

    def _check(self) -> Optional[Channel]:
        name, namespace = self._name(), self._namespace()
        self._declare(name, namespace)
        version, capacity = self._version(), self._capacity()
        enums = build_enums(self._section("enums"), self.problems)
        known = Known(dict.fromkeys(self.all_types), version)
        complete = (each for each in enums if each.name not in self.incomplete)
        known.elements.update((each.name, each) for each in complete)
        types = build_types(self._section("types"), known, self.problems)
        fields = build_fields(self._section("message"), "", known, self.problems)
        constants = build_constants(self._section("constants"), self.problems)
        reserve = read_reserve(self.root, "", self.problems)
        self._check_members(camel_case(name))
        if self.problems.found:
            return None
        doc = text_of(self.root, "doc")
        channel = Channel(
            name=name,
            namespace=tuple(namespace.split(".")),
            version=version,
            order=text_of(self.root, "order") or "fifo",
            capacity=capacity,
            overflow=text_of(self.root, "overflow") or "reject",
            message=Struct(camel_case(name), fields, doc, constants, reserve),
            types=types,
            enums=enums,
            constants=constants,
            source=Path(self.file),
            doc=doc,
        )
        return channel if self._can_lay_out(channel) else None

    def _section(self, key: str) -> Mapping:
        return self.root.get(key) or Mapping(self.root.place)

    def _name(self) -> str:
        name = text_of(self.root, "channel")
        if "channel" in self.root.entries:
            place = self.root.place_of("channel")
            check_name("channel", name, place, self.problems, lower=True)
        return name

    def _namespace(self) -> str:
        namespace = text_of(self.root, "namespace")
        if "namespace" not in self.root.entries:
            return namespace
        place = self.root.place_of("namespace")
        if "" in namespace.split("."):
            text = "has an empty part; write names with one dot between them"
            self.problems.add(place, f"namespace {quoted(namespace)} {text}")
        for part in filter(None, namespace.split(".")):
            what = "namespace" if part == namespace else f"namespace {quoted(namespace)}: part"
            check_name(what, part, place, self.problems, lower=True)
            if part in ("std", "sluice"):
                text = f"{what} '{part}' belongs to C++ or to the library; choose another"
                self.problems.add(place, text)
        length = len(namespace) + 1 + len(text_of(self.root, "channel"))
        if length > MAX_FULL_NAME and not self.problems.found:
            text = f"namespace and channel together have {length} characters"
            self.problems.add(place, f"{text}; at most {MAX_FULL_NAME} are possible")
        return namespace

    def _version(self) -> Optional[Version]:
        text = text_of(self.root, "version")
        version = parse_version(text)
        if version is None and "version" in self.root.entries:
            rule = f'write major.minor, each from 0 to {MAX_VERSION_PART}, for example "1.0"'
            self.problems.add(self.root.place_of("version"), f"version {quoted(text)}: {rule}")
        return version

    def _capacity(self) -> int:
        is_latest = text_of(self.root, "order") == "latest"
        if "capacity" not in self.root.entries:
            return DEFAULT_CAPACITY_OF_LATEST if is_latest else DEFAULT_CAPACITY
        text = text_of(self.root, "capacity")
        capacity = parse_integer(text)
        if capacity is None or not 1 <= capacity <= MAX_CAPACITY:
            rule = f"must be a whole number from 1 to {MAX_CAPACITY}"
            self.problems.add(self.root.place_of("capacity"), f"capacity {quoted(text)}: {rule}")
            return DEFAULT_CAPACITY
        if is_latest and capacity < MIN_CAPACITY_OF_LATEST:
            rule = f"order latest needs at least {MIN_CAPACITY_OF_LATEST} slots"
            reason = "one unread, one loaned, three with a consumer that keeps a sample"
            text = f"capacity '{capacity}': {rule}: {reason}"
            self.problems.add(self.root.place_of("capacity"), text)
        return capacity

    def _declare(self, name: str, namespace: str) -> None:
        parts = tuple(namespace.split("."))
        in_channel = []
        if name:
            message = camel_case(name)
            place = self.root.place_of("channel")
            for end in ("", "Channel", "Producer", "Consumer"):
                in_channel.append(Declared(parts, message + end, f"channel '{name}'", place))
        for section, kind in (("types", "type"), ("enums", "enum")):
            for each, entry in self._section(section).entries.items():
                if check_name(kind, each, entry.key.place, self.problems):
                    in_channel.append(Declared(parts, each, f"{kind} '{each}'", entry.key.place))
        check_type_names(in_channel, self.problems)
        if not namespace:
            return
        place = self.root.place_of("namespace")
        for at, part in enumerate(parts):
            what = f"namespace '{'.'.join(parts[:at + 1])}'"
            self.declared.append(Declared(parts[:at], part, what, place))
        self.declared += in_channel

    def _check_members(self, message: str) -> None:
        types = {name: f"type '{name}'" for name in self._section("types").entries}
        types.update((name, f"enum '{name}'") for name in self._section("enums").entries)
        types[message] = "the message's struct"
        fields = self._section("message")
        members = _members("field", "", fields)
        members += _members("constant", "", self._section("constants"))
        check_members(members, fields.entries, types, self.problems)
        for name, entry in self._section("types").entries.items():
            fields = fields_of(entry.value)
            members = _members("field", f"{name}.", fields)
            members += _members("constant", f"{name}.", constants_of(entry.value))
            check_members(members, fields.entries, types, self.problems)

    def _can_lay_out(self, channel: Channel) -> bool:
        try:
            lay_out(channel)
            return True
        except LayoutError as error:
            place, what = self._place_of(error.struct_name, error.field_name)
            self.problems.add(place, f"{what}: {error.text}")
            return False

    def _place_of(self, struct: str, field: str) -> tuple[Place, str]:
        """Where a layout error belongs; the message's own fields have no struct in front."""
        in_type = struct in self._section("types").entries
        types, message = self._section("types"), self._section("message")
        fields = fields_of(types.get(struct)) if in_type else message
        if field == RESERVE and field in self.root.entries:
            return self.root.place_of(field), field
        if field not in fields.entries:
            return self.root.place_of("message"), "message"
        name = f"{struct}.{field}" if in_type else field
        return fields.place_of(field), f"field '{name}'"


def _members(kind: str, owner: str, mapping: Mapping) -> list[Member]:
    return [
        Member(name, f"{kind} '{owner}{name}'", entry.key.place)
        for name, entry in mapping.entries.items()
    ]


def _names_in(root: Mapping, section: str) -> list[str]:
    node = root.get(section)
    return list(node.entries) if isinstance(node, Mapping) else []
