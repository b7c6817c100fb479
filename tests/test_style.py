"""What a machine can check of how this code should read. The rest is for the reader's eye."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = sorted(path for path in (ROOT / "runtime").rglob("*.?pp"))
TOOLS = sorted((ROOT / "tools").glob("*.?pp"))
GENERATOR = sorted((ROOT / "generator" / "sluicegen").rglob("*.py"))
TEMPLATES = sorted((ROOT / "generator").rglob("*.j2"))
GOLDENS = sorted((ROOT / "tests" / "generator" / "golden").rglob("*.hpp"))
OWN_SOURCES = [
    path
    for folder in ("runtime", "tools", "examples", "tests", "bench")
    for path in sorted((ROOT / folder).rglob("*.?pp"))
    if "golden" not in path.parts
]

LABEL = re.compile(r"\[([A-HJ-Z]\d+)\]")  # [I3] and the like are invariants
INVARIANT = re.compile(r"\[(I\d+)\]")
SHARED_WORD_FILES = {
    "index_stack.hpp", "journal.hpp", "bell.hpp", "memory.hpp", "new_lane.hpp", "journal_reader.hpp", "shared_claim.hpp",
    "window_state.hpp", "window.cpp", "people.cpp", "observed_window.cpp", "slot_places.cpp",
}


def labels(paths):
    return {label for path in paths for label in LABEL.findall(path.read_text())}


def name(path):
    return str(path.relative_to(ROOT))


def test_every_memory_order_label_is_a_row_of_the_table_and_every_row_is_used():
    table = (ROOT / "docs/design/memory-order.md").read_text()
    rows = set(re.findall(r"^\| ([A-HJ-Z]\d+) \|", table, re.MULTILINE))

    assert labels(RUNTIME + TOOLS) == rows


@pytest.mark.parametrize("path", RUNTIME + TOOLS, ids=name)
def test_shared_words_are_touched_in_the_files_that_own_them_and_each_place_is_labelled(path):
    lines = path.read_text().splitlines()
    for at, line in enumerate(lines):
        if "memory_order_" not in line or path.name == "memory.hpp":
            continue
        assert path.name in SHARED_WORD_FILES, f"line {at + 1} reaches a shared word"
        assert LABEL.search("\n".join(lines[max(0, at - 5) : at])), f"line {at + 1} has no label above it"


def test_one_file_maps_shared_memory_and_one_memory_of_our_own():
    mapping = [name(path) for path in RUNTIME if "<sys/mman.h>" in path.read_text()]
    sharing = [name(path) for path in RUNTIME if "MAP_SHARED" in path.read_text()]

    assert mapping == ["runtime/src/overflow_range.cpp", "runtime/src/window.cpp"]
    assert sharing == ["runtime/src/window.cpp"]


@pytest.mark.parametrize("path", RUNTIME, ids=name)
def test_nothing_in_the_runtime_looks_at_the_wall_clock(path):
    wall_clock = re.compile(r"system_clock|CLOCK_REALTIME|gettimeofday|\btime\(|utc_clock")
    code = "\n".join(line.split("//")[0] for line in path.read_text().splitlines())

    assert not wall_clock.search(code)


def test_every_invariant_is_named_in_a_test():
    table = (ROOT / "docs/design/invariants.md").read_text()
    numbered = set(re.findall(r"^\| (I\d+) \|", table, re.MULTILINE))
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.cpp"))

    assert numbered and numbered <= set(INVARIANT.findall(tests))


@pytest.mark.parametrize("path", OWN_SOURCES, ids=name)
def test_a_header_says_first_what_it_is(path):
    if path.suffix == ".hpp":
        assert path.read_text().startswith("// ")


@pytest.mark.parametrize("path", sorted((ROOT / "runtime/include").rglob("*.hpp")), ids=name)
def test_a_public_header_includes_only_the_standard_library_and_sluice(path):
    included = re.findall(r"#include [<\"]([^>\"]+)[>\"]", path.read_text())
    others = [header for header in included if "." in header and not header.startswith("sluice/")]
    is_for_tables = path.name in ("flatbuffer_message.hpp", "table_build.hpp")  # of users' own FlatBuffers schemas

    assert others == (["flatbuffers/flatbuffers.h"] if is_for_tables else [])


@pytest.mark.parametrize("path", GENERATOR, ids=name)
def test_generator_modules_import_what_their_job_needs(path):
    text = path.read_text()
    assert ("import jinja2" in text or "from jinja2" in text) == (path.name == "render.py")
    assert ("import yaml" in text or "from yaml" in text) == (path.name == "load.py")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_is_short_and_trims_by_no_dash(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 80
    assert not re.search(r"\{[%{#]-|-[%}#]\}", text)


@pytest.mark.parametrize("path", GOLDENS, ids=name)
def test_generated_code_has_no_atomic_no_loop_and_no_condition(path):
    code = "\n".join(line.split("//")[0] for line in path.read_text().splitlines())
    assert not re.search(r"\batomic|#if|\bfor\b|\bwhile\b|\bif\b", code)


def test_no_file_names_a_folder_of_one_machine():
    home = re.compile(rf"/home/\w|/root/|{re.escape(str(ROOT))}")
    suffixes = {".py", ".hpp", ".cpp", ".md", ".txt", ".cmake", ".yaml", ".json", ".j2", ".fbs", ".idl", ".toml", ".in", ".expected", ".svg", ""}
    folders = ["runtime", "tools", "generator", "schemas", "examples", "tests", "bench", "docs", "cmake", "scripts", ".ci"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in suffixes]
    guilty = [name(path) for path in files if path != Path(__file__) and home.search(path.read_text(errors="ignore"))]

    assert guilty == []
