"""The README's first channel with a Sluice that was installed by the README's commands."""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
import readme  # noqa: E402

pytestmark = pytest.mark.slow


def test_the_first_channel_builds_with_an_installed_sluice_too(installed, tmp_path):
    find, definition = re.search(r"write `(find_package[^`]*)`.*with `([^`]*)`", readme.TEXT).groups()
    for block in readme.blocks("file: "):
        (tmp_path / block["name"]).write_text(block["text"].replace("add_subdirectory(sluice)", find))
    configure, build, start = readme.commands()
    (tmp_path / "home").mkdir()
    (tmp_path / "home/sluice").symlink_to(installed.prefix)

    for command in (f"{configure} {definition}", build):
        result = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=600,
            env={**os.environ, "HOME": str(tmp_path / "home")},
        )
        assert result.returncode == 0, result.stdout + result.stderr
    result = subprocess.run(start, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert find in (tmp_path / "CMakeLists.txt").read_text()
    assert result.stdout == readme.output()
