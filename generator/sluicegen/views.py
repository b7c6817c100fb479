"""Layout -> what the C++ templates print: declarations, literals, comments, each a property.

One view class per kind of thing; views_fields.py has those of a single field, views_files.py those
of whole files. Every choice of words and every wrapped line is made in one of them, so that a
template only loops. Lines come indented.
"""

from __future__ import annotations

from functools import cached_property

from .cpp_text import (
    COLUMNS,
    Line,
    aligned,
    comment_lines,
    literal,
    name,
    scalar_type,
    string_lines,
    string_literal,
    width,
)
from .model import Constant, Enum
from .placed import Kind, Part, PartKind, StructLayout, TypeLayouts
from .views_fields import FieldView, comment_text, function_lines, vtable_lines


class EnumView:
    def __init__(self, enum: Enum) -> None:
        self.enum = enum
        self.name = name(enum.name)

    @property
    def opening(self) -> str:
        return f"enum class {self.name} : {scalar_type(self.enum.scalar)} {{"

    @cached_property
    def lines(self) -> list[str]:
        lines = comment_lines(self.enum.doc)
        if self._short.fits and not any(value.doc for value in self.enum.values):
            lines += aligned([self._short])
        else:
            lines += [f"/// {self._warning.capitalize()}.", self.opening, *self._values, "};"]
        return lines + ([f"SLUICE_FLAG_OPERATORS({self.name});"] if self.enum.flags else [])

    @property
    def _warning(self) -> str:
        if self.enum.flags:
            return "flags: expect any combination, and other bits"
        return "open: expect other values"

    @property
    def _short(self) -> Line:
        values = ", ".join(self._items)
        warning = self._warning if self.enum.flags else "open: expect others"
        return Line(f"{self.opening} {values} }};", f"// {warning}")

    @property
    def _items(self) -> list[str]:
        scalar = self.enum.scalar
        values = self.enum.values
        return [f"{name(value.name)} = {literal(scalar, value.value)}" for value in values]

    @property
    def _values(self) -> list[str]:
        lines = []
        for item, value in zip(self._items, self.enum.values):
            lines += _documented(f"  {item},", value.doc)
        return aligned(lines)


class ConstantView:
    """A member of a struct, or, `in_namespace`, what stands for itself."""

    def __init__(self, constant: Constant, in_namespace: bool = False) -> None:
        self.constant = constant
        self._indent = 0 if in_namespace else 2
        self._storage = "inline constexpr" if in_namespace else "static constexpr"

    @property
    def type(self) -> str:
        scalar = self.constant.scalar
        return scalar_type(scalar) if scalar else "std::string_view"

    @property
    def literal(self) -> str:
        constant = self.constant
        if constant.scalar:
            return literal(constant.scalar, constant.value)
        return string_literal(str(constant.value))

    @property
    def lines(self) -> list[Line]:
        constant = self.constant
        start = f"{' ' * self._indent}{self._storage} {self.type} {name(constant.name)} ="
        code = f"{start} {self.literal};"
        if width(code) <= COLUMNS:
            return _documented(code, comment_text(constant.unit, constant.doc))
        above = _above(comment_text(constant.unit, constant.doc), self._indent)
        return above + [Line(line) for line in self._long(start)]

    def _long(self, start: str) -> list[str]:
        indent = self._indent + 4
        if self.constant.scalar:
            return [start, f"{' ' * indent}{self.literal};"]
        return [start, *string_lines(str(self.constant.value), indent, ";")]


def _documented(code: str, comment: str) -> list[Line]:
    """The comment behind the code where both fit a line, else above it."""
    indent = len(code) - len(code.lstrip())
    behind = Line(code, f"///< {comment}" if comment else "")
    if behind.fits and len(comment.strip().splitlines()) <= 1:
        return [Line(code, *comment_lines(comment, "///<"))]
    return [*_above(comment, indent), Line(code)]


def _above(comment: str, indent: int) -> list[Line]:
    return [Line(" " * indent + line) for line in comment_lines(comment, indent=indent)]


class StructView:
    """A message, a table type or an inline struct."""

    def __init__(self, layout: StructLayout, layouts: TypeLayouts) -> None:
        self.layout = layout
        self.name = name(layout.struct.name)
        self.is_message = layout.kind is Kind.MESSAGE
        self.is_inline = layout.kind is Kind.INLINE
        self.fields = [FieldView(placed, layout.struct, layouts) for placed in layout.fields]
        self._by_name = {field.field.name: field for field in self.fields}
        own = layouts.message_constants if self.is_message else ()
        self.constants = [ConstantView(each) for each in (*layout.struct.constants, *own)]

    @property
    def doc_lines(self) -> list[str]:
        return comment_lines(self.layout.struct.doc)

    @cached_property
    def constant_lines(self) -> list[str]:
        return aligned([line for constant in self.constants for line in constant.lines])

    @cached_property
    def info_lines(self) -> list[str]:
        return [line for field in self.fields for line in field.info_lines]

    @cached_property
    def member_lines(self) -> list[str]:
        return aligned([line for part in self.layout.parts for line in self._member(part)])

    @property
    def prefix(self) -> str:
        kind = "Prefix" if self.is_message else "TablePrefix"
        return f"  sluice::frozen::{kind}<{self.layout.vtable_distance}> prefix_;"

    def _member(self, part: Part) -> list[Line]:
        if part.field is None:
            return self._unnamed(part)
        field = self._by_name[part.field.name]
        if part.kind is PartKind.REF:
            return [Line(field.ref)]
        if field.attribute:
            return self._deprecated_member(field)
        if width(field.declaration) <= COLUMNS:
            return _documented(field.declaration, field.comment)
        return [*_above(field.comment, 2), *(Line(line) for line in field.split_declaration)]

    @staticmethod
    def _deprecated_member(field: FieldView) -> list[Line]:
        """Its attribute before it, or, held there by a comment, above it."""
        code = f"  {field.attribute} {field.declaration.lstrip()}"
        if width(code) <= COLUMNS:
            return _documented(code, field.comment)
        attribute = f"  {field.attribute}  // says the schema"
        is_plain = width(field.declaration) <= COLUMNS and "<" not in field.type
        lines = [attribute, *([field.declaration] if is_plain else field.split_declaration)]
        return [*_above(field.comment, 2), *(Line(line) for line in lines)]

    def _unnamed(self, part: Part) -> list[Line]:
        if part.kind is PartKind.VTABLE:
            return vtable_lines(self.layout.vtable)
        if self.is_inline:
            return [Line(f"  std::byte pad_{part.offset}_[{part.size}] = {{}};")]
        return [Line(f"  sluice::frozen::Pad<{part.size}> pad_{part.offset}_;")]

    @cached_property
    def set_defaults_lines(self) -> list[str]:
        return function_lines("set_defaults_", [field.set_default for field in self.fields])

    @cached_property
    def clear_lengths_lines(self) -> list[str]:
        statements = [field.clear_lengths for field in self.fields if field.clear_lengths]
        return function_lines("clear_lengths_", statements)

    @cached_property
    def assert_lines(self) -> list[str]:
        lines = []
        if not self.is_inline:
            lines.append(f"static_assert(std::is_standard_layout_v<{self.name}>);")
            lines.append(f"static_assert(std::is_trivially_destructible_v<{self.name}>);")
        for part in self.layout.parts:
            lines += self._offset_assert(part)
        lines.append(f"static_assert(sizeof({self.name}) == {self.layout.size});")
        return lines

    def _offset_assert(self, part: Part) -> list[str]:
        if part.is_empty:
            return []
        if part.field is None:
            member = "vtable_"
        else:
            field = self._by_name[part.field.name]
            member = field.ref_name if part.kind is PartKind.REF else field.name
        offset = f"{part.offset});"
        start = "static_assert(offsetof("
        left = f"{start}{self.name}, {member}) =="
        if len(left) + 1 + len(offset) <= COLUMNS:
            return [f"{left} {offset}"]
        if len(left) <= COLUMNS:
            return [left, " " * len("static_assert(") + offset]
        return [f"{start}{self.name},", f"{' ' * len(start)}{member}) == {offset}"]
