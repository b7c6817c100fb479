"""`sluice plot` and `sluice top` in a terminal: what they show, what keys do, and that the terminal is given back."""

import json
import os
import signal

import pytest

from live_channel import run, streaming
from screen import Screen

HOUR = 3_600_000
DOTS = set(map(chr, range(0x2801, 0x2900)))


def dots_in(lines):
    return sum(letter in DOTS for line in lines for letter in line)


def row_of(lines, name):
    return next((line for line in lines if line.startswith(name + " ")), "")


def test_plot_draws_a_curve_with_numbers_and_units(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name, Screen([sluice, "plot", name, "wave", "--window", "3"]) as terminal:
        lines = terminal.wait_for(lambda lines: dots_in(lines) > 100)
        terminal.press("q")

        assert terminal.wait_for_end() == 0
        assert terminal.is_given_back()
    assert lines[0] == f"{name}  [m/s^2]"
    assert lines[1].startswith("\u25a0 wave ") and lines[1].endswith(" m/s^2")
    assert any(line.strip().startswith("0.0 \u2524") or line.strip().startswith("0 \u2524") for line in lines)
    assert "-3 s" in lines[-2] and lines[-2].endswith("now")
    assert "messages/s" in lines[-1]


def test_plot_pauses_changes_its_window_and_follows_a_resize(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name, Screen([sluice, "plot", name, "wave", "ramp"]) as terminal:
        terminal.wait_for(lambda lines: dots_in(lines) > 20)
        terminal.press("+")
        terminal.wait_for_text("-5 s")
        terminal.press(" ")
        paused = terminal.wait_for_text("PAUSED")
        terminal.read(0.5)
        assert terminal.lines() == paused
        terminal.press(" ")
        terminal.resize(60, 15)
        lines = terminal.wait_for(lambda lines: len(lines) == 15 and "now" in lines[-2] and "messages/s" in lines[-1])
        terminal.press("\x1b[21~")

        assert terminal.wait_for_end() == 0
        assert terminal.is_given_back()
    assert all(len(line) <= 60 for line in lines)


def test_plot_without_a_terminal_prints_one_picture_and_json_its_points(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name:
        size = {**os.environ, "COLUMNS": "70", "LINES": "18"}
        picture = run([sluice, "plot", name, "wave", "--window", 1.5], env=size)
        points = run([sluice, "plot", name, "ramp", "copies[0]", "--json", "--window", 1])

    lines = picture.stdout.splitlines()
    assert len(lines) == 18 and dots_in(lines) > 50
    assert "\x1b" not in picture.stdout
    plotted = json.loads(points.stdout)
    assert plotted["series"][0]["unit"] == "degC"
    values = [value for _, value in plotted["series"][0]["points"]]
    assert len(values) > 100 and all(0 <= value < 10 for value in values)  # scaled
    times = [time for time, _ in plotted["series"][1]["points"]]
    assert times == sorted(times)


@pytest.mark.parametrize(
    "field, complaint",
    [
        ("label", "sluice plot: 'label' is of type string<=15, which is no number\n"),
        ("copies", "sluice plot: 'copies' has up to 29 elements\n  hint: choose some, as in 'copies[0]'\n"),
        ("wafe", "has no field 'wafe'\n  hint: did you mean 'wave'?\n"),
    ],
)
def test_plot_refuses_what_is_no_number(sluice, stream_peer, field, complaint):
    with streaming(stream_peer, HOUR, 200) as name:
        result = run([sluice, "plot", name, field])

    assert result.returncode == 2
    assert result.stderr.endswith(complaint)


def test_top_shows_rate_age_and_both_sides(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name, Screen([sluice, "top"], columns=140) as terminal:
        lines = terminal.wait_for(lambda lines: " us " in row_of(lines, name) or " ms " in row_of(lines, name))
        row = terminal.wait_for(lambda lines: float((row_of(lines, name).split() + [0, 0])[1]) > 100)
        terminal.press("q")

        assert terminal.wait_for_end() == 0
        assert terminal.is_given_back()
    assert "CHANNEL" in lines[2] and "STATE" in lines[2]
    assert "0/64" in row_of(row, name) and "\u2192" in row_of(row, name)


def test_top_on_a_narrow_screen_keeps_both_ends_of_a_name_and_the_state(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name, Screen([sluice, "top"], columns=60) as terminal:
        end = name[-8:]
        lines = terminal.wait_for(lambda lines: any("\u2192" in line and f"{end} " in line for line in lines))

    row = next(line for line in lines if f"{end} " in line)
    assert row.startswith("tests.tool") and "\u2026" in row[:22]


def test_top_says_who_is_slow(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 2000, 5000) as name:
        with Screen([sluice, "top"], columns=140) as terminal:
            lines = terminal.wait_for(lambda lines: "full: consumer slow" in row_of(lines, name))
        state = json.loads(run([sluice, "top", "--json"]).stdout)

    channel = next(each for each in state["channels"] if each["name"] == name)
    assert "\u2588" in row_of(lines, name)
    assert channel["state"] == "consumer_slow"
    assert channel["refused_per_s"] > 0 and channel["unread"] > 32
    assert channel["age"]["p50_s"] <= channel["age"]["p99_s"] <= channel["age"]["max_s"]


def latency_of(sluice, name):
    state = json.loads(run([sluice, "top", "--json", "--interval", "4"]).stdout)
    return next(each["latency"] for each in state["channels"] if each["name"] == name)


def test_top_tells_how_late_messages_are_taken(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 40, 0, 20_000) as name:  # 20 ms after its stamp, never sooner
        latency = latency_of(sluice, name)
        with Screen([sluice, "top"], columns=140) as terminal:
            lines = terminal.wait_for(lambda lines: " ms " in row_of(lines, name))

    assert latency["samples"] >= 3
    assert latency["p50_at_most_s"] >= 0.020
    assert 0.015 < latency["p50_at_least_s"] < 0.030  # with room for a busy machine
    assert latency["p50_at_least_s"] < latency["p50_at_most_s"]
    assert "LATENCY" in lines[2] and "AGE" in lines[2]


def test_top_shows_no_latency_where_stamps_are_no_times(sluice, stream_peer):
    with streaming(stream_peer, HOUR) as name:  # its stamps are 0
        assert latency_of(sluice, name) is None


def test_top_obeys_its_keys(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 500) as fast, streaming(stream_peer, HOUR, 50) as slow:
        with Screen([sluice, "top"], columns=140) as terminal:
            both = lambda lines: row_of(lines, fast) and row_of(lines, slow)  # noqa: E731
            place = lambda lines, name: lines.index(row_of(lines, name))  # noqa: E731
            terminal.wait_for(lambda lines: both(lines) and place(lines, fast) < place(lines, slow))
            terminal.press("I")
            terminal.wait_for(lambda lines: both(lines) and place(lines, fast) > place(lines, slow))
            terminal.press("\x1b[17~")  # F6
            terminal.wait_for_text("choose the column to sort by")
            terminal.press("\x1b[D\r")
            terminal.wait_for_text("CHANNEL\u25bc")
            terminal.press(">")
            terminal.wait_for_text("MSG/S\u25b2")
            terminal.press("h")
            terminal.wait_for_text("Any key goes back.")
            terminal.press(" ")
            terminal.wait_for(both)
            terminal.press(" ")
            terminal.wait_for_text("PAUSED")
            terminal.press("\x1b[21~")

            assert terminal.wait_for_end() == 0
            assert terminal.is_given_back()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGHUP])
def test_a_signal_or_a_crash_gives_the_terminal_back(sluice, stream_peer, number):
    with streaming(stream_peer, HOUR, 200) as name, Screen([sluice, "plot", name, "wave"]) as terminal:
        terminal.wait_for_text("messages/s")
        terminal.send(number)
        code = terminal.wait_for_end()

        assert terminal.is_given_back()
    assert code == (0 if number in (signal.SIGINT, signal.SIGTERM) else -number)


def test_colours_are_for_terminals_and_not_for_those_who_want_none(sluice, stream_peer):
    with streaming(stream_peer, HOUR, 200) as name:
        with Screen([sluice, "echo", name, "number", "--count", "1"]) as coloured:
            assert coloured.wait_for_end() == 0
        with Screen([sluice, "echo", name, "number", "--count", "1"], env={"NO_COLOR": "1"}) as plain:
            assert plain.wait_for_end() == 0
        with Screen([sluice, "top"], columns=140, env={"NO_COLOR": "1"}) as top:
            top.wait_for_text("CHANNEL")

    assert b"\x1b[36m" in coloured.output
    assert b"\x1b" not in plain.output
    assert not [code for code in (b"\x1b[7m", b"\x1b[31m", b"\x1b[2m", b"\x1b[1m") if code in top.output]
