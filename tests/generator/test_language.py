"""What a field can say beside its bytes, and arrays of types that hold arrays: under real compilers and readers.

tables_test.cpp and facts_test.cpp are the programs; here they are built without a warning, run, and their messages
are read once more by flatc.
"""

from __future__ import annotations

import importlib
import json
import subprocess

import pytest
from building import COMPILERS, ROOT, WARNINGS, generate, includes, run

GENERATED = ROOT / "tests" / "generated"
SANITIZED = "-std=c++17 -O0 -g0 -fsanitize=undefined -fno-sanitize-recover=all".split()
PLACES = {"tables": "test/gen", "facts": "test/gen/facts"}


def build(channel, folder):
    """The channel, generated, with flatc's code for it in a namespace of its own, and its program, run."""
    generate(GENERATED / f"{channel}.yaml", folder)
    fbs = (folder / PLACES[channel] / f"{channel}.fbs").read_text()
    (folder / "flatc").mkdir()
    (folder / f"flatc/{channel}.fbs").write_text(fbs.replace("namespace ", f"namespace {channel}_by_flatc.", 1))
    run("flatc", "--cpp", "--python", "-o", folder / "flatc", folder / f"flatc/{channel}.fbs")
    sources = [GENERATED / f"{channel}_test.cpp", folder / PLACES[channel] / f"{channel}.channel.cpp"]
    flags = [*SANITIZED, *WARNINGS, *includes(folder, folder / "flatc")]
    run("g++", *flags, *sources, "-lflatbuffers", "-o", folder / "program")
    run(folder / "program", folder)
    return folder


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return build("tables", tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    return build("facts", tmp_path_factory.mktemp("facts"))


def as_json(folder, schema):
    options = ["--json", "--strict-json", "--raw-binary", "--defaults-json"]
    run("flatc", *options, "-o", folder, schema, "--", folder / "filled.bin")
    return json.loads((folder / "filled.json").read_text().replace(": nan", ": null"))


def test_arrays_of_tables_lie_where_flatcs_code_finds_them(tables):
    assert "SUCCESS" in run(tables / "program")


def test_flags_narrowed_enums_and_metadata_do_what_they_say(facts):
    assert "SUCCESS" in run(facts / "program")


@pytest.mark.parametrize("kind", ["fbs", "bfbs"])
def test_flatc_reads_arrays_of_tables_by_schema_and_by_what_the_window_carries(tables, kind):
    message = as_json(tables, tables / f"test/gen/tables.{kind}")

    leaf = dict(xs=[1.5, -2.5], name="leaf", weight=4.0)
    assert message["tracks"][1]["id"] == 11
    assert message["tracks"][1]["branches"][0]["leaves"][1] == leaf
    assert message["nothing"] == {} and message["nothings"] == [{}, {}]
    assert [mark["label"] for mark in message["marks"]] == ["", "", "m"]


def test_flatcs_python_reads_arrays_of_tables(tables, monkeypatch):
    monkeypatch.syspath_prepend(tables / "flatc")
    module = importlib.import_module("tables_by_flatc.test.gen.Tables")
    message = module.Tables.GetRootAs((tables / "filled.bin").read_bytes())

    leaves = message.Tracks(0).Branches(0)
    assert [leaves.Leaves(at).Weight() for at in range(leaves.LeavesLength())] == [3, 4]
    assert message.Corners(1).At(1) == 2
    assert message.LateLength() == 1 and message.Late(0).Trunk().Pair(0).Name() == b"leaf"


@pytest.mark.parametrize("kind", ["fbs", "bfbs"])
def test_flatc_shows_flags_by_name_and_narrowed_enums_by_number(facts, kind):
    message = as_json(facts, facts / f"test/gen/facts/facts.{kind}")

    assert message["plain"] == "ready eighth"
    assert message["mode"] == "ready armed"
    assert message["pair"] == dict(mode="ready armed", tiny=5)
    assert (message["narrow"], message["list"]) == (3, [2, 0])
    assert (message["level"], message["levels"], message["odd"]) == (5, [5, 9], 0)


def test_flatcs_python_knows_flags_as_masks(facts, monkeypatch):
    monkeypatch.syspath_prepend(facts / "flatc")
    mode = importlib.import_module("facts_by_flatc.test.gen.facts.Mode").Mode
    message = importlib.import_module("facts_by_flatc.test.gen.facts.Facts").Facts.GetRootAs((facts / "filled.bin").read_bytes())

    assert (mode.ready, mode.armed, mode.eighth) == (1, 2, 128)
    assert message.Plain() == mode.ready | mode.eighth
    assert importlib.import_module("facts_by_flatc.test.gen.facts.Top").Top.top == 1 << 63


@pytest.mark.parametrize("flags", ["-std=c++17 -fno-exceptions -fno-rtti", "-std=c++20"])
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("channel", ["tables", "facts"])
def test_the_headers_compile_without_a_warning(request, channel, compiler, flags):
    folder = request.getfixturevalue(channel)
    source = folder / PLACES[channel] / f"{channel}.channel.cpp"

    run(compiler, *flags.split(), "-fsyntax-only", *WARNINGS, *includes(folder), source)


def compile_use(facts, compiler, body, *options):
    source = facts / "use.cpp"
    source.write_text(f"#include <test/gen/facts/facts.channel.hpp>\n#include <new>\nusing namespace test::gen::facts;\n{body}\n")
    flags = ["-std=c++17", *(options or ["-fsyntax-only"]), *WARNINGS, *includes(facts)]
    return subprocess.run([compiler, *flags, source], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_copying_a_message_with_deprecated_fields_warns_of_nothing(facts, compiler):
    body = """
void assign(Facts& to, const Facts& from) { to = from; }
void make(void* slot) { new (slot) Facts; }
void copy(void* slot, const Facts& from) { new (slot) Facts(from); }
Pair pass(const Pair& pair) { Pair mine = pair; return mine; }
"""

    assert compile_use(facts, compiler, body, "-O2", "-c", "-o", facts / "use.o").stderr == ""


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize(
    "use, words",
    [
        ("float f(const Facts& m) { return m.old; }", "deprecated: use accel"),
        ("bool f(const Facts& m) { return m.gone.empty(); }", "is deprecated"),
        ("void f(Pair& p) { p.tiny = Level::low; }", "deprecated: use mode"),
    ],
)
def test_a_use_of_a_deprecated_field_warns_with_the_schemas_advice(facts, compiler, use, words):
    made = compile_use(facts, compiler, use)

    assert made.returncode != 0 and words in made.stderr


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize(
    "use",
    [
        "auto f(Level a) { return a | Level::low; }",
        "auto f(Mode a) { return a | 1; }",
        "auto f() { return sluice::has(Level::low, Level::high); }",
        "auto f() { return Facts::sender_info.range; }",
    ],
)
def test_what_would_mean_nothing_does_not_compile(facts, compiler, use):
    assert compile_use(facts, compiler, use).returncode != 0
