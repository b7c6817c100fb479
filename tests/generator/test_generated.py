"""Generated headers under real compilers, and generated messages under FlatBuffers' own readers.

features_test.cpp compares every field's address with the one flatc's code finds; here its messages are read
once more as JSON, by Python, and by the .bfbs alone.
"""

from __future__ import annotations

import importlib
import json
import math
import py_compile
import re
import subprocess

import pytest
from building import COMPILERS, ROOT, WARNINGS, generate, includes, run
from sluicegen import cpp_text, names_fbs

GENERATED = ROOT / "tests" / "generated"
PROGRAM = GENERATED / "features_test.cpp"
SANITIZED = "-std=c++17 -O0 -g0 -fsanitize=undefined -fno-sanitize-recover=all".split()


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """The features channel, generated, with flatc's code for it in a namespace of its own."""
    folder = tmp_path_factory.mktemp("features")
    generate(GENERATED / "features.yaml", folder)
    fbs = (folder / "test/gen/features.fbs").read_text()
    (folder / "flatc").mkdir()
    (folder / "flatc/features.fbs").write_text(fbs.replace("namespace ", "namespace flatc.", 1))
    run("flatc", "--cpp", "--python", "-o", folder / "flatc", folder / "flatc/features.fbs")
    run("flatc", "--cpp", "-o", folder / "flatc", ROOT / "runtime/schema/descriptor.fbs")
    return folder


@pytest.fixture(scope="module")
def messages(out):
    """The program, built and run: it leaves empty.bin, filled.bin and copied.bin."""
    sources = [PROGRAM, out / "test/gen/features.channel.cpp"]
    flags = [*SANITIZED, *WARNINGS, *includes(out, out / "flatc")]
    run("g++", *flags, *sources, "-lflatbuffers", "-o", out / "features_test")
    run(out / "features_test", out)
    return out


def as_json(out, schema, message):
    options = ["--json", "--strict-json", "--raw-binary", "--defaults-json", "--allow-non-utf8"]
    run("flatc", *options, "-o", out, out / "test/gen" / schema, "--", out / message)
    text = (out / message).with_suffix(".json").read_text()
    return json.loads(re.sub(r": (-?)(nan|inf)\b", r': "\1\2"', text))  # JSON has no words for these


def test_every_field_lies_where_flatcs_code_finds_it_and_the_verifier_passes(messages):
    assert "SUCCESS" in run(messages / "features_test")


def test_flatc_reads_a_filled_and_a_copied_message_alike(messages):
    filled = as_json(messages, "features.fbs", "filled.bin")
    copied = as_json(messages, "features.fbs", "copied.bin")

    assert filled["label"] == "label!"
    assert filled["bytes"] == [1, 2, 3, 4, 5]
    assert filled["rgbs"] == [dict(r=4, g=5, b=6), dict(r=7, g=8, b=9)]
    assert filled["pose"]["track"] == dict(id=7, name="track", times=[1, 2**63])
    assert filled["latest"] == filled["pose"]
    assert filled["level"] == "high" and filled["colour"] == "auto"
    assert str(copied) == str(filled)


def test_flatc_reads_an_empty_message_as_the_defaults_of_the_schema(messages):
    empty = as_json(messages, "features.fbs", "empty.bin")

    assert (empty["tiny"], empty["large"], empty["ularge"]) == (-128, -(2**63), 2**64 - 1)
    assert (empty["bytes"], empty["label"], empty["doubles"]) == ([], "", [0, 0])
    assert empty["colour"] == "green" and empty["last"] == 2.5 and empty["flag"] is True


def test_the_bfbs_alone_is_enough_to_read_a_message(messages):
    by_bfbs = as_json(messages, "features.bfbs", "filled.bin")

    assert by_bfbs["pose"]["covariance"] == [1, 2, 3, 4]


def test_flatcs_python_reads_a_filled_message(messages, monkeypatch):
    monkeypatch.syspath_prepend(messages / "flatc")
    features = importlib.import_module("flatc.test.gen.Features").Features
    message = features.GetRootAs((messages / "filled.bin").read_bytes())

    assert message.Label() == b"label!"
    assert [message.Longs(at) for at in range(message.LongsLength())] == [10, 20, 30]
    assert message.Points(1).Rgb(importlib.import_module("flatc.test.gen.Rgb").Rgb()).B() == 77
    assert message.Latest().Track().Times(1) == 2**63
    assert math.isnan(message.Nowhere())


@pytest.mark.parametrize("standard", ["c++17", "c++20"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_generated_header_compiles_without_a_warning(out, compiler, standard):
    source = out / "test/gen/features.channel.cpp"

    run(compiler, f"-std={standard}", "-fsyntax-only", *WARNINGS, *includes(out), source)


def compiles(out, body: str) -> bool:
    source = out / "try.cpp"
    source.write_text(f"#include <test/gen/features.channel.hpp>\nvoid f() {{ {body} }}\n")
    flags = ["-std=c++17", "-fsyntax-only", *WARNINGS, *includes(out)]
    return subprocess.run(["g++", *flags, source], capture_output=True, check=False).returncode == 0


def test_a_braced_list_gives_its_numbers_to_fields_and_never_to_padding(out):
    assert compiles(out, "test::gen::Rgb rgb{1, 2, 3}; (void)rgb;")
    assert compiles(out, "test::gen::Point point{true, {}, 2.0}; (void)point;")
    assert not compiles(out, "test::gen::Point point{true, 2.0}; (void)point;")
    assert not compiles(out, "test::gen::Point point{true, 2, 3}; (void)point;")


WORDS = sorted(
    {*cpp_text.KEYWORDS, *names_fbs._PYTHON_KEYWORDS, *names_fbs._MEMBERS}
    | set(
        """
    bool byte ubyte short ushort int uint long ulong float double string table struct enum union namespace
    root_type include attribute rpc_service id null nan inf none foo_bar fooBar FooBar foo Foo foo_bar_length
    xs xs_length VT_FOO buf offset x o a obj np flatbuffers builder num_elems Start End sluiceSeq
    """.split()
    )
)


@pytest.fixture(scope="module")
def words_out(tmp_path_factory):
    """A channel whose fields, types and enum values have every name that anything might claim."""
    words = [word for word in WORDS if not word.endswith("_") and word not in ("assert", "throw", "None")]
    shapes = ["u8", '"f32[3]"', '"string<=5"', '"u8[<=3]"']
    fields = "".join(f"  {word}: {shapes[at % 4]}\n" for at, word in enumerate(words))
    types = 'throw: {union: "u8[3]", b: "Flat[2]"}, T: {a: "u8[2]"}, TBuilder: {a: u8}, None: {a: u8}'
    flat = ", ".join(f"{word}: u8" for word in words)
    values = ", ".join(f"{word}: {at + 1}" for at, word in enumerate([*words, "MIN", "MAX", "NONE"]))
    enums = f"Foe: {{type: u16, values: {{{values}}}}}, WordsBuilder: {{type: u8, values: {{a: 1}}}}"
    folder = tmp_path_factory.mktemp("words")
    (folder / "words.yaml").write_text(
        'channel: words\nnamespace: struct.def.table\nversion: "1.0"\n'
        f"message:\n{fields}  f1: Foe\n  f2: throw\n  f3: TBuilder\n  f4: Flat\n  f5: None\n"
        f"types: {{Flat: {{{flat}, e: Foe}}, {types}}}\nenums: {{{enums}}}\n"
    )
    generate(folder / "words.yaml", folder)
    return folder


@pytest.mark.parametrize("compiler", COMPILERS)
def test_any_name_that_a_schema_may_use_compiles(words_out, compiler):
    source = words_out / "struct/def/table/words.channel.cpp"

    run(compiler, "-std=c++20", "-fsyntax-only", *WARNINGS, *includes(words_out), source)


def test_any_name_that_a_schema_may_use_compiles_in_flatcs_cpp_and_python(words_out):
    run("flatc", "--cpp", "--python", "-o", words_out / "flatc", words_out / "struct/def/table/words.fbs")

    run("g++", "-std=c++17", "-fsyntax-only", "-x", "c++", words_out / "flatc/words_generated.h")
    modules = list((words_out / "flatc").glob("**/*.py"))
    assert len(modules) > 5
    for module in modules:
        py_compile.compile(str(module), doraise=True)


def test_two_targets_that_define_one_type_differently_do_not_link(tmp_path):
    objects = []
    for channel, element in (("first", "u8[3]"), ("second", "f64[300]")):
        schema = tmp_path / f"{channel}.yaml"
        schema.write_text(
            f'channel: {channel}\nnamespace: demo\nversion: "1.0"\n'
            f'message: {{peak: Peak}}\ntypes: {{Peak: {{a: "{element}"}}}}\n'
        )
        out = tmp_path / channel
        generate(schema, out)
        objects.append(tmp_path / f"{channel}.o")
        run("g++", "-std=c++17", *includes(out), "-c", out / f"demo/{channel}.channel.cpp", "-o", objects[-1])

    linked = subprocess.run(["ld", "-r", *objects, "-o", tmp_path / "both.o"], capture_output=True, text=True)

    assert linked.returncode != 0
    assert "multiple definition of `demo::sluice_defines_Peak'" in linked.stderr
