"""What check_files makes of good schemas; bad ones are in tests/rejects/schema."""

from __future__ import annotations

import json
import math
import os
import random
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from sluicegen.check import check_files
from sluicegen.check_structure import SCHEMA_FILE
from sluicegen.model import SCALARS, Constant, EnumValue, Field, Shape, Version

ROOT = Path(__file__).parents[2]
REJECTS = ROOT / "tests" / "rejects" / "schema"


def channel_of(path):
    channels, problems = check_files([path])
    assert [str(problem) for problem in problems] == []
    return channels[0]


def problems_of(*paths):
    channels, problems = check_files(paths)
    return [str(problem) for problem in problems]


def test_the_example_becomes_a_channel_with_every_part_in_place():
    imu = channel_of(ROOT / "schemas" / "imu.yaml")

    assert (imu.full_name, imu.version, imu.capacity) == ("demo.imu", Version(1, 2), 64)
    assert (imu.order, imu.overflow) == ("fifo", "reject")
    assert (imu.doc, imu.message.name) == ("Inertial samples of the flight computer.", "Imu")
    assert [field.type_text(imu.namespace) for field in imu.message.fields] == [
        "u64", "f32[3]", "Status", "Peak[<=8]", "string<=31", "bool", "f32",
    ]
    stamp, accel, status, peaks, label, valid, temp = imu.message.fields
    assert (stamp.unit, stamp.doc) == ("ns", "CLOCK_MONOTONIC when the sample was taken")
    assert (accel.shape, accel.bound, accel.unit) == (Shape.ARRAY, 3, "m/s^2")
    assert (peaks.shape, peaks.bound) == (Shape.SEQUENCE, 8)
    assert (label.shape, label.bound) == (Shape.STRING, 31)
    assert valid == Field("valid", Shape.SINGLE, SCALARS["bool"], 1, unit="", doc="", since=0)
    assert (status.default, valid.default, temp.since, label.element) == ("ok", None, 2, None)
    values = [(value.name, value.value) for value in imu.enums[0].values]
    assert values == [("ok", 0), ("saturated", 1), ("failed", 2)]
    assert imu.constants == (Constant("RATE_HZ", SCALARS["u32"], 1000),)
    assert imu.source == ROOT / "schemas" / "imu.yaml"


def test_fields_of_one_type_share_one_object(schema_with):
    text = "message: {a: P, b: 'P[3]', c: Q, d: E}\ntypes: {Q: {p: P, e: E}, P: {x: f32}}\n"
    channel = channel_of(schema_with(text + "enums: {E: {type: u8, values: {x: 1}}}\n"))

    a, b, c, d = (field.element for field in channel.message.fields)
    assert a is b is c.fields[0].element is channel.types[0]
    assert d is c.fields[1].element is channel.enums[0]


def test_a_type_comes_after_those_it_uses_and_else_as_written(schema_with):
    types = "types: {A: {b: B, c: 'C[2]'}, Free: {x: u8}, C: {x: u8}, B: {c: C}}\n"
    channel = channel_of(schema_with("message: {}\n" + types))

    assert [struct.name for struct in channel.types] == ["C", "B", "A", "Free"]


def test_a_bound_may_be_1(schema_with):
    channel = channel_of(schema_with('message: {a: "u8[1]", b: "u8[<=1]", c: string<=1}\n'))

    assert [field.bound for field in channel.message.fields] == [1, 1, 1]


def test_numbers_of_5000_digits_are_refused_like_any_other(schema_file):
    digits = "9" * 5000
    fields = f"a: 'u8[{digits}]', b: {{type: u8, default: {digits}}}"
    head = f"channel: imu\nnamespace: demo\nversion: 1.{digits}\ncapacity: {digits}\n"
    problems = problems_of(schema_file(head + f"message: {{{fields}}}\n"))

    assert [re.sub(r"'\S*9\.\.\.'", "N", problem) for problem in problems] == [
        'imu.yaml:3: version N: write major.minor, each from 0 to 65535, for example "1.0"',
        "imu.yaml:4: capacity N: must be a whole number from 1 to 1048574",
        "imu.yaml:5: field 'a': N: the bound must be from 1 to 1073741824",
        "imu.yaml:5: field 'b': default N does not fit u8, which holds 0 to 255",
    ]


def test_capacity_order_and_overflow_have_defaults(schema_with):
    channel = channel_of(schema_with("message: {}\n"))

    assert (channel.capacity, channel.order, channel.overflow) == (64, "fifo", "reject")
    assert (channel.doc, channel.types, channel.enums, channel.constants) == ("", (), (), ())
    assert channel.message.fields == ()


def test_a_channel_of_order_latest_has_8_slots_unless_it_says_otherwise(schema_with):
    channel = channel_of(schema_with("order: latest\nmessage: {}\n"))

    assert (channel.order, channel.capacity) == ("latest", 8)


@pytest.mark.parametrize("order", ["fifo", "lifo", "latest"])
def test_each_order_is_taken_with_5_slots(order, schema_with):
    channel = channel_of(schema_with(f"order: {order}\ncapacity: 5\nmessage: {{}}\n"))

    assert (channel.order, channel.capacity) == (order, 5)


@pytest.mark.parametrize("capacity", ["1", "1048574", "0x40"])
def test_the_whole_range_of_capacities_is_taken(schema_with, capacity):
    channel = channel_of(schema_with(f"capacity: {capacity}\nmessage: {{}}\n"))

    assert channel.capacity == int(capacity, 0)


@pytest.mark.parametrize("text", ["1.10", '"1.10"', "'1.10'"])
def test_version_1_10_is_not_1_1(schema_file, text):
    head = f"channel: a\nnamespace: b\nversion: {text}\n"
    channel = channel_of(schema_file(head + f"message: {{x: {{type: u8, since: {text}}}}}\n"))

    assert (str(channel.version), channel.message.fields[0].since) == ("1.10", 10)


def test_a_long_form_type_has_a_doc_and_fields(schema_with):
    types = "types: {P: {doc: A point., fields: {x: f32}}}\n"
    point = channel_of(schema_with("message: {}\n" + types)).types[0]

    assert (point.doc, [field.name for field in point.fields]) == ("A point.", ["x"])


FIELDS = """{doc: f32, fields: f32}
{fields: f32}
{doc: f32}
{fields: {type: u8}, doc: u8, x: u8}""".splitlines()


@pytest.mark.parametrize("fields", FIELDS)
def test_a_type_may_have_fields_called_doc_and_fields(schema_with, fields):
    channel = channel_of(schema_with(f"message: {{}}\ntypes: {{P: {fields}}}\n"))

    assert {field.name for field in channel.types[0].fields} <= {"doc", "fields", "x"}
    assert channel.types[0].doc == ""


def test_enum_values_may_be_called_on_off_yes_and_no(schema_with):
    text = "message: {a: {type: Switch, default: on}}\n"
    values = "{off: 0, on: 1, yes: {value: 2, doc: sure}, no: 3, true: 4}"
    channel = channel_of(schema_with(text + f"enums: {{Switch: {{type: u8, values: {values}}}}}\n"))

    assert [value.name for value in channel.enums[0].values] == ["off", "on", "yes", "no", "true"]
    assert channel.enums[0].values[2] == EnumValue("yes", 2, "sure")
    assert channel.message.fields[0].default == "on"


def test_an_enum_needs_no_zero_and_takes_the_whole_range_of_its_type(schema_with):
    values = "{low: -9223372036854775808, high: 0x7fffffffffffffff}"
    enums = f"enums: {{E: {{type: i64, values: {values}}}}}\n"
    channel = channel_of(schema_with("message: {}\n" + enums))

    assert [value.value for value in channel.enums[0].values] == [-(2**63), 2**63 - 1]


def test_an_enum_default_may_be_the_number_of_a_value(schema_with):
    text = "message: {a: {type: E, default: 0x2}}\nenums: {E: {type: u8, values: {x: 1, y: 2}}}\n"

    assert channel_of(schema_with(text)).message.fields[0].default == "y"


@pytest.mark.parametrize(
    "type_name, text, value",
    [
        ("bool", "true", True),
        ("bool", "false", False),
        ("u8", "255", 255),
        ("i8", "-128", -128),
        ("u64", "0xFFFFFFFFFFFFFFFF", 2**64 - 1),
        ("i16", "+5", 5),
        ("f32", "3", 3.0),
        ("f32", "0x10", 16.0),
        ("f32", "3.4028235e38", 3.4028235e38),
        ("f64", "1e-3", 0.001),
        ("f64", ".5", 0.5),
        ("f64", "-.inf", -math.inf),
        ("f32", ".inf", math.inf),
        ("f64", "-0.0", -0.0),
    ],
)
def test_a_default_is_read_as_its_type(schema_with, type_name, text, value):
    path = schema_with(f"message: {{a: {{type: {type_name}, default: {text}}}}}\n")
    default = channel_of(path).message.fields[0].default

    assert (default, type(default)) == (value, type(value))
    assert math.copysign(1, default) == math.copysign(1, value)


def test_nan_is_a_default(schema_with):
    channel = channel_of(schema_with("message: {a: {type: f32, default: .nan}}\n"))

    assert math.isnan(channel.message.fields[0].default)


@pytest.mark.parametrize(
    "text, scalar, value",
    [
        ("1000", "i64", 1000),
        ("-0x10", "i64", -16),
        ("9.81", "f64", 9.81),
        ("1e3", "f64", 1000.0),
        (".inf", "f64", math.inf),
        ("true", "bool", True),
        ("left", None, "left"),
        ('"1000"', None, "1000"),
        ("yes", None, "yes"),
        ("v1.2", None, "v1.2"),
        ("{value: 5, unit: Hz}", "i64", 5),
        ("{type: u8, value: 5}", "u8", 5),
        ("{type: f32, value: 5}", "f32", 5.0),
        ("{type: string, value: 5}", None, "5"),
    ],
)
def test_a_constant_has_the_type_it_names_or_that_of_its_look(schema_with, text, scalar, value):
    constant = channel_of(schema_with(f"message: {{}}\nconstants: {{C: {text}}}\n")).constants[0]

    assert (constant.scalar, constant.value) == (scalar and SCALARS[scalar], value)
    assert type(constant.value) is type(value)


@pytest.mark.parametrize("name", ["auto", "class", "int", "true", "table", "root_type"])
def test_keywords_are_legal_names(schema_with, name):
    text = f"message: {{{name}: u8}}\nenums: {{E: {{type: u8, values: {{{name}: 1}}}}}}\n"

    assert channel_of(schema_with(text)).message.fields[0].name == name


def test_a_name_may_have_64_characters(schema_file):
    name = "n" * 64
    head = f'channel: {name}\nnamespace: a.b\nversion: "1.0"\n'
    channel = channel_of(schema_file(head + f"message: {{{name}: u8}}\n"))

    assert (channel.name, channel.namespace) == (name, ("a", "b"))
    assert (channel.message.name, channel.message.fields[0].name) == ("N" + "n" * 63, name)


def test_channels_of_one_run_come_in_the_order_given(schema_file):
    head = 'namespace: demo\nversion: "1.0"\nmessage: {}\n'
    names = ["imu", "gps", "baro"]
    paths = [schema_file(f"channel: {name}\n{head}", f"{name}.yaml") for name in names]

    channels, problems = check_files(paths)

    assert ([channel.name for channel in channels], problems) == (names, [])


def test_one_namespace_may_be_used_by_many_files_with_types_of_their_own(schema_file):
    head = 'version: "1.0"\nmessage: {}\n'
    imu = schema_file(f"channel: imu\nnamespace: a.b\n{head}types: {{P: {{x: u8}}}}\n", "imu.yaml")
    gps = schema_file(f"channel: gps\nnamespace: a.b\n{head}types: {{Q: {{x: u8}}}}\n", "gps.yaml")
    other = schema_file(f"channel: imu\nnamespace: a.c\n{head}types: {{P: {{x: u8}}}}\n", "c.yaml")

    assert problems_of(imu, gps, other) == []


def test_problems_come_by_file_in_the_order_given_and_then_by_line(schema_file):
    good = schema_file('channel: ok\nnamespace: demo\nversion: "1.0"\nmessage: {}\n', "ok.yaml")
    bad = "channel: {}\nnamespace: demo\nversion: one\nmessage: {{a: f23, b: {{typ: u8}}}}\n"
    z = schema_file(bad.format("z"), "z.yaml")
    a = schema_file(bad.format("a"), "a.yaml")

    assert problems_of(z, good, a, "missing.yaml") == [
        "z.yaml:3: version 'one': write major.minor, each from 0 to 65535, for example \"1.0\"",
        "z.yaml:4: field 'a': unknown type 'f23'; did you mean 'f32'?",
        "z.yaml:4: field 'b': unknown key 'typ'; did you mean 'type'?",
        "a.yaml:3: version 'one': write major.minor, each from 0 to 65535, for example \"1.0\"",
        "a.yaml:4: field 'a': unknown type 'f23'; did you mean 'f32'?",
        "a.yaml:4: field 'b': unknown key 'typ'; did you mean 'type'?",
        "missing.yaml: no such file",
    ]


def test_a_file_given_twice_is_a_problem(schema_with):
    path = schema_with("message: {}\n")

    assert problems_of(path, path) == ["imu.yaml: this file is given twice; name it once"]


def test_a_broken_definition_causes_no_further_problems_where_it_is_used(schema_with):
    text = """message: {a: P, b: 'P[3]', c: {type: E, default: y}, d: Q, e: {type: F, default: x}}
types: {P: {x: f23}, Q: f32, R: {p: P}}
enums: {E: {type: u8, values: {x: 0, y: 256}}, F: u8, G: {type: u8, values: {x: 0, y: one}}}
constants: {x: {typ: u8}}
"""
    text = text.replace("message: {", "message: {g: {type: G, default: y}, ")
    text = text.replace("message: {", "message: {h: {type: H, default: z}, ")
    text = text.replace("enums: {", "enums: {H: {type: u8, values: {}}, ")
    assert problems_of(schema_with(text)) == [
        "imu.yaml:5: field 'P.x': unknown type 'f23'; did you mean 'f32'?",
        "imu.yaml:5: type 'Q': expected a map of fields; found 'f32'",
        "imu.yaml:6: enum 'H': has no values; give it at least one: {ok: 0}",
        "imu.yaml:6: value 'E.y': '256' does not fit u8, which holds 0 to 255; u16 would hold it",
        "imu.yaml:6: enum 'F': expected a map with 'type' and 'values'; found 'u8'",
        "imu.yaml:6: value 'G.y': expected a whole number, or a map with 'value'; found 'one'",
        "imu.yaml:7: constant 'x': missing key 'value'; add for example: value: 1",
        "imu.yaml:7: constant 'x': unknown key 'typ'; did you mean 'type'?",
    ]


def test_a_missing_channel_or_namespace_clashes_with_nothing(schema_file):
    text = 'version: "1.0"\nmessage: {}\ntypes: {Channel: {x: u8}}\n'

    problems = problems_of(schema_file(text, "a.yaml"), schema_file(text, "b.yaml"))

    assert [problem.split(";")[0] for problem in problems] == [
        "a.yaml:1: missing key 'channel'",
        "a.yaml:1: missing key 'namespace'",
        "b.yaml:1: missing key 'channel'",
        "b.yaml:1: missing key 'namespace'",
    ]


def test_types_that_double_in_size_32_times_are_refused_at_once(schema_with):
    lines = [f"  T{n}: {{a: T{n - 1}, b: T{n - 1}}}" for n in range(1, 32)]
    head = "message: {all: 'T31[2]'}\ntypes:\n  T0: {a: u64, b: u64}\n"
    path = schema_with(head + "\n".join(lines) + "\n")

    assert [problem.split(" bytes")[0] for problem in problems_of(path)] == [
        "imu.yaml:18: field 'T12.b': type 'T12' holds more than 65,531"
    ]


def test_a_chain_of_5000_types_does_not_exhaust_the_stack(schema_with):
    chain = "".join(f"  T{n}: {{a: T{n + 1}}}\n" for n in range(5000))
    path = schema_with(f"message: {{}}\ntypes:\n{chain}  T5000: {{a: u8}}\n")

    assert problems_of(path) == [
        "imu.yaml:4974: type 'T4968': types are nested more than 32 deep; flatten some of them"
    ]


# The JSON Schema is for editors: they read YAML 1.2 themselves, without this generator.
def editor_accepts(path):
    with open(path, encoding="utf-8") as file:
        tree = yaml.safe_load(file)
    return Draft7Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))).is_valid(tree)


def test_the_json_schema_is_itself_valid_draft_7():
    Draft7Validator.check_schema(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


SHIPPED = sorted((ROOT / "schemas").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_editors_accept_the_shipped_schemas(path):
    assert editor_accepts(path)


KNOWN_TO_EDITORS = """unknown-keys missing-keys missing-keys-inside wrong-kinds capacity-zero
    capacity-too-large capacity-of-latest channel-with-slash version-three-numbers bounds
    bad-type-texts enum-types names-with-bad-characters definitions-without-entries
    channel-of-300-characters""".split()


@pytest.mark.parametrize("name", KNOWN_TO_EDITORS)
def test_editors_mark_what_the_json_schema_can_know(name):
    assert not editor_accepts(REJECTS / f"{name}.yaml")


def test_every_key_of_the_json_schema_says_what_it_is():
    def undescribed(node, path):
        for name, key in node.get("properties", {}).items():
            if key is not False and not {"title", "description"} <= set(resolved(key)):
                yield f"{path}.{name}"
        for name, child in node.items():
            if isinstance(child, dict):
                yield from undescribed(child, f"{path}.{name}")

    def resolved(key):
        return schema["definitions"][key["$ref"].rsplit("/", 1)[1]] if "$ref" in key else key

    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    for conditional in ("if", "then"):
        del schema[conditional]
    for node in (schema["definitions"]["typeDefinition"], schema["properties"]["message"]["then"]):
        del node["if"]
    assert list(undescribed(schema, "")) == []


def test_no_damage_to_a_schema_raises_anything_but_problems(schema_file):
    pieces = ["", ":", "{", "}", "[", "\n", " ", "'", "- ", "x", "0"]
    seed = int(os.environ.get("SLUICE_SEED") or random.randrange(2**32))
    source = random.Random(seed)
    text = (ROOT / "schemas" / "imu.yaml").read_text(encoding="utf-8")

    for _ in range(300):
        damaged = list(text)
        for _ in range(source.randint(1, 4)):
            at = source.randrange(len(damaged))
            damaged[at : at + source.randint(0, 6)] = source.choice(pieces)
        path = schema_file("".join(damaged))

        channels, problems = check_files([path])

        assert bool(channels) != bool(problems), f"SLUICE_SEED={seed}: {''.join(damaged)}"
        assert all(problem.text.isprintable() for problem in problems), f"SLUICE_SEED={seed}"


GUIDE = (ROOT / "docs" / "schema-language.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("schema", re.findall(r"```yaml\n(channel: .*?)```", GUIDE, re.DOTALL))
def test_every_schema_of_the_guide_is_accepted(schema_file, schema):
    path = schema_file(schema)
    (path.parent / "pose.fbs").write_bytes((ROOT / "examples/flatbuffers/pose.fbs").read_bytes())  # one names it

    assert problems_of(path) == []
    assert editor_accepts(path)


def test_files_of_the_guide_that_import_one_another_are_accepted(schema_file):
    files = re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", GUIDE, re.DOTALL)
    paths = [schema_file(text, name) for name, text in files]

    assert len(paths) == 3
    assert problems_of(*paths) == []
    assert all(editor_accepts(path) for path in paths)


def test_the_guide_quotes_errors_as_they_are_printed():
    texts = [path.read_text(encoding="utf-8") for path in REJECTS.glob("*.expected")]
    printed = {line for text in texts for line in text.splitlines()}

    quoted = re.findall(r"^\S+\.yaml:\d+: .*", GUIDE, re.MULTILINE)

    assert quoted and set(quoted) <= printed
