"""The checked files of a run -> what is written: layouts, views, flatc and templates in order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from .descriptor import describe
from .descriptor_limits import descriptor_problems
from .explain import explain, explain_types
from .flatc import Flatc
from .layout import lay_out, lay_out_file, lay_out_message
from .model import Channel, Struct, TypeFile, full_name
from .output_names import (
    bfbs_name,
    fbs_name,
    header_name,
    message_fbs_name,
    message_header_name,
    payload_fbs_names,
    payload_header_names,
    source_name,
)
from .payloads import compile_payloads
from .problem import Problem
from .render import render
from .views_fbs import FbsView
from .views_files import HeaderView, MessageView, TypesView


class Described(NamedTuple):
    bfbs: bytes
    content: dict[str, Any]
    descriptor: bytes  # the content as it stands in a window


class Outputs:
    """All files of a run: of the schemas given, of what they import, of the messages they carry."""

    def __init__(self, given: Iterable[TypeFile]) -> None:
        self._given = list(given)
        files = [each for file in self._given for each in (*file.all_imports(), file)]
        self._files = list({file.key: file for file in files}.values())
        self._channels = [file for file in self._files if isinstance(file, Channel)]
        carried = [channel.carried for channel in self._channels if channel.carried]
        self._carried = list({full_name(struct): struct for struct in carried}.values())
        self._described: dict[str, Described] = {}  # by key, each made once

    def compile_payloads(self, flatc: Flatc) -> list[Problem]:
        """Before anything is made of them: what is wrong with users' own schemas."""
        return compile_payloads(self._files, flatc)

    def check_descriptors(self, flatc: Flatc, descriptor_schema: Path) -> list[Problem]:
        """Next, still before anything is written: what no window could hold. Raises as make()."""
        problems = []
        for channel in self._channels:
            described = self._describe(channel, flatc, descriptor_schema)
            problems += descriptor_problems(channel, described.content, len(described.descriptor))
        return problems

    def names(self) -> list[str]:
        """Relative to the output folder: demo/imu.channel.hpp and so on."""
        names = []
        for file in self._files:
            names += [header_name(file), source_name(file), fbs_name(file)]
        for channel in self._channels:
            names += [bfbs_name(channel), *payload_fbs_names(channel), *payload_header_names(channel)]
        for struct in self._carried:
            names += [message_header_name(struct), message_fbs_name(struct)]
        return names

    def make(self, flatc: Flatc, descriptor_schema: Path) -> dict[str, bytes]:
        """Name -> content. Raises LayoutError, FlatcError."""
        texts = dict(self._fbs_texts)
        binaries: dict[str, bytes] = {}
        for file in self._files:
            if isinstance(file, Channel):
                described = self._describe(file, flatc, descriptor_schema)
                binaries[bfbs_name(file)] = described.bfbs
                texts.update(_channel_texts(file, described.descriptor))
                texts.update(_payload_headers(file, flatc))
            else:
                texts.update(_types_texts(file))
        for struct in self._carried:
            file = self._definer(struct)
            view = MessageView(lay_out_message(struct), file, source_text(file.source))
            texts[message_header_name(struct)] = render("types.hpp.j2", header=view)
        for channel in self._channels:
            texts.update(_payload_texts(channel))
        contents = {**{name: text.encode("utf-8") for name, text in texts.items()}, **binaries}
        return {name: contents[name] for name in self.names()}

    def explanation(self, flatc: Flatc, descriptor_schema: Path) -> str:
        """What --explain prints of the schemas given. Raises LayoutError, FlatcError."""
        explained = []
        for file in self._given:
            if isinstance(file, Channel):
                described = self._describe(file, flatc, descriptor_schema)
                explained.append(explain(lay_out(file), len(described.descriptor)))
            else:
                explained.append(explain_types(lay_out_file(file)))
        return "\n".join(explained)

    def descriptor(self, flatc: Flatc, descriptor_schema: Path) -> bytes:
        """Of the one channel given, as it stands in a window. Raises LayoutError, FlatcError."""
        [channel] = self._given
        return self._describe(channel, flatc, descriptor_schema).descriptor

    def _describe(self, channel: Channel, flatc: Flatc, descriptor_schema: Path) -> Described:
        if channel.key not in self._described:
            bfbs = _schema_binary(channel, self._fbs_texts, flatc)
            content = describe(lay_out(channel), bfbs)
            descriptor = flatc.data_binary(descriptor_schema, content)
            self._described[channel.key] = Described(bfbs, content, descriptor)
        return self._described[channel.key]

    @cached_property
    def _fbs_texts(self) -> dict[str, str]:
        views = {fbs_name(file): _fbs_view(file) for file in self._files}
        for struct in self._carried:
            file = self._definer(struct)
            view = FbsView.of_message(lay_out_message(struct), file, source_text(file.source))
            views[message_fbs_name(struct)] = view
        return {name: render("file.fbs.j2", fbs=view) for name, view in views.items()}

    def _definer(self, struct: Struct) -> TypeFile:
        return next(file for file in self._files if any(each is struct for each in file.types))


def _schema_binary(channel: Channel, texts: dict[str, str], flatc: Flatc) -> bytes:
    """The .bfbs of its .fbs, of its message's, and of what they use of the imports."""
    names = [fbs_name(channel)]
    names += [message_fbs_name(channel.carried)] if channel.carried else []
    schemas = {**_imported_schemas(channel), **_payload_texts(channel)}
    schemas.update((name, texts[name]) for name in names)
    return flatc.schema_binary(fbs_name(channel), schemas)


def _imported_schemas(channel: Channel) -> dict[str, str]:
    """What its imports are to its .bfbs: a large file of types must not be in every window."""
    layout = lay_out(channel)
    used = {full_name(struct.struct) for struct in layout.types}
    used |= {full_name(enum) for enum in layout.enums}
    schemas = {}
    for file in channel.all_imports():
        part = lay_out(file) if isinstance(file, Channel) else lay_out_file(file)
        view = FbsView.of_excerpt(part, used)
        schemas[fbs_name(file)] = render("file.fbs.j2", fbs=view)
    return schemas


def _payload_texts(channel: Channel) -> dict[str, str]:
    """Copies of the user's own schema, for who includes them in another folder."""
    if not channel.payload:
        return {}
    return dict(zip(payload_fbs_names(channel), channel.payload.schema.texts.values()))


def _payload_headers(channel: Channel, flatc: Flatc) -> dict[str, str]:
    if not channel.payload:
        return {}
    headers = flatc.cpp_headers(channel.payload.schema.texts)
    return dict(zip(payload_header_names(channel), headers.values()))


def _fbs_view(file: TypeFile) -> FbsView:
    source = source_text(file.source)
    if isinstance(file, Channel):
        return FbsView.of_channel(lay_out(file), source)
    return FbsView.of_types(lay_out_file(file), source)


def _types_texts(file: TypeFile) -> dict[str, str]:
    view = TypesView(lay_out_file(file), source_text(file.source))
    return {
        header_name(file): render("types.hpp.j2", header=view),
        source_name(file): render("types.cpp.j2", header=view),
    }


def _channel_texts(channel: Channel, descriptor: bytes) -> dict[str, str]:
    view = HeaderView(lay_out(channel), source_text(channel.source), descriptor)
    return {
        header_name(channel): render("channel.hpp.j2", header=view),
        source_name(channel): render("channel.cpp.j2", header=view),
    }


def source_text(source: Path) -> str:
    """The schema as banners name it: never by an absolute path, which differs between machines."""
    return source.name if source.is_absolute() else source.as_posix()
