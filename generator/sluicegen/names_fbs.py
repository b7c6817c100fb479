"""What types, fields and enum values are called in the .fbs: as in the schema, where flatc can.

flatc reads any name, but two may meet in what it generates from them: the fields foo_bar and fooBar
are both FooBar() in Python, a type PoseBuilder meets the builder of Pose in C++. The later one, or
the one that flatc's own code claims, gets a trailing underscore, which no schema can have used.
Tried for C++ and Python.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Callable, Iterable

from .cpp_text import name as cpp_name
from .model import Channel, Enum, Field, Namespace, Shape, Struct, TypeFile, full_name

# Members of flatbuffers::Table and of the classes that flatc generates.
_MEMBERS = frozenset(
    """
    Builder CheckField FlatBuffersVTableOffset GetAddressOf GetField GetOptional
    GetOptionalFieldOffset GetPointer GetRootAs GetStruct GetVTable Init NativeTableType Pack
    SetField SetPointer SizeOf
    TableType UnPack UnPackTo Verify VerifyField VerifyFieldRequired VerifyOffset
    VerifyOffsetRequired VerifyTableStart bb builder_
    """.split()
)
# Python's keywords: flatc 2.0.8 minds most as names, but not these, ...
_FORGOTTEN = frozenset(("False", "None", "True", "async", "await"))
# ... and none, nor those of C++, as types or in a namespace.
_PYTHON_KEYWORDS = _FORGOTTEN | frozenset(
    """
    and as assert break class continue def del elif else except finally for from global if import
    in is lambda nonlocal not or pass raise return try while with yield
    """.split()
)
# Names inside the functions that flatc generates.
_TYPES = frozenset(("Builder", "end", "flatbuffers", "o", "self", "x"))
_ENUM_MEMBERS = frozenset(("MAX", "MIN"))


def scope_name(part: str) -> str:
    """Of a type or of a part of the namespace: 'auto' -> 'auto_'."""
    return part + "_" if part in _PYTHON_KEYWORDS else cpp_name(part)


def type_names(structs: Iterable[Struct], enums: Iterable[Enum]) -> dict[str, str]:
    """Of a message, its types and enums; the message comes first and keeps its name."""
    taken = set(_TYPES)
    names = {}
    for struct in structs:
        names[struct.name] = _claim(scope_name(struct.name), _struct_claims, taken)
    for enum in enums:
        name = scope_name(enum.name)
        names[enum.name] = _claim(name, partial(_enum_claims, enum), taken)
    return names


def file_names(file: TypeFile) -> dict[str, str]:
    """Of all that a file defines, by full names."""
    own_message = isinstance(file, Channel) and not file.carried
    structs = (file.message, *file.types) if own_message else file.types
    names = type_names(structs, file.enums)
    return {full_name(each): names[each.name] for each in (*structs, *file.enums)}


def dotted(namespace: Namespace) -> str:
    return ".".join(scope_name(part) for part in namespace)


def field_names(struct: Struct, struct_name: str, type_names: Iterable[str]) -> dict[str, str]:
    """A struct's fields; flatc refuses those that are called like a type."""
    types = set(type_names)
    taken = {*_MEMBERS, *_FORGOTTEN, f"GetRootAs{struct_name}"}
    taken |= {"sluice_seq", "VT_SLUICE_SEQ", "SluiceSeq", "(sluiceSeq)"}
    names = {}
    for field in struct.fields:
        start = field.name + "_" if field.name in types else field.name
        names[field.name] = _claim(start, partial(_field_claims, field), taken)
    return names


def enum_value_names(enum: Enum) -> dict[str, str]:
    taken = {*_ENUM_MEMBERS, *_FORGOTTEN}
    return {value.name: _claim(value.name, lambda name: {name}, taken) for value in enum.values}


def _claim(name: str, claims: Callable[[str], set[str]], taken: set[str]) -> str:
    """The name, with as many underscores as it takes to meet nothing that is taken."""
    while claims(name) & taken:
        name += "_"
    taken |= claims(name)
    return name


def _struct_claims(name: str) -> set[str]:
    functions = {f"{verb}{name}" for verb in ("Create", "Get", "GetSizePrefixed", "UnPack", "Pack")}
    buffers = {f"{verb}{name}Buffer" for verb in ("Verify", "Finish")}
    prefixed = {f"{verb}SizePrefixed{name}Buffer" for verb in ("Verify", "Finish")}
    own = {name, f"{name}Builder", f"{name}T", f"Create{name}Direct"}
    return own | functions | buffers | prefixed


def _enum_claims(enum: Enum, name: str) -> set[str]:
    helpers = {f"Enum{what}{name}" for what in ("Values", "Names", "Name")}
    return {name, *helpers, *(f"{name}_{value.name}" for value in enum.values)}


def _field_claims(field: Field, name: str) -> set[str]:
    method = method_name(name)
    argument = f"({method[:1].lower()}{method[1:]})"  # of Python's functions that build
    claims = {name, f"VT_{cpp_name(name).upper()}", method, argument}
    if field.shape is not Shape.SINGLE:
        claims |= {f"{method}{what}" for what in ("AsNumpy", "IsNone", "Length")}
    return claims


def method_name(name: str) -> str:
    """A field's accessor in flatc's Python: 'foo_bar' -> 'FooBar', 'foo__' -> 'Foo_', 'or' -> 'Or_'.

    flatc goes by way of snake case, so that 'fooBAR' -> 'FooBar' and 'ABC' -> 'Abc' too.
    """
    escaped = name + "_" if name in _PYTHON_KEYWORDS - _FORGOTTEN else name
    snake = re.sub("(?<=[a-z])(?=[^a-z_])", "_", escaped).lower()
    camel = re.sub("_(.)", lambda match: match.group(1).upper(), snake)
    return camel[:1].upper() + camel[1:]
