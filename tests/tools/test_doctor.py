"""`sluice doctor`: each thing that can lie about in a /dev/shm of its own is explained; --fix removes what is dead."""

import json
import os
import subprocess
import time

import pytest
from shared_memory import SharedMemory
from test_inspect import window_file, write
from window_page import Window

UID = os.geteuid()


def findings(run, *options):
    """Subject -> finding, of what concerns windows."""
    _, text, _ = run("doctor", "--json", *options)
    return {each["subject"]: each for each in json.loads(text)["findings"] if each["kind"] not in ("huge_pages", "locked_memory")}


def kinds(run, *options):
    return {subject: each["kind"] for subject, each in findings(run, *options).items()}


def end_all(soak):
    """Kills the driver of a soak and both its workers at one moment."""
    os.killpg(soak.pid, 9)
    soak.wait(10)


@pytest.fixture
def litter(memory, soak_program, run):
    """What kill -9 of three soaks in full swing leaves behind: their names."""
    soaks = [
        memory.start(soak_program, "--kills", "1000000", "--order", order, start_new_session=True)
        for order in ("fifo", "lifo", "latest")
    ]
    while len(run("ls", "--names")[1].split()) < 3:
        pass
    time.sleep(0.3)  # some kills on the way, so that there is something to recover
    for soak in soaks:
        end_all(soak)
    return run("ls", "--names")[1].split()


def dead_window(peer, instance, messages=2):
    producer = peer(instance)
    producer.say("create")
    producer.say(f"publish {messages}")
    producer.kill()
    return producer


def test_where_all_is_well_there_is_nothing_to_do(run, peer):
    peer("left").say("create")

    code, text, error = run("doctor")

    assert (code, error) == (0, "")
    assert text.startswith("1 window, 1 in use: 16.0 KiB; shared memory: ")
    assert text.endswith("\nnothing to do\n")
    assert findings(run) == {}


def test_a_machine_littered_by_a_soak_is_explained_and_only_living_windows_remain_after_fix(run, litter, peer, memory):
    peer("alive").say("create")
    dead_window(peer, "dead")

    found = kinds(run)
    assert found == {**dict.fromkeys(litter, "dead_window"), "tests.relay/dead": "dead_window"}
    for name in litter:
        assert run("inspect", name)[0] == 0  # whatever moment the kill fell into

    assert run("doctor", "--fix")[0] == 0
    assert memory.names() == [f"sluice.{UID}.tests.relay.alive"]


def test_a_dead_window_is_told_and_removed_by_fix_alone(run, peer, memory):
    producer = dead_window(peer, "left")
    expected = f"""
tests.relay/left, 16.0 KiB
  A dead window: nobody is attached; its producer, pid {producer.pid}, was killed.
  The next program that opens the channel goes on in it; 2 messages are unread.
  Until then it takes memory.
"""
    code, text, _ = run("doctor")
    assert code == 1
    assert expected + "  hint: start its programs again, or: sluice doctor --fix, which removes it,\n  messages and all\n" in text
    assert text.endswith("\n1 problem; sluice doctor --fix removes 1 file, 16.0 KiB\n")
    assert len(memory.names()) == 1

    code, text, _ = run("doctor", "--fix")

    assert code == 0
    assert expected + "  removed\n" in text
    assert text.endswith("\nremoved 1 file, 16.0 KiB\nnothing to do\n")
    assert memory.names() == []


def test_what_is_to_be_kept_stays_unless_asked_for_by_name(run, peer, memory):
    producer = peer("left")
    producer.say("create keep")
    producer.say("publish 1")
    producer.say("leave")

    code, text, _ = run("doctor", "--fix")
    assert code == 0
    assert "note: tests.relay/left, 16.0 KiB\n  A window that is to be kept: nobody is attached; its producer has left.\n" in text
    assert len(memory.names()) == 1

    assert run("doctor", "--fix", "--kept")[0] == 0
    assert memory.names() == []
    assert run("doctor", "--kept")[0] == 2


def test_what_is_in_use_is_never_removed(run, peer, memory):
    for instance, verb in (("producer", "create"), ("consumer", "open")):
        maker = peer(instance)
        maker.say("create")
        if verb == "open":
            user = peer(instance)
            assert user.say("open") == "opened"
            maker.kill()

    code, _, _ = run("doctor", "--fix", "--kept")

    assert code == 0
    assert len(memory.names()) == 2
    assert kinds(run) == {"tests.relay/consumer": "producer_killed"}


def test_a_stopped_process_is_not_dead(run, peer, memory):
    producer = peer("left")
    producer.say("create")
    os.kill(producer.pid, 19)

    assert run("doctor", "--fix")[0] == 0
    assert len(memory.names()) == 1


def test_a_retired_window_that_nobody_uses_is_removed_even_if_it_was_to_be_kept(run, peer, memory):
    for options in ("create", "create keep"):
        producer = peer("left")
        producer.say(options)
        write(window_file(memory, "left"), 128, b"\3\0\0\0")
        assert kinds(run) == {"tests.relay/left": "retired_in_use"}
        producer.kill()
        assert kinds(run) == {"tests.relay/left": "retired_window"}

        assert run("doctor", "--fix")[0] == 0
        assert memory.names() == []


def test_a_window_that_contradicts_itself_is_told_with_the_reason(run, peer, memory):
    dead_window(peer, "left")
    path = window_file(memory, "left")
    write(path, Window(path).places["producer_marks"] + 9, b"\0")

    found = findings(run)["tests.relay/left"]

    assert found["kind"] == "unsound_window"
    assert found["what"] == "a window that contradicts itself: slot 9: is in no place: it leaked"
    assert run("doctor", "--fix")[0] == 0 and memory.names() == []


def test_files_that_are_no_windows_are_told_and_left_alone(run, peer, memory):
    def own(name):
        return memory.folder / f"sluice.{UID}.demo.{name}"

    own("text").write_text("no window")
    own("folder").mkdir()
    own("link").symlink_to("/dev/null")
    os.mkfifo(own("pipe"))
    for name in ("format", "short", "open_to_all"):
        dead_window(peer, name)
    write(window_file(memory, "format"), 8, b"\2\0\0\0")
    os.truncate(window_file(memory, "short"), 8192)
    window_file(memory, "open_to_all").chmod(0o666)
    names = memory.names()

    code, _, _ = run("doctor", "--fix", "--kept")

    assert code == 1
    assert kinds(run) == {
        "demo.text": "foreign_object", "demo.folder": "foreign_object", "demo.link": "foreign_object",
        "demo.pipe": "foreign_object", "tests.relay.format": "other_format", "tests.relay.short": "damaged_window",
        "tests.relay/open_to_all": "world_writable",
    }
    assert memory.names() == names


def test_every_finding_says_what_it_means_and_every_problem_what_to_do(run, peer, memory):
    (memory.folder / "sluice.demo.empty").touch()
    (memory.folder / ".sluice.4242.0").touch()
    dead_window(peer, "dead")
    kept = peer("kept")
    kept.say("create keep")
    kept.kill()

    found = findings(run).values()

    assert len(found) == 4
    for each in found:
        assert each["what"] and each["means"].endswith(".") and each["todo"]
        text = run("doctor")[1]
        assert all(len(line) <= 80 for line in text.splitlines())


def test_a_hidden_file_is_removed_once_nobody_has_it_open(run, memory):
    hidden = memory.folder / ".sluice.4242.0"
    hidden.write_bytes(b"\0" * 4096)
    maker = memory.start("sh", "-c", "exec 3<>/dev/shm/.sluice.4242.0; echo open; cat")
    assert maker.stdout.readline() == "open\n"
    assert findings(run, "--fix")[".sluice.4242.0"]["outcome"] == "not removed: somebody uses it"
    assert hidden.exists()
    maker.stdin.close()
    maker.wait(10)

    assert findings(run, "--fix")[".sluice.4242.0"]["fixed"] is True

    assert memory.names() == []


def test_a_window_whose_name_was_taken_away_is_found_by_its_users(run, peer, memory):
    producer, consumer = peer("left"), peer("left")
    producer.say("create")
    consumer.say("open")
    window_file(memory, "left").unlink()

    found = findings(run)["tests.relay"]

    users = ", ".join(map(str, sorted([producer.pid, consumer.pid])))
    assert found["kind"] == "nameless_window"
    assert found["what"] == f"its name was taken away while it is in use, by pid {users}"
    producer.kill()
    consumer.kill()
    assert findings(run) == {}


def test_shared_memory_that_is_nearly_full_is_told(memory_obstacle, sluice):
    if memory_obstacle:
        pytest.skip(memory_obstacle)
    small = SharedMemory("1m")
    try:
        (small.folder / "ballast").write_bytes(b"x" * 1000 * 1024)

        code, text, _ = small.run(sluice, "doctor")
    finally:
        small.close()

    assert code == 1
    assert "/dev/shm\n  Nearly full: 24.0 KiB of 1.00 MiB are free.\n" in text


@pytest.mark.skipif(UID != 0, reason="needs root: another user's file")
def test_a_file_that_another_user_planted_is_told(run, peer, memory):
    dead_window(peer, "left")
    path = window_file(memory, "left")
    path.rename(memory.folder / "sluice.4711.tests.relay.left")
    os.chown(memory.folder / "sluice.4711.tests.relay.left", 4712, 4712)

    found = findings(run)["sluice.4711.tests.relay.left"]

    assert found["kind"] == "foreign_owner"
    assert found["what"] == "it bears a name of user 4711, but belongs to 4712"


@pytest.mark.skipif(UID != 0, reason="needs root: to be another user")
def test_what_another_user_may_not_read_is_a_note_and_what_he_may_not_remove_stays(run, peer, memory, sluice):
    dead_window(peer, "left")
    shared = peer("shared")
    shared.say("create mode=0664")
    shared.kill()
    names = memory.names()
    as_nobody = ("setpriv", "--reuid=4711", "--regid=4711", "--clear-groups", sluice)

    code, text, _ = memory.run(*as_nobody, "doctor", "--fix", "--json")

    found = {each["subject"]: each for each in json.loads(text)["findings"]}
    assert code == 1
    assert found[f"sluice.{UID}.tests.relay.left"]["kind"] == "unreadable"
    assert found["tests.relay/shared"]["outcome"] == "not removed: it belongs to another user"
    assert memory.names() == names


def test_users_who_come_and_go_while_it_fixes_lose_nothing(run, peer, memory, sluice):
    producer = peer("left")
    fixing = memory.start("sh", "-c", f"while {sluice} doctor --fix >/dev/null; do :; done", stdin=subprocess.DEVNULL)

    for _ in range(100):
        assert producer.say("create") == "created"
        assert producer.say("publish 3") == "published"
        assert producer.say("open") == "opened"
        assert producer.say("take 3") == "1 2 3"
        assert producer.say("leave") == "left"

    assert fixing.poll() is None  # no problem was found by any of them
