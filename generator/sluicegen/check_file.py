"""One file's tree -> its types and its channel, with a problem for each that cannot be.

check.py calls it for every file of a run, after the files that it imports.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Optional, Union

from .check_definitions import (
    build_constants,
    build_enums,
    build_types,
    read_reserve,
    since_versions,
)
from .check_fields import Hint, Known, build_fields
from .check_head import read_head
from .check_keys import text_of
from .check_message import carried_type, check_reserve
from .check_metadata import Element
from .check_names import Declared, Member, camel_case, check_members, check_name, check_type_names
from .check_payload import payload_of
from .check_structure import constants_of, fields_of, is_payload
from .imports import SourceFile
from .layout import RESERVE, LayoutError, lay_out, lay_out_file
from .load import Mapping, Text
from .model import Channel, Enum, Payload, Struct, TypeFile, Version, full_name, message_of
from .problem import Place, Problems

IN_CHANNEL_STRUCT = ("Message", "descriptor", "info")


class Use(NamedTuple):
    """A field whose type is a struct or an enum."""

    element: Union[Enum, Struct]
    what: str
    place: Place


class FileCheck:
    """What a file declares and defines; its problems are those of its source."""

    def __init__(self, source: SourceFile, imports: list[FileCheck], hint: Hint) -> None:
        self.source = source
        self.imports = imports
        self.problems = source.problems
        self.declared: list[Declared] = []
        self.elements: dict[str, Optional[Element]] = {}  # what importers may use
        self.uses: list[Use] = []
        self.carried: Optional[Struct] = None
        self.payload: Optional[Payload] = None
        self.model: Optional[TypeFile] = None
        self.definitions: Optional[TypeFile] = None  # what importers import of it
        self.known = Known({}, None)
        if source.is_readable:
            self.root = source.root
            self.head = read_head(self.root, source.name, self.problems)
            self._check(hint)

    @property
    def version(self) -> Optional[Version]:
        return self.head.version if self.source.is_readable else None

    @property
    def _has_struct(self) -> bool:
        """Whether the message is a struct of the channel's own, not a named type or a table."""
        message = self.root.get("message")
        return not isinstance(message, Text) and not is_payload(message)

    def place_of_message(self) -> Place:
        return self.root.place_of("message")

    def _check(self, hint: Hint) -> None:
        self._declare()
        self.known = self._known_by_imports(hint)
        own = dict.fromkeys(self.source.types)
        self.known.elements = {**own, **self.known.elements, **own}
        enums = build_enums(self._section("enums"), self.known.namespace, self.problems)
        complete = (each for each in enums if each.name not in self.source.incomplete_enums)
        self.known.elements.update((each.name, each) for each in complete)
        without_version = replace(self.known, version=None)
        types = build_types(self._section("types"), without_version, self.problems)
        self.elements = {each: self.known.elements[each] for each in own}
        message = self._message()
        constants = build_constants(self._section("constants"), self.problems)
        self._check_members()
        self._note_uses(types, message)
        if self.problems.found or not all(each.definitions for each in self.imports):
            return
        definitions = TypeFile(
            namespace=self.known.namespace,
            name=self.head.name,
            types=types,
            enums=enums,
            constants=constants,
            imports=tuple(each.definitions for each in self.imports if each.definitions),
            source=Path(self.source.name),
            doc=text_of(self.root, "doc"),
        )
        self._finish(definitions, message)

    def _known_by_imports(self, hint: Hint) -> Known:
        here = self.head.namespace
        known = Known({}, self.version, tuple(here.split(".")), hint=hint)
        known.is_complete = self.source.has_all_imports
        for each in self.imports:
            if not each.source.namespace:  # who knows how its types would be called
                known.is_complete = False
            for name, element in each.elements.items():
                for spelt in _spellings(name, each.source.namespace, here):
                    known.elements[spelt] = element
                    known.depths[spelt] = each.known.depths.get(name, 0)
        return known

    def _message(self) -> Optional[Struct]:
        node = self.root.get("message")
        reserve = read_reserve(self.root, "", self.problems)
        if isinstance(node, Text):
            check_reserve(self.root, self.problems)
            self.carried = carried_type(node, self.known, self.problems)
            return message_of(self.carried) if self.carried else None
        if is_payload(node):
            folders = self.source.folders
            self.payload = payload_of(self.root, self.source.name, folders, self.problems)
            doc = text_of(self.root, "doc")
            return Struct(f"{camel_case(self.head.name)}Slot", (), doc, self.known.namespace)
        return Struct(
            camel_case(self.head.name),
            build_fields(self._section("message"), "", self.known, self.problems),
            text_of(self.root, "doc"),
            self.known.namespace,
            self.version.major if self.version else 0,
            reserve=reserve,
        )

    def _finish(self, file: TypeFile, message: Optional[Struct]) -> None:
        if not self.head.is_channel:
            self.model = self.definitions = file if self._can_lay_out(file) else None
            return
        channel = Channel(
            **vars(file),
            version=self.version,
            order=self.head.order,
            capacity=self.head.capacity,
            overflow=self.head.overflow,
            message=message,
            carried=self.carried,
            payload=self.payload,
        )
        if not self._can_lay_out(channel):
            return
        self.model = self.definitions = channel
        if self.carried and self.carried.name in self.elements and self._is_own(self.carried):
            # Their header comes before the message's, and that before the channel's.
            self.definitions = replace(file, constants=())
            imports = (*file.imports, self.definitions)
            self.model = replace(channel, types=(), enums=(), imports=imports)

    def _is_own(self, struct: Struct) -> bool:
        return self.elements.get(struct.name) is struct

    def _section(self, key: str) -> Mapping:
        """Of `message`: its fields, so nothing where it is a named type or a table."""
        node = self.root.get(key)
        if not isinstance(node, Mapping) or is_payload(node):
            return Mapping(self.root.place)
        return node

    def _declare(self) -> None:
        parts = tuple(self.head.namespace.split("."))
        in_namespace = self._names_of_channel(parts) if self.head.is_channel else []
        sections = [("types", "type"), ("enums", "enum")]
        if not self.head.is_channel:
            sections.append(("constants", "constant"))
        for section, kind in sections:
            for each, entry in self._section(section).entries.items():
                # build_constants looks at the form of constants' names.
                if kind == "constant" or check_name(kind, each, entry.key.place, self.problems):
                    declared = Declared(parts, each, f"{kind} '{each}'", entry.key.place)
                    in_namespace.append(declared)
        check_type_names(in_namespace, self.problems)
        if not self.head.namespace:
            return
        place = self.root.place_of("namespace")
        for at, part in enumerate(parts):
            what = f"namespace '{'.'.join(parts[:at + 1])}'"
            self.declared.append(Declared(parts[:at], part, what, place))
        self.declared += in_namespace

    def _names_of_channel(self, parts: tuple[str, ...]) -> list[Declared]:
        name = self.head.name
        if not name:
            return []
        place = self.root.place_of("channel")
        ends = ["Channel", "Producer", "Consumer"]
        if self._has_struct:
            ends.insert(0, "")
        base = camel_case(name)
        return [Declared(parts, base + end, f"channel '{name}'", place) for end in ends]

    def _check_members(self) -> None:
        types = self._names_in_scope()
        message, constants = self._section("message"), self._section("constants")
        if self.head.is_channel and self._has_struct:
            types[camel_case(self.head.name)] = "the message's struct"
            _check_struct("", message, constants, types, self.problems)
        for each, entry in self._section("types").entries.items():
            fields, own = fields_of(entry.value), constants_of(entry.value)
            _check_struct(f"{each}.", fields, own, types, self.problems)
        if self.head.is_channel and not self._has_struct:
            types.update(dict.fromkeys(IN_CHANNEL_STRUCT, "a member of the channel's struct"))
            types[f"{camel_case(self.head.name)}Channel"] = "the channel's struct"
            check_members(_members("constant", "", constants), {}, types, self.problems)

    def _names_in_scope(self) -> dict[str, str]:
        """The types and enums that need no namespace in front, and what they are."""
        types = {each: f"type '{each}'" for each in self._section("types").entries}
        types.update((each, f"enum '{each}'") for each in self._section("enums").entries)
        for each, element in self.known.elements.items():
            if "." not in each:
                kind = "type" if isinstance(element, Struct) else "enum"
                types.setdefault(each, f"the imported {kind} '{each}'")
        return types

    def _note_uses(self, types: tuple[Struct, ...], message: Optional[Struct]) -> None:
        sections = [(each, fields_of(self._section("types").get(each.name))) for each in types]
        if message and not self.carried:
            sections.append((message, self._section("message")))
        for struct, section in sections:
            owner = "" if struct is message else f"{struct.name}."
            for field in struct.fields:
                if isinstance(field.element, (Enum, Struct)):
                    place = section.place_of(field.name)
                    self.uses.append(Use(field.element, f"field '{owner}{field.name}'", place))

    def sinces(self, struct: Struct) -> dict[str, tuple[Version, Place]]:
        """The fields of a type of this file that say since when they are there."""
        fields = fields_of(self._section("types").get(struct.name))
        versions = since_versions(fields)
        return {name: (version, fields.place_of(name)) for name, version in versions.items()}

    def _can_lay_out(self, file: TypeFile) -> bool:
        try:
            if isinstance(file, Channel):
                lay_out(file)
            else:
                lay_out_file(file)
            return True
        except LayoutError as error:
            place, what = self._place_of(error.struct_name, error.field_name)
            self.problems.add(place, f"{what}: {error.text}")
            return False

    def _place_of(self, struct: str, field: str) -> tuple[Place, str]:
        """Where a layout error belongs; the message's own fields have no struct in front."""
        types, message = self._section("types"), self._section("message")
        fields = fields_of(types.get(struct)) if struct in types.entries else message
        if self.carried and struct == message_of(self.carried).name:
            of = field if field == RESERVE else f"field '{field}'"
            return self.place_of_message(), f"message '{full_name(self.carried)}': {of}"
        if field == RESERVE and field in self.root.entries:
            return self.root.place_of(field), field
        name = f"{struct}.{field}" if struct in types.entries else field
        return fields.place_of(field), f"field '{name}'"


def _spellings(name: str, namespace: str, here: str) -> list[str]:
    """How a file of the namespace `here` may name an imported type."""
    return [f"{namespace}.{name}", *([name] if namespace == here else [])]


def _check_struct(
    owner: str, fields: Mapping, constants: Mapping, types: dict[str, str], problems: Problems
) -> None:
    members = _members("field", owner, fields) + _members("constant", owner, constants)
    check_members(members, fields.entries, types, problems)


def _members(kind: str, owner: str, mapping: Mapping) -> list[Member]:
    return [
        Member(name, f"{kind} '{owner}{name}'", entry.key.place)
        for name, entry in mapping.entries.items()
    ]
