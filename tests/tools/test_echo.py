"""`sluice echo` on live channels."""

import csv
import io
import json
import signal
import subprocess
import time

import pytest

from live_channel import new_instance, run, streaming, wait_until_it_handles_signals, window_of

HOUR = 3_600_000


def lines_of(result):
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_message_is_shown_once_and_in_order(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name:
        shown = lines_of(run([sluice, "echo", name, "--json", "--count", 40]))

    first = shown[0]["sequence"]
    assert [line["sequence"] for line in shown] == list(range(first, first + 40))
    assert all(line["message"]["number"] == line["sequence"] for line in shown)


def test_a_stream_that_is_too_fast_shows_whole_messages_only_and_says_how_many_were_missed(sluice, stream_peer):
    with streaming(stream_peer, 10**12) as name:
        words = [sluice, "echo", name, "--json", "--count", "3000"]
        echo = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        first = echo.stdout.readline()
        time.sleep(0.5)  # nobody reads on: on a machine so busy that the stream is slow it falls behind none the less
        rest, complaint = (text.decode() for text in echo.communicate(timeout=60))

    assert echo.returncode == 0, complaint
    shown = [json.loads(line) for line in (first.decode() + rest).splitlines()]
    for line in shown:
        message = line["message"]
        assert set(message["copies"]) == {line["sequence"]} == {message["number"]}
    numbers = [line["sequence"] for line in shown]
    assert numbers == sorted(set(numbers))
    missed = int(complaint.split("shown, ")[1].split(" missed")[0])
    assert complaint == f"sluice echo: 3000 shown, {missed} missed\n"
    assert missed >= numbers[-1] - numbers[0] + 1 - len(numbers) > 0


def test_a_rate_shows_the_newest_message_so_many_times_a_second(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 1000) as name:
        began = time.monotonic()
        result = run([sluice, "echo", name, "number", "--json", "--rate", 20, "--count", 21])
        took = time.monotonic() - began

    assert 0.95 <= took < 10
    numbers = [line["message"]["number"] for line in lines_of(result)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] - numbers[0] > 400
    assert "21 shown, " in result.stderr and result.stderr.endswith(" passed over\n")


def test_fields_are_chosen_by_paths_and_csv_has_them_as_columns(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name:
        command = [sluice, "echo", name, "number", "copies[28]", "label", "phase"]
        table = list(csv.DictReader(io.StringIO(run([*command, "--format", "csv", "--count", 3]).stdout)))
        line = run([*command, "--format", "line", "--count", 1]).stdout
        text = run([*command, "wave", "--count", 1]).stdout

    assert list(table[0]) == ["sequence", "number", "copies[28]", "label", "phase"]
    assert all(row["sequence"] == row["number"] == row["copies[28]"] for row in table)
    number = line.split()[0]
    assert line.startswith(f'{number}  number {number}  copies[28] {number}  label "left"  phase ')
    assert text.startswith("# ") and "\nwave: " in text and text.endswith(" m/s^2\n\n")


def test_an_interrupt_ends_it_with_a_summary(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 100) as name:
        echo = subprocess.Popen([sluice, "echo", name, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = echo.stdout.readline()
        echo.send_signal(signal.SIGINT)
        rest, complaint = echo.communicate(timeout=20)

    assert echo.returncode == 0
    shown = 1 + len(rest.splitlines())
    assert json.loads(first) and complaint == f"sluice echo: {shown} shown, 0 missed\n"


def test_it_writes_nothing_into_the_window(sluice, tmp_path):
    instance = new_instance()
    window = window_of("demo.imu", instance)
    try:
        made = run([sluice, "publish", f"demo.imu/{instance}", "--schema", "schemas/imu.yaml", "--keep", "{}"], cwd=sluice.parents[3])
        assert made.returncode == 0, made.stderr
        before = window.read_bytes()
        shown = lines_of(run([sluice, "echo", f"demo.imu/{instance}", "--json", "--count", 1]))

        assert window.read_bytes() == before
        assert shown == [
            {"sequence": 1, "message": {"stamp": 0, "accel": [0, 0, 0], "status": "ok", "peaks": [], "label": "", "valid": False, "temp": 0}}
        ]
    finally:
        window.unlink(missing_ok=True)


def test_it_waits_for_a_channel_and_goes_on_in_the_window_that_takes_its_place(sluice, tmp_path):
    instance = new_instance()
    name = f"demo.imu/{instance}"
    window = window_of("demo.imu", instance)
    publish = [sluice, "publish", name, "--schema", "schemas/imu.yaml", "--keep"]
    echo = subprocess.Popen(
        [sluice, "echo", name, "label", "--json", "--wait", "20", "--count", "2", "--timeout", "30"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        assert run([*publish, "label: first"], cwd=sluice.parents[3]).returncode == 0
        first = json.loads(echo.stdout.readline())
        window.unlink()
        assert run([*publish, "label: second"], cwd=sluice.parents[3]).returncode == 0
        rest, complaint = echo.communicate(timeout=30)
    finally:
        echo.kill()
        window.unlink(missing_ok=True)

    assert first["message"]["label"] == "first"
    assert json.loads(rest)["message"]["label"] == "second"
    assert "another window has taken the name" in complaint


def test_without_messages_it_ends_after_its_timeout(sluice, stream_peer):
    with streaming(stream_peer, 1, 1) as name:
        result = run([sluice, "echo", name, "number", "--json", "--timeout", 0.3, "--count", 5])

    assert result.returncode == 1
    assert result.stderr.endswith(" missed; none came within 0.3 s\n")


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["tests.tools.stream/{i}", "nummer"], "has no field 'nummer'\n  hint: did you mean 'number'?\n"),
        (["tests.tools.strem/{i}"], "did you mean 'tests.tools.stream/"),
        (["tests.tools.stream/{i}", "--rate", "0"], "sluice echo: --rate: "),
        (["tests.tools.stream/{i}", "--format", "xml"], "sluice echo: --format: "),
    ],
)
def test_what_is_mistyped_is_refused_with_a_hint(sluice, stream_peer, words, complaint):
    with streaming(stream_peer, HOUR, 50) as name:
        result = run([sluice, "echo", *(word.format(i=name.split("/")[1]) for word in words)])

    assert result.returncode == 2
    assert complaint in result.stderr
    assert result.stdout == ""


def test_a_channel_that_never_comes_is_waited_for_no_longer_than_asked(sluice):
    result = run([sluice, "echo", f"demo.nobody/{new_instance()}", "--wait", 0.2])

    assert result.returncode == 1
    assert result.stderr.endswith(" came\n")


@pytest.mark.parametrize("command", [["echo"], ["plot", "temp"]])
def test_an_interrupt_while_it_waits_for_a_channel_is_no_failure(sluice, command):
    name = f"demo.nobody/{new_instance()}"
    words = [sluice, command[0], name, *command[1:], "--wait"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as waiting:
        wait_until_it_handles_signals(waiting.pid)
        waiting.send_signal(signal.SIGINT)
        complaint = waiting.communicate(timeout=20)[1]

    assert waiting.returncode == 0
    assert complaint == f"sluice {command[0]}: no window '{name}' came, then it was interrupted\n"


@pytest.mark.parametrize("value", ["nan", "inf", "-1"])
@pytest.mark.parametrize(
    "words",
    ["echo x --rate", "echo x --timeout", "echo x --wait", "plot x y --window", "plot x y --wait", "top --interval",
     "publish x --rate", "publish x --timeout", "publish x --wait-for-consumer"],
)
def test_a_time_or_rate_that_is_no_finite_number_is_refused(sluice, words, value):
    command, *others = words.split()
    option = others[-1]

    result = run([sluice, command, *others[:-1], f"{option}={value}"])

    assert result.returncode == 2
    assert result.stderr.startswith(f"sluice {command}: {option}: '{value}' is no finite number ")
    assert result.stderr.endswith(f"\n  hint: sluice {command} --help\n")
