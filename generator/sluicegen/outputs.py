"""A checked channel -> its four files: layout, views, flatc and templates in the right order."""

from __future__ import annotations

from pathlib import Path

from .descriptor import describe
from .explain import explain
from .flatc import Flatc
from .layout import lay_out
from .model import Channel
from .render import render
from .views import HeaderView
from .views_fbs import FbsView


def output_names(channel: Channel) -> list[str]:
    """Relative to the output folder: demo/imu.channel.hpp and so on."""
    stem = "/".join((*channel.namespace, channel.name))
    return [f"{stem}.channel.hpp", f"{stem}.channel.cpp", f"{stem}.fbs", f"{stem}.bfbs"]


def make_outputs(channel: Channel, flatc: Flatc, descriptor_schema: Path) -> dict[str, bytes]:
    """Name -> content. Raises LayoutError, FlatcError."""
    layout = lay_out(channel)
    source = source_text(channel.source)
    fbs = render("channel.fbs.j2", fbs=FbsView(layout, source))
    bfbs = flatc.schema_binary(f"{channel.name}.fbs", fbs)
    descriptor = flatc.data_binary(descriptor_schema, describe(layout, bfbs))
    header = HeaderView(layout, source, descriptor)
    texts = [render("channel.hpp.j2", header=header), render("channel.cpp.j2", header=header), fbs]
    contents = [*(text.encode("utf-8") for text in texts), bfbs]
    return dict(zip(output_names(channel), contents))


def make_descriptor(channel: Channel, flatc: Flatc, descriptor_schema: Path) -> bytes:
    """The schema as it stands in a window: what tools compare. Raises LayoutError, FlatcError."""
    layout = lay_out(channel)
    fbs = render("channel.fbs.j2", fbs=FbsView(layout, source_text(channel.source)))
    bfbs = flatc.schema_binary(f"{channel.name}.fbs", fbs)
    return flatc.data_binary(descriptor_schema, describe(layout, bfbs))


def explanation(channel: Channel, flatc: Flatc, descriptor_schema: Path) -> str:
    """What --explain prints. Raises LayoutError, FlatcError."""
    return explain(lay_out(channel), len(make_descriptor(channel, flatc, descriptor_schema)))


def source_text(source: Path) -> str:
    """The schema as banners name it: never by an absolute path, which differs between machines."""
    return source.name if source.is_absolute() else source.as_posix()
