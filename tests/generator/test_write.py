"""Files are written all or none, and only where their bytes change."""

from __future__ import annotations

import os

import pytest
from sluicegen import write
from sluicegen.write import write_files

OLD = 1_000_000_000


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_get_their_content_in_folders_made_on_the_way(tmp_path):
    write_files(tmp_path / "new", {"a/b/x.hpp": b"x", "a/y.fbs": b"y"})

    assert contents(tmp_path / "new") == {"a/b/x.hpp": b"x", "a/y.fbs": b"y"}


def test_an_equal_file_keeps_its_time_stamp_and_a_changed_one_does_not(tmp_path):
    write_files(tmp_path, {"same": b"1", "other": b"1"})
    for name in ("same", "other"):
        os.utime(tmp_path / name, (OLD, OLD))

    changed = write_files(tmp_path, {"same": b"1", "other": b"2"})

    assert changed == [tmp_path / "other"]
    assert (tmp_path / "same").stat().st_mtime == OLD
    assert (tmp_path / "other").stat().st_mtime > OLD


def test_nothing_changes_when_one_file_cannot_be_written(tmp_path):
    write_files(tmp_path, {"a": b"old"})
    (tmp_path / "file").write_bytes(b"in the way of a folder")
    before = contents(tmp_path)

    with pytest.raises(OSError):
        write_files(tmp_path, {"a": b"new", "file/b": b"new"})

    assert contents(tmp_path) == before


def test_nothing_changes_when_the_disk_is_full(tmp_path, monkeypatch):
    write_files(tmp_path, {"a": b"old"})
    before = contents(tmp_path)
    calls = []

    def full(handle, mode):
        calls.append(handle)
        if len(calls) == 2:
            os.close(handle)
            raise OSError(28, "No space left on device")
        return fdopen(handle, mode)

    fdopen = os.fdopen
    monkeypatch.setattr(write.os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        write_files(tmp_path, {"a": b"new", "b": b"new"})

    assert contents(tmp_path) == before


def test_a_written_file_has_the_mode_that_the_umask_gives(tmp_path):
    mask = os.umask(0o027)
    try:
        write_files(tmp_path, {"a": b"x"})
    finally:
        os.umask(mask)

    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
