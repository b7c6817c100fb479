"""The drawing of a layout, whole, and its numbers against the runtime's own.

A change that is meant: SLUICE_WRITE_GOLDENS=1 pytest test_explain.py, then read the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from building import ROOT, includes, layout_of, run, run_sluicegen
from sluicegen.explain import explain
from sluicegen.flatc import Flatc
from sluicegen.reorder import better_order
from sluicegen.window_size import window_size

EXPLAINED = Path(__file__).parent / "explained"
ARM = Path(__file__).parent / "golden/arm.schemas"
WRITING = bool(os.environ.get("SLUICE_WRITE_GOLDENS"))
RECORDED_FLATC = "2.0.8"  # another release makes a descriptor of another size


@pytest.fixture
def layout(schema_with):
    return lambda text: layout_of(schema_with(text))


def comparable(text):
    if Flatc.find().version() == RECORDED_FLATC:
        return text
    return re.sub(r"^  (descriptor|window) .*\n", "", text, flags=re.MULTILINE)


def test_the_command_draws_a_layout_for_people_and_writes_nothing(tmp_path):
    made = run_sluicegen("--explain", EXPLAINED / "scan.yaml", cwd=tmp_path)

    expected = EXPLAINED / "scan.txt"
    if WRITING:
        expected.write_text(made.stdout)
    assert made.stderr == ""
    assert comparable(made.stdout) == comparable(expected.read_text())
    assert list(tmp_path.iterdir()) == []


def test_several_schemas_are_drawn_one_after_the_other():
    made = run_sluicegen("--explain", "schemas/imu.yaml", EXPLAINED / "scan.yaml")

    heads = re.findall(r"^(\w+\.\w+) \d", made.stdout, re.MULTILINE)
    assert heads == ["demo.imu", "demo.scan"]


def test_a_channel_is_drawn_with_what_it_uses_of_its_imports_and_a_file_of_types_by_itself():
    made = run_sluicegen("--explain", "arm.yaml", "body.yaml", "common/parts.yaml", cwd=ARM)

    expected = EXPLAINED / "arm.txt"
    if WRITING:
        expected.write_text(made.stdout)
    assert made.stderr == ""
    assert comparable(made.stdout) == comparable(expected.read_text())


def test_a_smaller_order_of_an_imported_type_is_proposed_by_its_full_name(schema_with, schema_file):
    schema_file("namespace: far\ntypes: {T: {a: u8, b: u64, c: u8}}\n", "far.yaml")
    made = run_sluicegen("--explain", schema_with("imports: [far.yaml]\nmessage: {t: far.T}\n").absolute())

    assert "far.T, a struct: 24 bytes, aligned to 8\n" in made.stdout
    assert "Another order saves 8 bytes in each 'far.T', in a new major version: b, a, c\n" in made.stdout


def test_a_schema_with_a_mistake_is_not_drawn(schema_file):
    made = run_sluicegen("--explain", schema_file("channel: imu\n").absolute())

    assert made.returncode == 1 and made.stdout == ""


def test_every_byte_is_drawn_once(layout):
    made = layout('message: {a: bool, b: f64, c: "string<=200", d: "T[<=3]"}\ntypes: {T: {x: u8, y: "f64[2]"}}\n')

    drawing = explain(made, 1000).split("\n\n")[1]
    rows = [line.split()[:2] for line in drawing.splitlines()[2:] if re.match(r" *[\d,]+  ", line)]
    places = [tuple(int(number.replace(",", "")) for number in row) for row in rows]
    assert [start for start, _ in places] == [0, *(start + size for start, size in places)][:-1]
    assert sum(places[-1]) == made.message.size


@pytest.mark.parametrize(
    "schema, order",
    [
        ("message: {a: u8, b: u64, c: u8}\n", "b a c"),
        ('message: {a: "u8[5]", b: "f64[2]", c: u64}\n', "c b a"),
        (
            'message: {a: u8, b: u64, c: u8, d: {type: u8, since: "1.1"}, e: {type: u64, since: "1.1"}, '
            'f: {type: u8, since: "1.1"}}\n',
            "b a c e d f",
        ),
    ],
)
def test_a_smaller_order_keeps_the_widest_first_and_each_field_in_its_version(layout, schema, order):
    made = layout(schema)

    better = better_order(made.message, made)

    assert [placed.field.name for placed in better.fields] == order.split()
    assert better.size < made.message.size


def test_no_order_is_proposed_where_none_is_smaller(layout):
    made = layout('message: {a: u64, b: u32, c: "u8[3]"}\ntypes: {T: {a: f32, b: u16, c: u8, d: u8}}\n')

    assert [better_order(each, made) for each in (made.message, *made.types)] == [None, None]


SIZES = [(1, 24, 700), (64, 192, 3120), (4, 24344, 2024), (1048574, 8, 1), (1000, 65, 1 << 20), (8, 1 << 20, 5000),
         (3584, 8, 700)]  # the last: links and marks fill the consumer's last page but for 512 bytes

PROGRAM = """
#include <cstdio>

#include "geometry.hpp"

int main() {
  const unsigned long long sizes[][3] = {SIZES};
  for (const auto& [capacity, message, descriptor] : sizes) {
    const auto made = sluice::detail::lay_out_window(capacity, message, descriptor, 4096);
    std::printf("%llu %llu\\n", static_cast<unsigned long long>(made->stride_bytes),
                static_cast<unsigned long long>(made->total_bytes));
  }
}
"""


def test_slots_and_windows_are_as_large_as_the_runtime_makes_them(tmp_path):
    rows = ", ".join(f"{{{capacity}, {message}, {descriptor}}}" for capacity, message, descriptor in SIZES)
    (tmp_path / "sizes.cpp").write_text(PROGRAM.replace("SIZES", rows))
    sources = [tmp_path / "sizes.cpp", ROOT / "runtime/src/geometry.cpp"]
    run("g++", "-std=c++20", *includes(ROOT / "runtime/src"), *sources, "-o", tmp_path / "sizes")

    made = [tuple(map(int, line.split())) for line in run(tmp_path / "sizes").splitlines()]

    assert made == [(window_size(*size).slot, window_size(*size).total) for size in SIZES]
