"""The choices of words, literals and lines in generated C++ and .fbs text, one by one."""

from __future__ import annotations

import math
import random
import re
import struct

import pytest
from building import ROOT, layout_of, run, run_sluicegen
from sluicegen.cpp_text import (
    COLUMNS,
    Line,
    aligned,
    camel,
    comment_lines,
    literal,
    name,
    shortest_f32,
    string_lines,
    string_literal,
    width,
)
from sluicegen.descriptor import describe
from sluicegen.fingerprint import fingerprint
from sluicegen.model import SCALARS
from sluicegen.names_fbs import method_name
from sluicegen.views import EnumView, StructView
from sluicegen.views_files import HeaderView
from sluicegen.views_fbs import FbsView, default_text
from sluicegen.views_fields import comment_text, fact_texts, function_lines, info_type, vtable_lines


@pytest.fixture
def layout(schema_with):
    return lambda text: layout_of(schema_with(text))


def members(layout):
    return StructView(layout.message, layout).member_lines


@pytest.mark.parametrize(
    "scalar, value, text",
    [
        ("bool", True, "true"),
        ("i32", -2147483648, "-2147483648"),
        ("i64", -(2**63), "std::numeric_limits<std::int64_t>::min()"),
        ("i64", 2**63 - 1, "9223372036854775807"),
        ("u64", 2**63 - 1, "9223372036854775807"),
        ("u64", 2**64 - 1, "18446744073709551615u"),
        ("f32", 0, "0"),
        ("f32", 50, "50.0f"),
        ("f32", 0.1, "0.1f"),
        ("f32", -0.0, "-0.0f"),
        ("f32", 16777217, "16777216.0f"),
        ("f32", 1e-45, "1e-45f"),
        ("f32", math.nan, "std::numeric_limits<float>::quiet_NaN()"),
        ("f64", 0.1, "0.1"),
        ("f64", 1e300, "1e+300"),
        ("f64", -math.inf, "-std::numeric_limits<double>::infinity()"),
    ],
)
def test_a_literal_is_what_a_careful_person_would_write(scalar, value, text):
    assert literal(SCALARS[scalar], value) == text


def test_a_float_literal_reads_back_as_the_same_float():
    dice = random.Random(3)
    for _ in range(2000):
        bits = dice.getrandbits(31)
        value = struct.unpack("<f", struct.pack("<I", bits))[0]
        if math.isfinite(value):
            text = shortest_f32(value)
            assert struct.pack("<f", float(text)) == struct.pack("<I", bits), text


def test_a_string_literal_escapes_what_would_end_or_change_it():
    assert string_literal('a"b\\c\n\t\x01é??=') == '"a\\"b\\\\c\\n\\011\\001é?\\?="'


def test_a_long_string_becomes_neighbouring_literals_that_fit():
    lines = string_lines("x" * 300 + "\n", 6, ",")

    assert all(width(line) <= COLUMNS for line in lines)
    assert "".join(line.strip(' ",') for line in lines) == "x" * 300 + "\\n"
    assert lines[-1].endswith(",") and not lines[0].endswith(",")


def test_a_keyword_gets_a_trailing_underscore_and_other_names_stay():
    assert [name(text) for text in ("auto", "co_await", "temp", "Auto")] == ["auto_", "co_await_", "temp", "Auto"]


def test_a_channel_names_its_struct_in_camel_case():
    assert [camel(text) for text in ("imu", "flight_state", "a__b")] == ["Imu", "FlightState", "AB"]


def test_a_comment_wraps_at_words_and_keeps_the_lines_of_its_text():
    assert comment_lines("one\n\n  two   three\n") == ["/// one", "///", "/// two three"]
    assert comment_lines("") == []
    long = comment_lines("word " * 60, indent=2)
    assert len(long) == 3 and all(len(line) <= COLUMNS - 2 for line in long)


def test_a_comment_never_ends_in_a_backslash_which_would_swallow_the_next_line():
    assert comment_lines("a path: C:\\") == ["/// a path: C:\\."]


def test_comments_behind_neighbouring_lines_start_in_one_column_as_far_as_they_fit():
    lines = [Line("ab;", "// x"), Line("abcd;", "// y"), Line("a;"), Line("a;", "// " + "z" * 114), Line("abcd;", "// y")]

    printed = aligned(lines)

    assert printed[:2] == ["ab;    // x", "abcd;  // y"]
    assert printed[3].startswith("a;  // z")
    assert printed[4] == "abcd;  // y"


def test_a_members_comment_says_unit_doc_and_version():
    assert comment_text("ns", "when") == "[ns] when"
    assert comment_text("", "", "1.2") == "since 1.2"
    assert comment_text("m", "How far.", "1.2") == "[m] How far. Since 1.2."
    assert comment_text("m", "how far", "1.2") == "[m] how far; since 1.2"


def test_a_doc_that_is_too_long_goes_above_its_member(layout):
    lines = members(layout(f"message:\n  a: {{type: u8, unit: m, doc: {'word ' * 30}}}\n"))

    assert lines[0].startswith("  /// [m] word word")
    assert lines[1].startswith("  /// word")
    assert lines[2] == "  std::uint8_t a = 0;"


def test_each_shape_of_field_has_its_member_its_default_and_its_way_to_be_emptied(layout):
    made = layout(
        """message: {flag: bool, word: u16, three: "f32[3]", some: "Level[<=2]", text: "string<=4", flat: Flat,
  sub: Sub, level: Level}
types: {Flat: {x: u8}, Sub: {y: "u8[2]"}}
enums: {Level: {type: u8, values: {low: 1, auto: 2}}}
"""
    )
    view = StructView(made.message, made)
    fields = {field.name: field for field in view.fields}

    assert {key: field.declaration.strip() for key, field in fields.items()} == dict(
        flag="sluice::Bool flag = false;",
        word="std::uint16_t word = 0;",
        three="sluice::Array<float, 3> three;",
        some="sluice::Sequence<Level, 2, some_info> some;",
        text="sluice::String<4, text_info> text;",
        flat="Flat flat = {};",
        sub="Sub sub;",
        level="Level level = Level::low;",
    )
    assert [field.set_default for field in view.fields] == [
        "flag = false;",
        "word = 0;",
        "three.fill(0);",
        "some.clear();",
        "text.clear();",
        "flat = Flat{};",
        "sub.set_defaults_();",
        "level = Level::low;",
    ]
    assert [field.clear_lengths for field in view.fields if field.clear_lengths] == [
        "some.clear();",
        "text.clear();",
        "sub.clear_lengths_();",
    ]


def test_an_info_lists_what_the_schema_says_behind_the_unit_and_is_of_the_fields_own_number(layout):
    made = layout(
        """message:
  a: {type: "i16[3]", unit: m, frame: ned}
  b: {type: "u64[<=2]", range: [0, 18446744073709551615]}
  c: {type: f32, invalid: .nan, scale: 0.5}
  d: {type: i64, unit: ns, role: timestamp}
  e: {type: E, key: instance, deprecated: true}
enums: {E: {type: u8, values: {x: 1}}}
"""
    )

    fields = StructView(made.message, made).fields
    assert [info_type(field.field) for field in fields] == [
        "sluice::FieldInfo",
        "sluice::NumberInfo<std::uint64_t>",
        "sluice::NumberInfo<float>",
        "sluice::FieldInfo",
        "sluice::FieldInfo",
    ]
    assert [fact_texts(field.field) for field in fields] == [
        ['sluice::Frame{"ned"}'],
        ["sluice::Range<std::uint64_t>{0, 18446744073709551615u}"],
        ["sluice::Invalid<float>{std::numeric_limits<float>::quiet_NaN()}", "sluice::Scale{0.5}"],
        ["sluice::FieldRole::timestamp"],
        ['sluice::Deprecated{"deprecated"}', "sluice::FieldKey::instance"],
    ]


def test_an_info_that_does_not_fit_a_line_has_one_item_a_line_held_there_by_a_comment(layout):
    made = layout(f"message: {{a: {{type: f32, frame: {'f' * 60}, range: [-1, 1], scale: 2}}}}\n")

    assert StructView(made.message, made).info_lines == [
        "  static constexpr sluice::NumberInfo<float> a_info{",
        '      "Imu.a",',
        '      "f32",',
        '      "",  // unit',
        f'      sluice::Frame{{"{"f" * 60}"}},',
        "      sluice::Range<float>{-1.0f, 1.0f},",
        "      sluice::Scale{2.0},",
        "  };",
    ]


def test_a_deprecated_member_has_its_attribute_before_it_or_above_it_where_both_are_long(layout):
    advice = "use " + "x" * 50
    made = layout(f"message: {{a: {{type: u8, deprecated: true}}, {'b' * 60}: {{type: u8, deprecated: {advice}}}}}\n")

    assert members(made)[:4] == [
        "  [[deprecated]] std::uint8_t a = 0;",
        f'  [[deprecated("{advice}")]]  // says the schema',
        f"  std::uint8_t {'b' * 60} = 0;",
        "  sluice::frozen::VTable<10, 14, 4, 12, 13> vtable_;",
    ]


def test_a_header_silences_its_own_use_of_deprecated_members_and_includes_what_it_needs(layout):
    plain = HeaderView(layout("message: {a: u8}\n"), "x", b"")
    full = HeaderView(
        layout(
            """message: {a: {type: E, as: u8}, b: {type: u8, deprecated: true}, c: "T[2]"}
types: {T: {x: "u8[2]"}}
enums: {E: {type: u16, flags: true, values: {x: 1}}}
"""
        ),
        "x",
        b"",
    )

    assert not plain.deprecates and full.deprecates
    assert plain.library_lines == ["#include <sluice/channel.hpp>"]
    assert [line.split("/")[1] for line in full.library_lines] == ["channel.hpp>", "enum_as.hpp>", "flags.hpp>", "tables.hpp>"]


def test_arrays_of_tables_have_classes_of_their_own_and_are_emptied_element_by_element(layout):
    made = layout('message: {a: "T[2]", b: "T[<=3]", c: "Flat[2]"}\ntypes: {T: {x: "u8[2]"}, Flat: {x: u8}}\n')

    fields = StructView(made.message, made).fields
    assert [field.declaration.strip() for field in fields] == [
        "sluice::TableArray<T, 2> a;",
        "sluice::TableSequence<T, 3, b_info> b;",
        "sluice::Array<Flat, 2> c;",
    ]
    assert [field.set_default for field in fields] == ["a.set_defaults_();", "b.clear();", "c.fill({});"]
    assert [field.clear_lengths for field in fields] == ["a.clear_lengths_();", "b.clear();", ""]


FLAGS = """enums:
  M:   {type: u8, flags: true, values: {none: 0, x: 1, y: 2, both: 3, auto: 16}}
  Odd: {type: u8, flags: true, values: {xy: 3}}
"""


def test_defaults_of_flags_are_names_joined_where_names_cover_all_bits_else_the_number(layout):
    made = layout(
        """message: {a: M, b: {type: M, default: 3}, c: {type: M, default: x | auto}, d: {type: M, default: 0x21}, e: Odd,
  f: {type: M, default: y}, g: {type: Top, default: 0x8000000000000000}}
"""
        + FLAGS
        + "  Top: {type: u64, flags: true, values: {one: 1}}\n"
    )

    assert [field.default for field in StructView(made.message, made).fields] == [
        "M::none",
        "M::both",
        "M::x | M::auto_",
        "M{33}",
        "Odd{}",
        "M::y",
        "Top{9223372036854775808u}",
    ]


def test_flags_are_followed_by_their_operators_and_warn_of_combinations(layout):
    enum = layout("message: {}\n" + FLAGS).channel.enums[1]

    assert EnumView(enum).lines == [
        "enum class Odd : std::uint8_t { xy = 3 };  // flags: expect any combination, and other bits",
        "SLUICE_FLAG_OPERATORS(Odd);",
    ]


def test_the_fbs_has_flags_by_their_single_bits_and_narrowed_enums_by_number(layout):
    made = layout(
        """message: {a: {type: M, default: both}, b: {type: M, as: u8}, c: Odd, d: {type: "L[2]", as: u8}, e: {type: L, as: u8}}
enums: {M: {type: u16, flags: true, values: {none: 0, x: 1, y: 2, both: 3}}, Odd: {type: u8, flags: true, values: {xy: 3}},
  L: {type: u16, values: {one: 1}}}
"""
    )

    fbs = FbsView.of_channel(made, "x")
    assert fbs.enums[0].lines == ["enum M : ushort (bit_flags) {", "  x = 0,", "  y = 1,", "}"]
    assert [enum.name for enum in fbs.enums] == ["M", "L"]
    assert fbs.structs[-1].lines[3:-1] == [
        "  a: M = 3 (id: 1);",
        "  b: ubyte (id: 2);",
        "  c: ubyte (id: 3);",
        "  d: [ubyte] (id: 4);",
        "  e: ubyte = 1 (id: 5);",
    ]


def test_the_descriptor_tells_all_metadata_as_the_schema_would_write_it(layout):
    made = layout(
        """message:
  a: {type: f32, unit: ns, frame: ned, range: [-.inf, 5], invalid: .nan, scale: 0.1, deprecated: use b, role: timestamp}
  b: {type: u8, deprecated: true, key: instance, since: "1.1"}
types: {T: {fields: {x: u8}, constants: {MAX: {type: u8, value: 5, unit: m}}}}
enums: {M: {type: u8, flags: true, values: {x: 1}}}
"""
    )

    told = describe(made, b"")
    first, second = told["message"]["fields"]
    assert {key: first[key] for key in ("range_min", "range_max", "invalid", "scale", "frame", "deprecated", "role")} == dict(
        range_min="-.inf", range_max="5.0", invalid=".nan", scale="0.1", frame="ned", deprecated="use b", role="timestamp"
    )
    assert (second["deprecated"], second["key"]) == ("deprecated", "instance")
    assert told["types"][0]["constants"] == [dict(name="MAX", type="u8", value="5", unit="m")]
    assert told["enums"][0]["flags"] is True


def test_an_enum_default_is_written_by_its_name_also_where_the_schema_gives_the_number(layout):
    made = layout(
        """message: {a: {type: E, default: auto}, b: {type: E, default: 2}}
enums: {E: {type: u8, values: {low: 1, auto: 2}}}
"""
    )

    assert [field.default for field in StructView(made.message, made).fields] == ["E::auto_", "E::auto_"]
    assert [line for line in FbsView.of_channel(made, "x").structs[-1].lines if " E" in line] == [
        "  a: E = auto (id: 1);",
        "  b: E = auto (id: 2);",
    ]


def test_an_enum_without_a_default_starts_at_zero_if_it_has_one_else_at_its_first_value(layout):
    made = layout(
        """message: {a: A, b: B}
enums: {A: {type: u8, values: {x: 1, zero: 0}}, B: {type: u8, values: {y: 2, z: 1}}}
"""
    )

    fields = StructView(made.message, made).fields
    assert [field.default for field in fields] == ["A::zero", "B::y"]


def test_an_enum_stands_on_one_line_if_it_fits_and_has_no_docs(layout):
    enums = layout(
        """message: {}
enums:
  Short: {type: u8, values: {a: 0, b: 1}}
  Told: {type: i8, doc: What., values: {a: {value: 0, doc: First.}, b: 1}}
"""
    ).channel.enums

    assert EnumView(enums[0]).lines == ["enum class Short : std::uint8_t { a = 0, b = 1 };  // open: expect others"]
    assert EnumView(enums[1]).lines == [
        "/// What.",
        "/// Open: expect other values.",
        "enum class Told : std::int8_t {",
        "  a = 0,  ///< First.",
        "  b = 1,",
        "};",
    ]


def test_padding_of_an_inline_type_is_named_but_takes_no_number_from_a_braced_list(layout):
    made = layout("message: {p: Pair}\ntypes: {Pair: {a: u8, b: u32}}\n")

    assert StructView(made.types[0], made).member_lines[1] == "  std::byte pad_1_[3] = {};"


def test_a_function_stands_on_one_line_with_one_statement_or_none():
    assert function_lines("f", []) == ["  void f() noexcept {}"]
    assert function_lines("f", ["a;"]) == ["  void f() noexcept { a; }"]
    assert function_lines("f", ["a;", "b;"]) == ["  void f() noexcept {", "    a;", "    b;", "  }"]


def test_a_vtable_of_many_fields_fills_its_lines():
    lines = [line.code for line in vtable_lines([4 * number for number in range(200)])]

    assert lines[0] == "  sluice::frozen::VTable<" and lines[-1] == "      vtable_;"
    assert all(110 < len(line) <= COLUMNS for line in lines[1:-2])


def test_the_fbs_spells_defaults_as_flatc_reads_them():
    spelled = [default_text(SCALARS["f32"], value) for value in (0.1, math.nan, math.inf, -math.inf)]

    assert spelled == ["0.1", "nan", "inf", "-inf"]
    assert default_text(SCALARS["bool"], True) == "true"


def test_an_enum_without_zero_gets_one_in_the_fbs_since_a_flatbuffers_struct_may_use_it(layout):
    made = layout(
        """message: {a: A, s: S}
types: {S: {b: B}}
enums: {A: {type: u8, values: {x: 2, w: 1}}, B: {type: u8, values: {y: 1}}}
"""
    )

    enums = FbsView.of_channel(made, "x").enums
    assert enums[0].lines == ["enum A : ubyte {", "  sluice_zero = 0,", "  w = 1,", "  x = 2,", "}"]
    assert enums[1].lines == ["enum B : ubyte {", "  sluice_zero = 0,", "  y = 1,", "}"]


def test_fbs_names_that_would_meet_in_flatcs_code_get_an_underscore(layout):
    made = layout(
        """message: {foo_bar: u8, fooBar: u8, init: u8, xs: "u8[2]", xs_length: u8, builder: u8, x: T}
types: {T: {a: "u8[2]"}, TBuilder: {a: u8}, union: {a: u8}}
"""
    )

    fbs = FbsView.of_channel(made, "x")
    assert list(fbs.structs[-1].names.values()) == ["foo_bar", "fooBar_", "init_", "xs", "xs_length_", "builder__", "x"]
    assert fbs.neighbours == ["Imu", "T", "TBuilder_", "union_"]


def test_a_fields_accessor_in_python_is_the_one_that_flatc_generates(tmp_path):
    names = "ABC AbC abCD A1B aB_c X_Y a__b foo2Bar u8X TEMP_C VTable_ a1 aBCd x char16_t aB__cD or import".split()
    for name in names:
        (tmp_path / "t.fbs").write_text(f"table T {{ {name}: int; }}\n")
        run("flatc", "--python", "-o", tmp_path, tmp_path / "t.fbs")
        methods = re.findall(r"^    def (\w+)\(self", (tmp_path / "T.py").read_text(), re.MULTILINE)
        assert methods == ["Init", method_name(name)]


def test_fields_that_differ_in_case_only_where_python_has_none_stay_apart(layout):
    fbs = FbsView.of_channel(layout("message: {ABC: u8, Abc: u8, fooBAR: u8, foo_bar: u8}\n"), "x")

    assert list(fbs.structs[-1].names.values()) == ["ABC", "Abc_", "fooBAR", "foo_bar_"]


def test_a_field_that_python_escapes_keeps_apart_from_one_that_is_called_like_its_escape(layout):
    fbs = FbsView.of_channel(layout("message: {or: u8, Or: u8, None: u8}\n"), "x")

    assert list(fbs.structs[-1].names.values()) == ["or", "Or", "None_"]


BASE = 'version: "1.1"\nmessage: {a: {type: u8, unit: m}, e: E}\nenums: {E: {type: u16, values: {x: 1, y: 2}}}\n'


@pytest.fixture
def hashes(schema_file):
    def of(text):
        made = layout_of(schema_file("channel: imu\nnamespace: demo\n" + text))
        return fingerprint(made), describe(made, b"x")["identity"]

    return of


@pytest.mark.parametrize(
    "change",
    [
        ("unit: m", "unit: km"),
        ("a: {", "b: {"),
        ("type: u8, unit", "type: u16, unit"),
        ("y: 2", "y: 3"),
        ("x: 1", "z: 1"),
        ('"1.1"', '"1.2"'),
        ('"1.1"', '"2.1"'),
        ("unit: m", 'unit: m, since: "1.1"'),
        ("unit: m", "unit: m, frame: ned"),
        ("unit: m", "unit: m, scale: 0.1"),
        ("unit: m", "unit: m, invalid: 255"),
        ("type: u16, values", "type: u16, flags: true, values"),
        ("e: E", "e: {type: E, as: u8}"),
    ],
)
def test_what_a_reader_depends_on_changes_fingerprint_and_identity(hashes, change):
    before, after = hashes(BASE), hashes(BASE.replace(*change))

    assert before[0] != after[0] and before[1] != after[1]


@pytest.mark.parametrize("change", [
    ("unit: m", "unit: m, default: 3"),
    ("message", "capacity: 5\nmessage"),
    ("unit: m", "unit: m, range: [1, 2]"),
    ("unit: m", "unit: m, deprecated: true"),
    ("unit: m", "unit: m, key: instance"),
])
def test_what_tells_programs_more_and_means_the_same_changes_the_identity_only(hashes, change):
    before, after = hashes(BASE), hashes(BASE.replace(*change))

    assert before[0] == after[0] and before[1] != after[1]


def test_a_role_changes_the_identity_only(hashes):
    seconds = BASE.replace("unit: m", "unit: s")
    before, after = hashes(seconds), hashes(seconds.replace("unit: s", "unit: s, role: timestamp"))

    assert before[0] == after[0] and before[1] != after[1]


def test_docs_and_types_that_no_message_uses_do_not_change_the_fingerprint(hashes):
    before = hashes(BASE)

    assert hashes(BASE.replace("unit: m", "unit: m, doc: Hi.")) == before
    assert hashes(BASE + "types: {Unused: {a: u8}}\n")[0] == before[0]


def test_the_order_of_enum_values_does_not_change_the_fingerprint(hashes):
    assert hashes(BASE)[0] == hashes(BASE.replace("x: 1, y: 2", "y: 2, x: 1"))[0]


def test_clang_format_would_change_nothing_whatever_the_lengths_of_names(schema_file, tmp_path):
    from sluicegen.render import render

    namespace = "n" * 60
    fields = []
    for length in range(3, 64, 3):
        tail = "x" * length
        fields += [f"  a{tail}: u64", f'  b{tail}: "f32[3]"', f'  c{tail}: "T{"y" * length}[<=3]"']
        fields += [f'  d{tail}: "string<=5"', f"  e{tail}: {{type: f64, unit: m, doc: {'d' * length}, default: .nan}}"]
        fields += [f"  f{tail}: {{type: f32, frame: {'米' * (length // 2)}, range: [-1.5, .inf], invalid: .nan, scale: 1e-3}}"]
        fields += [f"  g{tail}: {{type: u8, deprecated: {'y' * length}}}"]
        fields += [f"  h{tail}: {{type: 'E{'e' * length}[2]', as: u8, deprecated: {'y' * (60 - length // 2)}}}"]
        fields += [f"  i{tail}: {{type: 'N{'y' * length}[<=3]', deprecated: {'y' * (length // 2)}, frame: body}}"]
    types = [f"  T{'y' * length}: {{a{'z' * length}: u8, b: f64}}" for length in range(3, 64, 3)]
    types += [f"  N{'y' * length}: {{fields: {{a: 'u8[3]'}}, constants: {{K{'z' * length}: 5}}}}" for length in range(3, 64, 3)]
    enums = [f"  E{'e' * length}: {{type: u16, flags: true, values: {{v{'a' * length}: 1}}}}" for length in range(3, 64, 3)]
    text = f"channel: {'c' * 64}\nnamespace: {namespace}\nversion: '1.0'\nmessage:\n" + "\n".join(fields)
    text += "\ntypes:\n" + "\n".join(types)
    text += "\nenums:\n" + "\n".join(enums)
    text += f"\nconstants: {{{'K' * 64}: {'v ' * 100}, {'L' * 64}: -9223372036854775808}}\n"

    header = HeaderView(layout_of(schema_file(text)), "x.yaml", bytes(100))
    (tmp_path / "x.hpp").write_text(render("channel.hpp.j2", header=header))
    (tmp_path / "x.cpp").write_text(render("channel.cpp.j2", header=header))

    run("clang-format", f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror", tmp_path / "x.hpp", tmp_path / "x.cpp")


def test_clang_format_would_change_nothing_whatever_the_lengths_of_imported_names(schema_file, tmp_path):
    lengths = range(1, 40, 3)
    types = "".join(f"  T{'y' * length}: {{a: u8}}\n  U{'y' * length}: {{a: 'u8[2]'}}\n" for length in lengths)
    enums = "".join(f"  E{'y' * length}: {{type: u8, values: {{v{'y' * length}: 1}}}}\n" for length in lengths)
    constants = "".join(f"  C{'y' * length}: 1\n  D{'y' * length}: {'v ' * 2 * length}\n" for length in lengths)
    space = "n" * 25
    schema_file(f"namespace: {space}\ntypes:\n{types}enums:\n{enums}constants:\n{constants}", "names.yaml")
    fields = []
    for length in lengths:
        tail, long = "x" * length, "y" * length
        fields += [f"  a{tail}: {space}.T{long}", f"  b{tail}: {space}.E{long}", f"  c{tail}: {space}.U{long}"]
        fields += [f'  d{tail}: "{space}.T{long}[<=3]"', f'  e{tail}: "{space}.E{long}[3]"']
    head = f"channel: x\nnamespace: {'m' * 60}\nversion: '1.0'\nimports: [names.yaml]\n"
    whole = f"message: {space}.T{'y' * 37}\nconstants:\n{constants}"
    files = []
    for stem, text in (("fields", head + "message:\n" + "\n".join(fields) + "\n"), ("whole", head + whole)):
        made = run_sluicegen(schema_file(text, f"{stem}.yaml"), "-o", tmp_path / stem, cwd=tmp_path)
        assert made.returncode == 0, made.stderr
        files += [*(tmp_path / stem).rglob("*.hpp"), *(tmp_path / stem).rglob("*.cpp")]

    run("clang-format", f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror", *files)
