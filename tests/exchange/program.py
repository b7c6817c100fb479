"""C++ that sends one message of each of some channels through a window and finds every value again.

The consumer's message, and a copy of it that was assigned, are compared field by field, bit by bit;
the bytes are left in a file for readers in other languages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sluicegen.cpp_text import camel, name
from sluicegen.model import Channel, Constant, Enum, Field, Scalar, Shape, Struct

from values import Value


class Exchange(NamedTuple):
    channel: Channel
    values: dict[str, Value]

    @property
    def namespace(self) -> str:
        return "::".join(name(part) for part in self.channel.namespace)

    @property
    def function(self) -> str:
        return "exchange_" + "_".join((*self.channel.namespace, self.channel.name))

    @property
    def header(self) -> str:
        return "/".join((*self.channel.namespace, f"{self.channel.name}.channel.hpp"))

    @property
    def file(self) -> str:
        return f"{self.channel.full_name}.bin"


def unit_text(exchanges: Iterable[Exchange]) -> str:
    """A translation unit with a function for each exchange."""
    lines = ['#include "exchange.hpp"']
    for exchange in exchanges:
        lines += [f"#include <{exchange.header}>", *_function(exchange)]
    return "\n".join(lines) + "\n"


def main_text(exchanges: list[Exchange]) -> str:
    lines = ['#include "exchange.hpp"']
    lines += [f"void {each.function}(const std::string& folder);" for each in exchanges]
    lines += ["int main(int, char** arguments) {", "  const std::string folder = arguments[1];"]
    lines += [f"  {each.function}(folder);" for each in exchanges]
    return "\n".join([*lines, "  return differences();", "}"]) + "\n"


def _function(exchange: Exchange) -> Iterator[str]:
    message = exchange.channel.message
    space = exchange.namespace
    here = f"{space}::{name(message.name)}"
    yield f"void {exchange.function}(const std::string& folder);"
    yield f"void {exchange.function}(const std::string& folder) {{"
    yield f"  using Channel = {space}::{camel(exchange.channel.name)}Channel;"
    yield "  const auto fill = []([[maybe_unused]] Channel::Message& m) {"
    yield from _Fill(space).record("m", message, exchange.values)
    yield "  };"
    yield "  const auto check = []([[maybe_unused]] const Channel::Message& m) {"
    yield from _Check(space).record("m", message, exchange.values)
    yield "  };"
    for struct in (message, *exchange.channel.types):
        for constant in struct.constants:
            yield f"  {_constant(f'{space}::{name(struct.name)}', constant)}"
    yield f"  static_assert(std::is_same_v<Channel::Message, {here}>);"
    yield f'  exchange<Channel>("{exchange.channel.full_name}", folder, fill, check);'
    yield "}"


def _constant(struct: str, constant: Constant) -> str:
    place = f"{struct}::{name(constant.name)}"
    if constant.scalar is None:
        return f'expect_text("{place}", {place}, {_text(str(constant.value).encode("utf-8"))});'
    value = literal(constant.scalar, constant.value)
    return f'expect<{cpp_type(constant.scalar)}>("{place}", {place}, {value});'


def cpp_type(scalar: Scalar) -> str:
    if scalar.is_bool:
        return "bool"
    if scalar.is_float:
        return "float" if scalar.size == 4 else "double"
    return f"std::{'' if scalar.is_signed else 'u'}int{scalar.bits}_t"


def literal(scalar: Scalar, value: Value) -> str:
    if scalar.is_bool:
        return "true" if value else "false"
    if scalar.is_float:
        return _float(cpp_type(scalar), float(value))
    if value == -(2**63):
        return "std::numeric_limits<std::int64_t>::min()"
    return f"{value}{'ULL' if value >= 2**63 else ''}"


def _float(kind: str, value: float) -> str:
    limits = f"std::numeric_limits<{kind}>::"
    if math.isnan(value):
        return limits + "quiet_NaN()"
    if math.isinf(value):
        return ("-" if value < 0 else "") + limits + "infinity()"
    return f"static_cast<{kind}>({value.hex()})"


def _text(text: bytes) -> str:
    escaped = "".join(f"\\{byte:03o}" for byte in text)
    return f'std::string_view("{escaped}", {len(text)})'


class _Fill:
    """Statements that set every value."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def record(self, place: str, struct: Struct, values: dict[str, Value]) -> Iterator[str]:
        for field in struct.fields:
            yield from self.field(f"{place}.{name(field.name)}", field, values[field.name])

    def field(self, place: str, field: Field, value: Value) -> Iterator[str]:
        if field.shape is Shape.STRING:
            yield f"    {place} = {_text(value)};"
        elif field.shape is Shape.SINGLE:
            yield from self.element(place, field, value)
        elif isinstance(field.element, Struct) or field.width:
            if field.shape is Shape.SEQUENCE:
                yield f"    {place}.resize({len(value)});"
            for at, element in enumerate(value):
                yield from self.element(f"{place}[{at}]", field, element)
        elif value:
            yield f"    {place} = {{{', '.join(self.single(field, element) for element in value)}}};"
        else:
            yield f"    {place}.clear();"

    def element(self, place: str, field: Field, value: Value) -> Iterator[str]:
        if isinstance(field.element, Struct):
            yield from self.record(place, field.element, value)
        elif field.width:
            yield f"    {place}.raw = {literal(field.width, value)};"
        else:
            yield f"    {place} = {self.single(field, value)};"

    def single(self, field: Field, value: Value) -> str:
        number = literal(field.carrier, value)
        if isinstance(field.element, Enum):
            return f"static_cast<{self.namespace}::{name(field.element.name)}>({number})"
        return number


class _Check:
    """Statements that compare every value."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def record(self, place: str, struct: Struct, values: dict[str, Value]) -> Iterator[str]:
        for field in struct.fields:
            yield from self.field(f"{place}.{name(field.name)}", field, values[field.name])

    def field(self, place: str, field: Field, value: Value) -> Iterator[str]:
        if field.shape is Shape.STRING:
            yield f'    expect_text("{place}", {place}.view(), {_text(value)});'
            return
        if field.shape is Shape.SINGLE:
            yield from self.element(place, field, value)
            return
        yield f'    expect<std::size_t>("size of {place}", {place}.size(), {len(value)});'
        if isinstance(field.element, Scalar) and value:
            listed = ", ".join(literal(field.element, element) for element in value)
            yield f'    expect_list<{cpp_type(field.element)}>("{place}", {place}, {{{listed}}});'
            return
        for at, element in enumerate(value):
            yield from self.element(f"{place}[{at}]", field, element)

    def element(self, place: str, field: Field, value: Value) -> Iterator[str]:
        if isinstance(field.element, Struct):
            yield from self.record(place, field.element, value)
            return
        number = f"{place}.raw" if field.width else place
        if isinstance(field.element, Enum) and not field.width:
            number = f"static_cast<{cpp_type(field.carrier)}>({place})"
        yield f'    expect<{cpp_type(field.carrier)}>("{place}", {number}, {literal(field.carrier, value)});'
