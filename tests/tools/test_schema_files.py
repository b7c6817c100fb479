"""`sluice inspect --schema`: what it writes, sluicegen makes the same descriptor of."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from dev_build import BUILD, ROOT, build

sys.path.insert(0, str(ROOT / "generator"))
sys.path.insert(0, str(ROOT / "tests" / "corpus"))
import px4  # noqa: E402

from sluicegen.__main__ import main as sluicegen  # noqa: E402

PX4 = px4.facts()
SCHEMAS = [
    ROOT / "schemas/imu.yaml",
    *sorted((ROOT / "tests/generated").glob("*.yaml")),
    *sorted((ROOT / "tests/processes").rglob("*.yaml")),
    *sorted((ROOT / "tests/exchange/regressions").glob("*.yaml")),
    *sorted((ROOT / "tests/generator/golden").rglob("*.yaml")),
    ROOT / "examples/telemetry/telemetry.yaml",
    *sorted((ROOT / "tests/flatbuffers").rglob("*.yaml")),
    ROOT / "tests/tools/survey.yaml",
    ROOT / "examples/flatbuffers/poses.yaml",
]
SCHEMAS = [path for path in SCHEMAS if "channel:" in path.read_text()]

HARD = {
    "texts": """\
channel: texts
namespace: a.b
version: "3.7"
doc: "Two lines,\\n'quotes' and \\"double ones\\", a colon: and a # and \\\\ and {braces} and ü."
order: latest
message:
  a: {type: f32, unit: "%: [x]", doc: "- not a list", frame: "yes", range: [-.inf, 1e-5], invalid: .nan}
  on: {type: i64, default: -9223372036854775808, deprecated: true}
  off: {type: u64, default: 18446744073709551615, deprecated: "use: on"}
  f: {type: f64, default: 1e300, scale: 0.1}
  g: {type: f32, default: -.inf}
  yes: {type: bool, default: true}
constants:
  S: {type: string, value: "line\\nanother\\ttab \\"x\\" \\\\ ü"}
  T: "true"
  N: {type: f64, value: .nan}
  E: ""
""",
    "empty": 'channel: empty\nnamespace: a\nversion: "1.0"\nmessage: {}\n',
    "reserve": 'channel: reserve\nnamespace: a\nversion: "1.0"\nreserve: 20\nmessage: {x: u8, y: "f64[3]", z: "string<=7"}\n',
    "reserve_alone": 'channel: reserve_alone\nnamespace: a\nversion: "1.0"\nreserve: 64\nmessage: {x: u8}\n',
    "reserve_used": 'channel: r\nnamespace: a\nversion: "1.2"\nreserve: 64\nmessage: {x: u8, y: {type: u64, since: "1.1"},'
                    ' z: {type: "u8[9]", since: "1.2"}}\n',
    "reserve_large": 'channel: r\nnamespace: a\nversion: "1.0"\nmessage: {x: u8, y: "f64[3000]"}\n',
    "reserve_none": 'channel: r\nnamespace: a\nversion: "1.0"\nreserve: 0\nmessage: {x: u8, y: "f64[3000]"}\n',
    "minors": 'channel: m\nnamespace: a\nversion: "1.3"\nmessage: {a: u8, b: {type: "u8[3]", since: "1.1"}, c: {type: u64,'
              ' since: "1.2"}, d: {type: "string<=5", since: "1.3"}}\n',
    "nested": 'channel: n\nnamespace: a\nversion: "1.0"\nmessage: {t: "T[<=3]", u: U, e: {type: "E[2]", as: u8}}\ntypes: '
              '{T: {fields: {n: "string<=3", us: "U[2]"}, constants: {K: 1}}, U: {x: f64, e: E}, Unused: {q: u8}}\nenums: '
              '{E: {type: u32, flags: true, values: {a: 1, b: {value: 2, doc: "second"}}}, Spare: {type: i8, values: {z: -1}}}\n',
}
# FlatBuffers schemas, each with a root `R`.
HARD_TABLES = {
    "no namespace": "struct T { v: double; } struct S { x: T; y: byte; } table R { a: int; s: S; }",
    "names of two namespaces that are alike": "namespace b; table T { x: int; } namespace a.b; table T { y: [b.T]; z: T; }"
                                              " namespace a; enum T : byte { q } table U { t: T; } namespace ; table R { u: a.U; v: a.b.T; w: b.T; }",
    "tables that hold each other": "table A { b: B; r: [R]; } table B { a: A; } union U { B, A } table R { a: A; u: U; }",
    "ids out of order": "union U { R } table R { c: int (id: 3); u: U (id: 2); a: string (id: 0); }",
    "a deprecated union": "union U { R } table R { u: U (deprecated); n: int = -2147483648; }",
    "flags that fill a word": "enum F : ulong (bit_flags) { low, high = 63 } table R { f: F = low; g: F; h: [F]; }",
    "large and small numbers": "enum E : long { least = -9223372036854775808, none = 0, most = 9223372036854775807 } table R { e: E = least;"
                               " d: double = 1e-300; f: float = 3.4e38; g: float = 0.1; h: double = -inf; i: float = nan; }",
    "attributes of its own": 'attribute "why"; attribute "how"; struct S (why: "a \\"b\\" \\\\ \\n é") { x: int (how: -5); } table R (how) { s: S (why: "07"); }',
    "services": "table R { a: int; } table Q { b: int; } rpc_service S { One(R): Q; Two(Q): R (streaming: \"bidi\", idempotent); }",
    "unions of strings, structs and by other names": "struct S { x: int; } union U { a: string, b: S, c: R = 9, R, d: string }"
                                                     " table R { u: U; us: [U]; }",
    "a required union and a key": "union U { K } table K { k: ulong (key); } table R { u: U (required); ks: [K] (required); s: [string]; }",
}
ROUND = {  # two namespaces whose types need each other's
    "round.yaml": 'channel: round\nnamespace: a\nversion: "1.0"\nimports: [b.yaml]\nmessage: {x: b.Outer, y: Own}\n'
                  'types: {Own: {z: u8}}\n',
    "b.yaml": "namespace: b\nimports: [inner.yaml]\ntypes: {Outer: {i: a.Inner, k: Plain}, Plain: {q: u16}}\n",
    "inner.yaml": "namespace: a\nimports: [core.yaml]\ntypes: {Inner: {c: b.Core}}\n",
    "core.yaml": "namespace: b\ntypes: {Core: {v: f32}}\n",
}


@pytest.fixture(scope="session")
def program():
    build("schema_of_descriptor")
    return BUILD / "tests" / "tools" / "schema_of_descriptor"


@pytest.fixture
def comes_back(program, sluice, tmp_path):
    """Schema -> descriptor -> schema -> descriptor: what `sluice diff` says of both descriptors."""

    def check(schema):
        first, second, folder = tmp_path / "first.descriptor", tmp_path / "second.descriptor", tmp_path / "back"
        folder.mkdir()
        assert sluicegen([str(schema), "--descriptor", str(first)]) == 0
        done = subprocess.run([program, first, folder], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout
        back = folder / done.stdout.splitlines()[0]
        assert sluicegen([str(back), "--descriptor", str(second)]) == 0, back.read_text()
        diff = subprocess.run([sluice, "diff", "--json", first, second], capture_output=True, text=True, timeout=60)
        report = json.loads(diff.stdout)
        return report["verdict"], report["notes"], report["same_window"]

    return check


SAME = ("identical", [], True)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_schema_of_the_tests_comes_back(comes_back, schema):
    assert comes_back(schema) == SAME


@pytest.mark.parametrize("name", HARD)
def test_a_hard_one_comes_back(comes_back, tmp_path, name):
    (tmp_path / "schema.yaml").write_text(HARD[name])

    assert comes_back(tmp_path / "schema.yaml") == SAME


@pytest.mark.parametrize("name", HARD_TABLES)
def test_a_hard_table_comes_back(comes_back, tmp_path, name):
    (tmp_path / "user.fbs").write_text(HARD_TABLES[name])
    (tmp_path / "schema.yaml").write_text(
        'channel: c\nnamespace: z\nversion: "1.0"\nmessage: {flatbuffers: user.fbs, root: R, max_bytes: 400, verify: never}\n'
    )

    assert comes_back(tmp_path / "schema.yaml") == SAME


def test_what_is_written_back_of_a_table_is_written_back_the_same_again(program, tmp_path):
    """Also what the message does not reach, attributes and services, which a comparison passes over."""

    def written(schema, folder):
        folder.mkdir()
        assert sluicegen([str(schema), "--descriptor", str(folder / "descriptor")]) == 0
        subprocess.run([program, folder / "descriptor", folder], check=True, timeout=60)
        return folder / "survey.yaml", (folder / "survey.yaml").read_text(), (folder / "survey.fbs").read_text()

    first, *texts = written(ROOT / "tests/tools/survey.yaml", tmp_path / "first")

    assert written(first, tmp_path / "second")[1:] == tuple(texts)
    assert texts[0] == """\
channel: survey
namespace: tests
version: "1.3"
doc: "Tables with every kind of field."
order: lifo
capacity: 6
overflow: reject
message:
  flatbuffers: survey.fbs
  root: tests.survey.Survey
  max_bytes: 3000
  verify: each
constants:
  PLACES: {type: u16, value: 12, doc: "how many there are"}
"""


def test_types_of_two_namespaces_that_need_each_other_come_back(comes_back, tmp_path):
    for name, text in ROUND.items():
        (tmp_path / name).write_text(text)

    assert comes_back(tmp_path / "round.yaml")[0] == "identical"


@pytest.mark.parametrize("name", sorted(PX4)[::8])
def test_one_of_px4s_messages_comes_back(comes_back, tmp_path, name):
    (tmp_path / "px4.yaml").write_text(px4.schema(name, PX4))

    assert comes_back(tmp_path / "px4.yaml") == SAME


def test_a_window_gives_its_schema_to_stdout_or_into_a_folder(run, peer, tmp_path, memory):
    peer("left").say("create")

    code, text, error = run("inspect", "tests.relay/left", "--schema")
    assert (code, error) == (0, "")
    assert text == """\
channel: relay
namespace: tests
version: "1.0"
doc: "What most tests of real processes send."
order: fifo
capacity: 64
overflow: reject
message:
  value: {type: "u64"}
  inverse: {type: "u64", doc: "all bits of value turned over: a torn message shows"}
  words: {type: "u64[3]"}
  text: {type: "string<=23"}
"""
    written = run("inspect", "tests.relay/left", "--schema", "-o", tmp_path / "new")
    assert written == (0, f"{tmp_path}/new/relay.yaml\n", "")
    assert (tmp_path / "new/relay.yaml").read_text() == text
    assert run("inspect", "tests.relay/left", "--schema", "-o", tmp_path / "new") == (
        2, "", f"sluice: {tmp_path}/new/relay.yaml is there already\n"
    )
    assert run("inspect", "tests.relay/left", "-o", tmp_path)[0] == 2


def test_a_window_of_tables_gives_both_of_its_files(run, sluice, memory, tmp_path):
    made = ROOT / "examples/flatbuffers/poses.yaml"
    assert run("publish", "demo.poses", "--schema", made, "--keep", "name: left")[0] == 0

    code, text, error = run("inspect", "demo.poses", "--schema")
    assert (code, error) == (0, "sluice: the schema is of 2 files\n  hint: -o DIR writes each by itself\n")
    assert text.startswith("# poses.yaml\nchannel: poses\n")
    assert "\n// pose.fbs\n// Written back from a window, as one file. It holds no comments" in text
    code, text, error = run("inspect", "demo.poses", "--schema", "-o", tmp_path)
    assert (code, text, error) == (0, f"{tmp_path}/poses.yaml\n{tmp_path}/pose.fbs\n", "")
    assert run("diff", made, tmp_path / "poses.yaml")[:2] == (0, "channel 'demo.poses': version 1.0 in both: identical\n")
