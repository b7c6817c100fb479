"""make_seeds.py: writes seeds/open and seeds/payload anew, each called by what must come of it (test_seeds.cpp).

For the day when the window format or a descriptor changes. Seeds of lane and recovery, and what fuzzers have found, are
picked by scripts/fuzz --pick instead. Needs flatc.
"""

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROBE, TRACK = 0, 1
RAW_HEADER, OWN_FINGERPRINT, OWN_DESCRIPTOR, HAS_MESSAGE, CHANGED_HEADER = 1, 2, 4, 8, 16
OPEN, CLOSED, RETIRED = 1, 2, 3
SCHEMA = (HERE / "probe.yaml").read_text()


def run(*command, cwd):
    subprocess.run([str(word) for word in command], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def descriptor(*changes):
    """Of the probe's schema with some text replaced; without docs and bfbs, to be small."""
    text = SCHEMA
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "probe.yaml").write_text(text)
        run(sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", "probe.yaml", "--descriptor", "probe.bin", cwd=folder)
        schema = ROOT / "runtime/schema/descriptor.fbs"
        run("flatc", "--json", "--strict-json", "--raw-binary", schema, "--", "probe.bin", cwd=folder)
        tree = json.loads((folder / "probe.json").read_text())
        for key in ("bfbs", "doc", "generator"):
            tree.pop(key, None)
        (folder / "probe.json").write_text(json.dumps(tree))
        run("flatc", "--binary", schema, "probe.json", cwd=folder)
        return (folder / "probe.bin").read_bytes()


def window(flags, descriptor=b"", channel=PROBE, state=OPEN, mark=0, capacity=3, message_bytes=0, header=b""):
    numbers = header if flags & RAW_HEADER else struct.pack("<BH", capacity, message_bytes)
    return bytes([channel, flags, state, mark]) + numbers + descriptor


def raw_header(magic=b"sluice\r\n", window_format=1, total=1 << 14):
    return struct.pack("<8sII12Q", magic, window_format, 1, 0, total, 4096, 1, 64, 24, 1, 512, 1024, 4096, 8192, 0)[:104]


def open_seeds():
    older = descriptor(('version: "1.1"', 'version: "1.0"'), ('  late: {type: u16, since: "1.1", default: 7}\n', ""))
    newer = descriptor(('version: "1.1"', 'version: "1.2"'), ("types:", '  more: {type: u8, since: "1.2"}\ntypes:'))
    unit = descriptor(("unit: m/s^2", "unit: g"))
    own = OWN_FINGERPRINT | OWN_DESCRIPTOR
    return {
        "taken_and_taken_over.same_schema": window(own | HAS_MESSAGE),
        "opened_and_created.same_schema_without_a_message": window(own),
        "taken_and_created.older_minor_by_defaults": window(HAS_MESSAGE, older, mark=0xFF, message_bytes=2048),
        "taken_and_created.newer_minor_in_place": window(HAS_MESSAGE, newer, mark=0x7F, message_bytes=2048),
        "incompatible_and_created.another_unit": window(HAS_MESSAGE, unit),
        "window_missing_and_created.closed_and_read_to_the_end": window(own, state=CLOSED),
        "window_missing_and_created.retired": window(own, state=RETIRED),
        "damaged_window.no_descriptor": window(0, b"\x10\0\0\0"),
        "damaged_window.cut_short": window(0, older[: len(older) // 2]),
        "damaged_window_and_created.fields_behind_the_message": window(0, older, message_bytes=40),
        "damaged_window.nothing": b"",
        "foreign_object.no_magic": window(RAW_HEADER, header=raw_header(magic=b"slurp\r\n\0")),
        "other_format.seven": window(RAW_HEADER, header=raw_header(window_format=7)),
        "damaged_window.header_contradicts_itself": window(RAW_HEADER, header=raw_header()),
        "damaged_window.slots_elsewhere": window(own | CHANGED_HEADER) + struct.pack("<BBBQ", 0, 9, 2, 0x8000),
        "damaged_window.more_slots_than_fit": window(own | CHANGED_HEADER) + struct.pack("<BBBQ", 0, 2, 1, 1 << 19),
        "taken_and_taken_over.table": window(own | HAS_MESSAGE, channel=TRACK, mark=0x41),
    }


def payload_seeds():
    fields, defaulted, table = b"\0", b"\1", b"\2"
    return {
        "read.lengths_of_all_ones": fields + b"\xff" * 600,
        "read.lengths_of_one": fields + b"\1\0\0\0" * 150,
        "read_with_defaults.all_ones": defaulted + b"\xff" * 600,
        "read_with_defaults.short": defaulted + b"\2\0\0\0" * 10,
        "no_table.empty": table,
    }


def main():
    for target, seeds in (("open", open_seeds()), ("payload", payload_seeds())):
        folder = HERE / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in seeds.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
