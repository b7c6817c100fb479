"""Other programs read a FlatBuffers table in a window that is in use: by flatc's Python, by JSON, by the page alone."""

import importlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from window_page import ROOT, Window, fields, table

BUILD = ROOT / "build/dev"
CHANNELS = BUILD / "tests/flatbuffers/table_peer_same_channels.channels"
TEXT = "read from outside"


@pytest.fixture(scope="module")
def window():
    """Of a producer that has published a table, and has another one in the works."""
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "--preset", "dev", "--target", "table_peer_same"]):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    instance = f"live_{os.getpid()}"
    program = [BUILD / "tests/flatbuffers/table_peer_same", instance]
    template = dict((kind, name) for kind, name in table("names"))["own, with an instance"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for line, answer in (("create", "done"), (f"publish {TEXT}", "true"), ("finish not published", "true")):
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{answer}\n"
        yield Window(Path("/dev/shm") / template.format(uid=os.geteuid(), channel="tests.peer", instance=instance))
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.fixture(scope="module")
def generated(window, tmp_path_factory):
    """Imports the Python that flatc makes of the slot's, the user's and the descriptor's schema."""
    folder = tmp_path_factory.mktemp("generated")
    for schema in (CHANNELS / "tests/peer.fbs", CHANNELS / "tests/peer.tables/note.fbs", ROOT / "runtime/schema/descriptor.fbs"):
        subprocess.run(["flatc", "--python", "-I", CHANNELS, "-o", folder, schema], check=True)
    for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "sluice")]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    yield importlib.import_module
    sys.path.remove(str(folder))


def as_json(schema, slot, folder):
    (folder / "slot.bin").write_bytes(slot)
    options = ["--json", "--strict-json", "--raw-binary", "--defaults-json", "--json-nested-bytes", "-I", CHANNELS]
    subprocess.run(["flatc", *options, "-o", folder, schema, "--", folder / "slot.bin"], check=True)
    return json.loads((folder / "slot.json").read_text())


def test_a_live_table_is_read_by_flatcs_python(window, generated):
    slot = generated("tests.PeerSlot").PeerSlot.GetRootAs(window.newest_slot(), 0)
    note = generated("tests.Note").Note.GetRootAs(bytes(slot.Table(at) for at in range(slot.TableLength())), 0)

    assert slot.SluiceSeq() == 1
    assert slot.TableNestedRoot().Text() == note.Text()
    assert (note.Text(), note.Number()) == (TEXT.encode(), 7)


def test_a_live_table_is_read_by_flatc_json(window, tmp_path):
    assert as_json(CHANNELS / "tests/peer.fbs", window.newest_slot(), tmp_path)["sluice_seq"] == 1


def test_a_live_table_is_read_by_the_page_and_the_users_schema_of_the_windows_descriptor(window, generated, tmp_path):
    payload = generated("sluice.descriptor.Channel").Channel.GetRootAs(window.descriptor(), 0).Payload()
    schema = tmp_path / "from_window.bfbs"
    schema.write_bytes(bytes(payload.Bfbs(at) for at in range(payload.BfbsLength())))
    slot = window.newest_slot()
    region_end = 32 + -(-payload.MaxBytes() // 32) * 32
    places = fields("table slot")

    (vtable,) = struct.unpack_from("<i", slot, places["vtable_distance"][0])
    (distance,) = struct.unpack_from("<I", slot, places["table_distance"][0])
    (length,) = struct.unpack_from("<I", slot, 16 + distance)
    begin = 16 + distance + 4

    assert payload.Root() == b"tests.Note"
    assert vtable == 4 - region_end
    assert begin + length == region_end
    assert as_json(schema, slot[begin : begin + length], tmp_path) == {"text": TEXT, "number": 7}


def test_a_slot_without_a_table_is_a_valid_flatbuffer_that_says_so(window, tmp_path):
    places = fields("table slot")
    for index in range(window.capacity):
        if window.in_slot(index, "number") == 0:
            slot = window.slot(index)
            assert as_json(CHANNELS / "tests/peer.fbs", slot, tmp_path) == {"sluice_seq": 0}
            region_end = window.header("message_bytes") - 32
            assert struct.unpack_from("<i", slot, places["vtable_distance"][0])[0] == 4 - region_end - 8
