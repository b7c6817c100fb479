"""The checked files of a run -> what is written: layouts, views, flatc and templates in order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .descriptor import describe
from .flatc import Flatc
from .layout import lay_out, lay_out_file, lay_out_message
from .model import Channel, Struct, TypeFile, full_name
from .output_names import (
    bfbs_name,
    fbs_name,
    header_name,
    message_fbs_name,
    message_header_name,
    source_name,
)
from .render import render
from .views_fbs import FbsView
from .views_files import HeaderView, MessageView, TypesView


class Outputs:
    """All files of a run: of the schemas given, of what they import, of the messages they carry."""

    def __init__(self, given: Iterable[TypeFile]) -> None:
        files = [each for file in given for each in (*file.all_imports(), file)]
        self._files = list({file.key: file for file in files}.values())
        self._channels = [file for file in self._files if isinstance(file, Channel)]
        carried = [channel.carried for channel in self._channels if channel.carried]
        self._carried = list({full_name(struct): struct for struct in carried}.values())

    def names(self) -> list[str]:
        """Relative to the output folder: demo/imu.channel.hpp and so on."""
        names = []
        for file in self._files:
            names += [header_name(file), source_name(file), fbs_name(file)]
        names += [bfbs_name(channel) for channel in self._channels]
        for struct in self._carried:
            names += [message_header_name(struct), message_fbs_name(struct)]
        return names

    def make(self, flatc: Flatc, descriptor_schema: Path) -> dict[str, bytes]:
        """Name -> content. Raises LayoutError, FlatcError."""
        texts: dict[str, str] = {}
        for file in self._files:
            texts.update(_fbs_text(file))
        for struct in self._carried:
            texts.update(_message_texts(struct, self._definer(struct)))
        binaries: dict[str, bytes] = {}
        for file in self._files:
            if isinstance(file, Channel):
                names = [fbs_name(file)]
                names += [message_fbs_name(file.carried)] if file.carried else []
                schemas = {**_imported_schemas(file), **{name: texts[name] for name in names}}
                bfbs = flatc.schema_binary(fbs_name(file), schemas)
                binaries[bfbs_name(file)] = bfbs
                texts.update(_channel_texts(file, bfbs, flatc, descriptor_schema))
            else:
                texts.update(_types_texts(file))
        contents = {**{name: text.encode("utf-8") for name, text in texts.items()}, **binaries}
        return {name: contents[name] for name in self.names()}

    def _definer(self, struct: Struct) -> TypeFile:
        return next(file for file in self._files if any(each is struct for each in file.types))


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


def _fbs_text(file: TypeFile) -> dict[str, str]:
    source = source_text(file.source)
    if isinstance(file, Channel):
        view = FbsView.of_channel(lay_out(file), source)
    else:
        view = FbsView.of_types(lay_out_file(file), source)
    return {fbs_name(file): render("file.fbs.j2", fbs=view)}


def _types_texts(file: TypeFile) -> dict[str, str]:
    view = TypesView(lay_out_file(file), source_text(file.source))
    return {
        header_name(file): render("types.hpp.j2", header=view),
        source_name(file): render("types.cpp.j2", header=view),
    }


def _message_texts(struct: Struct, file: TypeFile) -> dict[str, str]:
    layout, source = lay_out_message(struct), source_text(file.source)
    header = MessageView(layout, file, source)
    fbs = FbsView.of_message(layout, file, source)
    return {
        message_header_name(struct): render("types.hpp.j2", header=header),
        message_fbs_name(struct): render("file.fbs.j2", fbs=fbs),
    }


def _channel_texts(
    channel: Channel, bfbs: bytes, flatc: Flatc, descriptor_schema: Path
) -> dict[str, str]:
    layout = lay_out(channel)
    descriptor = flatc.data_binary(descriptor_schema, describe(layout, bfbs))
    view = HeaderView(layout, source_text(channel.source), descriptor)
    return {
        header_name(channel): render("channel.hpp.j2", header=view),
        source_name(channel): render("channel.cpp.j2", header=view),
    }


def source_text(source: Path) -> str:
    """The schema as banners name it: never by an absolute path, which differs between machines."""
    return source.name if source.is_absolute() else source.as_posix()
