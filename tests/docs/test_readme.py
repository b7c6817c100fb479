"""The README's first channel, as a reader would paste it. tests/package has the same with an installed Sluice."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

from readme import ROOT, blocks, commands, output


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


def test_the_page_on_generated_code_shows_the_header_of_the_first_channel(tmp_path):
    schema = next(block for block in blocks("file: ") if block["name"] == "imu.yaml")
    (tmp_path / "imu.yaml").write_text(schema["text"])
    command = [sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", "imu.yaml", "-o", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)

    page = (ROOT / "docs/generated-code.md").read_text()
    assert (tmp_path / "out/robot/imu.channel.hpp").read_text() == re.search(r"```cpp\n(.*?)^```$", page, re.S | re.M)[1]
