"""Random schemas of the whole language: accepted, laid out, sent and read back, in C++ and in Python.

SLUICE_SEED=n repeats a run, SLUICE_SCHEMAS=n says how many schemas are built; a failure tells both. A schema that
failed once stays in regressions/.
"""

from __future__ import annotations

import os
import random
import re
from dataclasses import replace
from pathlib import Path

import building_exchange
import pytest
from building import COMPILERS
from hypothesis import HealthCheck, given, seed, settings
from program import Exchange
from schemas import schemas, seeded_schema
from sluicegen.check import check_files
from sluicegen.layout import lay_out
from sluicegen.model import Version
from values import Extreme, values_of

SEED = int(os.environ.get("SLUICE_SEED") or random.SystemRandom().getrandbits(32))
COUNT = int(os.environ.get("SLUICE_SCHEMAS") or 24)
A_UNIT = 12  # schemas in one translation unit
REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*.yaml"))
QUIET = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def say_the_seed():
    """Captured, so that it is shown where a test fails."""
    print(f"repeat this with SLUICE_SEED={SEED} SLUICE_SCHEMAS={COUNT}")


def checked(folder, text, name="random.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    channels, problems = check_files([path])
    assert problems == [], f"{problems}\n{text}"
    return channels[0]


def of_minor(channel, minor):
    """The channel as it was in an earlier minor version."""
    fields = tuple(field for field in channel.message.fields if field.since <= minor)
    message = replace(channel.message, fields=fields)
    return replace(channel, version=Version(channel.version.major, minor), message=message)


def test_every_random_schema_is_accepted_and_leaves_no_byte_without_a_name(tmp_path):
    @seed(SEED)
    @settings(QUIET, max_examples=200)
    @given(schemas())
    def property_of(draft):
        layout = lay_out(checked(tmp_path, draft.text("fuzz")))

        for each in (layout.message, *layout.types):
            ends = [each.kind.prefix_bytes, *(part.end for part in each.parts)]
            assert ends == [*(part.offset for part in each.parts), each.size]
            assert all(placed.data_offset == 0 or placed.data_offset > placed.offset for placed in each.fields)

    property_of()


def test_a_later_minor_moves_no_field_of_an_earlier_one(tmp_path):
    @seed(SEED)
    @settings(QUIET, max_examples=200)
    @given(schemas())
    def property_of(draft):
        channel = checked(tmp_path, draft.text("fuzz"))

        places = [
            {placed.field.name: (placed.id, placed.offset, placed.data_offset) for placed in made.message.fields}
            for made in (lay_out(of_minor(channel, minor)) for minor in range(channel.version.minor + 1))
        ]
        for earlier, later in zip(places, places[1:]):
            assert earlier.items() <= later.items()

    property_of()


def random_texts():
    """The same for the same seed, each in a namespace of its own."""
    return [seeded_schema(SEED + at).text(f"fuzz.n{at}") for at in range(COUNT)]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("random")


@pytest.fixture(scope="module")
def exchanges(out):
    kept = [path.read_text(encoding="utf-8") for path in REGRESSIONS]
    kept = [re.sub(r"^namespace: .*$", f"namespace: fuzz.kept{at}", text, flags=re.M) for at, text in enumerate(kept)]
    paths = []
    for at, text in enumerate([*kept, *random_texts()]):
        paths.append(out / f"schema_{at}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    channels = building_exchange.generate(paths, out)
    pick = Extreme(random.Random(SEED))
    return [Exchange(channel, values_of(channel.message, pick)) for channel in channels]


@pytest.fixture(scope="module")
def archive():
    return building_exchange.library()


@pytest.mark.slow
@pytest.mark.parametrize("compiler", COMPILERS)
def test_messages_of_random_schemas_arrive_as_sent_and_python_reads_the_same(exchanges, out, archive, compiler):
    units = -(-len(exchanges) // A_UNIT)
    program = building_exchange.build(exchanges, out, archive, compiler, units)
    messages = building_exchange.exchange(program)

    building_exchange.python_readers([each.channel for each in exchanges], out)
    assert building_exchange.differences_in_python(exchanges, messages) == []
