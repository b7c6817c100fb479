"""One field -> its C++ parts: info, reference, member, default, comment; and the lines they wrap into.

views.py puts them in order. Must hold: a default-constructed message and one after set_defaults_() are equal.
"""

from __future__ import annotations

from typing import Sequence

from .cpp_text import (
    COLUMNS,
    Line,
    enum_literal,
    literal,
    name,
    scalar_type,
    string_lines,
    string_literal,
    width,
)
from .layout import ChannelLayout, Kind, PlacedField
from .model import Enum, Scalar, Shape, Struct


def comment_text(unit: str, doc: str, since: str = "") -> str:
    """'ns', 'when', '1.2' -> '[ns] when; since 1.2'."""
    text = doc.strip()
    if since and not text:
        text = f"since {since}"
    elif since:
        text += f" Since {since}." if text[-1] in ".!?" else f"; since {since}"
    return " ".join(part for part in (f"[{unit}]" if unit else "", text) if part)


def vtable_lines(entries: Sequence[int]) -> list[Line]:
    """On one line, or, held there by a comment, as many entries on each line as it takes."""
    start = "  sluice::frozen::VTable<"
    texts = [str(entry) for entry in entries]
    line = Line(f"{start}{', '.join(texts)}> vtable_;")
    if line.fits:
        return [line]
    filled = [" " * 5]
    for text in [f"{text}," for text in texts[:-1]] + [f"{texts[-1]}>"]:
        if width(filled[-1]) + 1 + len(text) > COLUMNS:
            filled.append(" " * 5)
        filled[-1] += f" {text}"
    opening = Line(start, "// bytes of vtable and table, then where each field lies")
    return [opening, *(Line(text) for text in filled), Line("      vtable_;")]


def function_lines(function: str, statements: Sequence[str]) -> list[str]:
    """A member function that runs the statements; on one line where clang-format would put it there."""
    start = f"  void {function}() noexcept {{"
    if not statements:
        return [start + "}"]
    if len(statements) == 1 and width(f"{start} {statements[0]} }}") <= COLUMNS:
        return [f"{start} {statements[0]} }}"]
    return [start, *(f"    {statement}" for statement in statements), "  }"]


class FieldView:
    def __init__(self, placed: PlacedField, struct_name: str, channel: ChannelLayout) -> None:
        self.placed = placed
        self.field = placed.field
        self.name = name(placed.field.name)
        self.ref_name = f"{placed.field.name}_ref_"
        self.info_name = f"{placed.field.name}_info"
        self._struct_name = struct_name
        self._channel = channel

    @property
    def info_lines(self) -> list[str]:
        field = self.field
        values = [f"{self._struct_name}.{field.name}", field.type_text, field.unit]
        start = f"  static constexpr sluice::FieldInfo {self.info_name}{{"
        line = f"{start}{', '.join(string_literal(value) for value in values)}}};"
        if width(line) <= COLUMNS:
            return [line]
        return [start, *(line for value in values for line in string_lines(value, 6, ",")), "  };"]

    @property
    def ref(self) -> str:
        return f"  sluice::frozen::Ref<{self.placed.distance}> {self.ref_name};"

    @property
    def declaration(self) -> str:
        return f"  {self.type} {self.name}{self._initializer};"

    @property
    def split_declaration(self) -> list[str]:
        """For long names: the type, itself on two lines if need be, then the name."""
        name_line = f"      {self.name}{self._initializer};"
        type_line = f"  {self.type}"
        if width(type_line) <= COLUMNS:
            return [type_line, name_line]
        front, behind = type_line.rsplit(", ", 1)
        return [f"{front},", " " * (type_line.index("<") + 1) + behind, name_line]

    @property
    def comment(self) -> str:
        since = f"{self._channel.channel.version.major}.{self.field.since}" if self.field.since else ""
        return comment_text(self.field.unit, self.field.doc, since)

    @property
    def type(self) -> str:
        field = self.field
        if field.shape is Shape.ARRAY:
            return f"sluice::Array<{self.element_type}, {field.bound}>"
        if field.shape is Shape.SEQUENCE:
            return f"sluice::Sequence<{self.element_type}, {field.bound}, {self.info_name}>"
        if field.shape is Shape.STRING:
            return f"sluice::String<{field.bound}, {self.info_name}>"
        return self.element_type

    @property
    def element_type(self) -> str:
        element = self.field.element
        if isinstance(element, Scalar):
            return "sluice::Bool" if element.is_bool else scalar_type(element)
        assert element is not None
        return name(element.name)

    @property
    def is_table(self) -> bool:
        element = self.field.element
        single = self.field.shape is Shape.SINGLE
        return single and isinstance(element, Struct) and self._channel.of(element).kind is Kind.TABLE

    @property
    def default(self) -> str:
        """The value of a single scalar, enum or inline struct that nobody has set."""
        element, value = self.field.element, self.field.default
        if isinstance(element, Scalar):
            return literal(element, 0 if value is None else value)
        if isinstance(element, Enum):
            return enum_literal(element, first_value(element) if value is None else value)
        return f"{self.element_type}{{}}"

    @property
    def _initializer(self) -> str:
        if self.field.shape is not Shape.SINGLE or self.is_table:
            return ""
        return " = {}" if isinstance(self.field.element, Struct) else f" = {self.default}"

    @property
    def set_default(self) -> str:
        if self.is_table:
            return f"{self.name}.set_defaults_();"
        if self.field.shape is Shape.SINGLE:
            return f"{self.name} = {self.default};"
        if self.field.shape is Shape.ARRAY:
            return f"{self.name}.fill({self._zero});"
        return f"{self.name}.clear();"

    @property
    def _zero(self) -> str:
        """What an array's elements start as: as T{} makes them."""
        element = self.field.element
        return literal(element, 0) if isinstance(element, Scalar) else f"{self.element_type}{{}}"

    @property
    def clear_lengths(self) -> str:
        """Empty for a field that has no length."""
        if self.is_table:
            return f"{self.name}.clear_lengths_();"
        return f"{self.name}.clear();" if self.field.shape in (Shape.SEQUENCE, Shape.STRING) else ""


def first_value(enum: Enum) -> int:
    """What a field without a default holds: 0 where the enum has it, else the first value."""
    values = [value.value for value in enum.values]
    return 0 if 0 in values else values[0]
