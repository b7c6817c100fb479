"""Puts the generator on the import path, and gives tests a schema file to fill."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "generator"))

HEAD = 'channel: imu\nnamespace: demo\nversion: "1.2"\n'


@pytest.fixture
def schema_file(tmp_path, monkeypatch):
    """Writes a schema and returns its path, relative to the working folder, as messages show it."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "imu.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def schema_with(schema_file):
    """As schema_file, with channel, namespace and version 1.2 in the first three lines."""
    return lambda text, name="imu.yaml": schema_file(HEAD + text, name)
