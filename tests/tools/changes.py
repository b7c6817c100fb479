"""Changes that people make to a schema, and what each does to programs of the old one.

Each is a few edits of BASE. `reads` says what bears the verdict out when a message of one version is
read by the other's code, in either direction:
  all       each field that both know reads back equal, and new ones read as their defaults
  meaning   the same; what is in doubt is whether both mean the same by it
  in place  FlatBuffers' own reader, which follows offsets, gets all; Sluice's struct, at constant
            offsets, would not
  nothing   FlatBuffers' own reader reads something else than was written, or fails
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

BASE = """\
channel: probe
namespace: demo
version: "1.1"
doc: What a probe sees.
order: fifo
capacity: 16
overflow: reject
message:
  stamp: {type: u64, unit: ns}
  temp: {type: f32, unit: degC, default: 21.5}
  count: u16
  mode: {type: Mode, default: busy}
  flag: bool
  accel: {type: "f32[3]", unit: m/s^2}
  peaks: "Peak[<=4]"
  label: string<=15
  pose: Pose
  gain: {type: f64, default: 2.5, since: "1.1"}
types:
  Peak: {freq: {type: f32, unit: Hz}, power: f32}
  Pose: {name: string<=7, at: Point, level: Mode}
  Point: {x: f32, y: f32}
  Spare: {a: u8}
enums:
  Mode: {type: u8, values: {idle: 0, busy: 1, failed: 2}}
  Unused: {type: u8, values: {one: 1}}
constants:
  RATE_HZ: {type: u32, value: 1000, unit: Hz}
"""

MINOR = ('version: "1.1"', 'version: "1.2"')
MAJOR = ('version: "1.1"', 'version: "2.0"')
BACK = ('version: "1.1"', 'version: "1.0"')
GAIN = '  gain: {type: f64, default: 2.5, since: "1.1"}\n'
PEAKS = '  peaks: "Peak[<=4]"\n'
PEAK = "  Peak: {freq: {type: f32, unit: Hz}, power: f32}\n"
VALUES = "{idle: 0, busy: 1, failed: 2}"
MORE_VALUES = "{idle: 0, busy: 1, failed: 2, lost: 9}"


MESSAGE = BASE[BASE.index("message:\n") : BASE.index("types:\n")]
WHOLE = MESSAGE.replace("message:\n", "  Whole:\n").replace("\n  ", "\n    ").rstrip(" ")
CARRYING = ((MESSAGE, "message: Whole\n"), ("types:\n", f"types:\n{WHOLE}"))
FLAGS = (("{type: u8, values: {idle", "{type: u8, flags: true, values: {idle"),)
WIDE = (("Mode: {type: u8", "Mode: {type: u32"),)
NARROWED = (*WIDE, ("mode: {type: Mode,", "mode: {type: Mode, as: u8,"))

# Behind this line of a text stands the file that it imports.
IMPORTED = "--- shapes.yaml\n"
SHAPES = f"""\
{IMPORTED}namespace: shapes
types:
  Spot: {{at: Way, size: f32}}
  Way: {{x: f32, kind: Kind}}
  Idle: {{a: u8}}
enums:
  Kind: {{type: u8, values: {{none: 0, round: 1}}}}
"""
IMPORTING = (
    ("constants:\n", "imports: [shapes.yaml]\nconstants:\n"),
    (GAIN, f"{GAIN}  spot: {{type: shapes.Spot, since: \"1.1\"}}\n"),
    ("  RATE_HZ: {type: u32, value: 1000, unit: Hz}\n", f"  RATE_HZ: {{type: u32, value: 1000, unit: Hz}}\n{SHAPES}"),
)

RESERVE = (("capacity: 16", "capacity: 16\nreserve: 64"),)
UNUSED_IMPORT = (("constants:\n", "imports: [shapes.yaml]\nconstants:\n"), IMPORTING[-1])
CARRIED_NEXT = (f"  {GAIN}", f"  {GAIN}    next: {{type: u32, since: \"1.2\"}}\n")


def count_with(key: str) -> tuple[str, str]:
    """An edit that gives the field `count` a key more."""
    return ("count: u16", f"count: {{type: u16, {key}}}")


def after_gain(line: str) -> tuple[str, str]:
    return (GAIN, f"{GAIN}  {line}\n")


@dataclass(frozen=True)
class Change:
    name: str
    edits: tuple[tuple[str, str], ...]
    verdict: str
    reads: str
    new_on_old: str = "incompatible"  # a new consumer meets an old producer
    old_on_new: str = "incompatible"
    next_version: Optional[str] = None
    old_edits: tuple[tuple[str, str], ...] = ()  # where BASE itself is not the old version

    @property
    def old_text(self) -> str:
        return edited(BASE, self.old_edits)

    @property
    def new_text(self) -> str:
        return edited(self.old_text, self.edits)


def parts_of(text: str) -> tuple[str, str]:
    """The schema, and the text of shapes.yaml if it imports that."""
    schema, _, imported = text.partition(IMPORTED)
    return schema, imported


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is not in the schema once"
        text = text.replace(old, new)
    return text


def identical(name, *edits, reads="all", old_edits=()):
    return Change(name, edits, "identical", reads, "identical", "identical", old_edits=old_edits)


def compatible(name, *edits, new_on_old="compatible", old_on_new="compatible", **others):
    return Change(name, (MINOR, *edits), "compatible", "all", new_on_old, old_on_new, **others)


def appended(name, *edits, **others):
    return compatible(name, *edits, new_on_old="compatible_by_default", **others)


def breaking(name, *edits, reads="nothing", next_version="2.0", old_edits=()):
    return Change(name, (MINOR, *edits), "breaking", reads, next_version=next_version, old_edits=old_edits)


def new_major(name, *edits, reads="nothing"):
    return Change(name, (MAJOR, *edits), "breaking", reads)


def unversioned(name, *edits, reads="nothing", next_version="2.0", old_edits=()):
    return Change(
        name, edits, "changed_without_version", reads, next_version=next_version, old_edits=old_edits
    )


def told(key, other, reads="all"):
    """What a key tells of a field's value, and a verdict for each direction: added, changed and removed."""
    make = identical if reads == "all" else breaking
    word = key.split(":")[0]
    changed = tuple(edit[1] for edit in (count_with(key), count_with(other)))
    yield make(f"{word} added", count_with(key), reads=reads)
    yield make(f"{word} changed", changed, reads=reads, old_edits=(count_with(key),))
    yield make(f"{word} removed", count_with(key)[::-1], reads=reads, old_edits=(count_with(key),))


NEXT = 'note: {type: string<=9, since: "1.2"}'

CHANGES = [
    # nothing that a reader notices
    identical("nothing"),
    identical("a comment", ("message:\n", "message:  # all of it\n")),
    identical("doc of the channel", ("What a probe sees.", "What a probe saw.")),
    identical("doc of a field", ("count: u16", "count: {type: u16, doc: How many.}")),
    identical("doc of a value", ("busy: 1,", "busy: {value: 1, doc: At work.},")),
    identical("a default", ("default: 21.5", "default: 20")),
    identical("a default added", ("count: u16", "count: {type: u16, default: 7}")),
    identical("a default of an enum", ("default: busy", "default: failed")),
    identical("capacity", ("capacity: 16", "capacity: 32")),
    identical("a constant's value", ("value: 1000", "value: 2000")),
    identical("a constant's type", ("type: u32, value", "type: u16, value")),
    identical("a constant added", ("constants:\n", "constants:\n  LIMIT: 5\n")),
    identical("a constant removed", ("  RATE_HZ: {type: u32, value: 1000, unit: Hz}\n", "  LIMIT: 5\n")),
    identical("a type that no field uses, changed", ("Spare: {a: u8}", "Spare: {a: u16}")),
    identical("a type that no field uses, removed", ("  Spare: {a: u8}\n", "")),
    identical("an enum that no field uses, changed", ("{one: 1}", "{one: 2}")),
    identical("the order of types", (PEAK, ""), ("  Spare: {a: u8}\n", f"  Spare: {{a: u8}}\n{PEAK}")),
    # a newer minor
    compatible("a minor for nothing"),
    appended("a field appended", after_gain(NEXT)),
    appended("a field in the middle, with since", ("  count: u16\n", f"  {NEXT}\n  count: u16\n")),
    appended("a scalar with a default", after_gain('next: {type: i32, default: -5, since: "1.2"}')),
    appended("a nested type appended", after_gain('next: {type: Pose, since: "1.2"}')),
    appended(
        "an array of a new type",
        after_gain('next: {type: "New[2]", since: "1.2"}'),
        (PEAK, f"{PEAK}  New: {{a: i8}}\n"),
    ),
    appended(
        "several fields appended",
        after_gain('a: {type: bool, since: "1.2"}\n  b: {type: "u16[<=3]", since: "1.2"}'),
    ),
    appended(
        "two minors at once",
        ('version: "1.2"', 'version: "1.3"'),
        after_gain('a: {type: u8, since: "1.2"}\n  b: {type: f64, since: "1.3"}'),
    ),
    compatible("a value added to an enum", (VALUES, MORE_VALUES)),
    # without a new version
    unversioned("a field appended, same version", after_gain("next: i32"), next_version="1.2"),
    unversioned(
        "a field appended with an old since",
        after_gain('next: {type: i32, since: "1.1"}'),
        reads="meaning",
        next_version="1.2",
    ),
    unversioned("a value added, same version", (VALUES, MORE_VALUES), reads="meaning", next_version="1.2"),
    unversioned("a field removed, same version", (GAIN, ""), reads="meaning"),
    unversioned("a field retyped, same version", ("count: u16", "count: u32")),
    unversioned("a unit, same version", ("unit: degC", "unit: K"), reads="meaning"),
    unversioned("order, same version", ("order: fifo", "order: lifo"), reads="meaning"),
    # a version that goes back
    Change(
        "back to the last minor", (BACK, (GAIN, "")), "changed_without_version", "meaning", "compatible",
        "compatible_by_default", next_version="2.0",
    ),
    Change(
        "only the version went back", (('version: "1.2"', 'version: "1.1"'),), "changed_without_version", "meaning",
        "compatible", "compatible", next_version="1.2", old_edits=(MINOR,),
    ),
    Change(
        "back, and since with it", (BACK, ('since: "1.1"', 'since: "1.0"')), "changed_without_version", "in place",
        next_version="2.0",
    ),
    # a minor that breaks: fields
    breaking("a field appended, without since", after_gain("next: i32"), next_version="1.2"),
    breaking(
        "a field inserted, without since", ("  count: u16\n", "  extra: u64\n  count: u16\n"), next_version="1.2"
    ),
    breaking("the last field removed", (GAIN, ""), reads="meaning"),
    breaking("a field removed from the middle", ("  count: u16\n", "")),
    breaking("arrays swapped", (PEAKS, ""), ("  accel:", f"{PEAKS}  accel:")),
    breaking("scalars swapped", ("  count: u16\n", ""), ("  flag: bool\n", "  flag: bool\n  count: u16\n")),
    breaking("a field renamed", ("count: u16", "amount: u16")),
    breaking("a wider integer", ("count: u16", "count: u32")),
    breaking("a narrower integer", ("count: u16", "count: u8")),
    breaking("another sign", ("count: u16", "count: i16")),
    breaking("an integer made a float", ("stamp: {type: u64", "stamp: {type: f64")),
    breaking("a wider float", ("temp: {type: f32", "temp: {type: f64")),
    breaking("a bool made a number", ("flag: bool", "flag: u8")),
    breaking("an enum made a number", ("level: Mode", "level: u8")),
    breaking("a scalar made an array", ("count: u16", 'count: "u16[2]"')),
    breaking("an array made a scalar", ('accel: {type: "f32[3]"', "accel: {type: f32")),
    breaking("a longer array", ("f32[3]", "f32[4]"), reads="in place"),
    breaking("an array made a sequence", ("f32[3]", "f32[<=3]"), reads="meaning"),
    breaking("another element", ("f32[3]", "u32[3]")),
    breaking("a larger bound", ("Peak[<=4]", "Peak[<=5]"), reads="in place"),
    breaking("a smaller bound", ("Peak[<=4]", "Peak[<=3]"), reads="in place"),
    breaking("a longer string", ("string<=15", "string<=63"), reads="in place"),
    breaking("a longer string in its padding", ("string<=15", "string<=16"), reads="in place"),
    breaking("a string made bytes", ("label: string<=15", 'label: "u8[<=15]"')),
    breaking("since lowered", ('since: "1.1"', 'since: "1.0"'), reads="in place"),
    breaking("since raised", ('since: "1.1"', 'since: "1.2"'), reads="meaning"),
    # a minor that breaks: what a number means
    breaking("another unit", ("unit: m/s^2", "unit: g"), reads="meaning"),
    breaking("a unit added", ("count: u16", "count: {type: u16, unit: m}"), reads="meaning"),
    breaking("a unit removed", ("{type: f32, unit: Hz}", "f32"), reads="meaning"),
    breaking("a value renumbered", ("busy: 1", "busy: 7")),
    breaking("values swapped", (VALUES, "{idle: 1, busy: 0, failed: 2}")),
    breaking("a value removed", ("busy: 1, failed", "failed"), ("default: busy", "default: idle")),
    breaking("a value renamed", (VALUES, "{idle: 0, working: 1, failed: 2}"), ("default: busy", "default: working")),
    breaking("a wider enum", ("Mode: {type: u8", "Mode: {type: u32")),
    breaking(
        "an enum renamed",
        ("mode: {type: Mode", "mode: {type: State"),
        ("level: Mode", "level: State"),
        ("  Mode:", "  State:"),
        reads="meaning",
    ),
    # a minor that breaks: nested types
    breaking("a type's field appended", ("power: f32}", "power: f32, width: f32}")),
    breaking("a type's field removed", (", power: f32}", "}")),
    breaking("a type's field retyped", ("power: f32", "power: f64")),
    breaking("a type's fields swapped", (PEAK, "  Peak: {power: f32, freq: {type: f32, unit: Hz}}\n")),
    breaking("a nested type's field appended", ("Point: {x: f32, y: f32}", "Point: {x: f32, y: f32, z: f32}")),
    breaking("a nested string's bound", ("string<=7", "string<=8"), reads="in place"),
    breaking("a nested unit", ("Point: {x: f32", "Point: {x: {type: f32, unit: m}"), reads="meaning"),
    breaking("a type renamed", ("Peak[<=4]", "Top[<=4]"), ("  Peak:", "  Top:"), reads="meaning"),
    breaking("a type made an enum", ("pose: Pose", "pose: Mode")),
    # a minor that breaks: the channel
    breaking("another order", ("order: fifo", "order: lifo"), reads="meaning"),
    Change("another namespace", (("namespace: demo", "namespace: other"),), "breaking", "meaning"),
    Change("another channel name", (("channel: probe", "channel: sonde"),), "breaking", "meaning"),
    breaking("lifo made fifo", ("order: lifo", "order: fifo"), reads="meaning", old_edits=(("order: fifo", "order: lifo"),)),
    breaking("fifo made latest", ("order: fifo", "order: latest"), reads="meaning"),
    breaking("latest made lifo", ("order: latest", "order: lifo"), reads="meaning", old_edits=(("order: fifo", "order: latest"),)),
    unversioned("latest, same version", ("order: fifo", "order: latest"), reads="meaning"),
    # what a field tells of its values
    *told("frame: body", "frame: world", reads="meaning"),
    *told("scale: 0.5", "scale: 0.25", reads="meaning"),
    *told("invalid: 65535", "invalid: 0", reads="meaning"),
    *told("deprecated: true", "deprecated: use gain"),
    *told("range: [0, 100]", "range: [0, 200]"),
    unversioned("a frame, same version", count_with("frame: body"), reads="meaning"),
    unversioned("a scale, same version", count_with("scale: 0.5"), reads="meaning"),
    unversioned("an invalid value, same version", count_with("invalid: 65535"), reads="meaning"),
    identical("a role added", ("stamp: {type: u64, unit: ns}", "stamp: {type: u64, unit: ns, role: timestamp}")),
    identical(
        "a role removed",
        (", role: timestamp}", "}"),
        old_edits=(("stamp: {type: u64, unit: ns}", "stamp: {type: u64, unit: ns, role: timestamp}"),),
    ),
    identical("a key added", count_with("key: instance")),
    identical("a key removed", count_with("key: instance")[::-1], old_edits=(count_with("key: instance"),)),
    # flags, and enums that a narrower integer carries
    breaking("an enum made flags", *FLAGS, reads="meaning"),
    breaking("flags made an enum", *(edit[::-1] for edit in FLAGS), reads="meaning", old_edits=FLAGS),
    unversioned("an enum made flags, same version", *FLAGS, reads="meaning"),
    compatible("a flag added", (VALUES, "{idle: 0, busy: 1, failed: 2, lost: 4}"), old_edits=FLAGS),
    breaking("a flag renumbered", (VALUES, "{idle: 0, busy: 4, failed: 2}"), old_edits=FLAGS),
    breaking("a flag removed", ("busy: 1, failed", "failed"), ("default: busy", "default: failed"), old_edits=FLAGS),
    breaking("an enum narrowed by a field", NARROWED[-1], old_edits=WIDE),
    breaking("an enum no longer narrowed", NARROWED[-1][::-1], old_edits=NARROWED),
    breaking("a narrowed enum made less narrow", ("as: u8", "as: u16"), old_edits=NARROWED),
    appended("a narrowed enum appended", after_gain('next: {type: Mode, as: u8, since: "1.2"}'), old_edits=WIDE),
    # bytes kept for later minors
    identical("a reserve of nothing", ("capacity: 16", "capacity: 16\nreserve: 0")),
    breaking("a reserve added", ("capacity: 16", "capacity: 16\nreserve: 64"), reads="in place"),
    breaking("a larger reserve", ("reserve: 64", "reserve: 128"), reads="in place", old_edits=RESERVE),
    breaking("a reserve removed", RESERVE[0][::-1], reads="in place", old_edits=RESERVE),
    appended("a field in the reserve", after_gain('next: {type: u32, since: "1.2"}'), old_edits=RESERVE),
    # what is imported
    identical("a field of an imported type's doc", ("size: f32", "size: {type: f32, doc: How large.}"), old_edits=IMPORTING),
    identical("an imported type that no field uses, changed", ("Idle: {a: u8}", "Idle: {a: u16}"), old_edits=IMPORTING),
    identical("an import that no field uses", *UNUSED_IMPORT),
    identical("an import that no field uses, removed", UNUSED_IMPORT[0][::-1], old_edits=UNUSED_IMPORT),
    appended("a field of an imported type", IMPORTING[0], IMPORTING[2], after_gain('spot: {type: shapes.Spot, since: "1.2"}')),
    compatible("a value added to an imported enum", ("round: 1", "round: 1, square: 2"), old_edits=IMPORTING),
    unversioned(
        "a value added to an imported enum, same version",
        ("round: 1", "round: 1, square: 2"),
        reads="meaning",
        next_version="1.2",
        old_edits=IMPORTING,
    ),
    breaking("an imported enum's value renumbered", ("round: 1", "round: 3"), old_edits=IMPORTING),
    breaking("an imported type's field appended", ("size: f32", "size: f32, more: f32"), old_edits=IMPORTING),
    breaking("an imported type's field removed", (", size: f32", ""), old_edits=IMPORTING),
    breaking("a unit in what an imported type uses", ("x: f32, kind", "x: {type: f32, unit: m}, kind"), reads="meaning", old_edits=IMPORTING),
    breaking("a type of the schema imported instead", ("pose: Pose", "pose: shapes.Spot"), old_edits=IMPORTING),
    # a type that is the whole message
    identical("a message made a type of the same fields", *CARRYING),
    identical("a carried type made a message of the same fields", *(edit[::-1] for edit in reversed(CARRYING)), old_edits=CARRYING),
    identical("a default of a carried type", ("default: 21.5", "default: 20"), old_edits=CARRYING),
    appended("a carried type's field appended", CARRIED_NEXT, old_edits=CARRYING),
    breaking("a carried type's field retyped", ("count: u16", "count: u32"), old_edits=CARRYING),
    breaking("a carried type's field removed", (f"  {GAIN}", ""), reads="meaning", old_edits=CARRYING),
    breaking("a unit of a carried type", ("unit: degC", "unit: K"), reads="meaning", old_edits=CARRYING),
    breaking("another type carried", ("message: Whole", "message: Pose"), old_edits=CARRYING),
    # a new major
    new_major("a new major for nothing", (GAIN, GAIN.replace('"1.1"', '"2.0"')), reads="in place"),
    new_major("a new major with more changed", ("count: u16", "count: f64"), (GAIN, "")),
]
