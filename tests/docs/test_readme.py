"""The README's first channel, as a reader would paste it.

A comment `<!-- file: NAME -->` before a code block of README.md says which file the block is; `<!-- run -->` marks
the commands that build and start it, `<!-- output -->` what they print, `<!-- install -->` those that install Sluice.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"<!-- (?P<mark>file: (?P<name>\S+)|run|output|install) -->\n```\w*\n(?P<text>.*?)^```$", re.S | re.M)


def blocks(mark):
    return [match for match in BLOCK.finditer((ROOT / "README.md").read_text()) if match["mark"].startswith(mark)]


def commands(mark="run"):
    return blocks(mark)[0]["text"].splitlines()


def output():
    return blocks("output")[0]["text"]


@pytest.fixture(scope="module")
def pasted(tmp_path_factory):
    """A reader's project, built by the README's own commands."""
    folder = tmp_path_factory.mktemp("pasted")
    (folder / "sluice").symlink_to(ROOT)
    for block in blocks("file: "):
        (folder / block["name"]).write_text(block["text"])
    for command in commands()[:-1]:
        result = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=1200)
        assert result.returncode == 0, result.stdout + result.stderr
    return folder


def start(folder, program):
    return subprocess.Popen([folder / "build" / program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process):
    """What the program printed, and its exit code; stopped if it hangs."""
    try:
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    return printed, process.returncode


def test_the_first_channel_is_four_files():
    assert [block["name"] for block in blocks("file: ")] == ["imu.yaml", "producer.cpp", "consumer.cpp", "CMakeLists.txt"]


@pytest.mark.slow
def test_the_first_channel_builds_and_its_last_command_prints_what_the_readme_says(pasted):
    result = subprocess.run(commands()[-1], shell=True, cwd=pasted, capture_output=True, text=True, timeout=60)

    assert result.stdout == output()
    assert result.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("first, second", [("producer", "consumer"), ("consumer", "producer")])
def test_the_first_channels_programs_may_be_started_in_either_order(pasted, first, second):
    processes = {first: start(pasted, first)}
    processes[second] = start(pasted, second)

    results = {program: finish(process) for program, process in processes.items()}

    assert results == {"producer": ("", 0), "consumer": (output(), 0)}


@pytest.mark.slow
def test_the_first_channel_leaves_nothing_in_shared_memory(pasted):
    subprocess.run(commands()[-1], shell=True, cwd=pasted, capture_output=True, timeout=60, check=True)

    assert list(Path("/dev/shm").glob("sluice.*robot.imu")) == []


@pytest.mark.slow
def test_the_first_channel_builds_with_an_installed_sluice_too(tmp_path):
    find, definition = re.search(r"write `(find_package[^`]*)`.*with `([^`]*)`", (ROOT / "README.md").read_text()).groups()
    for block in blocks("file: "):
        (tmp_path / block["name"]).write_text(block["text"].replace("add_subdirectory(sluice)", find))
    (tmp_path / "sluice").symlink_to(ROOT)

    for command in (*commands("install"), f"{commands()[0]} {definition}", commands()[1]):
        result = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=1200,
            env={**os.environ, "HOME": str(tmp_path / "home"), "CMAKE_BUILD_TYPE": "Debug"},  # builds faster
        )
        assert result.returncode == 0, result.stdout + result.stderr
    result = subprocess.run(commands()[-1], shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert find in (tmp_path / "CMakeLists.txt").read_text()
    assert result.stdout == output()


def test_the_page_on_generated_code_shows_the_header_of_the_first_channel(tmp_path):
    schema = next(block for block in blocks("file: ") if block["name"] == "imu.yaml")
    (tmp_path / "imu.yaml").write_text(schema["text"])
    command = [sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", "imu.yaml", "-o", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)

    page = (ROOT / "docs/generated-code.md").read_text()
    assert (tmp_path / "out/robot/imu.channel.hpp").read_text() == re.search(r"```cpp\n(.*?)^```$", page, re.S | re.M)[1]
