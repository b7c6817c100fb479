"""Other programs read a window that is in use: by flatc's Python, by `flatc --json`, and by reflection.

Nothing of Sluice's code runs on the reading side: the window is a file, and each slot a FlatBuffer.
"""

import importlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/dev"
CHANNELS = BUILD / "tests/window/window_test_channels.channels"

EXPECTED = {
    "stamp": 18446744073709551615,
    "accel": [1.5, -2.0, 9.81],
    "status": "failed",
    "peaks": [{"freq": 50.0, "power": 0.25}, {"freq": 120.5, "power": 0.5}],
    "label": "left wing",
    "valid": True,
    "temp": 21.5,
}


class Window:
    """The fixed fields of a window's header: HeaderFields of runtime/src/window.hpp."""

    def __init__(self, path):
        self.bytes = path.read_bytes()
        magic, self.format, self.lanes, self.fingerprint = struct.unpack_from("<8sIIQ", self.bytes, 0)
        assert magic == b"sluice\r\n"
        (
            self.total_bytes, _, self.capacity, self.stride_bytes, self.message_bytes,
            self.descriptor_bytes, self.descriptor_offset, self.producer_offset, _, self.slots_offset,
        ) = struct.unpack_from("<10Q", self.bytes, 24)

    def newest_slot(self):
        (head,) = struct.unpack_from("<Q", self.bytes, self.producer_offset)
        return self.slot(head & 0xFFFFF)

    def slot(self, index):
        begin = self.slots_offset + index * self.stride_bytes
        return self.bytes[begin : begin + self.message_bytes]

    def descriptor(self):
        return self.bytes[self.descriptor_offset : self.descriptor_offset + self.descriptor_bytes]


@pytest.fixture(scope="module")
def producer_program():
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "--preset", "dev", "--target", "live_producer"]):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    return BUILD / "tests/window/live_producer"


@pytest.fixture(scope="module")
def window(producer_program):
    instance = f"live_{os.getpid()}"
    with subprocess.Popen(
        [producer_program, instance], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as producer:
        assert producer.stdout.readline() == "published\n"
        yield Window(Path(f"/dev/shm/sluice.{os.geteuid()}.demo.imu.{instance}"))
        producer.stdin.close()
        assert producer.wait(10) == 0


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    for schema in (CHANNELS / "demo/imu.fbs", ROOT / "runtime/schema/descriptor.fbs"):
        subprocess.run(["flatc", "--python", "-o", folder, schema], check=True)
    sys.path.insert(0, str(folder))
    yield importlib.import_module
    sys.path.remove(str(folder))


def near(value):
    return pytest.approx(value, rel=1e-6)


def as_json(schema, slot, folder):
    (folder / "slot.bin").write_bytes(slot)
    subprocess.run(
        ["flatc", "--json", "--strict-json", "--raw-binary", "--defaults-json", "-o", folder, schema, "--", folder / "slot.bin"],
        check=True,
    )
    return json.loads((folder / "slot.json").read_text())


def check(message):
    assert message["sluice_seq"] == 1
    for field, value in EXPECTED.items():
        if field == "accel":
            assert message[field] == near(value)
        else:
            assert message[field] == value


def test_a_live_slot_is_read_by_flatcs_python(window, generated):
    slot = window.newest_slot()
    imu = generated("demo.Imu").Imu.GetRootAs(slot, 0)
    status = generated("demo.Status").Status

    assert imu.SluiceSeq() == 1
    assert imu.Stamp() == EXPECTED["stamp"]
    assert [imu.Accel(at) for at in range(imu.AccelLength())] == near(EXPECTED["accel"])
    assert imu.Status() == status.failed
    peaks = [{"freq": imu.Peaks(at).Freq(), "power": imu.Peaks(at).Power()} for at in range(imu.PeaksLength())]
    assert peaks == EXPECTED["peaks"]
    assert imu.Label() == b"left wing"
    assert imu.Valid() is True
    assert imu.Temp() == 21.5


def test_a_live_slot_is_read_by_flatc_json(window, tmp_path):
    check(as_json(CHANNELS / "demo/imu.fbs", window.newest_slot(), tmp_path))


def test_a_live_slot_is_read_by_reflection_from_the_windows_own_descriptor_alone(window, generated, tmp_path):
    descriptor = generated("sluice.descriptor.Channel").Channel.GetRootAs(window.descriptor(), 0)
    schema = tmp_path / "from_window.bfbs"
    schema.write_bytes(bytes(descriptor.Bfbs(at) for at in range(descriptor.BfbsLength())))

    check(as_json(schema, window.newest_slot(), tmp_path))


def test_the_descriptor_says_what_the_schema_says(window, generated):
    descriptor = generated("sluice.descriptor.Channel").Channel.GetRootAs(window.descriptor(), 0)

    assert descriptor.Name() == b"demo.imu"
    assert (descriptor.Major(), descriptor.Minor()) == (1, 2)
    assert descriptor.Capacity() == window.capacity == 64
    assert descriptor.Fingerprint() == window.fingerprint
    fields = {field.Name(): field for field in (descriptor.Message().Fields(at) for at in range(descriptor.Message().FieldsLength()))}
    assert fields[b"accel"].Unit() == b"m/s^2"
    assert fields[b"temp"].Since() == 2


def test_slots_that_were_never_used_are_valid_and_have_their_defaults(window, tmp_path):
    (head,) = struct.unpack_from("<Q", window.bytes, window.producer_offset)
    unused = next(at for at in range(window.capacity) if at != head & 0xFFFFF)

    message = as_json(CHANNELS / "demo/imu.fbs", window.slot(unused), tmp_path)

    assert message["sluice_seq"] == 0
    assert message["stamp"] == 0
    assert message["peaks"] == []
    assert message["label"] == ""
    assert message["status"] == "ok"
