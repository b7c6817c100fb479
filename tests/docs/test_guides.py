"""The pages of docs/guides, as a reader would paste them.

`<!-- file: NAME -->` before a code block says which file it is, `<!-- program: NAME.cpp with SCHEMA -->` that it is a
program, and of which schema. `<!-- prints: A B -->`: what B prints while A runs beside it. `<!-- refused: A B -->`: the
same, where A runs until enter is pressed.
"""
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {page.stem: page.read_text() for page in sorted((ROOT / "docs/guides").glob("*.md"))}
BLOCK = re.compile(r"^<!-- (file|program|prints|refused): (.+?) -->\n```\w*\n(.*?)^```$", re.S | re.M)
STRICT = ["-std=c++17", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wold-style-cast", "-Werror"]
RUNS = [
    pytest.param(name, kind, programs.split(), text, id=f"{name}: {programs}")
    for name, page in GUIDES.items()
    for kind, programs, text in BLOCK.findall(page)
    if kind in ("prints", "refused")
]

pytestmark = pytest.mark.slow


def must(*command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=1200, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def library():
    must("cmake", "--preset", "dev", cwd=ROOT)
    must("cmake", "--build", "--preset", "dev", "--target", "sluice_static", cwd=ROOT)
    return ROOT / "build/dev/runtime/libsluice.a"


@pytest.fixture(scope="module")
def build(library, tmp_path_factory):
    """Builds a guide's programs, once, with warnings as errors; returns their folder."""
    folders = {}

    def built(name):
        if name not in folders:
            folders[name] = tmp_path_factory.mktemp(name)
            build_guide(GUIDES[name], folders[name], library)
        return folders[name]

    return built


def build_guide(page, folder, library):
    programs = []
    for kind, words, text in BLOCK.findall(page):
        if kind in ("file", "program"):
            path = folder / words.split()[0]
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        if kind == "program":
            programs.append((path, folder / words.split(" with ")[1]))
    for source, schema in programs:
        generated = schema.parent / "generated"
        if not generated.exists():
            must(sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", schema.name, "-o", generated, cwd=schema.parent)
        must(
            "g++", *STRICT, f"-I{ROOT / 'runtime/include'}", f"-I{generated}", source, *generated.rglob("*.cpp"), library,
            "-pthread", "-o", source.with_suffix(""),
        )  # fmt: skip


@pytest.mark.parametrize("name, kind, programs, text", RUNS)
def test_a_guides_programs_print_what_its_page_says(build, name, kind, programs, text):
    folder = build(name)
    *others, last = [folder / program for program in programs]
    beside = [subprocess.Popen([other], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for other in others]
    try:
        if kind == "refused":
            assert beside[0].stdout.readline() == "published\n"
        printed = subprocess.run([last], capture_output=True, text=True, timeout=60)
        said = [other.communicate("\n", timeout=60)[0] for other in beside]
    finally:
        for other in beside:
            other.kill()

    assert re.sub(r"pid \d+", "pid 4242", printed.stdout) == text
    assert printed.stderr == ""
    assert [printed.returncode, *(other.returncode for other in beside)] == [0] * len(programs)
    assert said == [""] * len(others)


def test_each_guide_with_a_program_says_what_it_prints():
    with_programs = {name for name, page in GUIDES.items() if "<!-- program: " in page}

    assert with_programs == {"add-a-field", "camera", "change-a-unit", "mirror-a-struct", "test-your-code"}
    assert {values[0] for values in (run.values for run in RUNS)} == with_programs
