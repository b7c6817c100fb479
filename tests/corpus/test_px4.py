"""135 message types that nobody here wrote: PX4's, through a window and back, in C++ and in Python.

px4.py turns their facts into schemas. Each message carries values of its own in every field.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
for folder in (ROOT / "generator", ROOT / "tests/generator", ROOT / "tests/exchange", Path(__file__).parent):
    sys.path.insert(0, str(folder))

import building_exchange
import px4
from building import COMPILERS
from program import Exchange
from values import Distinct, values_of

UNITS = 6  # of translation, beside main() and the descriptors


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("px4")


@pytest.fixture(scope="module")
def exchanges(out):
    types = px4.facts()
    schemas = []
    for name in types:
        schemas.append(out / f"{px4.channel_name(name)}.yaml")
        schemas[-1].write_text(px4.schema(name, types), encoding="utf-8")
    channels = building_exchange.generate(schemas, out)
    return [Exchange(channel, values_of(channel.message, Distinct())) for channel in channels]


@pytest.fixture(scope="module")
def archive():
    return building_exchange.library()


@pytest.fixture(scope="module", params=COMPILERS)
def messages(request, exchanges, out, archive):
    program = building_exchange.build(exchanges, out, archive, request.param, UNITS)
    return building_exchange.exchange(program)


def test_every_type_field_and_constant_of_the_corpus_is_in_a_schema(exchanges):
    types = px4.facts().values()
    channels = [each.channel for each in exchanges]

    assert len(channels) == len(types) == 135
    assert sum(len(each.message.fields) for each in channels) == sum(len(each["fields"]) for each in types) == 1245
    assert sum(len(each.constants) for each in channels) == sum(len(each["constants"]) for each in types) == 393


def test_no_field_is_sent_with_its_default(exchanges):
    def is_default(field, value):
        return value in ("", b"", 0, field.default)

    unset = [
        f"{each.channel.full_name}.{field.name}"
        for each in exchanges
        for field in each.channel.message.fields
        if is_default(field, each.values[field.name]) and not hasattr(field.element, "values")
    ]

    assert unset == []


@pytest.mark.slow
def test_every_message_arrives_as_it_was_sent_and_python_reads_the_same(exchanges, messages, out):
    building_exchange.python_readers([each.channel for each in exchanges], out)

    assert building_exchange.differences_in_python(exchanges, messages) == []
