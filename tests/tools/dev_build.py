"""Targets of the preset dev, built when a test first asks for them."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "dev"


def build(*targets):
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "sluice-tool.lock", "w") as lock:  # other workers want the same
        fcntl.flock(lock, fcntl.LOCK_EX)
        configured = [] if (BUILD / "build.ninja").exists() else [["cmake", "--preset", "dev"]]
        for command in (*configured, ["cmake", "--build", "--preset", "dev", "--target", *targets]):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
            assert done.returncode == 0, done.stdout + done.stderr
