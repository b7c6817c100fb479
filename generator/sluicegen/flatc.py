"""Runs flatc, FlatBuffers' compiler: .fbs -> .bfbs, and JSON -> binary.

Every run works in a temporary folder with fixed file names,
since a .bfbs records the name of its .fbs: equal input gives equal bytes wherever the generator
runs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any


class FlatcError(Exception):
    """flatc is missing, or refused what it was given; then `said` is what it printed."""

    def __init__(self, text: str, said: str = "") -> None:
        super().__init__(text)
        self.said = said


class Flatc:
    def __init__(self, program: str) -> None:
        self.program = program

    @staticmethod
    def find(given: str = "") -> Flatc:
        """The program given, or flatc of the PATH."""
        found = shutil.which(given or "flatc")
        if not found:
            what = f"'{given}' is no program" if given else "no 'flatc' on the PATH"
            remedy = "install FlatBuffers' compiler (Debian: flatbuffers-compiler)"
            raise FlatcError(f"{what}: {remedy}, or name it by --flatc")
        return Flatc(str(Path(found).resolve()))  # it is run in other folders

    def version(self) -> str:
        return self._run(["--version"], Path(".")).split()[-1]

    def schema_binary(self, fbs_name: str, schemas: dict[str, str]) -> bytes:
        """The .bfbs of a schema: FlatBuffers' own description, with comments and bit flags.

        `schemas`: the texts of it and of those it includes, by their paths.
        """
        with tempfile.TemporaryDirectory(prefix="sluicegen-") as name:
            folder = _filled(name, schemas)
            options = ["--schema", "-b", "--bfbs-builtins", "--bfbs-comments", "-I", "."]
            self._run([*options, fbs_name], folder)
            return (folder / Path(fbs_name).with_suffix(".bfbs").name).read_bytes()

    def user_schema_binary(self, name: str, texts: dict[str, str], root: str = "") -> bytes:
        """The .bfbs of a user's own schema, with that root; `texts`: of all its files, by name."""
        if root:  # not by --root-type, which 2.0.8 does not write into a .bfbs
            including = "sluice.root.fbs"
            texts = {**texts, including: f'include "{name}";\nroot_type {root};\n'}
            name = including
        with tempfile.TemporaryDirectory(prefix="sluicegen-") as folder_name:
            folder = _filled(folder_name, texts)
            self._run(["--schema", "-b", "--bfbs-builtins", name], folder)
            return (folder / Path(name).with_suffix(".bfbs").name).read_bytes()

    def cpp_headers(self, texts: dict[str, str]) -> dict[str, str]:
        """What flatc makes of a user's schema for C++: a header for each file, by name."""
        with tempfile.TemporaryDirectory(prefix="sluicegen-") as folder_name:
            folder = _filled(folder_name, texts)
            self._run(["--cpp", *texts], folder)
            headers = [cpp_header_name(name) for name in texts]
            return {name: (folder / name).read_text(encoding="utf-8") for name in headers}

    def data_binary(self, schema: Path, data: dict[str, Any]) -> bytes:
        """`data` as a FlatBuffer of the schema's root type."""
        with tempfile.TemporaryDirectory(prefix="sluicegen-") as name:
            folder = Path(name)
            (folder / "schema.fbs").write_bytes(schema.read_bytes())
            (folder / "data.json").write_text(json.dumps(data), encoding="ascii")
            self._run(["-b", "schema.fbs", "data.json"], folder)
            return (folder / "data.bin").read_bytes()

    def _run(self, arguments: list[str], folder: Path) -> str:
        try:
            done = subprocess.run(
                [self.program, *arguments], cwd=folder, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise FlatcError(f"cannot run {self.program}: {error.strerror}") from error
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip()
            raise FlatcError(f"{self.program} {' '.join(arguments)} failed: {said}", said)
        return done.stdout


def cpp_header_name(fbs_name: str) -> str:
    """pose.fbs -> pose_generated.h."""
    return f"{fbs_name[: -len('.fbs')]}_generated.h"


def _filled(folder_name: str, texts: dict[str, str]) -> Path:
    folder = Path(folder_name)
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
