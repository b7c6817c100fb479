"""`sluice publish`: a producer without a program."""

import json
import re
import signal
import subprocess
import time

import pytest

from dev_build import BUILD, ROOT, build
from live_channel import new_instance, run, streaming, wait_until_it_handles_signals, window_of
from screen import Screen


def unused(name):
    """A channel that nobody has, for as long as a test runs."""
    instance = new_instance()
    yield f"{name}/{instance}"
    window_of(name, instance).unlink(missing_ok=True)


@pytest.fixture
def channel():
    yield from unused("demo.imu")


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


def test_an_empty_message_is_one_of_defaults_and_standard_input_is_left_alone(publish, sluice, channel):
    result = publish("--keep", "--json", "", input='{"label": "of standard input"}\n')

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["published"] == 1
    assert messages(sluice, channel, 1)[0]["label"] == ""


def test_without_a_message_it_says_that_it_reads_what_is_typed(sluice, channel):
    words = [sluice, "publish", channel, "--schema", ROOT / "schemas/imu.yaml", "--keep"]
    with Screen(words, columns=140) as terminal:
        terminal.wait_for_text("sluice publish: without MESSAGE, each line that is typed is one in JSON; Ctrl-D ends them")
        terminal.press('{"label": "typed"}\n\x04')

        assert terminal.wait_for_end() == 0
    assert messages(sluice, channel, 1)[0]["label"] == "typed"


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


def test_a_consumer_is_waited_for_no_longer_than_it_can_find_the_window(sluice, channel):
    window = window_of("demo.imu", channel.split("/")[1])
    words = [sluice, "publish", channel, "--schema", ROOT / "schemas/imu.yaml", "--wait-for-consumer", "50", "{}"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as waiting:
        while not window.exists():
            assert waiting.poll() is None
        window.unlink()
        complaint = waiting.communicate(timeout=20)[1]

    assert waiting.returncode == 1
    assert complaint == "sluice publish: no consumer can come any more: the window is retired\n"


def test_an_interrupt_ends_the_wait_for_a_consumer(sluice, channel):
    words = [sluice, "publish", channel, "--schema", ROOT / "schemas/imu.yaml", "--wait-for-consumer", "50", "{}"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as waiting:
        wait_until_it_handles_signals(waiting.pid)
        waiting.send_signal(signal.SIGINT)
        complaint = waiting.communicate(timeout=20)[1]

    assert waiting.returncode == 1
    assert complaint == "sluice publish: no consumer had come, then it was interrupted\n"


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


FULL_POSE = {
    "position": {"x": 1, "y": -2.5, "z": 0}, "name": "left", "kind": "wing", "samples": [1, 255], "shape_type": "Circle",
    "shape": {"radius": 2.5}, "parts": [{"name": "wheel"}],
}


@pytest.fixture
def track():
    yield from unused("tests.track")


@pytest.fixture
def publish_table(sluice, track):
    def publish(*words, **options):
        schema = ROOT / "tests/flatbuffers/track.yaml"
        return run([sluice, "publish", track, "--schema", schema, "--keep", *words], **options)

    return publish


def test_a_table_is_published_and_shown_as_it_was_written(publish_table, sluice, track):
    result = publish_table(json.dumps(FULL_POSE))

    assert result.returncode == 0, result.stderr
    pose = messages(sluice, track, 1)[0]
    part = pose.pop("parts")[0]
    assert pose == {key: value for key, value in FULL_POSE.items() if key != "parts"}
    assert (part["name"], part["kind"], part["position"]) == ("wheel", "wheel", None)


def test_tables_that_echo_prints_can_be_published_again(publish_table, sluice, track):
    publish_table(json.dumps(FULL_POSE))
    publish_table("name: second, shape_type: Box, shape: {size: {y: 4}}")
    printed = run([sluice, "echo", track, "--oldest", "--json", "--count", 2]).stdout

    result = publish_table(input=printed)

    assert result.returncode == 0, result.stderr
    shown = messages(sluice, track, 4)
    assert shown[2:] == shown[:2]


def test_a_consumer_with_generated_code_reads_the_table_and_finds_it_sound(sluice):
    build("table_peer_same")
    instance = new_instance()
    program = BUILD / "tests" / "flatbuffers" / "table_peer_same"
    words = [sluice, "publish", f"tests.peer/{instance}", "--schema", ROOT / "tests/flatbuffers/peers/same/peer.yaml"]
    try:
        assert run([*words, "--keep", "text: by hand, number: -5, at: {x: 1}"]).returncode == 0
        peer = run([program, instance], input="open\ntake\n")
    finally:
        window_of("tests.peer", instance).unlink(missing_ok=True)

    assert peer.stdout.splitlines()[-2:] == ["done", "1: by hand -5"]


@pytest.mark.parametrize(
    "message, complaint",
    [
        ("nam: left", "field 'nam': channel 'tests.track' has no such field\n  hint: did you mean 'name'?\n"),
        ("kind: wing", "field 'name': is required, and not given\n"),
        ("name: n, kind: wings", "field 'kind': 'wings' is no value of tests.geo.Kind\n  hint: did you mean 'wing'?\n"),
        ("name: n, parts: [{name: m, kind: [1]}]", "field 'parts[0].kind': one value is needed: it is of type tests.geo.Kind\n"),
        ("name: " + 1100 * "x", "the message: as a table it takes 1128 bytes, at most 1024 fit\n  hint: max_bytes of the schema says how many\n"),
    ],
)
def test_a_wrong_table_is_refused_and_makes_no_window(publish_table, track, message, complaint):
    result = publish_table(message)

    assert result.returncode == 2
    assert result.stderr == f"sluice publish: {complaint}"
    assert not window_of("tests.track", track.split("/")[1]).exists()


def test_a_table_whose_structs_are_more_than_flatbuffers_can_place_is_refused(sluice, tmp_path):
    (tmp_path / "big.fbs").write_text("struct Big { a: [ulong:4100]; } table R { a: Big; b: Big; }")
    (tmp_path / "big.yaml").write_text(
        'channel: big\nnamespace: tests\nversion: "1.0"\nmessage: {flatbuffers: big.fbs, root: R, max_bytes: 100000}\n'
    )

    result = run([sluice, "publish", f"tests.big/{new_instance()}", "--schema", tmp_path / "big.yaml", "a: {}, b: {}"])

    assert result.returncode == 2
    assert result.stderr == (
        "sluice publish: the message: its structs and numbers take more than the 65535 bytes that a table may have\n"
    )


def test_a_wrong_line_of_tables_is_named(publish_table, sluice, track):
    result = publish_table(input='{"name": "one"}\n{"kind": 1}\n')

    assert result.returncode == 2
    assert result.stderr == "sluice publish: field 'name': is required, and not given\n  hint: in line 2 of standard input\n"
    assert messages(sluice, track, 1)[0]["name"] == "one"


def test_a_table_has_no_field_to_stamp(publish_table):
    result = publish_table("--stamp", "name: n")

    assert result.returncode == 2
    assert result.stderr.endswith("  hint: a FlatBuffers schema knows no roles: write the time into the message\n")


def test_plot_and_top_show_channels_of_tables(publish_table, sluice, track):
    publish_table(json.dumps(FULL_POSE))
    paths = ["position.x", "samples[1]", "shape.radius"]
    words = [str(word) for word in (sluice, "plot", track, *paths, "--once", "--window", 2, "--json")]

    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as plot:
        publish_table(json.dumps(FULL_POSE), "--count", 3, "--rate", 2, "--timeout", 0.1)
        shown = json.loads(plot.communicate(timeout=30)[0])
    top = run([sluice, "top", "--json", "--interval", 0.5])

    assert [series["points"][0][1] for series in shown["series"]] == [1, 255, 2.5]
    assert track in [channel["name"] for channel in json.loads(top.stdout)["channels"]]


def test_plot_says_that_a_vector_of_a_table_has_no_bound(publish_table, sluice, track):
    publish_table("name: n")

    result = run([sluice, "plot", track, "samples", "--once"])

    assert result.returncode == 2
    assert result.stderr == "sluice plot: 'samples' has any number of elements\n  hint: choose some, as in 'samples[0]'\n"


def stamped(sluice, folder, field):
    """What publish --stamp says of a channel whose message is that field, and the message."""
    schema = folder / "stamped.yaml"
    schema.write_text(f'channel: stamped\nnamespace: tests\nversion: "1.0"\nmessage: {{t: {field}}}\n')
    instance = new_instance()
    try:
        result = run([sluice, "publish", f"tests.stamped/{instance}", "--schema", schema, "--keep", "--stamp", ""])
        shown = messages(sluice, f"tests.stamped/{instance}", 1)[0] if result.returncode == 0 else None
    finally:
        window_of("tests.stamped", instance).unlink(missing_ok=True)
    return result, shown


@pytest.mark.parametrize(
    "field, count",
    [
        ("{type: f64, unit: s, role: timestamp}", 1),
        ("{type: u64, unit: s, role: timestamp}", 1),
        ("{type: i64, unit: s, scale: 0.001, role: timestamp}", 1e-3),
        ("{type: u64, unit: us, scale: 100, role: timestamp}", 1e-4),
    ],
)
def test_a_stamp_is_in_the_unit_and_scale_of_its_field(sluice, tmp_path, field, count):
    before = time.monotonic()

    result, shown = stamped(sluice, tmp_path, field)

    assert result.returncode == 0, result.stderr
    assert before - count <= shown["t"] * count <= time.monotonic()


def test_a_stamp_that_its_field_cannot_hold_is_refused(sluice, tmp_path):
    result, _ = stamped(sluice, tmp_path, "{type: u8, unit: ns, scale: 10, role: timestamp}")

    assert result.returncode == 2
    assert re.sub(r"\d+ ns on", "N ns on", result.stderr) == (
        "sluice publish: --stamp: field 't' is of type u8 and counts 10.0 ns: the time, N ns on CLOCK_MONOTONIC, does not fit\n"
        "  hint: give it a wider type or a larger unit, or leave out --stamp\n"
    )


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


def test_a_message_that_is_too_large_to_be_shown_as_a_whole_says_what_to_choose(sluice, tmp_path):
    schema = tmp_path / "cloud.yaml"
    schema.write_text(
        'channel: cloud\nnamespace: tests\nversion: "1.0"\ncapacity: 2\nmessage: {level: u8, dots: "Dot[4100000]"}\n'
        "types:\n  Dot: {fields: {x: u8}}\n"
    )
    instance = new_instance()
    name = f"tests.cloud/{instance}"
    why = "'dots' has more than 4,000,000 values in nested types: choose other fields, or elements by their index"
    publish = [sluice, "publish", name, "--keep", "level: 3"]
    try:
        assert run([*publish, "--schema", schema]).returncode == 0
        echo = [sluice, "echo", name, "--oldest", "--count", 1]
        whole, line = run([*echo, "--json"]).stdout, run([*echo, "--format", "line"]).stdout
        table = run([*echo, "--format", "csv"])
        chosen = run([*echo, "level", "dots[4099999].x", "--json"]).stdout
        words = [str(word) for word in (sluice, "plot", name, "level", "dots[7].x", "--json", "--window", 2)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as plot:
            assert run(publish).returncode == 0
            plotted = json.loads(plot.communicate(timeout=30)[0])
    finally:
        window_of("tests.cloud", instance).unlink(missing_ok=True)

    assert json.loads(whole) == {"sequence": 1, "fault": why}
    assert line == f"1  it cannot be shown: {why}\n"
    assert table.stdout == "sequence,level,dots\n1,,\n"
    assert table.stderr.startswith(f"sluice echo: a message is left empty: {why}\n")
    assert json.loads(chosen)["message"] == {"level": 3, "dots[4099999].x": 0}
    assert [series["points"][-1][1] for series in plotted["series"]] == [3, 0]
