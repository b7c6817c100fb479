"""Files that import one another, from schemas to linked programs and readers of FlatBuffers."""

from __future__ import annotations

import json
import shutil
import subprocess
import time

import pytest
from building import COMPILERS, ROOT, WARNINGS, includes, run, run_sluicegen
from sluicegen.check import check_files, input_files
from sluicegen.descriptor import describe
from sluicegen.layout import lay_out
from sluicegen.outputs import Outputs
from sluicegen.placed import PartKind

FLEET = ROOT / "tests/generator/golden/fleet.schemas"
BASE = "namespace: base\ntypes: {Vector: {x: f32, y: f32}}\n"
GEOMETRY = """\
namespace: geometry
imports: [base.yaml]
types: {Point: {at: base.Vector}, Pose: {at: Point, name: "string<=15"}}
enums: {Mode: {type: u8, values: {a: 1, b: 2}}}
constants: {LIMIT: 5}
"""
POSE_TEXT = '{at: Point, name: "string<=15"}'
OTHER_WORDS = "{doc: Other words., fields: {at: base.Vector}}"
CHANNEL = """\
channel: {name}
namespace: robot
version: "1.0"
imports: [geometry.yaml]
message: {message}
"""


def models_of(*paths, folders=()):
    models, problems = check_files(paths, folders)
    assert [str(problem) for problem in problems] == []
    return models


def problems_of(*paths, folders=()):
    return [str(problem) for problem in check_files(paths, folders)[1]]


@pytest.fixture
def fleet(schema_file):
    """geometry.yaml, which imports base.yaml, and two channels that import it."""
    schema_file(BASE, "base.yaml")
    schema_file(GEOMETRY, "geometry.yaml")
    left = schema_file(CHANNEL.format(name="left", message="geometry.Pose"), "left.yaml")
    right = schema_file(CHANNEL.format(name="right", message="{pose: geometry.Pose, mode: geometry.Mode}"), "right.yaml")
    return left, right


def test_an_imported_type_is_one_object_wherever_it_is_used(fleet):
    left, right = models_of(*fleet)

    geometry = left.imports[0]
    pose = right.message.fields[0].element
    assert right.imports[0] is geometry
    assert pose is geometry.types[1] is left.carried
    assert left.message.fields is pose.fields
    assert (left.message.name, left.message.namespace) == ("PoseMessage", ("geometry",))


def test_a_file_of_types_holds_no_channel_and_is_a_model_of_its_own(fleet):
    (geometry,) = models_of("geometry.yaml")

    assert (geometry.full_name, [each.name for each in geometry.types]) == ("geometry.geometry", ["Point", "Pose"])
    assert [file.full_name for file in geometry.all_imports()] == ["base.base"]
    assert Outputs([geometry]).names() == [
        f"{space}/{space}.types.{kind}" for space in ("base", "geometry") for kind in ("hpp", "cpp", "fbs")
    ]


def test_only_what_a_message_reaches_of_its_imports_is_in_its_layout(fleet):
    left, right = (lay_out(channel) for channel in models_of(*fleet))

    assert [layout.struct.name for layout in left.types] == ["Vector", "Point"]
    assert [layout.struct.name for layout in right.types] == ["Vector", "Point", "Pose"]
    assert [[enum.name for enum in layout.enums] for layout in (left, right)] == [[], ["Mode"]]


def test_the_descriptor_keeps_the_constants_of_a_carried_type_apart_from_those_of_the_channel(schema_file):
    schema_file("namespace: geometry\ntypes: {Pose: {fields: {x: f32}, constants: {MAX: 5}}}\n", "geometry.yaml")
    text = CHANNEL.format(name="a", message="geometry.Pose") + "constants: {RATE: 7}\n"

    (channel,) = models_of(schema_file(text))
    told = describe(lay_out(channel), b"")

    assert [constant["name"] for constant in told["message"]["constants"]] == ["MAX"]
    assert [constant["name"] for constant in told["constants"]] == ["RATE"]


def test_a_carried_type_keeps_the_bytes_that_it_reserves_and_a_field_of_it_keeps_none(schema_file):
    schema_file("namespace: geometry\ntypes: {Pose: {fields: {x: 'u8[1]'}, reserve: 60}}\n", "geometry.yaml")
    whole = schema_file(CHANNEL.format(name="a", message="geometry.Pose"), "a.yaml")
    nested = schema_file(CHANNEL.format(name="b", message="{pose: geometry.Pose}"), "b.yaml")

    carried, field = (lay_out(channel) for channel in models_of(whole, nested))

    reserves = [[part.size for part in layout.parts if part.kind is PartKind.RESERVE] for layout in
                (carried.message, field.message, *field.types)]  # fmt: skip
    assert reserves == [[64], [], []]


def test_order_latest_has_its_capacity_also_where_the_message_is_an_imported_type(schema_file):
    schema_file(GEOMETRY, "geometry.yaml")
    schema_file(BASE, "base.yaml")
    text = CHANNEL.format(name="a", message="geometry.Pose") + "order: latest\n"

    (channel,) = models_of(schema_file(text))

    assert (channel.order, channel.capacity) == ("latest", 8)
    assert problems_of(schema_file(text + "capacity: 4\n"))[0].startswith(
        "imu.yaml:7: capacity '4': order latest needs at least 5 slots"
    )


def test_a_type_of_an_imported_file_of_the_same_namespace_needs_no_dot(schema_file):
    schema_file("namespace: robot\ntypes: {Point: {x: f32}}\n", "shapes.yaml")
    text = CHANNEL.format(name="a", message="{p: Point, q: robot.Point}").replace("geometry.yaml", "shapes.yaml")

    (channel,) = models_of(schema_file(text))

    assert channel.message.fields[0].element is channel.message.fields[1].element
    assert channel.message.fields[0].type_text(("robot",)) == "Point"
    assert channel.message.fields[0].type_text(("other",)) == "robot.Point"


def test_types_of_a_file_with_a_channel_can_be_imported(schema_file):
    schema_file(CHANNEL.format(name="b", message="{p: P}").replace("imports: [geometry.yaml]", "types: {P: {x: u8}}"), "b.yaml")
    text = CHANNEL.format(name="a", message="P").replace("geometry.yaml", "b.yaml")

    (channel,) = models_of(schema_file(text, "a.yaml"))

    assert channel.carried is channel.imports[0].message.fields[0].element
    assert "robot/b.channel.hpp" in Outputs([channel]).names()


def test_a_file_that_two_paths_lead_to_is_one_file(schema_file, tmp_path):
    schema_file("namespace: geometry\ntypes: {Point: {x: f32}}\n", "geometry.yaml")
    (tmp_path / "link").symlink_to(tmp_path)
    text = CHANNEL.replace("geometry.yaml", "{path}")
    paths = ["geometry.yaml", "link/geometry.yaml", "link/../" + tmp_path.name + "/geometry.yaml"]
    files = [
        schema_file(text.format(name=f"c{at}", message="geometry.Point", path=path), f"c{at}.yaml")
        for at, path in enumerate(paths)
    ]

    models = models_of(*files, "geometry.yaml")

    assert all(model.imports[0] is models[-1] for model in models[:-1])


def test_a_file_beside_the_importing_one_comes_before_those_of_search_folders(schema_file):
    for folder in ("near", "first", "second"):
        schema_file(f"namespace: {folder}\ntypes: {{T: {{x: u8}}}}\n", f"{folder}/both.yaml")
    schema_file("namespace: second\ntypes: {O: {x: u8}}\n", "second/only.yaml")
    text = CHANNEL.replace("geometry.yaml", "both.yaml, only.yaml")
    path = schema_file(text.format(name="a", message="{t: near.T, o: second.O}"), "near/a.yaml")
    far = schema_file(text.format(name="b", message="{t: first.T}"), "far/b.yaml")

    assert problems_of(path, far, folders=["first", "second"]) == []


def test_a_missing_import_is_said_with_all_places_that_were_looked_at(schema_file):
    path = schema_file(CHANNEL.format(name="a", message="{}"), "here/a.yaml")

    assert problems_of(path, folders=["first", "../second"]) == [
        "here/a.yaml:4: import 'geometry.yaml': no such file;"
        " looked for here/geometry.yaml, first/geometry.yaml, ../second/geometry.yaml"
    ]


def test_a_file_given_by_two_names_is_reported(schema_file):
    schema_file(BASE, "base.yaml")

    assert problems_of("base.yaml", "./base.yaml") == [
        "./base.yaml: this file is given twice, first as base.yaml; name it once"
    ]


def test_nesting_is_counted_through_imports(schema_file):
    def chain(first, count, inner):
        types = [f"  T{at}: {{x: {f'T{at - 1}' if at > first else inner}}}" for at in range(first, first + count)]
        return "types:\n" + "\n".join(types) + "\n"

    schema_file("namespace: deep\n" + chain(0, 20, "u8"), "deep.yaml")
    path = schema_file("namespace: deep\nimports: [deep.yaml]\n" + chain(20, 20, "T19"), "more.yaml")

    assert problems_of(path) == ["more.yaml:16: type 'T32': types are nested more than 32 deep; flatten some of them"]


def test_many_ways_to_one_type_take_no_time(schema_file):
    for name, space in (("a", "n"), ("b", "m")):
        schema_file(f"namespace: {space}0\ntypes: {{A: {{x: 'u8[1]'}}, B: {{x: 'u8[1]'}}}}\n", f"{name}0.yaml")
    for at in range(1, 23):
        for name, space in (("a", "n"), ("b", "m")):
            imports = f"[a{at - 1}.yaml, b{at - 1}.yaml]"
            types = f"{{A: {{x: n{at - 1}.A, y: m{at - 1}.B}}, B: {{x: m{at - 1}.A, y: n{at - 1}.B}}}}"
            schema_file(f"namespace: {space}{at}\nimports: {imports}\ntypes: {types}\n", f"{name}{at}.yaml")

    before = time.process_time()
    (model,) = models_of("a22.yaml")

    assert len(model.all_imports()) == 44
    assert time.process_time() - before < 2


def test_list_inputs_names_the_schemas_and_all_that_they_import(fleet, tmp_path):
    listed = run_sluicegen("left.yaml", "right.yaml", "--list-inputs", cwd=tmp_path, PATH="/nowhere")

    assert sorted(listed.stdout.splitlines()) == ["base.yaml", "geometry.yaml", "left.yaml", "right.yaml"]
    assert input_files(["left.yaml"]) == ["base.yaml", "geometry.yaml", "left.yaml"]


def test_the_command_looks_for_imports_where_it_is_told(fleet, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "base.yaml").rename(tmp_path / "shared/base.yaml")

    made = run_sluicegen("left.yaml", "-I", "shared", "-o", "out", cwd=tmp_path)

    assert (made.returncode, made.stderr) == (0, "")
    assert "from shared/base.yaml:" in (tmp_path / "out/base/base.types.hpp").read_text()


def library(folder, channel, geometry=GEOMETRY, base=BASE):
    """A target of its own: a channel and its imports, generated, compiled, in an archive."""
    out = folder / channel
    out.mkdir()
    message = "geometry.Pose" if channel == "left" else "{pose: geometry.Pose}"
    for name, text in ((channel, CHANNEL.format(name=channel, message=message)), ("geometry", geometry), ("base", base)):
        (out / f"{name}.yaml").write_text(text)
    made = run_sluicegen(f"{channel}.yaml", "-o", ".", cwd=out)
    assert made.returncode == 0, made.stderr
    main = out / "main.cpp"
    main.write_text(
        f"#include <robot/{channel}.channel.hpp>\n"
        f"int {channel}() {{ return robot::{channel.capitalize()}Channel::info.descriptor.data[0]; }}\n"
    )
    objects = []
    for source in [main, *sorted(out.glob("*/*.cpp"))]:
        objects.append(source.with_suffix(".o"))
        run("g++", "-std=c++17", "-O1", *includes(out), "-c", source, "-o", objects[-1])
    run("ar", "rcs", out / "lib.a", *objects)
    return out / "lib.a"


def link(folder, *libraries):
    main = folder / "main.cpp"
    main.write_text("int left();\nint right();\nint main() { return left() + right() > 0 ? 0 : 1; }\n")
    command = ["g++", main, *libraries, "-o", folder / "program"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_two_targets_that_import_one_file_link_into_one_program_in_either_order(tmp_path):
    left, right = library(tmp_path, "left"), library(tmp_path, "right", GEOMETRY.replace("{at: base.Vector}", OTHER_WORDS))

    for libraries in ((left, right), (right, left)):
        linked = link(tmp_path, *libraries)

        assert linked.returncode == 0, linked.stderr
        run(tmp_path / "program")


@pytest.mark.parametrize(
    "other, symbol",
    [
        ({"geometry": GEOMETRY.replace("<=15", "<=16")}, "geometry::sluice_defines_Pose"),
        ({"geometry": GEOMETRY.replace("b: 2", "b: 3")}, "geometry::sluice_defines_Mode"),
        ({"geometry": GEOMETRY.replace(POSE_TEXT, f"{{fields: {POSE_TEXT}, reserve: 8}}")}, "geometry::sluice_defines_Pose"),
        ({"geometry": GEOMETRY.replace(POSE_TEXT, f"{{fields: {POSE_TEXT}, constants: {{K: 1}}}}")}, "geometry::sluice_defines_Pose"),
        ({"geometry": GEOMETRY.replace("LIMIT: 5", "LIMIT: 6")}, "geometry::sluice_defines_LIMIT"),
        ({"base": BASE.replace("y: f32", "y: f64")}, "base::sluice_defines_Vector"),
        ({"base": BASE.replace("}}", "}, Unused: {x: u8}}")}, "base::sluice_defines_Vector"),
    ],
    ids=["type", "enum", "reserve", "constant of a type", "constant", "type of an import", "type that nobody uses"],
)
def test_two_targets_whose_imports_differ_do_not_link_into_one_program(tmp_path, other, symbol):
    left, right = library(tmp_path, "left"), library(tmp_path, "right", **other)

    for libraries in ((left, right), (right, left)):
        linked = link(tmp_path, *libraries)

        assert linked.returncode != 0
        assert f"multiple definition of `{symbol}'" in linked.stderr


MESSAGES = """\
#include <robot/geometry/plan.channel.hpp>
#include <robot/left_pose.channel.hpp>
#include <robot/right_pose.channel.hpp>

#include <fstream>

template <class Message>
void write(const char* path, const Message& message) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(&message), sizeof message);
}

static_assert(std::is_same_v<robot::LeftPoseChannel::Message, geometry::PoseMessage>);
static_assert(std::is_same_v<robot::RightPoseChannel::Message, geometry::PoseMessage>);
static_assert(robot::LeftPoseChannel::RATE_HZ == 50 && geometry::FRAME == "map");

int main() {
  geometry::PoseMessage pose;
  pose.at = {1, 2};
  pose.path.push_back({3, 4});
  pose.name = "left";
  pose.age = 7;
  write("pose.bin", pose);
  robot::geometry::Plan plan;
  plan.corners.push_back(pose.at);
  plan.grip.jaws = {5, 6};
  plan.leg.from = pose.at;
  plan.leg.by = geometry::Source::fused;
  write("plan.bin", plan);
}
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """A program over the schemas of the golden fleet, built and run: pose.bin and plan.bin."""
    out = tmp_path_factory.mktemp("fleet")
    shutil.copytree(FLEET, out / "schemas")
    made = run_sluicegen(*(path.name for path in FLEET.glob("*.yaml")), "-o", out, cwd=out / "schemas")
    assert made.returncode == 0, made.stderr
    (out / "main.cpp").write_text(MESSAGES)
    sources = [out / "main.cpp", *out.glob("*/**/*.cpp")]
    run("g++", "-std=c++17", *WARNINGS, *includes(out), *sources, "-o", out / "program")
    run(out / "program", cwd=out)
    return out


POSE = {
    "sluice_seq": 0, "at": {"x": 1.0, "y": 2.0}, "heading": 0.0, "source": "fused", "path": [{"x": 3.0, "y": 4.0}],
    "name": "left", "age": 7,
}  # fmt: skip
PLAN = {
    "sluice_seq": 0, "start": {"x": 0.0, "y": 0.0}, "corners": [{"x": 1.0, "y": 2.0}], "by": "odometry",
    "grip": {"force": 0.0, "jaws": [5.0, 6.0]},
    "leg": {"from": {"x": 1.0, "y": 2.0}, "to": {"x": 0.0, "y": 0.0}, "by": "fused", "lanes": [0, 0]},
}  # fmt: skip


@pytest.mark.parametrize(
    "schema, message, content",
    [
        ("robot/left_pose.fbs", "pose", POSE),
        ("robot/right_pose.bfbs", "pose", POSE),
        ("geometry/Pose.message.fbs", "pose", POSE),
        ("robot/geometry/plan.fbs", "plan", PLAN),
        ("robot/geometry/plan.bfbs", "plan", PLAN),
    ],
)
def test_flatc_reads_messages_of_imported_types(messages, schema, message, content):
    options = ["--json", "--strict-json", "--raw-binary", "--defaults-json", "-I", "."]

    run("flatc", *options, "-o", f"json.{message}", schema, "--", f"{message}.bin", cwd=messages)

    assert json.loads((messages / f"json.{message}/{message}.json").read_text()) == content


def test_a_windows_own_schema_holds_of_imports_only_what_the_message_reaches(fleet, tmp_path):
    made = run_sluicegen("left.yaml", "right.yaml", "-o", "out", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    left, right = ((tmp_path / f"out/robot/{name}.bfbs").read_bytes() for name in ("left", "right"))
    assert [b"geometry.Point\0" in left, b"geometry.Mode\0" in left] == [True, False]
    assert [b"geometry.Point\0" in right, b"geometry.Mode\0" in right] == [True, True]


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("header", ["robot/Grip.message.hpp", "geometry/geometry.types.hpp", "robot/left_pose.channel.hpp"])
def test_each_generated_header_compiles_alone(messages, header, compiler, tmp_path):
    (tmp_path / "alone.cpp").write_text(f"#include <{header}>\n")

    run(compiler, "-std=c++17", "-fsyntax-only", *WARNINGS, *includes(messages), tmp_path / "alone.cpp")
