"""Builds the command `sluice` of the preset dev once, and puts the generator on the import path."""

from __future__ import annotations

import fcntl
import subprocess
import sys
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
