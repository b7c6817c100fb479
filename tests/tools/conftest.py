"""Builds the command `sluice` of the preset dev once; makes descriptors of schemas without a process for each."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "dev"
sys.path.insert(0, str(ROOT / "generator"))


@pytest.fixture(scope="session")
def sluice():
    """The path of the command."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "sluice-tool.lock", "w") as lock:  # other workers want the same
        fcntl.flock(lock, fcntl.LOCK_EX)
        configured = [] if (BUILD / "build.ninja").exists() else [["cmake", "--preset", "dev"]]
        for command in (*configured, ["cmake", "--build", "--preset", "dev", "--target", "sluice_tool"]):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
            assert done.returncode == 0, done.stdout + done.stderr
    return BUILD / "bin" / "sluice"


@pytest.fixture(scope="session")
def descriptor_of(tmp_path_factory):
    """A schema's text -> the file of its descriptor, made by sluicegen in this process."""
    from changes import parts_of

    from sluicegen.__main__ import main as sluicegen

    folder = tmp_path_factory.mktemp("descriptors")
    schema = folder / "schema.yaml"

    @lru_cache(maxsize=None)
    def descriptor(text):
        own, imported = parts_of(text)
        schema.write_text(own)
        (folder / "shapes.yaml").write_text(imported)
        path = folder / f"{len(list(folder.iterdir()))}.descriptor"
        assert sluicegen([str(schema), "--descriptor", str(path)]) == 0
        return path

    return descriptor
