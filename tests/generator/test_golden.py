"""Generated text, byte for byte, as a reader sees it: golden/*.yaml and what becomes of each.

The schemas in golden/NAME.schemas/ are given together, in one run.

A change that is meant: SLUICE_WRITE_GOLDENS=1 pytest test_golden.py, then read the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from building import COMPILERS, ROOT, WARNINGS, generate, includes, run
from sluicegen.flatc import Flatc

GOLDEN = Path(__file__).parent / "golden"
RUNS = {path.stem: [path] for path in sorted(GOLDEN.glob("*.yaml"))}
RUNS.update((path.stem, sorted(path.glob("*.yaml"))) for path in sorted(GOLDEN.glob("*.schemas")))
WRITING = bool(os.environ.get("SLUICE_WRITE_GOLDENS"))
RECORDED_FLATC = "2.0.8"  # another release makes another .bfbs, so the descriptor's bytes and size differ


def is_flatcs_own(path: Path) -> bool:
    """Code for a user's tables, which flatc alone writes."""
    return path.name.endswith("_generated.h")


def comparable(text: str) -> str:
    if Flatc.find().version() == RECORDED_FLATC:
        return text
    without_size = re.sub(r"descriptor\[\d+\]", "descriptor[]", text)
    return re.sub(r"^    0x.*\n", "", without_size, flags=re.MULTILINE)


@pytest.fixture(scope="module", params=RUNS)
def made(request, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param)
    generate(*RUNS[request.param], out)
    texts = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file() and path.suffix != ".bfbs")
    return GOLDEN / request.param, out, texts


def test_generated_text_is_the_golden_one(made):
    folder, out, texts = made
    for path in texts:
        golden = folder / path
        if WRITING:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes((out / path).read_bytes())
        if is_flatcs_own(path) and Flatc.find().version() != RECORDED_FLATC:
            continue
        assert comparable((out / path).read_text()) == comparable(golden.read_text()), path


def test_no_golden_is_without_a_schema():
    folders = {path.name for path in GOLDEN.iterdir() if path.is_dir()}

    assert {name for name in folders if not name.endswith(".schemas")} == set(RUNS)


def test_no_golden_is_left_of_what_is_no_longer_generated(made):
    folder, _, texts = made

    assert sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file()) == texts


@pytest.mark.parametrize("standard", ["c++17", "c++20"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_golden_compiles_without_a_warning(made, compiler, standard):
    folder = made[0]

    for source in folder.glob("**/*.cpp"):
        run(compiler, f"-std={standard}", "-fsyntax-only", *WARNINGS, *includes(folder), source)


def test_clang_format_would_change_nothing_in_a_golden():
    sources = [*GOLDEN.glob("**/*.hpp"), *GOLDEN.glob("**/*.cpp")]

    run("clang-format", f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror", *sources)


def test_a_golden_holds_no_atomic_no_loop_no_condition_and_no_absolute_path():
    words = re.compile(r"\batomic\b|\bfor \(|\bwhile \(|^ *#\s*if|[\s\"]/\w+/", re.MULTILINE)
    for path in [*GOLDEN.glob("**/*.hpp"), *GOLDEN.glob("**/*.cpp"), *GOLDEN.glob("**/*.fbs")]:
        assert not words.search(path.read_text()), path
