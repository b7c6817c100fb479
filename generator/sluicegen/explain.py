"""Layout -> a drawing for people: `sluicegen --explain`. Every byte of a message, and what a window takes.

Plain text. A ruler stands where a cache line of a slot's 64 bytes begins; one that begins inside a
part is told behind it. Types have none: where they begin in a line depends on the message.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from .model import Field, Namespace, name_in
from .placed import ChannelLayout, FileLayout, Kind, Part, PartKind, StructLayout, TypeLayouts
from .reorder import better_order
from .window_size import CACHE_LINE_BYTES, WindowSize, slot_bytes, window_size

WIDTH = 100  # of the advice; names are not broken
_PREFIX_TEXT = {
    Kind.MESSAGE: "root and vtable offsets, the message's number",
    Kind.TABLE: "vtable offset",
}
_KIND_TEXT = {
    Kind.MESSAGE: "the message",
    Kind.TABLE: "a table",
    Kind.INLINE: "a struct",
}

Row = tuple[int, int, str, str]  # offset, size, name, what


def explain(layout: ChannelLayout, descriptor_bytes: int) -> str:
    channel = layout.channel
    slots = counted(channel.capacity, "slot")
    head = f"{channel.full_name} {channel.version}, {channel.order}, {slots}"
    drawn = [_drawing(struct, layout) for struct in (layout.message, *layout.types)]
    return "\n\n".join([head, *drawn, _sizes(layout, descriptor_bytes)]) + "\n"


def explain_types(layout: FileLayout) -> str:
    """Of a file without a channel: how its types lie wherever they are nested."""
    drawn = [_drawing(layout.of(struct), layout) for struct in layout.file.types]
    return "\n\n".join([f"types of {'.'.join(layout.namespace)}", *drawn]) + "\n"


def counted(count: int, thing: str) -> str:
    """1, 'byte' -> '1 byte'; 2048, 'byte' -> '2,048 bytes'."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _drawing(layout: StructLayout, whole: TypeLayouts) -> str:
    space = whole.namespace
    payload = whole.channel.payload if isinstance(whole, ChannelLayout) else None
    if payload and layout is whole.message:
        rows = list(_rows(layout, lambda part: _payload_words(part, payload.root)))
    else:
        rows = list(_rows(layout, lambda part: _words(part, layout, space)))
    widest = max(len(name) for _, _, name, _ in rows)
    name, size = name_in(space, layout.struct), counted(layout.size, "byte")
    lines = [f"{name}, {_KIND_TEXT[layout.kind]}: {size}, aligned to {layout.alignment}"]
    lines.append("   offset       size")
    for offset, size, name, what in rows:
        lines.append(f"{offset:9,}  {size:9,}  {name:<{widest}}  {what}".rstrip())
        end = offset + size
        if layout.kind is Kind.MESSAGE and end < layout.size:
            lines += [f"{'-' * 20}  {text}" for text in _rulers(offset, end, name)]
    return "\n".join([*lines, *_advice(layout, whole)])


def _rulers(start: int, end: int, name: str) -> list[str]:
    """The cache lines that begin in a part or right behind it."""
    first, behind = start // CACHE_LINE_BYTES + 1, -(-end // CACHE_LINE_BYTES)
    texts = []
    if behind - first == 1:
        texts.append(f"cache line {first} begins at {first * CACHE_LINE_BYTES:,}, in {name}")
    elif behind > first:
        last = (behind - 1) * CACHE_LINE_BYTES
        texts.append(f"cache lines {first} to {behind - 1:,} begin in {name}, the last at {last:,}")
    return texts + ([f"cache line {behind}"] if end % CACHE_LINE_BYTES == 0 else [])


def _rows(
    layout: StructLayout, words: Callable[[Part], tuple[str, str]]
) -> Iterator[Row]:
    prefix = layout.kind.prefix_bytes
    if prefix:
        yield 0, prefix, "(prefix)", _PREFIX_TEXT[layout.kind]
    for part in layout.parts:
        yield (part.offset, part.size, *words(part))


def _payload_words(part: Part, root: str) -> tuple[str, str]:
    """Of a message that is a table of the user's own."""
    return {
        PartKind.REF: ("-> table", "reference to its length, each message's own"),
        PartKind.DATA: ("table", f"{root}: it ends where this ends, its length stands before it"),
        PartKind.VTABLE: ("(vtables)", "with a table, and without one"),
        PartKind.PAD: ("(padding)", ""),
    }[part.kind]


def _words(part: Part, layout: StructLayout, space: Namespace) -> tuple[str, str]:
    if part.kind is PartKind.VTABLE:
        return "(vtable)", counted(len(layout.fields), "field")
    if part.kind is PartKind.RESERVE:
        return "(reserve)", "for fields of later minor versions"
    if part.field is None:
        return "(padding)", ""
    if part.kind is PartKind.REF:
        return f"-> {part.field.name}", f"reference to byte {layout.placed(part.field).data_offset:,}"
    return part.field.name, _type_text(part.field, layout, space)


def _type_text(field: Field, layout: StructLayout, space: Namespace) -> str:
    unit = f" [{field.unit}]" if field.unit else ""
    is_later = layout.kind is Kind.MESSAGE and field.since
    return field.type_text(space) + unit + (f", since minor {field.since}" if is_later else "")


def _advice(layout: StructLayout, whole: TypeLayouts) -> list[str]:
    better = better_order(layout, whole)
    if better is None:
        return []
    saved = counted(layout.size - better.size, "byte")
    lines_saved = (slot_bytes(layout.size) - slot_bytes(better.size)) // CACHE_LINE_BYTES
    if layout.kind is Kind.MESSAGE and lines_saved:
        saved += f" and {counted(lines_saved, 'cache line')} a slot"
    if layout.kind is not Kind.MESSAGE:
        saved += f" in each '{name_in(whole.namespace, layout.struct)}'"
    order = ", ".join(field.name for field in better.struct.fields)
    text = f"Another order saves {saved}, in a new major version: {order}"
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _sizes(layout: ChannelLayout, descriptor_bytes: int) -> str:
    message = layout.message
    window = window_size(layout.channel.capacity, message.size, descriptor_bytes)
    sizes = {kind: sum(part.size for part in message.parts if part.kind is kind) for kind in PartKind}
    values = sizes[PartKind.VALUE] + sizes[PartKind.DATA]
    padding, reserve = sizes[PartKind.PAD], sizes[PartKind.RESERVE]
    rest = message.size - values - padding - reserve
    parts = f"{values:,} fields, {padding:,} padding, {reserve:,} reserve, {rest:,} prefix, references and vtable"
    if layout.channel.payload:
        parts = f"{values:,} table, {padding:,} padding, {rest:,} prefix, reference and vtables"
    rows = [
        ("message", message.size, parts),
        ("slot", window.slot, counted(window.slot // CACHE_LINE_BYTES, "cache line")),
        ("bookkeeping", window.words + window.arrays, _bookkeeping_text(window, layout.channel.capacity)),
        ("descriptor", descriptor_bytes, "the schema, for readers of the window"),
        ("window", window.total, _window_text(layout, window.slots)),
    ]
    digits = max(len(f"{size:,}") for _, size, _ in rows)
    lines = [f"  {name:<11}  {size:>{digits},}  {text}".rstrip() for name, size, text in rows]
    return "\n".join(["In bytes, with pages of 4,096", *lines])


def _bookkeeping_text(window: WindowSize, capacity: int) -> str:
    return f"{window.words:,} header and counters; {window.arrays:,} links and marks, {window.arrays / capacity:.0f} a slot"


def _window_text(layout: ChannelLayout, slots: int) -> str:
    return f"{slots:,} of them in {counted(layout.channel.capacity, 'slot')}"
