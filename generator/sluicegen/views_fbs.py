"""Layout -> what the .fbs template prints: the same message in FlatBuffers' own schema language.

For readers in other languages, and for the .bfbs that a window carries. names_fbs.py says what
things are called there.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Union

from .cpp_text import comment_lines, nearest_f32, shortest_f32
from .model import Enum, Field, Payload, Scalar, Shape, Struct, TypeFile, Value, full_name
from .names_fbs import dotted, enum_value_names, field_names, file_names, type_names
from .output_names import fbs_name, message_fbs_name, payload_fbs_names
from .placed import (
    ChannelLayout,
    FileLayout,
    Kind,
    MessageLayout,
    PlacedField,
    StructLayout,
    TypeLayouts,
)
from .views_fields import banner, comment_text, first_value

SCALAR_TYPES = {
    "bool": "bool",
    "i8": "byte",
    "i16": "short",
    "i32": "int",
    "i64": "long",
    "u8": "ubyte",
    "u16": "ushort",
    "u32": "uint",
    "u64": "ulong",
    "f32": "float",
    "f64": "double",
}


# flatc puts an enum into a struct only if it has a value 0; who imports the enum may do so.
ZERO = "sluice_zero"


class EnumView:
    """Of flags, FlatBuffers' bit_flags are the single bits: their combinations have no name there."""

    def __init__(self, enum: Enum, name: str) -> None:
        self.enum = enum
        self.name = name
        names = enum_value_names(enum)
        self.values = [(value.value, names[value.name], value.doc) for value in enum.values]
        if enum.flags:
            self.values = [(bit_of(mask), *rest) for mask, *rest in self.values if is_bit(mask)]
        elif 0 not in [value.value for value in enum.values]:
            self.values.append((0, ZERO, ""))

    @property
    def lines(self) -> list[str]:
        lines = comment_lines(self.enum.doc)
        attribute = " (bit_flags)" if self.enum.flags else ""
        type_name = SCALAR_TYPES[self.enum.scalar.name]
        lines.append(f"enum {self.name} : {type_name}{attribute} {{")
        for value, name, doc in sorted(self.values):  # flatc asks for this order
            lines += ["  " + line for line in comment_lines(doc, indent=2)]
            lines.append(f"  {name} = {value},")
        return [*lines, "}"]


def is_bit(mask: int) -> bool:
    return mask > 0 and mask & (mask - 1) == 0


def bit_of(mask: int) -> int:
    """FlatBuffers counts bits: 4 -> 2."""
    return mask.bit_length() - 1


def is_plain_number(enum: Enum) -> bool:
    """Flags without any single bit: FlatBuffers has no enum for them."""
    return enum.flags and not any(is_bit(value.value) for value in enum.values)


class StructView:
    def __init__(self, layout: StructLayout, file: "FbsView") -> None:
        self.layout = layout
        self.file = file
        self.name = file.name_of(layout.struct)
        self.keyword = "struct" if layout.kind is Kind.INLINE else "table"
        self.names = field_names(layout.struct, self.name, file.neighbours)

    @property
    def lines(self) -> list[str]:
        lines = comment_lines(self.layout.struct.doc)
        lines.append(f"{self.keyword} {self.name} {{")
        if self.layout.kind is Kind.MESSAGE:
            lines.append("  /// The message's number; 0 while it is being written.")
            lines.append("  sluice_seq: ulong (id: 0);")
        for placed in self.layout.fields:
            lines += self._field(placed)
        return [*lines, "}"]

    def _field(self, placed: PlacedField) -> list[str]:
        field = placed.field
        since = f"{self.layout.struct.major}.{field.since}" if field.since else ""
        docs = comment_lines(comment_text(field.unit, field.doc, since), indent=2)
        declaration = f"{self.names[field.name]}: {self._type(field)}"
        if self.keyword == "table":
            declaration += f"{self._default(field)} (id: {placed.id})"
        return ["  " + line for line in docs] + [f"  {declaration};"]

    def _type(self, field: Field) -> str:
        if field.shape is Shape.STRING:
            return "string"
        element = self._element(field)
        return element if field.shape is Shape.SINGLE else f"[{element}]"

    def _element(self, field: Field) -> str:
        if self._is_number(field):
            assert field.carrier is not None
            return SCALAR_TYPES[field.carrier.name]
        assert isinstance(field.element, (Enum, Struct))
        return self.file.name_of(field.element)

    @staticmethod
    def _is_number(field: Field) -> bool:
        """A scalar, also one that carries an enum which FlatBuffers cannot have here."""
        if isinstance(field.element, Enum):
            return field.width is not None or is_plain_number(field.element)
        return isinstance(field.element, Scalar)

    def _default(self, field: Field) -> str:
        element, value = field.element, field.default
        if field.shape is not Shape.SINGLE or isinstance(element, Struct):
            return ""
        if isinstance(element, Enum):
            return self._enum_default(field, element)
        assert element is not None
        return "" if value is None else f" = {default_text(element, value)}"

    def _enum_default(self, field: Field, enum: Enum) -> str:
        value = first_value(enum) if field.default is None else field.default
        known = [known for known in enum.values if value in (known.name, known.value)]
        number = known[0].value if known else value
        if number == 0:
            return ""
        if enum.flags or self._is_number(field):
            return f" = {number}"
        return f" = {enum_value_names(enum)[known[0].name]}"


def default_text(scalar: Scalar, value: Value) -> str:
    """As flatc reads it: f32 0.1 -> '0.1', nan -> 'nan', True -> 'true'."""
    if scalar.is_bool:
        return "true" if value else "false"
    if not scalar.is_float:
        return str(int(value))
    number = nearest_f32(float(value)) if scalar.size == 4 else float(value)
    if number != number or number in (float("inf"), float("-inf")):
        return repr(number)
    return shortest_f32(number) if scalar.size == 4 else repr(number)


class SlotView:
    """The slot of a message that is a table of the user's own: a FlatBuffer in a FlatBuffer."""

    def __init__(self, name: str, payload: Payload, space: str) -> None:
        self.name = name
        self._max_bytes = payload.max_bytes
        # flatc 2.0.8 makes Python of a name without namespace only; where the namespace is another one it needs it.
        namespace, _, table = payload.root.rpartition(".")
        self._root = table if namespace == space else payload.root

    @property
    def lines(self) -> list[str]:
        return [
            f"table {self.name} {{",
            "  /// The message's number; 0 while it is being written.",
            "  sluice_seq: ulong (id: 0);",
            f"  /// The message; absent while it is being built. At most {self._max_bytes:,} bytes.",
            f'  table: [ubyte] (id: 1, nested_flatbuffer: "{self._root}");',
            "}",
        ]


class FbsView:
    """One .fbs file: of a channel, of a file of types, or of a named type as a message."""

    def __init__(self, layouts: TypeLayouts, file: TypeFile, what: str, source: str) -> None:
        self.namespace = dotted(layouts.namespace)
        self.includes: list[str] = []
        self.enums: list[EnumView] = []
        self.structs: list[Union[StructView, SlotView]] = []
        self.root = ""
        self._space = layouts.namespace
        self._names: dict[str, str] = {}
        for each in (*file.all_imports(), file):
            self._names.update(file_names(each))
        self._banner = (what, source)

    @staticmethod
    def of_channel(layout: ChannelLayout, source: str) -> FbsView:
        channel = layout.channel
        what = f"Channel {channel.full_name}, version {channel.version}."
        view = FbsView(layout, channel, what, source)
        view._define(layout, channel)
        if channel.carried:
            view.includes.append(message_fbs_name(channel.carried))
            view._add_message_name(channel.message)
        elif channel.payload:
            view.includes += payload_fbs_names(channel)[:1]
            view.structs.append(SlotView(view.name_of(channel.message), channel.payload, view.namespace))
        else:
            view.structs.append(StructView(layout.message, view))
        view.root = view.name_of(channel.message)
        return view

    @staticmethod
    def of_types(layout: FileLayout, source: str) -> FbsView:
        what = f"Types of {'.'.join(layout.namespace)}.\n{layout.file.doc}"
        view = FbsView(layout, layout.file, what, source)
        view._define(layout, layout.file)
        return view

    @staticmethod
    def of_message(layout: MessageLayout, file: TypeFile, source: str) -> FbsView:
        """`file`: which defines the type."""
        what = f"{full_name(layout.carried)} as a message, for every channel that carries it."
        view = FbsView(layout, file, what, source)
        view.includes = [fbs_name(file)]
        view._add_message_name(layout.message.struct)
        view.structs = [StructView(layout.message, view)]
        view.root = view.name_of(layout.message.struct)
        return view

    @staticmethod
    def of_excerpt(layout: Union[FileLayout, ChannelLayout], used: Container[str]) -> FbsView:
        """Of a file's types and enums those whose full names are in `used`."""
        view = FbsView(layout, layout.file, "", "")
        view._define(layout, layout.file)
        view.enums = [each for each in view.enums if full_name(each.enum) in used]
        view.structs = [each for each in view.structs if full_name(each.layout.struct) in used]
        return view

    def _define(self, layouts: TypeLayouts, file: TypeFile) -> None:
        self.includes = [fbs_name(each) for each in file.imports]
        enums = (enum for enum in file.enums if not is_plain_number(enum))
        self.enums = [EnumView(enum, self.name_of(enum)) for enum in enums]
        self.structs = [StructView(layouts.of(struct), self) for struct in file.types]

    def _add_message_name(self, message: Struct) -> None:
        self._names[full_name(message)] = type_names([message], [])[message.name]

    def name_of(self, element: Union[Enum, Struct]) -> str:
        """As this file names it: Pose, or from another namespace geometry.Pose."""
        name = self._names[full_name(element)]
        if element.namespace == self._space:
            return name
        return f"{dotted(element.namespace)}.{name}"

    @property
    def neighbours(self) -> list[str]:
        """The names of this namespace that the file sees."""
        start = "".join(f"{part}." for part in self._space)
        within = (name for name in self._names if name.startswith(start))
        return [self._names[name] for name in within if "." not in name[len(start) :]]

    @property
    def banner_lines(self) -> list[str]:
        return banner(*self._banner)
