"""docs/tools.md names what the commands print: keys of their JSON, and kinds of findings."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/tools.md").read_text()


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.S | re.M)[1]


def keys_of(value):
    """All keys of an object, in objects and lists of it too."""
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in keys_of(each)}
    return {key for each in value for key in keys_of(each)} if isinstance(value, list) else set()


def in_code(text):
    return set(re.findall(r"`([\w]+)`", text))


def test_the_keys_of_ls_and_doctor_are_on_the_page(run, peer, memory):
    peer("left").say("create")
    (memory.folder / "sluice.demo.empty").touch()
    peer("left").say("open")

    assert keys_of(json.loads(run("ls", "--json")[1])) <= in_code(section("sluice ls"))
    assert keys_of(json.loads(run("doctor", "--json")[1])) <= in_code(section("sluice doctor"))


def test_the_keys_of_inspect_are_on_the_page_but_for_words_of_the_window_format(run, peer):
    peer("left").say("create")

    report = json.loads(run("inspect", "tests.relay/left", "--json")[1])

    assert set(report) - keys_of(json.loads(run("ls", "--json")[1])) <= in_code(section("sluice inspect"))
    places = set(report["slots"]) - {"faults"}
    assert places == set(re.findall(r"^\| `(\w+)` \|", section("sluice inspect"), re.M))
    window_format = (ROOT / "docs/window-format.md").read_text()
    assert all(f"`{name}`" in window_format for name in report["layout"])


def test_every_kind_of_finding_has_a_row_and_every_row_a_kind():
    source = "".join((ROOT / "tools" / f"{name}_findings.cpp").read_text() for name in ("window", "machine"))
    kinds = set(re.findall(r'about(?:_machine)?\((?:entry, )?"(\w+)"', source)) | set(re.findall(r'kind = "(\w+)"', source))
    rows = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in section("sluice doctor").splitlines() if row.startswith("| `")]

    assert len(kinds) > 15
    assert {kind for row in rows for kind in row} == kinds
