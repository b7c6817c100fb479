"""`sluice publish`: a producer without a program."""

import json
import subprocess

import pytest

from dev_build import ROOT
from live_channel import new_instance, run, streaming, window_of


@pytest.fixture
def channel():
    """A name that nobody has, and its window."""
    instance = new_instance()
    yield f"demo.imu/{instance}"
    window_of("demo.imu", instance).unlink(missing_ok=True)


@pytest.fixture
def publish(sluice, channel):
    def publish(*words, schema=True, **options):
        made_from = ["--schema", "schemas/imu.yaml"] if schema else []
        return run([sluice, "publish", channel, *made_from, *words], cwd=ROOT, **options)

    return publish


def messages(sluice, channel, count):
    result = run([sluice, "echo", channel, "--oldest", "--json", "--count", count, "--timeout", 5])
    assert result.returncode == 0, result.stderr
    return [json.loads(line)["message"] for line in result.stdout.splitlines()]


def test_a_message_is_published_with_defaults_for_what_is_not_given(publish, sluice, channel):
    result = publish("--keep", "accel: [1, 2.5, -3], status: saturated, peaks: [{freq: 50}]")

    assert result.returncode == 0, result.stderr
    assert messages(sluice, channel, 1) == [
        {"stamp": 0, "accel": [1, 2.5, -3], "status": "saturated", "peaks": [{"freq": 50, "power": 0}], "label": "", "valid": False, "temp": 0}
    ]


def test_what_echo_prints_can_be_published_again(publish, sluice, channel):
    publish("--keep", "label: again, stamp: 18446744073709551615", "--count", 3)
    printed = run([sluice, "echo", channel, "--oldest", "--json", "--count", 3]).stdout

    result = publish("--json", schema=False, input=printed)

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"published": 3, "stopped_by": None}
    assert messages(sluice, channel, 6) == 6 * messages(sluice, channel, 1)


def test_a_window_is_left_to_the_next_producer_as_it_was(publish, sluice, channel):
    assert publish("--keep", "label: one").returncode == 0
    before = window_of("demo.imu", channel.split("/")[1]).stat()

    assert publish("label: two", schema=False).returncode == 0

    after = window_of("demo.imu", channel.split("/")[1]).stat()
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)
    assert [message["label"] for message in messages(sluice, channel, 2)] == ["one", "two"]


def test_a_channel_that_has_a_producer_refuses_another(sluice, stream_peer):
    with streaming(stream_peer, 10**6, 50) as name:
        result = run([sluice, "publish", name, "number: 1"])

    assert result.returncode == 2
    assert "producer" in result.stderr and result.stderr.startswith("sluice: channel 'tests.tools.stream'")


def test_a_full_channel_is_said_after_the_timeout(publish):
    result = publish("{}", "--count", 65, "--timeout", 0.3)

    assert result.returncode == 1
    assert result.stderr.startswith("sluice publish: 64 published, then no slot came free within 0.3 s: ")


def test_without_a_consumer_it_says_that_what_is_unread_goes_away(publish):
    result = publish("{}", "--timeout", 0.3)

    assert result.returncode == 0
    assert "no consumer is attached" in result.stderr and "--keep" in result.stderr


def test_a_consumer_is_waited_for_no_longer_than_asked(publish):
    result = publish("{}", "--wait-for-consumer", 0.2)

    assert result.returncode == 1
    assert result.stderr == "sluice publish: no consumer came within 0.2 s\n"


@pytest.mark.parametrize(
    "message, complaint",
    [
        ("lable: left", "field 'lable': channel 'demo.imu' has no such field\n  hint: did you mean 'label'?"),
        ("status: 256", "field 'status': 256 is not in 0 to 255"),
        ("accel: [1, 2]", "field 'accel': 2 elements are given, it has 3"),
        ("peaks: [{power: high}]", "field 'peaks[0].power': 'high' is no number"),
        ("label: " + 32 * "x", "field 'label': the text has 32 bytes, at most 31 fit"),
        ("{", "the message cannot be read: "),
    ],
)
def test_a_wrong_message_is_refused_and_makes_no_window(publish, channel, message, complaint):
    result = publish(message)

    assert result.returncode == 2
    assert complaint in result.stderr
    assert not window_of("demo.imu", channel.split("/")[1]).exists()


def test_a_wrong_line_is_named_and_those_before_it_are_published(publish, sluice, channel):
    result = publish("--keep", input='{"label": "one"}\n\n{"label": 3, "acel": []}\n')

    assert result.returncode == 2
    assert result.stderr == (
        "sluice publish: field 'acel': channel 'demo.imu' has no such field\n"
        "  hint: did you mean 'accel'?\n  hint: in line 3 of standard input\n"
    )
    assert [message["label"] for message in messages(sluice, channel, 1)] == ["one"]


def test_a_schema_that_differs_from_the_windows_does_not_retire_it(publish, sluice, channel, tmp_path):
    publish("--keep", "label: stays")
    other = tmp_path / "imu.yaml"
    other.write_text((ROOT / "schemas/imu.yaml").read_text().replace("string<=31", "string<=30"))

    result = run([sluice, "publish", channel, "--schema", other, "{}"])

    assert result.returncode == 2
    assert "has another schema than" in result.stderr
    assert messages(sluice, channel, 1)[0]["label"] == "stays"


def test_without_window_or_schema_it_says_how_to_make_the_channel(publish):
    result = publish("{}", schema=False)

    assert result.returncode == 2
    assert result.stderr.endswith("  hint: --schema imu.yaml makes the channel\n")


def test_messages_that_are_a_users_own_tables_are_refused_in_words(sluice):
    schema = ROOT / "tests/flatbuffers/track.yaml"
    result = run([sluice, "publish", f"tests.track/{new_instance()}", "--schema", schema, "{}"])

    assert result.returncode == 2
    assert "FlatBuffers tables of a schema of its own" in result.stderr


def test_the_time_is_stamped_and_the_rate_kept(sluice, tmp_path):
    instance = new_instance()
    name = f"tests.tools.stream/{instance}"
    try:
        words = ["--schema", ROOT / "tests/tools/stream.yaml", "--keep", "--stamp", "--rate", 50, "--count", 11, "{}"]
        assert run([sluice, "publish", name, *words]).returncode == 0
        stamps = [message["stamp"] for message in messages(sluice, name, 11)]
    finally:
        window_of("tests.tools.stream", instance).unlink(missing_ok=True)

    assert 0.19e9 <= stamps[-1] - stamps[0] < 5e9
    assert all(later > earlier for earlier, later in zip(stamps, stamps[1:]))
