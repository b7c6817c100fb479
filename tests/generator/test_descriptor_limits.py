"""What is too large for a window's descriptor is refused by sluicegen, by the numbers that the runtime goes by."""

from __future__ import annotations

import re

import pytest
from building import ROOT, layout_of
from sluicegen import descriptor_limits
from sluicegen.__main__ import main
from sluicegen.descriptor import describe
from sluicegen.descriptor_limits import descriptor_problems

HEAD = 'channel: imu\nnamespace: demo\nversion: "1.2"\n'  # as of the fixtures
TABLE = "message: {flatbuffers: pose.fbs, root: T0, max_bytes: 4096}\n"


@pytest.fixture
def said_of(schema_with, tmp_path, capsys):
    """What sluicegen prints of a schema, and of the pose.fbs beside it; nothing is made."""

    def said(text, fbs="", wanted=("-o", "out")):
        schema = str(schema_with(text))
        (tmp_path / "pose.fbs").write_text(fbs)
        assert main([schema, *wanted]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert not (tmp_path / "out").exists()
        return printed.err

    return said


def tables(count, fields):
    body = " ".join(f"f{at}: int;" for at in range(fields))
    return "\n".join(f"table T{at} {{ {body} }}" for at in range(count))


def enum_of(count):
    values = ", ".join(f"v{at}: {at}" for at in range(count))
    return f"message: {{a: Big}}\nenums:\n  Big: {{type: u32, values: {{{values}}}}}\n"


@pytest.mark.parametrize(
    "path, name, limit",
    [
        ("geometry.hpp", "kMaxDescriptorBytes", descriptor_limits.MAX_DESCRIPTOR_BYTES),
        ("verify_descriptor.cpp", "kMaxEntries", descriptor_limits.MAX_ENTRIES),
        ("verify_descriptor.cpp", "kMaxTextBytes", descriptor_limits.MAX_TEXT_BYTES),
        ("user_schema.cpp", "kMaxEntries", descriptor_limits.MAX_ENTRIES),
        ("user_schema.cpp", "kMaxTextBytes", descriptor_limits.MAX_TEXT_BYTES),
    ],
)
def test_a_limit_is_the_runtimes(path, name, limit):
    text = (ROOT / "runtime/src" / path).read_text()

    [number] = re.findall(rf"constexpr std::\w+ {name} = (.*);", text)
    number = re.sub(r"std::uint64_t\{(\d+)\}", r"\1", number.replace("'", ""))
    factor, _, shift = number.partition(" << ")
    assert int(factor) << int(shift or 0) == limit


def test_more_fields_and_values_than_a_comparison_visits_are_refused(said_of):
    assert said_of(enum_of(16_384)) == (
        "imu.yaml: the channel has 16385 fields and values; at most 16384 are possible;"
        " shorten the largest, enum 'Big' with 16384\n"
    )


def test_as_many_fields_and_values_as_a_comparison_visits_are_possible(tmp_path):
    path = tmp_path / "imu.yaml"
    path.write_text(HEAD + enum_of(9))
    layout = layout_of(path)
    content = describe(layout, b"")

    [values] = [enum["values"] for enum in content["enums"]]
    values *= 1820  # and what is behind, with the message's field: as many as possible
    values += values[:3]

    assert descriptor_problems(layout.channel, content, 1 << 20) == []
    values.append(values[0])
    assert len(descriptor_problems(layout.channel, content, 1 << 20)) == 1


@pytest.mark.parametrize("wanted", [("-o", "out"), ("--descriptor", "out/a"), ("--explain",)], ids=" ".join)
def test_whatever_is_to_be_made_the_limits_hold(said_of, wanted):
    assert "at most 256 are possible" in said_of(TABLE, f"table T0 {{ {'n' * 257}: int; }}", wanted)


def test_a_schema_of_tables_with_too_many_fields_is_refused(said_of):
    assert said_of(TABLE, tables(900, 20)) == (
        "imu.yaml:4: flatbuffers: pose.fbs has 18000 fields and values; at most 16384 are possible;"
        " leave out what the message does not need\n"
    )


@pytest.mark.parametrize("fbs", ["table T0 {{ {}: int; }}", "table T0 {{ a: int; }} table {} {{ a: int; }}", "enum E: byte {{ {} }} table T0 {{ a: E; }}"])
def test_a_name_too_long_for_a_comparison_is_refused(said_of, fbs):
    assert said_of(TABLE, fbs.format("n" * 257)) == (
        f"imu.yaml:4: flatbuffers: pose.fbs: '{'n' * 37}...' has 257 bytes; at most 256 are possible; shorten it\n"
    )


def test_a_channel_with_two_problems_is_told_of_both(said_of):
    text = said_of(TABLE, f"{tables(900, 20)} table {'n' * 257} {{ a: int; }}")

    assert [line.split(": ")[0] for line in text.splitlines()] == ["imu.yaml:4", "imu.yaml:4"]


@pytest.mark.parametrize(
    "where, advice, schema, fbs",
    [
        ("imu.yaml", "shorten the docs", f"doc: {'x' * 350_000}\nmessage: {{a: u8}}\n", ""),
        ("imu.yaml", "shorten the texts of constants", "message: {}\nconstants:\n" + "".join(f"  C{at}: {'x' * 4096}\n" for at in range(256)), ""),
        ("imu.yaml", "use fewer fields and values", enum_of(12_000), ""),
        ("imu.yaml:4", "leave out of pose.fbs what the message does not need", TABLE, tables(700, 20)),
    ],
    ids=["docs", "constants", "values", "tables"],
)
def test_a_descriptor_too_large_for_a_window_is_refused_and_its_largest_part_named(said_of, where, advice, schema, fbs):
    text = said_of(schema, fbs)

    size = re.search(r"descriptor has (\d+) bytes", text)[1]
    assert int(size) > 1 << 20
    assert text == f"{where}: the channel's descriptor has {size} bytes; at most 1048576 are possible; {advice}\n"
