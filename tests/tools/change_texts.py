"""What `sluice diff` prints of some of the changes, whole."""

TEXTS = {
    "nothing": """\
channel 'demo.probe': version 1.1 in both: identical
""",
    "doc of a value": """\
channel 'demo.probe': version 1.1 in both: identical
  note: doc of value 'busy' of Mode differs
""",
    "a default": """\
channel 'demo.probe': version 1.1 in both: identical
  note: field 'temp': default 21.5 in old, 20.0 in new
  note: a producer of new starts a new window where one of old has been
""",
    "a constant added": """\
channel 'demo.probe': version 1.1 in both: identical
  note: constant 'LIMIT': missing in old
  note: a producer of new starts a new window where one of old has been
""",
    "a type that no field uses, removed": """\
channel 'demo.probe': version 1.1 in both: identical
  note: type 'Spare', which no field uses: missing in new
  note: a producer of new starts a new window where one of old has been
""",
    "an enum that no field uses, changed": """\
channel 'demo.probe': version 1.1 in both: identical
  note: enum 'Unused', which no field uses: one definition in old, another in new
  note: a producer of new starts a new window where one of old has been
""",
    "a field appended": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: compatible
  field 'note': missing in old
  new consumer on old producer: reads copies, with defaults for what the producer lacks
  old consumer on new producer: reads in place what it knows
  note: a producer of new starts a new window where one of old has been
""",
    "a value added to an enum": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: compatible
  field 'mode': value 'lost' of Mode: missing in old
  field 'pose.level': value 'lost' of Mode: missing in old
  new consumer on old producer: reads in place what it knows
  old consumer on new producer: reads in place what it knows
  note: a producer of new starts a new window where one of old has been
""",
    "back to the last minor": """\
channel 'demo.probe': version 1.1 in old, 1.0 in new: changed without a new version
  field 'gain': missing in new
  new consumer on old producer: reads in place what it knows
  old consumer on new producer: reads copies, with defaults for what the producer lacks
  hint: a version only grows: give the new schema version 2.0
""",
    "only the version went back": """\
channel 'demo.probe': version 1.2 in old, 1.1 in new: changed without a new version
  new consumer on old producer: reads in place what it knows
  old consumer on new producer: reads in place what it knows
  hint: a version only grows: give the new schema version 1.2
""",
    "a field appended, same version": """\
channel 'demo.probe': version 1.1 in both: changed without a new version
  field 'next': missing in old
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: both say version 1.1: give the new schema version 1.2, and its new fields since: "1.2"
""",
    "a field appended, without since": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'next': missing in old
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: a new field says which version brought it: since: "1.2"
""",
    "a larger bound": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'peaks': Peak[<=4] in old, Peak[<=5] in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
    "a value renumbered": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'mode': value 'busy' of Mode: 1 in old, 7 in new
  field 'pose.level': value 'busy' of Mode: 1 in old, 7 in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
    "a type made an enum": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'pose': Pose at byte 120 in old, Mode at byte 44 in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
    "a type's fields swapped": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'peaks.freq': at byte 0 in old, at byte 4 in new
  field 'peaks.power': at byte 4 in old, at byte 0 in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
    "a nested unit": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'pose.at.x': unit none in old, m in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
    "another order": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  order: fifo in old, lifo in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
    "another namespace": """\
channels 'demo.probe' and 'other.probe': version 1.1 in both: breaking
  channel: demo.probe in old, other.probe in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: another name is another channel: programs of old and new never meet
""",
    "a new major with more changed": """\
channel 'demo.probe': version 1.1 in old, 2.0 in new: breaking
  field 'count': u16 at byte 28 in old, f64 at byte 32 in new
  field 'gain': missing in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: a new major version may change anything: rebuild both sides
""",
    "since raised": """\
channel 'demo.probe': version 1.1 in old, 1.2 in new: breaking
  field 'gain': since 1.1 in old, 1.2 in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: within a major version fields are only appended: give the new schema version 2.0
""",
}
