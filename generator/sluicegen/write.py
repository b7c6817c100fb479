"""Text -> files: all or none.

New content goes to temporary files beside their targets first; only when all are written are they
renamed into place, so that a full disk or a missing permission leaves the old files. A file whose
bytes are equal already keeps its time stamp: nothing is rebuilt for it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_files(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Writes each relative path's content under `folder`; returns what changed. Raises OSError."""
    changed = {folder / name: content for name, content in files.items()}
    changed = {path: content for path, content in changed.items() if not _holds(path, content)}
    waiting: list[tuple[str, Path]] = []
    try:
        for path, content in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            waiting.append((_write_beside(path, content), path))
        while waiting:
            os.replace(*waiting[0])
            waiting.pop(0)
    finally:
        for temporary, _ in waiting:
            os.unlink(temporary)
    return list(changed)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _write_beside(path: Path, content: bytes) -> str:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            mask = os.umask(0)
            os.umask(mask)
            os.fchmod(file.fileno(), 0o666 & ~mask)  # mkstemp's 0600 would hide it from others
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary
