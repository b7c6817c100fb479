"""Other programs read a window that is in use: by flatc's Python, by `flatc --json`, and by reflection.

Nothing of Sluice's code runs on the reading side: the window is a file, and each slot a FlatBuffer.
"""

import json
import subprocess

import pytest

from window_page import ROOT

CHANNELS = ROOT / "build/dev/tests/window/window_test_channels.channels"

EXPECTED = {
    "stamp": 18446744073709551615,
    "accel": [1.5, -2.0, 9.81],
    "status": "failed",
    "peaks": [{"freq": 50.0, "power": 0.25}, {"freq": 120.5, "power": 0.5}],
    "label": "left wing",
    "valid": True,
    "temp": 21.5,
}


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
    assert message["sluice_seq"] == 3
    for field, value in EXPECTED.items():
        if field == "accel":
            assert message[field] == near(value)
        else:
            assert message[field] == value


def test_a_live_slot_is_read_by_flatcs_python(window, generated):
    slot = window.newest_slot()
    imu = generated("demo.Imu").Imu.GetRootAs(slot, 0)
    status = generated("demo.Status").Status

    assert imu.SluiceSeq() == 3
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
    assert descriptor.Fingerprint() == window.header("fingerprint")
    fields = {field.Name(): field for field in (descriptor.Message().Fields(at) for at in range(descriptor.Message().FieldsLength()))}
    assert fields[b"accel"].Unit() == b"m/s^2"
    assert fields[b"temp"].Since() == 2


def test_slots_that_were_never_used_are_valid_and_have_their_defaults(window, tmp_path):
    unused = next(at for at in range(window.capacity) if window.in_slot(at, "number") == 0)

    message = as_json(CHANNELS / "demo/imu.fbs", window.slot(unused), tmp_path)

    assert message["sluice_seq"] == 0
    assert message["stamp"] == 0
    assert message["peaks"] == []
    assert message["label"] == ""
    assert message["status"] == "ok"
