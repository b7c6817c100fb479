"""What a channel is: names, types, numbers. No text of any language, no offsets.

The check modules make these from YAML; layout.py and views.py read them. Everything is frozen: a
model that exists has passed every check.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum as PythonEnum
from pathlib import Path
from typing import Optional, Union

from .problem import Place
from .user_schema import UserSchema

Value = Union[bool, int, float, str]
Namespace = tuple[str, ...]


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
    namespace: Namespace = ()
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

    def type_text(self, namespace: Namespace) -> str:
        """As a schema of that namespace writes it: geometry.Pose, string<=31, Mode[4] as u8."""
        if self.shape is Shape.STRING:
            return f"string<={self.bound}"
        suffix = {Shape.SINGLE: "", Shape.ARRAY: f"[{self.bound}]", Shape.SEQUENCE: f"[<={self.bound}]"}
        width = f" as {self.width.name}" if self.width else ""
        return name_in(namespace, self.element) + suffix[self.shape] + width

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
    namespace: Namespace = ()
    major: int = 0  # of the versions that its fields' `since` speaks of
    constants: tuple[Constant, ...] = ()  # of a type; those of a channel are the channel's
    reserve: Optional[int] = None  # bytes that a message keeps inline for fields of later minors


def full_name(element: Union[Enum, Struct]) -> str:
    """geometry.Pose: no two types or enums of a run have the same."""
    return ".".join((*element.namespace, element.name))


def name_in(namespace: Namespace, element: Union[Scalar, Enum, Struct]) -> str:
    """As a schema of that namespace names it: without a dot only what is its own."""
    if isinstance(element, Scalar) or element.namespace == namespace:
        return element.name
    return full_name(element)


@dataclass(frozen=True, eq=False)
class TypeFile:
    """What a schema file defines for itself and for those that import it; one object per file."""

    namespace: Namespace
    name: str  # the file's, or its channel's: of the generated files
    types: tuple[Struct, ...]  # in dependency order: a type comes after those it uses
    enums: tuple[Enum, ...]
    constants: tuple[Constant, ...]
    imports: tuple["TypeFile", ...]
    source: Path
    doc: str

    @property
    def full_name(self) -> str:
        return ".".join((*self.namespace, self.name))

    def all_imports(self) -> list["TypeFile"]:
        """Direct and indirect ones, each once, after those that it imports itself."""
        found: dict[str, TypeFile] = {}

        def visit(file: TypeFile) -> None:
            for each in file.imports:
                if each.key not in found:
                    visit(each)
                    found[each.key] = each

        visit(self)
        return list(found.values())

    @property
    def key(self) -> str:
        """Tells the files of a run apart."""
        return f"{self.full_name}.types"


@dataclass(frozen=True, eq=False)
class Payload:
    """A message that is a FlatBuffers table of the user's own schema, built in the slot."""

    schema: UserSchema
    root: str  # "geo.Pose"
    max_bytes: int  # of a finished table
    verify: str  # each, never
    places: dict[str, Place]  # of its keys


@dataclass(frozen=True, eq=False)
class Channel(TypeFile):
    version: Version
    order: str
    capacity: int
    overflow: str
    message: Struct
    carried: Optional[Struct] = None  # the named type that the message was made of
    payload: Optional[Payload] = None  # the message then has no fields of ours

    @property
    def has_struct(self) -> bool:
        """Whether a struct of the channel's own is generated for its message."""
        return not self.carried and not self.payload

    @property
    def key(self) -> str:
        return f"{self.full_name}.channel"


def message_of(struct: Struct) -> Struct:
    """A named type as a whole message: geometry.Pose -> geometry.PoseMessage."""
    return replace(struct, name=f"{struct.name}Message")
