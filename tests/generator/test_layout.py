"""Where every byte lies: the numbers of the design's example, and the rules that no compiler checks."""

from __future__ import annotations

import pytest
from building import layout_of
from sluicegen.layout import Kind, LayoutError, PartKind, _lay_out_inline, align
from sluicegen.model import SCALARS, Field, Shape, Struct

RESERVING = 'message:\n  big: "u8[20000]"\n'


def offsets(layout):
    return {placed.field.name: placed.offset for placed in layout.fields}


def data_offsets(layout):
    return {placed.field.name: placed.data_offset for placed in layout.fields if placed.data_offset}


@pytest.fixture
def layout(schema_with):
    return lambda text: layout_of(schema_with(text))


def test_the_example_of_the_design_lies_as_the_design_says(layout):
    message = layout(
        """message:
  stamp: u64
  accel: "f32[3]"
  status: Status
  peaks: "Peak[<=8]"
  label: "string<=31"
  temp: {type: f32, since: "1.2"}
types: {Peak: {freq: f32, power: f32}}
enums: {Status: {type: u8, values: {ok: 0}}}
"""
    ).message

    assert offsets(message) == dict(stamp=16, accel=24, status=28, peaks=32, label=36, temp=160)
    assert data_offsets(message) == dict(accel=40, peaks=56, label=124)
    assert message.vtable == (18, 160, 4, 12, 20, 24, 28, 32, 156)
    assert (message.vtable_distance, message.size, message.fields_end) == (-160, 184, 164)


def test_an_empty_message_is_a_prefix_and_a_vtable(layout):
    message = layout("message: {}\n").message

    assert (message.size, message.fields_end, message.vtable) == (24, 16, (6, 12, 4))


def test_the_parts_of_a_message_or_type_leave_no_gap(layout):
    made = layout(
        """message:
  a: bool
  b: f64
  c: "string<=2"
  d: "f64[<=3]"
  e: {type: u8, since: "1.1"}
  f: Sub
types:
  Pair: {a: u8, b: u32}
  Sub: {a: u8, b: "Pair[3]", c: u64, d: Pair}
"""
    )

    for struct in (*made.types, made.message):
        start = {Kind.MESSAGE: 16, Kind.TABLE: 4, Kind.INLINE: 0}[struct.kind]
        ends = [start, *(part.end for part in struct.parts)]
        assert ends == [*(part.offset for part in struct.parts), struct.size]
        assert struct.size % struct.alignment == 0


def test_the_length_word_of_eight_byte_elements_lies_right_before_them(layout):
    message = layout('message:\n  a: u8\n  b: "f64[2]"\n  c: "f32[2]"\n').message

    b = message.placed(message.struct.fields[1])
    assert b.data_offset % 8 == 4
    assert data_offsets(message) == dict(b=36, c=56)


def test_a_later_minor_moves_no_field_of_an_earlier_one(layout):
    fields = 'message:\n  a: u8\n  b: "string<=5"\n'
    later = '  c: {type: "f64[<=3]", since: "1.1"}\n  d: {type: u16, since: "1.1"}\n'
    latest = '  e: {type: f64, since: "1.2"}\n  f: {type: "string<=3", since: "1.2"}\n'

    first, second, third = (layout(text).message for text in (fields, fields + later, fields + later + latest))

    assert offsets(second).items() >= offsets(first).items()
    assert offsets(third).items() >= offsets(second).items()
    assert data_offsets(third).items() >= data_offsets(second).items() >= data_offsets(first).items()
    assert second.fields_end <= min(offsets(third)["e"], offsets(third)["f"])


def test_a_field_is_placed_by_its_version_wherever_it_stands_in_the_schema(layout):
    message = layout('message:\n  late: {type: u32, since: "1.1"}\n  early: u32\n').message

    assert offsets(message) == dict(early=16, late=20)
    assert [(placed.field.name, placed.id) for placed in message.fields] == [("early", 1), ("late", 2)]


def test_a_message_of_16_kib_keeps_no_reserve_and_one_byte_more_keeps_256(layout):
    small = layout(f'message:\n  big: "u8[{16384 - 16 - 4 - 4}]"\n').message
    large = layout(f'message:\n  big: "u8[{16384 - 16 - 4 - 4 + 1}]"\n').message

    assert data_offsets(small) == dict(big=20)
    assert data_offsets(large) == dict(big=24 + 256)


def test_inline_parts_of_later_minors_go_into_the_reserve_and_their_data_behind_all_else(layout):
    first = layout(RESERVING).message
    later = layout(
        RESERVING + '  x: {type: f64, since: "1.1"}\n  y: {type: "string<=3", since: "1.2"}\n'
    ).message

    assert offsets(later) == dict(big=16, x=24, y=32)
    assert data_offsets(later) == dict(big=data_offsets(first)["big"], y=first.fields_end)
    assert later.vtable[1] == 36 - 4


def test_a_reserve_that_is_used_up_asks_for_a_new_major_version(layout):
    fields = "".join(f'  x{number}: {{type: f64, since: "1.1"}}\n' for number in range(32))
    assert layout(RESERVING + fields).message.fields[-1].offset == 24 + 248

    with pytest.raises(ValueError, match="x32.*256 bytes.*used up: bring it in a new major version"):
        layout(RESERVING + fields + '  x32: {type: bool, since: "1.2"}\n')


def test_a_reserve_of_the_schemas_own_is_kept_in_a_message_of_any_size(layout):
    first = layout('reserve: 13\nmessage: {a: u8, b: "u8[4]"}\n').message
    later = layout('reserve: 13\nmessage: {a: u8, b: "u8[4]", c: {type: f64, since: "1.1"}}\n').message

    assert data_offsets(first) == dict(b=24 + 16)  # rounded up to whole words of 8
    assert offsets(later)["c"] == 24 and data_offsets(later) == data_offsets(first)


def test_a_reserve_is_kept_though_version_1_0_has_no_field(layout):
    first = layout("reserve: 16\nmessage: {}\n").message
    later = layout('reserve: 16\nmessage: {a: {type: u8, since: "1.1"}}\n').message

    assert (first.fields_end, later.fields_end) == (32, 32)
    assert offsets(later) == dict(a=16)


def test_a_reserve_of_none_keeps_none_in_a_large_message(layout):
    message = layout("reserve: 0\n" + RESERVING).message

    assert data_offsets(message) == dict(big=20)


def test_a_types_reserve_keeps_nothing_where_the_type_is_a_field(layout):
    made = layout('message: {t: T}\ntypes: {T: {fields: {x: "u8[2]"}, reserve: 512}}\n')

    assert made.types[0].struct.reserve == 512
    assert made.types[0].size < 40


def test_an_inline_field_out_of_reach_is_refused(layout):
    wide = "types: {Wide: {" + ", ".join(f"x{number}: f64" for number in range(4093)) + "}}\n"
    reachable = layout("message: {wide: Wide, last: u8}\n" + wide).message
    assert reachable.fields[-1].offset - 4 == 32756

    with pytest.raises(ValueError, match="field 'c'.*out of FlatBuffers' reach"):
        layout("message: {wide: Wide, a: f64, b: f64, c: u8}\n" + wide)


def test_a_type_of_scalars_may_have_65531_bytes():
    def struct(size):
        return Struct("Wide", tuple(Field(f"x{at}", Shape.SINGLE, SCALARS["u8"]) for at in range(size)))

    assert _lay_out_inline(struct(65531), {}).size == 65531
    with pytest.raises(LayoutError, match="field 'x65531'.*65,531 bytes"):
        _lay_out_inline(struct(65532), {})


def test_a_message_may_have_one_gib_and_not_a_byte_more(layout):
    # 16 prefix, 4 reference, 4 length, 256 reserve behind alignment to 8, 8 vtable
    room = (1 << 30) - 24 - 256 - 4 - 8
    assert layout(f'message:\n  a: "u8[{room}]"\n').message.size == 1 << 30

    with pytest.raises(ValueError, match="field 'a'.*a message may have 1,073,741,824"):
        layout(f'message:\n  a: "u8[{room + 1}]"\n')


def test_a_type_is_inline_exactly_if_it_holds_single_fields_of_fixed_size_only(layout):
    types = layout(
        """message: {a: Flat, b: Holds, c: Deep}
types: {Flat: {x: u8}, Nested: {f: Flat}, Holds: {n: "u8[2]"}, Deep: {h: Holds}}
"""
    ).types

    assert {each.struct.name: each.kind for each in types} == dict(
        Flat=Kind.INLINE, Nested=Kind.INLINE, Holds=Kind.TABLE, Deep=Kind.TABLE
    )


def test_a_nested_table_starts_at_its_alignment_and_holds_its_own_vtable(layout):
    made = layout('message: {a: u8, sub: Sub}\ntypes: {Sub: {x: u8, y: "f64[1]"}}\n')

    sub = made.types[0]
    assert (sub.alignment, sub.vtable, sub.vtable_distance) == (8, (8, 12, 4, 8), -32)
    assert data_offsets(made.message)["sub"] % 8 == 0
    assert [part.size for part in made.message.parts if part.kind is PartKind.DATA] == [sub.size]


def test_a_vector_of_tables_is_a_length_references_and_tables_at_their_alignment(layout):
    made = layout('message: {a: "Wide[2]", b: "Small[<=3]"}\ntypes: {Wide: {x: "f64[1]"}, Small: {x: "u8[3]"}}\n')

    wide, small = made.types
    a, b = [part for part in made.message.parts if part.kind is PartKind.DATA]
    assert a.offset % 8 == 0 and a.size == 16 + 2 * wide.size  # a word of padding behind two references
    assert b.size == 4 + 3 * 4 + 3 * small.size
    assert data_offsets(made.message) == dict(a=a.offset, b=b.offset)


def test_an_empty_type_is_a_table_of_eight_bytes(layout):
    made = layout('message: {a: Nothing, b: "Nothing[<=2]"}\ntypes: {Nothing: {}}\n')

    assert (made.types[0].kind, made.types[0].size, made.types[0].vtable) == (Kind.TABLE, 8, (4, 4))


def test_an_enum_takes_the_width_that_its_field_says(layout):
    message = layout(
        """message: {a: {type: E, as: u8}, b: {type: "E[4]", as: u8}, c: E}
enums: {E: {type: u32, values: {x: 1}}}
"""
    ).message

    assert [placed.size for placed in message.fields] == [1, 4, 4]
    assert [part.size for part in message.parts if part.kind is PartKind.DATA] == [8]


def test_align_rounds_up():
    assert [align(offset, 4) for offset in (0, 1, 4, 5)] == [0, 4, 4, 8]
