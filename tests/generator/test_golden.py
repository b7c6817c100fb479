"""Generated text, byte for byte, as a reader sees it: golden/*.yaml and what becomes of each.

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
SCHEMAS = sorted(GOLDEN.glob("*.yaml"))
WRITING = bool(os.environ.get("SLUICE_WRITE_GOLDENS"))
RECORDED_FLATC = "2.0.8"  # another release makes another .bfbs, so the descriptor's bytes and size differ


def golden_of(path: Path, schema: Path) -> Path:
    """golden/imu/demo/imu.fbs for the schema golden/imu.yaml."""
    return GOLDEN / schema.stem / path


def comparable(text: str) -> str:
    if Flatc.find().version() == RECORDED_FLATC:
        return text
    without_size = re.sub(r"descriptor\[\d+\]", "descriptor[]", text)
    return re.sub(r"^    0x.*\n", "", without_size, flags=re.MULTILINE)


@pytest.fixture(scope="module", params=SCHEMAS, ids=lambda path: path.stem)
def made(request, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param.stem)
    generate(request.param, out)
    texts = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file() and path.suffix != ".bfbs")
    return request.param, out, texts


def test_generated_text_is_the_golden_one(made):
    schema, out, texts = made
    for path in texts:
        golden = golden_of(path, schema)
        if WRITING:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes((out / path).read_bytes())
        assert comparable((out / path).read_text()) == comparable(golden.read_text()), path


def test_no_golden_is_without_a_schema():
    stems = {path.stem for path in SCHEMAS}

    assert {path.name for path in GOLDEN.iterdir() if path.is_dir()} == stems


@pytest.mark.parametrize("standard", ["c++17", "c++20"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_golden_compiles_without_a_warning(made, compiler, standard):
    schema = made[0]
    folder = GOLDEN / schema.stem

    for source in folder.glob("**/*.cpp"):
        run(compiler, f"-std={standard}", "-fsyntax-only", *WARNINGS, *includes(folder), source)


def test_clang_format_would_change_nothing_in_a_golden():
    sources = [*GOLDEN.glob("**/*.hpp"), *GOLDEN.glob("**/*.cpp")]

    run("clang-format", f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror", *sources)


def test_a_golden_holds_no_atomic_no_loop_no_condition_and_no_absolute_path():
    words = re.compile(r"\batomic\b|\bfor \(|\bwhile \(|^ *#\s*if|[\s\"]/\w+/", re.MULTILINE)
    for path in [*GOLDEN.glob("**/*.hpp"), *GOLDEN.glob("**/*.cpp"), *GOLDEN.glob("**/*.fbs")]:
        assert not words.search(path.read_text()), path
