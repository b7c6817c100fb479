"""Channels whose messages are tables of a user's own FlatBuffers schema: what is read, written, explained, hashed."""

from __future__ import annotations

import json
import subprocess

import pytest
from building import COMPILERS, ROOT, WARNINGS, includes, run, run_sluicegen
from sluicegen.check import check_files, input_files
from sluicegen.fingerprint import fingerprint
from sluicegen.flatc import Flatc
from sluicegen.layout import lay_out
from sluicegen.payloads import compile_payloads
from sluicegen.reflection import read_bfbs
from sluicegen.user_schema import read_user_schema

VEC = "namespace geo;\nstruct Vec3 { x: double; y: double; z: double; }\n"
POSE = """\
// include "not/this.fbs";
/* include "nor/this.fbs"; */ include "common/vec.fbs";  // but this
namespace geo;
enum Kind : ubyte { wheel, wing }
union Shape { Pose }
table Pose { at: Vec3; kinds: [Kind]; text: string = "include \\"nothing.fbs\\";"; weight: float = 1.5; shape: Shape; }
"""
CHANNEL = 'channel: track\nnamespace: demo\nversion: "1.0"\nmessage: {flatbuffers: pose.fbs, root: geo.Pose, max_bytes: 100}\n'


@pytest.fixture
def schemas(tmp_path):
    """A folder with a channel and its schema."""
    (tmp_path / "common").mkdir()
    (tmp_path / "common/vec.fbs").write_text(VEC)
    (tmp_path / "pose.fbs").write_text(POSE.replace(' = "include \\"nothing.fbs\\";"', ""))
    (tmp_path / "track.yaml").write_text(CHANNEL)
    return tmp_path


def compiled(path):
    [channel], problems = check_files([path])
    problems += compile_payloads([channel], Flatc.find())
    assert problems == []
    return channel


def fingerprint_with(schemas, name="", old="", new=""):
    path = schemas / (name or "pose.fbs")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    try:
        return fingerprint(lay_out(compiled(schemas / "track.yaml")))
    finally:
        path.write_text(text)


def test_an_include_in_a_comment_or_a_text_is_none(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "common/vec.fbs").write_text(VEC)
    (tmp_path / "pose.fbs").write_text(POSE)

    schema = read_user_schema("pose.fbs", str(tmp_path), [])

    assert [file.name for file in schema.files] == ["pose.fbs", "vec.fbs"]
    assert 'include "vec.fbs";  // but this' in schema.main.text
    assert '// include "not/this.fbs";' in schema.main.text


def test_a_schema_is_found_beside_the_channel_before_a_folder_of_imports(schemas, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "pose.fbs").write_text("namespace geo; table Pose {}")
    (other / "only_here.fbs").write_text("namespace geo; table Pose {}")

    beside = read_user_schema("pose.fbs", str(schemas), [str(other)])
    elsewhere = read_user_schema("only_here.fbs", str(schemas), [str(other)])

    assert beside.main.path == str(schemas / "pose.fbs")
    assert elsewhere.main.path == str(other / "only_here.fbs")


def test_files_that_include_each_other_are_read_once(tmp_path):
    (tmp_path / "a.fbs").write_text('include "b.fbs";\ntable A { b: B; }')
    (tmp_path / "b.fbs").write_text('include "a.fbs";\ntable B { a: A; }')

    assert [file.name for file in read_user_schema("a.fbs", str(tmp_path), []).files] == ["a.fbs", "b.fbs"]


def test_the_inputs_of_a_channel_are_its_schema_and_what_that_includes(schemas):
    expected = [schemas / name for name in ("track.yaml", "pose.fbs", "common/vec.fbs")]

    assert input_files([schemas / "track.yaml"]) == [str(path) for path in expected]


def test_the_inputs_of_a_channel_with_a_broken_schema_are_still_listed(schemas):
    (schemas / "common/vec.fbs").unlink()

    assert input_files([schemas / "track.yaml"]) == [str(schemas / "track.yaml")]


def test_a_bfbs_is_read_with_types_defaults_and_what_they_lead_to(schemas):
    content = compiled(schemas / "track.yaml").payload.schema.content

    pose = content.tables["geo.Pose"]
    assert [(field.name, field.id, field.type) for field in pose.fields] == [
        ("at", 0, "geo.Vec3"),
        ("kinds", 1, "[geo.Kind]"),
        ("text", 2, "string"),
        ("weight", 3, "float"),
        ("shape_type", 4, "type of geo.Shape"),
        ("shape", 5, "geo.Shape"),
    ]
    assert pose.fields[3].default == "1.5"
    assert content.tables["geo.Vec3"].is_struct and content.tables["geo.Vec3"].size == 24
    assert content.enums["geo.Shape"].values == (("NONE", 0, ""), ("Pose", 1, "geo.Pose"))
    assert set(content.reached("geo.Pose")) == {"geo.Pose", "geo.Vec3", "geo.Kind", "geo.Shape"}


def test_the_bfbs_of_the_window_knows_the_root_though_the_schema_names_none(schemas):
    payload = compiled(schemas / "track.yaml").payload

    assert payload.schema.content.root == ""
    assert read_bfbs(payload.schema.bfbs).root == "geo.Pose"
    assert read_bfbs(payload.schema.bfbs).tables == payload.schema.content.tables


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("pose.fbs", "weight: float = 1.5", "weight: float = 2.5"),
        ("pose.fbs", "weight: float", "weight: double"),
        ("pose.fbs", "wheel, wing", "wheel, wing, tail"),
        ("pose.fbs", "text: string", "text: string (required)"),
        ("pose.fbs", "shape: Shape; }", "shape: Shape; more: int; }"),
        ("common/vec.fbs", "z: double", "w: double"),
        ("common/vec.fbs", "struct Vec3", "struct Vec3 (force_align: 32)"),
        ("pose.fbs", "text: string", "text: string (key)"),
        ("pose.fbs", "at: Vec3;", 'at: Vec3; bytes: [ubyte] (nested_flatbuffer: "Pose");'),
        ("track.yaml", "max_bytes: 100", "max_bytes: 104"),
    ],
)
def test_what_changes_the_meaning_changes_the_fingerprint(schemas, name, old, new):
    assert fingerprint_with(schemas, name, old, new) != fingerprint_with(schemas)


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("pose.fbs", "table Pose", "/// Where it is.\ntable Pose"),
        ("pose.fbs", "enum Kind", "table Unused { a: int; }\nenum Kind"),
        ("track.yaml", "max_bytes: 100", "verify: never, max_bytes: 100"),
    ],
)
def test_what_a_reader_does_not_notice_leaves_the_fingerprint_alone(schemas, name, old, new):
    assert fingerprint_with(schemas, name, old, new) == fingerprint_with(schemas)


def test_a_message_with_a_field_called_flatbuffers_is_a_message_of_fields(schemas):
    (schemas / "fields.yaml").write_text(
        'channel: fields\nnamespace: demo\nversion: "1.0"\nmessage: {flatbuffers: u8, root: f32, max_bytes: "u8[4]"}\n'
    )

    [channel], problems = check_files([schemas / "fields.yaml"])

    assert problems == []
    assert channel.payload is None
    assert [field.name for field in channel.message.fields] == ["flatbuffers", "root", "max_bytes"]


def test_output_is_the_same_wherever_the_schemas_lie(schemas, tmp_path):
    copy = tmp_path / "a" / "longer" / "way"
    (copy / "common").mkdir(parents=True)
    for name in ("track.yaml", "pose.fbs", "common/vec.fbs"):
        (copy / name).write_bytes((schemas / name).read_bytes())

    for folder in (schemas, copy):
        made = run_sluicegen("track.yaml", "-o", "out", cwd=folder)
        assert made.stderr == ""

    files = [path.relative_to(copy / "out") for path in (copy / "out").rglob("*") if path.is_file()]
    assert len(files) == 8
    assert all((copy / "out" / file).read_bytes() == (schemas / "out" / file).read_bytes() for file in files)


def test_the_listed_outputs_are_the_written_ones(schemas):
    listed = run_sluicegen("track.yaml", "--list-outputs", cwd=schemas).stdout.split()

    run_sluicegen("track.yaml", "-o", "out", cwd=schemas)

    written = {str(path.relative_to(schemas / "out")) for path in (schemas / "out").rglob("*") if path.is_file()}
    assert set(listed) == written


def test_two_channels_may_share_a_schema_and_one_may_import_the_other(schemas):
    (schemas / "second.yaml").write_text(
        CHANNEL.replace("track", "second") + "imports: [track.yaml]\ntypes: {Extra: {a: u8}}\n"
    )

    made = run_sluicegen("track.yaml", "second.yaml", "-o", "out", cwd=schemas)

    assert made.stderr == ""
    first, second = (schemas / f"out/demo/{name}.tables/pose_generated.h" for name in ("track", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_the_explanation_of_a_table_shows_the_slot(schemas):
    explained = run_sluicegen("track.yaml", "--explain", cwd=schemas)

    assert explained.stdout.split("In bytes")[0] == """\
demo.track 1.0, fifo, 64 slots

TrackSlot, the message: 192 bytes, aligned to 32
   offset       size
        0         16  (prefix)   root and vtable offsets, the message's number
       16          4  -> table   reference to its length, each message's own
       20         12  (padding)
       32        128  table      geo.Pose: it ends where this ends, its length stands before it
--------------------  cache lines 1 to 2 begin in table, the last at 128
      160         14  (vtables)  with a table, and without one
      174         18  (padding)

"""


def test_the_descriptor_says_root_size_and_verification(schemas):
    run_sluicegen("track.yaml", "--descriptor", "track.descriptor", cwd=schemas)

    run("flatc", "--json", "--strict-json", "--raw-binary", "--defaults-json", "-o", schemas,
        ROOT / "runtime/schema/descriptor.fbs", "--", schemas / "track.descriptor")

    payload = json.loads((schemas / "track.json").read_text())["payload"]
    assert (payload["root"], payload["max_bytes"], payload["verify"]) == ("geo.Pose", 100, "each")


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_channel_beside_a_namespace_of_the_roots_name_compiles(schemas, compiler):
    (schemas / "track.yaml").write_text(CHANNEL.replace("namespace: demo", "namespace: demo.geo"))
    made = run_sluicegen("track.yaml", "-o", "out", cwd=schemas)
    assert made.stderr == ""

    source = schemas / "out/demo/geo/track.channel.cpp"
    run(compiler, "-std=c++17", "-fsyntax-only", *WARNINGS, *includes(schemas / "out"), source)


def compiled_target(folder, channel, fbs):
    """A target of its own: a channel of a user's schema, generated and compiled."""
    out = folder / channel
    out.mkdir()
    (out / "pose.fbs").write_text(fbs)
    (out / f"{channel}.yaml").write_text(CHANNEL.replace("track", channel))
    made = run_sluicegen(f"{channel}.yaml", "-o", ".", cwd=out)
    assert made.stderr == ""
    run("g++", "-std=c++17", *WARNINGS, *includes(out), "-c", out / f"demo/{channel}.channel.cpp", "-o", out / "o.o")
    return out / "o.o"


def link(folder, *objects):
    (folder / "main.cpp").write_text("int main() {}\n")
    command = ["g++", folder / "main.cpp", *objects, "-o", folder / "program"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


ALONE = VEC + POSE.split("// but this\n")[1].split("\n", 1)[1].replace(' = "include \\"nothing.fbs\\";"', "")


def test_two_targets_of_one_schema_link_into_one_program(tmp_path):
    left = compiled_target(tmp_path, "left", ALONE)
    right = compiled_target(tmp_path, "right", "// Other words.\n" + ALONE + "table Unused { a: int; }\n")

    assert link(tmp_path, left, right).stderr == ""


@pytest.mark.parametrize(
    "old, new, symbol",
    [
        ("weight: float = 1.5", "weight: float = 2.5", "Pose"),
        ("wheel, wing", "wheel, wing, tail", "Kind"),
        ("struct Vec3", "struct Vec3 (force_align: 16)", "Vec3"),
        ("union Shape { Pose }", "union Shape { Other: Pose }", "Shape"),
    ],
)
def test_two_targets_with_different_definitions_do_not_link_into_one_program(tmp_path, old, new, symbol):
    assert old in ALONE

    linked = link(tmp_path, compiled_target(tmp_path, "left", ALONE), compiled_target(tmp_path, "right", ALONE.replace(old, new)))

    assert linked.returncode != 0
    assert f"multiple definition of `geo::sluice_defines_{symbol}'" in linked.stderr


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_field_whose_name_is_a_keyword_is_flatcs_to_escape(schemas, compiler):
    (schemas / "pose.fbs").write_text("namespace geo;\ntable Pose { new: int; class: float = 1.5; }\n")
    made = run_sluicegen("track.yaml", "-o", "out", cwd=schemas)
    assert made.stderr == ""

    source = schemas / "out/demo/track.channel.cpp"
    run(compiler, "-std=c++17", "-fsyntax-only", *WARNINGS, *includes(schemas / "out"), source)
