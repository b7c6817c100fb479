"""What a channel is: names, types, numbers. No text of any language, no offsets.

load.py and check.py make these from YAML; layout.py and views.py read them. Everything is frozen: a
model that exists has passed every check.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum as PythonEnum
from pathlib import Path
from typing import Optional, Union

Value = Union[bool, int, float, str]


@dataclass(frozen=True)
class Version:
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True)
class Scalar:
    """One of bool, i8 ... u64, f32, f64."""

    name: str
    size: int  # bytes, and alignment

    @property
    def is_float(self) -> bool:
        return self.name in ("f32", "f64")

    @property
    def is_bool(self) -> bool:
        return self.name == "bool"

    @property
    def is_signed(self) -> bool:
        return self.name.startswith("i")

    @property
    def is_integer(self) -> bool:
        return not self.is_bool and not self.is_float

    @property
    def bits(self) -> int:
        return self.size * 8


SCALARS = {
    scalar.name: scalar
    for scalar in (
        Scalar("bool", 1),
        Scalar("i8", 1),
        Scalar("i16", 2),
        Scalar("i32", 4),
        Scalar("i64", 8),
        Scalar("u8", 1),
        Scalar("u16", 2),
        Scalar("u32", 4),
        Scalar("u64", 8),
        Scalar("f32", 4),
        Scalar("f64", 8),
    )
}


@dataclass(frozen=True)
class EnumValue:
    name: str
    value: int
    doc: str = ""


@dataclass(frozen=True)
class Enum:
    name: str
    scalar: Scalar  # an integer one
    values: tuple[EnumValue, ...]
    doc: str = ""
    flags: bool = False  # the values are masks, and so are all their combinations


class Shape(PythonEnum):
    SINGLE = "single"
    ARRAY = "array"  # T[N]
    SEQUENCE = "sequence"  # T[<=N]
    STRING = "string"  # string<=N


@dataclass(frozen=True)
class Metadata:
    """What a field's value stands for: told to programs and tools, checked and scaled by nobody.

    Numbers are of the field's element, but for the scale.
    """

    frame: str = ""
    range: Optional[tuple[Value, Value]] = None
    invalid: Optional[Value] = None  # stands for "not known"
    scale: Optional[float] = None  # what one count is, in the field's unit
    deprecated: Optional[str] = None  # what to use instead, or nothing
    key: str = ""
    role: str = ""


@dataclass(frozen=True)
class Field:
    name: str
    shape: Shape
    element: Union[Scalar, Enum, "Struct", None]  # None for a string
    bound: int = 1  # N of an array, sequence or string
    unit: str = ""
    doc: str = ""
    # Of a single scalar (bool, int, float), enum (the value's name) or flags enum (the mask).
    default: Optional[Value] = None
    since: int = 0  # the minor version that brought it
    width: Optional[Scalar] = None  # `as`: what carries an enum here
    metadata: Metadata = Metadata()

    @property
    def type_text(self) -> str:
        """As the schema writes it: f32[3], Peak[<=8], string<=31, Mode[4] as u8."""
        if self.shape is Shape.STRING:
            return f"string<={self.bound}"
        suffix = {Shape.SINGLE: "", Shape.ARRAY: f"[{self.bound}]", Shape.SEQUENCE: f"[<={self.bound}]"}
        width = f" as {self.width.name}" if self.width else ""
        return self.element.name + suffix[self.shape] + width

    @property
    def carrier(self) -> Optional[Scalar]:
        """The scalar that an element is in memory; None for types and strings."""
        if isinstance(self.element, Enum):
            return self.width or self.element.scalar
        return self.element if isinstance(self.element, Scalar) else None


@dataclass(frozen=True)
class Constant:
    name: str
    scalar: Optional[Scalar]  # None for a string
    value: Value
    unit: str = ""
    doc: str = ""


@dataclass(frozen=True)
class Struct:
    """A message, or a type nested in one."""

    name: str
    fields: tuple[Field, ...]
    doc: str = ""
    constants: tuple[Constant, ...] = ()
    reserve: Optional[int] = None  # bytes that a message keeps inline for fields of later minors


@dataclass(frozen=True)
class Channel:
    name: str
    namespace: tuple[str, ...]
    version: Version
    order: str
    capacity: int
    overflow: str
    message: Struct
    types: tuple[Struct, ...]  # in dependency order: a type comes after those it uses
    enums: tuple[Enum, ...]
    constants: tuple[Constant, ...]
    source: Path
    doc: str = ""

    @property
    def full_name(self) -> str:
        return ".".join((*self.namespace, self.name))
