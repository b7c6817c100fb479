"""Every bad schema of tests/rejects/schema, through the command, against the text it must cause."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sluicegen.__main__ import main

ROOT = Path(__file__).parents[2]
REJECTS = ROOT / "tests" / "rejects" / "schema"


@pytest.fixture
def run_sluicegen(capsys, monkeypatch):
    """The command in this process: a hundred interpreters would take their time to start."""
    monkeypatch.chdir(REJECTS)

    def run(schemas, out):
        exit_code = main([*schemas, "-o", str(out)])
        return exit_code, capsys.readouterr().err

    return run


def schemas_of(expected):
    """The file of the same name; for problems between files, those of the folder of that name.

    What lies in a folder in there is only imported.
    """
    folder = expected.with_suffix("")
    files = [expected.with_suffix(".yaml")]
    if folder.is_dir():
        files = sorted(path for path in folder.iterdir() if path.is_file())
    return [str(file.relative_to(REJECTS)) for file in files]


@pytest.mark.parametrize("expected", sorted(REJECTS.glob("*.expected")), ids=lambda path: path.stem)
def test_a_bad_schema_is_refused_with_all_its_errors_and_nothing_is_written(
    expected, run_sluicegen, tmp_path
):
    exit_code, stderr = run_sluicegen(schemas_of(expected), out=tmp_path)

    assert stderr == expected.read_text(encoding="utf-8")
    assert exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_every_bad_schema_stands_beside_its_expected_text():
    schemas = {path.stem for path in REJECTS.iterdir() if path.suffix != ".expected"}

    assert schemas == {path.stem for path in REJECTS.glob("*.expected")}


def test_one_bad_schema_keeps_the_good_ones_of_its_run_from_being_written(tmp_path):
    good = tmp_path / "good.yaml"
    good.write_text('channel: good\nnamespace: demo\nversion: "1.0"\nmessage: {}\n')
    out = tmp_path / "out"

    result = subprocess.run(
        [sys.executable, "-m", "sluicegen", str(good), "unknown-type.yaml", "-o", str(out)],
        cwd=REJECTS,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert result.stderr == (REJECTS / "unknown-type.expected").read_text(encoding="utf-8")
    assert result.returncode == 1
    assert not out.exists()
