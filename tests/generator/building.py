"""What the generator's own tests share: a schema's layout, its files, and compilers to try them with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from sluicegen.check import check_files
from sluicegen.layout import ChannelLayout, lay_out

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"
WARNINGS = "-Wall -Wextra -Wconversion -Wshadow -Wold-style-cast -Werror".split()
COMPILERS = [compiler for compiler in ("g++", "clang++") if shutil.which(compiler)]


def channel_of(path: Path):
    channels, problems = check_files([path])
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return channels[0]


def layout_of(path: Path) -> ChannelLayout:
    return lay_out(channel_of(path))


def run_sluicegen(*arguments: object, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "sluicegen", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(GENERATOR), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def generate(*schemas_and_out: Path) -> None:
    """In one run; the schemas lie in one folder."""
    *schemas, out = schemas_and_out
    names = [schema.name for schema in schemas]
    made = run_sluicegen(*names, "-o", out, cwd=schemas[0].parent)
    if made.returncode != 0:
        raise ValueError(made.stderr)


def run(*command: object, cwd: Path = ROOT) -> str:
    """Runs a tool; its words are in the failure."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=1200
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def includes(*folders: Path) -> list[str]:
    return [f"-I{folder}" for folder in (ROOT / "runtime" / "include", *folders)]
