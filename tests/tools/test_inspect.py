"""`sluice inspect`: what it says of live, dead and spoilt windows, in a /dev/shm of its own."""

import json
import os
import re
import struct
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "window"))
from window_page import Window  # noqa: E402: reads windows by the tables of docs/window-format.md alone

REPORT = """\
tests.relay/left: version 1.0, order fifo
  What most tests of real processes send.
  file         /dev/shm/sluice.{uid}.tests.relay.left
  access       0600, owner {user}
  state        open, kept when its last user leaves
  producer     alive, pid {producer}, schema 1.0
  consumer     dead, pid {consumer}, schema 1.0
  fingerprint  {fingerprint}

Layout: 16,384 bytes (16.0 KiB)
      0  header
    512  descriptor     {descriptor} bytes, by sluicegen {release}
  {part}  producer part
  4,096  consumer part
  8,192  slots          64 of 128 bytes; a message has 120

Message Relay
   8  sluice_seq  u64         its number
  16  value       u64
  24  inverse     u64
  44  words       u64[3]
  72  text        string<=23

Messages
  published    20
  taken         5  repeats included
  unread       15  not yet handed to the application
  rejected      0  loans refused because the channel was full
  redelivered   0  repeats after a consumer's death
  dropped       0  never handed out: replaced, or skipped at open

Journal
  head       20 pushes, slot 19 on top
  published  20
  claim      20 taken up
  delivered  up to 5
  finished   2 pushes, slot 1 on top
  free       0 pushes, no slot on top
  collected  0

Slots
  44 producer, 0 unread, 18 consumer, 2 finished, 0 free
  each slot is in exactly one place
       0  ddcccccccccccccccccc............................................
          . producer  u unread  c consumer  d finished  f free  ! wrong
"""


def window_file(memory, instance):
    return memory.folder / f"sluice.{os.geteuid()}.tests.relay.{instance}"


def write(path, offset, value):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(value)


@pytest.fixture
def rest(peer):
    """A channel at rest: 2 messages finished and not given back, 3 in the program's hands of a dead consumer."""
    producer, consumer = peer("left"), peer("left")
    producer.say("create keep")
    producer.say("publish 20")
    consumer.say("open")
    assert consumer.say("take 2") == "1 2"
    assert consumer.say("hold 3") == "3 4 5"
    consumer.kill()
    producer.consumer = consumer
    return producer


def test_a_window_is_told_from_its_file_to_each_slot(run, rest, memory):
    window = Window(window_file(memory, "left"))

    code, text, error = run("inspect", "tests.relay/left")

    facts = {
        "uid": os.geteuid(), "user": re.search("owner (.*)", text)[1], "producer": rest.pid,
        "consumer": rest.consumer.pid, "fingerprint": f"{window.header('fingerprint'):#018x}",
        "release": re.search("sluicegen (.*)", text)[1], "descriptor": f"{window.header('descriptor_bytes'):,}",
        "part": f"{window.header('producer_offset'):,}",
    }
    assert (code, error) == (0, "")
    assert text == REPORT.format(**facts)


def test_json_says_what_another_reader_of_the_window_finds(run, rest, memory):
    window = Window(window_file(memory, "left"))

    code, text, _ = run("inspect", "tests.relay.left", "--json", "--slots")

    report = json.loads(text)
    assert code == 0
    assert report["layout"] == {name: window.header(name) for name in report["layout"]}
    assert report["fingerprint"] == f"{window.header('fingerprint'):#018x}"
    head_tag, head_top = window.stack(window.producer("head"))
    finished_tag, finished_top = window.stack(window.consumer("finished"))
    assert report["journal"] == {
        "head": {"pushes": head_tag, "top": head_top}, "published": window.producer("published"),
        "claim": window.consumer("claim"), "delivered": window.consumer("delivered"),
        "finished": {"pushes": finished_tag, "top": finished_top}, "free": {"pushes": 0, "top": None},
        "collected": window.producer("collected"),
    }
    numbers = [window.in_slot(at, "number") for at in range(window.capacity)]
    assert [slot["message"] for slot in report["slots"]["list"]] == numbers
    of_consumer = [at for at, mark in enumerate(window.marks("consumer")) if mark]
    places = [slot["places"] for slot in report["slots"]["list"]]
    assert [at for at, place in enumerate(places) if place == ["consumer"]] == of_consumer
    assert report["slots"]["faults"] == [] and not report["cut_short"]
    assert [field["name"] for field in report["message"]["fields"]] == ["value", "inverse", "words", "text"]


def test_every_slot_is_listed_when_asked_for(run, rest):
    lines = run("inspect", "tests.relay/left", "--slots")[1].splitlines()

    table = lines[lines.index("  SLOT  MESSAGE  PLACE") + 1 :]
    assert len(table) == 64
    assert [table[at].split() for at in (0, 2, 63)] == [["0", "1", "finished"], ["2", "3", "consumer"], ["63", "-", "producer"]]


def test_a_window_that_contradicts_itself_is_told_with_exit_code_1(run, rest, memory):
    path = window_file(memory, "left")
    window = Window(path)
    rest.kill()
    write(path, window.places["producer_marks"] + 50, b"\0")
    write(path, window.places["consumer_marks"] + 60, b"\1")

    code, text, _ = run("inspect", "tests.relay/left")

    assert code == 1
    assert "  wrong: slot 50: is in no place: it leaked\n" in text
    assert "  wrong: slot 60: is in several places: producer and consumer\n" in text
    assert "each slot is in exactly one place" not in text


def test_a_channel_under_full_load_is_never_said_to_contradict_itself(memory, soak_program, run):
    soak = memory.start(soak_program, "--kills", "1000000", "--seconds", "1000000")
    while not (names := run("ls", "--names")[1].split()):
        pass

    seen = [run("inspect", names[0]) for _ in range(50)]

    assert soak.poll() is None
    assert [text for code, text, _ in seen if code != 0] == []


def test_words_that_a_vandal_wrote_make_no_table_too_large_and_no_loop_endless(run, rest, memory):
    path = window_file(memory, "left")
    window = Window(path)
    offsets = [window.header("producer_offset") + at for at in (0, 128, 136, 400)]
    offsets += [window.header("consumer_offset") + at for at in (0, 128, 136, 144, 520)]
    for offset in offsets:
        write(path, offset, struct.pack("<Q", 2**64 - 1))

    code, text, error = run("inspect", "tests.relay/left", "--slots")

    assert (code, error) == (1, "")
    assert "  wrong: " in text
    assert run("ls")[0] == 0
    assert run("doctor")[0] in (0, 1)


def rename(path, words):
    """Writes other words, as long in UTF-8, over those of a window's descriptor."""
    descriptor = path.read_bytes()[: Window(path).header("producer_offset")]
    for old, new in words.items():
        assert len(new.encode()) == len(old) and old.encode() in descriptor
        for found in re.finditer(old.encode(), descriptor):
            write(path, found.start(), new.encode())


@pytest.mark.parametrize("words", [[], ["--schema"], ["--json"]])
def test_a_windows_own_words_do_not_reach_the_terminal_as_they_are(run, rest, memory, words):
    rename(window_file(memory, "left"), {"inverse": "\u202ein\u009b", "What most": "\u202eWh\u009b2J"})

    code, text, error = run("inspect", "tests.relay/left", *words)

    assert (code, error) == (0, "")
    assert not {"\u009b", "\u202e"} & set(text)
    if words == ["--json"]:
        assert json.loads(text)["message"]["fields"][1]["name"] == "\u202ein\u009b"
    else:
        assert r"\xe2\x80\xaein\xc2\x9b" in text


@pytest.mark.parametrize("words", [["ls"], ["doctor"], ["inspect", "tests.relay/left"]])
def test_nor_does_the_name_of_a_channel_that_stands_under_another(run, rest, memory, words):
    rename(window_file(memory, "left"), {"tests.relay": "te\u009b.\u202elay"})

    _, text, error = run(*words)

    assert r"it holds channel 'te\xc2\x9b.\xe2\x80\xaelay'" in text + error
    assert not {"\u009b", "\u202e"} & set(text + error)


def test_a_mistyped_name_is_told_the_nearest(run, rest):
    assert run("inspect", "test.relay/left") == (
        2, "", "sluice: no window 'test.relay/left'; did you mean 'tests.relay/left'?\n  hint: sluice ls shows all windows\n"
    )
    assert run("inspect", "gps") == (2, "", "sluice: no window 'gps'\n  hint: sluice ls shows all windows\n")


def test_without_any_window_the_hint_is_to_start_one(run):
    assert run("inspect", "demo.imu") == (
        2, "", "sluice: no window 'demo.imu': there is none at all\n  hint: start the producer first\n"
    )


def test_what_is_no_window_is_not_inspected(run, memory):
    (memory.folder / "sluice.demo.imu").symlink_to("/dev/null")

    assert run("inspect", "demo.imu") == (
        2, "", "sluice: 'demo.imu' is not to be observed: /dev/shm/sluice.demo.imu: it is a symbolic link\n"
               "  hint: sluice doctor says what to do\n"
    )
