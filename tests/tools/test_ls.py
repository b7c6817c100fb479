"""`sluice ls` beside live, dead and broken windows, in a /dev/shm of its own."""

import json
import os
import pty
import re
import select
import shutil
import time

def rows(text):
    """Name -> cells, of a table whose cells have no two spaces in them."""
    lines = [re.split(r"  +", line) for line in text.splitlines()[1:]]
    return {cells[0]: cells[1:] for cells in lines}


def read_screen(fd, until, seconds=10):
    """What comes from a terminal until that text has come."""
    text = ""
    end = time.monotonic() + seconds
    while until not in text and time.monotonic() < end:
        if select.select([fd], [], [], 0.1)[0]:
            text += os.read(fd, 65536).decode()
    assert until in text
    return text


def test_no_window_at_all_is_said_so(run):
    assert run("ls") == (0, "no windows\n", "")


def test_each_window_has_a_row_that_tells_who_uses_it_and_how_full_it_is(run, peer):
    left, both, gone = peer("left"), peer("both"), peer("gone")
    assert left.say("create") == "created"
    assert left.say("publish 3") == "published"
    assert both.say("create") == "created"
    consumer = peer("both")
    assert consumer.say("open") == "opened"
    assert gone.say("create keep") == "created"
    assert gone.say("publish 64") == "published"
    gone.kill()

    code, text, _ = run("ls")

    assert code == 0
    pid = left.pid
    assert text.splitlines()[0].split() == ["NAME", "VERSION", "PRODUCER", "CONSUMER", "DEPTH", "RATE", "SIZE"]
    assert rows(text) == {
        "tests.relay/left": ["1.0", str(pid), "none", "3/64", "0/s", "16.0 KiB"],
        "tests.relay/both": ["1.0", str(both.pid), str(consumer.pid), "0/64", "0/s", "16.0 KiB"],
        "tests.relay/gone": ["1.0", f"dead {gone.pid}", "none", "64/64", "-", "16.0 KiB"],
    }
    assert max(map(len, text.splitlines())) <= 80


def test_columns_stand_below_each_other(run, peer):
    one, other = peer("a"), peer("a_much_longer_one")
    one.say("create")
    other.say("create")

    _, text, _ = run("ls")

    header, first, second = text.splitlines()
    assert header.index("VERSION") == first.index("1.0") == second.index("1.0")
    assert len(header) == len(first) == len(second)


def test_a_producer_that_left_and_a_consumer_that_died_are_told_apart(run, peer):
    producer, consumer = peer("one"), peer("one")
    producer.say("create")
    consumer.say("open")
    producer.say("leave")
    assert rows(run("ls")[1])["tests.relay/one"][1:3] == ["left", str(consumer.pid)]

    consumer.kill()

    assert rows(run("ls")[1])["tests.relay/one"][1:3] == ["left", "gone"]


def test_json_has_every_window_and_every_file_that_is_none(run, peer, memory):
    producer = peer("left")
    producer.say("create keep")
    producer.say("publish 2")
    (memory.folder / f"sluice.{os.geteuid()}.demo.broken").write_text("no window")

    code, text, _ = run("ls", "--json")

    report = json.loads(text)
    assert code == 0
    (window,) = report["windows"]
    rate = window.pop("published_per_second")
    path = f"/dev/shm/sluice.{os.geteuid()}.tests.relay.left"
    assert rate == 0
    assert window == {
        "name": "tests.relay/left", "channel": "tests.relay", "instance": "left", "version": "1.0", "order": "fifo",
        "file": path, "owner": window["owner"], "mode": "0600", "bytes": 16384, "state": "open", "kept": True,
        "producer": {"pid": producer.pid, "alive": True, "version": "1.0"}, "consumer": None, "capacity": 64,
        "depth": 2, "published": 2, "taken": 0, "rejected": 0, "redelivered": 0, "dropped": 0, "invalid": 0,
    }
    assert report["others"] == [
        {"name": "demo.broken", "file": f"/dev/shm/sluice.{os.geteuid()}.demo.broken", "why": "it is too short"}
    ]


def test_files_that_are_no_windows_come_behind_the_table_and_half_made_ones_not_at_all(run, peer, memory):
    peer("left").say("create")
    (memory.folder / "sluice.demo.empty").touch()
    (memory.folder / "sluice.demo.\x1b[31mred").touch()
    (memory.folder / ".sluice.4242.0").touch()
    (memory.folder / "sem.other").touch()

    lines = run("ls")[1].splitlines()

    assert lines[2] == ""
    assert [re.split(r"  +", line) for line in lines[3:]] == [
        ["sluice.demo.\\x1b[31mred", "its name is no channel's"], ["demo.empty", "it is empty"]
    ]


def test_names_are_those_that_other_commands_take(run, peer):
    peer("left").say("create")
    peer("right").say("create")

    assert run("ls", "--names") == (0, "tests.relay/left\ntests.relay/right\n", "")


def test_more_windows_than_a_process_may_have_files_open_at_first(memory, sluice, peer):
    producer = peer("first")
    producer.say("create")
    first = memory.folder / f"sluice.{os.geteuid()}.tests.relay.first"
    for number in range(60):
        shutil.copy(first, first.with_name(f"{first.name}{number}"))

    code, text, error = memory.run("prlimit", "--nofile=40:1024", sluice, "ls", "--names")

    assert (code, error, len(text.splitlines())) == (0, "", 61)


def test_watch_prints_a_block_of_lines_each_second_where_there_is_no_terminal(memory, sluice, peer):
    producer = peer("left")
    producer.say("create")
    watching = memory.start(sluice, "ls", "--watch")
    first = [watching.stdout.readline() for _ in range(4)]
    producer.say("publish 10")

    second = [watching.stdout.readline() for _ in range(4)]

    assert re.fullmatch(r"\d\d:\d\d:\d\d\n", first[0]) and first[3] == "\n"
    assert rows("".join(first[1:3]))["tests.relay/left"][4] == "0/s"
    cells = rows("".join(second[1:3]))["tests.relay/left"]
    assert cells[3] == "10/64"
    assert 5 <= float(cells[4].removesuffix("/s")) <= 10.5  # a second, or more on a busy machine


def test_watch_with_json_prints_an_object_on_each_line(memory, sluice, peer):
    peer("left").say("create")
    watching = memory.start(sluice, "ls", "--watch", "--json")

    objects = [json.loads(watching.stdout.readline()) for _ in range(2)]

    assert [each["windows"][0]["name"] for each in objects] == ["tests.relay/left"] * 2


def test_watch_draws_in_place_on_a_terminal_in_colours_unless_they_are_not_wanted(memory, sluice, peer):
    producer = peer("left")
    producer.say("create")
    for unwanted in ("", "1"):
        screen, terminal = pty.openpty()
        variables = {**os.environ, "NO_COLOR": unwanted, "TERM": "xterm"}
        watching = memory.start(sluice, "ls", "--watch", stdin=terminal, stdout=terminal, env=variables)
        os.close(terminal)
        text = read_screen(screen, until=f"{producer.pid}")
        text += read_screen(screen, until="\x1b[H")  # again, from the top
        watching.kill()
        os.close(screen)

        assert "\x1b[2J" in text
        assert (f"\x1b[32m{producer.pid}\x1b[0m" in text) == (not unwanted)


def test_no_colours_where_the_output_is_no_terminal(run, peer):
    peer("left").say("create")

    assert "\x1b" not in run("ls", TERM="xterm")[1]


def test_contradicting_options_are_refused(run):
    code, _, error = run("ls", "--names", "--json")

    assert code == 2
    assert error == "sluice ls: --json excludes --names\n  hint: sluice ls --help\n"
