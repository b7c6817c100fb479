"""Whether another order of a message's or type's fields would take fewer bytes, and which.

explain.py asks. Fields keep their version, so that only fields of one minor change places. It tries
two orders that are good in practice; it does not search for the best of all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Optional

from .layout import align, lay_out, lay_out_type
from .model import Field, Struct
from .placed import ChannelLayout, Kind, PartKind, StructLayout, TypeLayouts

Extent = tuple[int, int, int]  # size and alignment of the inline part, alignment of what is behind it


def better_order(layout: StructLayout, whole: TypeLayouts) -> Optional[StructLayout]:
    """The layout with its fields in a smaller order; None if neither of those tried is smaller."""
    extents = {placed.field.name: _extent(layout, whole, placed.field) for placed in layout.fields}
    orders = (_by_alignment, _without_gaps)
    tried = [_laid_out(layout, whole, _reordered(layout, extents, order)) for order in orders]
    best = min(tried, key=lambda each: each.size)
    return best if best.size < layout.size else None


def _extent(layout: StructLayout, whole: TypeLayouts, field: Field) -> Extent:
    size = layout.placed(field).size
    if any(part.kind is PartKind.DATA and part.field is field for part in layout.parts):
        return size, size, _element_alignment(whole, field)
    return size, _element_alignment(whole, field), 1


def _element_alignment(whole: TypeLayouts, field: Field) -> int:
    if isinstance(field.element, Struct):
        return whole.of(field.element).alignment
    return field.carrier.size if field.carrier else 1


def _reordered(
    layout: StructLayout, extents: dict[str, Extent], order: Callable
) -> tuple[Field, ...]:
    fields = layout.struct.fields
    start = layout.kind.prefix_bytes
    made: list[Field] = []
    for minor in sorted({field.since for field in fields}):
        made += order([field for field in fields if field.since == minor], extents, start)
    return tuple(made)


def _by_alignment(fields: list[Field], extents: dict[str, Extent], _: int) -> list[Field]:
    return sorted(fields, key=lambda field: (-extents[field.name][1], -extents[field.name][2]))


def _without_gaps(fields: list[Field], extents: dict[str, Extent], start: int) -> list[Field]:
    """Each time the widest field that needs no padding where it would go."""
    waiting = _by_alignment(fields, extents, start)
    made: list[Field] = []
    end = start
    while waiting:
        fitting = [field for field in waiting if end % extents[field.name][1] == 0]
        chosen = (fitting or waiting)[0]
        waiting.remove(chosen)
        size, alignment, _ = extents[chosen.name]
        end = align(end, alignment) + size
        made.append(chosen)
    return made


def _laid_out(
    layout: StructLayout, whole: TypeLayouts, fields: tuple[Field, ...]
) -> StructLayout:
    struct = replace(layout.struct, fields=fields)
    if isinstance(whole, ChannelLayout) and layout.kind is Kind.MESSAGE:
        return lay_out(replace(whole.channel, message=struct)).message
    return lay_out_type(struct)
