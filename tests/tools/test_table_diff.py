"""`sluice diff` of channels whose messages are FlatBuffers tables: what a change of the user's schema does."""

from __future__ import annotations

import json
import subprocess

import pytest

FBS = """\
namespace geo;
enum Kind : ubyte { wheel, wing }
union Shape { Circle, Box }
struct Vec3 { x: double; y: double; z: double; }
table Circle { radius: float; }
table Inner { a: int; }
table Outer { a: int; }
table Box { size: Vec3; }
table Unused { a: int; }
table Pose {
  position: Vec3;
  name: string (required);
  kind: Kind = wing;
  weight: float = 1.5;
  samples: [ubyte];
  shape: Shape;
  parts: [Pose];
  buffer: [ubyte] (nested_flatbuffer: "Inner");
  tags: [Tag];
  limit: double = 0.1;
}
table Tag { title: string (key); code: string (required); }
"""
CHANNEL = """\
channel: track
namespace: demo
version: "1.0"
message: {flatbuffers: pose.fbs, root: geo.Pose, max_bytes: 4096}
"""
MINOR = ('version: "1.0"', 'version: "1.1"')
PARTS = "  limit: double = 0.1;\n"


@pytest.fixture
def diff(sluice, tmp_path):
    """`sluice diff` between BASE and BASE with edits: exit code and output."""
    from sluicegen.__main__ import main as sluicegen

    def described(name, fbs, channel):
        (tmp_path / "pose.fbs").write_text(fbs)
        (tmp_path / "track.yaml").write_text(channel)
        assert sluicegen([str(tmp_path / "track.yaml"), "--descriptor", str(tmp_path / name)]) == 0
        return tmp_path / name

    def run(*edits, options=()):
        fbs, channel = FBS, CHANNEL
        for old, new in edits:
            assert (old in fbs) != (old in channel), old
            fbs, channel = fbs.replace(old, new, 1), channel.replace(old, new, 1)
        files = [described("old", FBS, CHANNEL), described("new", fbs, channel)]
        done = subprocess.run([sluice, "diff", *options, *files], capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        return done.returncode, done.stdout

    return run


def lines(output):
    """The differences and notes."""
    return [line.strip() for line in output.splitlines()[1:] if line.startswith("  ") and "hint" not in line and "consumer on" not in line]


GROWTH = {
    "a field at the end": [(PARTS, PARTS + "  extra: [string];\n")],
    "a field of a nested table": [("radius: float;", "radius: float; angle: float;")],
    "a deprecated field": [("weight: float = 1.5;", "weight: float = 1.5 (deprecated);")],
    "a value of an enum": [("wheel, wing", "wheel, wing, tail")],
    "a member of a union": [("Circle, Box }", "Circle, Box, Unused }")],
    "a field that is gone at the end": [(PARTS, "")],
}


@pytest.mark.parametrize("edits", GROWTH.values(), ids=GROWTH)
def test_what_flatbuffers_lets_grow_is_compatible_in_a_new_minor(edits, diff):
    code, output = diff(MINOR, *edits)

    assert output.startswith("channel 'demo.track': version 1.0 in old, 1.1 in new: compatible\n"), output
    assert code == 0


BREAKS = {
    "another root": ([("root: geo.Pose", "root: geo.Box")], "message: geo.Pose in old, geo.Box in new"),
    "another max_bytes": ([("max_bytes: 4096", "max_bytes: 8192")], "message: max_bytes 4096 in old, 8192 in new"),
    "another type": ([("samples: [ubyte]", "samples: [float]")], "field 'geo.Pose.samples': [ubyte] in old, [float] in new"),
    "another default": (
        [("weight: float = 1.5", "weight: float = 2.5")],
        "field 'geo.Pose.weight': where it is absent 1.5 in old, 2.5 in new",
    ),
    "another default of an enum": (
        [("kind: Kind = wing", "kind: Kind = wheel")],
        "field 'geo.Pose.kind': where it is absent 1 in old, 0 in new",
    ),
    "no longer required": ([("string (required)", "string")], "field 'geo.Pose.name': required in old, optional in new"),
    "a required field that is gone": ([("  name: string (required);\n", "  title: string;\n")], "id 1 of geo.Pose: is 'name' in old, 'title' in new"),
    "a new required field": (
        [(PARTS, PARTS + "  label: string (required);\n")],
        "field 'geo.Pose.label': missing in old",
    ),
    "another number of an enum's value": ([("wheel, wing", "wheel, wing = 7")], "value 'wing' of geo.Kind: 1 in old, 7 in new"),
    "another type of an enum": ([("Kind : ubyte", "Kind : ushort")], "geo.Kind: is ubyte in old, ushort in new"),
    "a field of a struct": ([("z: double;", "z: double; w: double;")], "field 'geo.Vec3.w': missing in old"),
    "a renamed field of a table": ([("samples:", "values:")], "id 4 of geo.Pose: is 'samples' in old, 'values' in new"),
    "a field of a table that a union leads to": ([("radius: float", "radius: double")], "field 'geo.Circle.radius': float in old, double in new"),
    "another alignment of a struct": (
        [("struct Vec3 {", "struct Vec3 (force_align: 16) {")],
        "geo.Vec3: is aligned to 8 bytes in old, 16 bytes in new",
    ),
    "another size of a struct": ([("struct Vec3 {", "struct Vec3 (force_align: 16) {")], "geo.Vec3: takes 24 bytes in old, 32 bytes in new"),
    "another nested buffer": ([('"Inner"', '"Outer"')], "field 'geo.Pose.buffer': is a nested geo.Inner in old, a nested geo.Outer in new"),
    "a nested buffer that becomes bytes": ([(' (nested_flatbuffer: "Inner")', "")], "field 'geo.Pose.buffer': is a nested geo.Inner in old, plain bytes in new"),
    "a field of a nested buffer's table": ([("table Inner { a: int", "table Inner { a: float")], "field 'geo.Inner.a': int in old, float in new"),
    "another key": ([("title: string (key); code: string (required)", "title: string (required); code: string (key)")], "field 'geo.Tag.title': is a key in old, no key in new"),
    "a default that differs in its last digit": (
        [("limit: double = 0.1", "limit: double = 0.10000000000000002")],
        "field 'geo.Pose.limit': where it is absent 0.1 in old, 0.10000000000000002 in new",
    ),
    "a struct that becomes a table": ([("struct Vec3", "table Vec3")], "geo.Vec3: is a struct in old, a table in new"),
    "another table of a union's member": (
        [("Circle, Box }", "Circle: Box, Box }")],
        "value 'Circle' of geo.Shape: is geo.Circle in old, geo.Box in new",
    ),
}


@pytest.mark.parametrize("edits, words", BREAKS.values(), ids=BREAKS)
def test_what_a_reader_would_misread_is_a_break_that_names_the_field(edits, words, diff):
    code, output = diff(MINOR, *edits)

    assert ": breaking\n" in output.splitlines(keepends=True)[0], output
    assert words in lines(output), output
    assert code == 1


def test_a_field_in_the_middle_moves_those_behind_it(diff):
    _, output = diff(MINOR, ("  weight:", "  height: float;\n  weight:"))

    assert "field 'geo.Pose.weight': id 3 in old, 4 in new" in lines(output)


def test_a_schema_that_grows_without_a_new_version_is_told_so(diff):
    code, output = diff((PARTS, PARTS + "  extra: int;\n"))

    assert output == """\
channel 'demo.track': version 1.0 in both: changed without a new version
  field 'geo.Pose.extra': missing in old
  new consumer on old producer: reads in place what it knows
  old consumer on new producer: reads in place what it knows
  hint: both say version 1.0: give the new schema version 1.1
"""
    assert code == 1


def test_a_nested_buffers_table_may_be_named_with_its_namespace(diff):
    code, output = diff(('"Inner"', '"geo.Inner"'))

    assert output.startswith("channel 'demo.track': version 1.0 in both: identical\n")
    assert code == 0


@pytest.mark.parametrize(
    "edits",
    [
        [("z: double;", "z: double; w: double;")],
        [(PARTS, PARTS + "  label: string (required);\n")],
        [(PARTS, PARTS + "  extra: int;\n"), ("samples: [ubyte]", "samples: [float]")],
    ],
    ids=["a field of a struct", "a required field", "growth beside a break"],
)
def test_what_no_minor_can_bring_is_told_to_become_a_major(edits, diff):
    _, without_a_version = diff(*edits)
    _, with_a_minor = diff(MINOR, *edits)

    assert "hint: both say version 1.0: give the new schema version 2.0\n" in without_a_version
    assert "give the new schema version 2.0\n" in with_a_minor
    assert "since" not in without_a_version + with_a_minor


@pytest.mark.parametrize("edit", [(PARTS, ""), ("wheel, wing", "wheel, wing, tail"), ("Circle, Box }", "Circle }")])
def test_the_version_that_a_hint_names_is_one_that_is_accepted(edit, diff):
    _, told = diff(edit)
    code, _ = diff(edit, MINOR)

    assert "hint: both say version 1.0: give the new schema version 1.1\n" in told
    assert code == 0


def test_comments_tables_that_nothing_reaches_and_verify_change_nothing_for_readers(diff):
    code, output = diff(("table Unused { a: int; }", "// gone"), ("max_bytes: 4096}", "max_bytes: 4096, verify: never}"))

    assert output.startswith("channel 'demo.track': version 1.0 in both: identical\n")
    assert "note: message: verify each in old, never in new" in output
    assert code == 0


def test_a_message_that_becomes_a_table_is_a_break(diff):
    message = "message: {flatbuffers: pose.fbs, root: geo.Pose, max_bytes: 4096}"

    code, output = diff(MINOR, (message, "message: {name: string<=31}"))

    assert "message: is the FlatBuffers table geo.Pose in old, fields in new" in lines(output)
    assert code == 1


def test_a_comment_leaves_fingerprint_and_identity_alone(diff):
    _, output = diff(("table Circle", "/// Round.\ntable Circle"), options=["--json"])

    found = json.loads(output)
    assert (found["verdict"], found["same_window"]) == ("identical", True)


def test_a_difference_names_its_aspect_for_scripts(diff):
    _, output = diff(MINOR, ("samples: [ubyte]", "samples: [float]"), (PARTS, PARTS + "  extra: int;\n"), options=["--json"])

    found = json.loads(output)
    assert [(each["aspect"], each["field"]) for each in found["breaks"]] == [("type", "geo.Pose.samples")]
    assert [(each["aspect"], each["field"]) for each in found["additions"]] == [("table_field", "geo.Pose.extra")]
