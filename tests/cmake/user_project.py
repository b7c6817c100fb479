"""A user's project with Sluice as a subdirectory; a wrapper around Python counts the runs of sluicegen."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CMAKE_LISTS = """\
cmake_minimum_required(VERSION 3.22)
project(User LANGUAGES CXX)
add_subdirectory(sluice)
sluice_add_channels(user_channels SCHEMAS schemas/imu.yaml schemas/gps.yaml IMPORT_DIRS shared)
add_executable(app main.cpp)
target_link_libraries(app PRIVATE user_channels)
"""
IMU = """\
channel: imu
namespace: demo.sensors
version: "1.0"
capacity: 64
message: {stamp: u64}
"""
GPS = """\
channel: gps
namespace: demo
version: "1.0"
imports: [earth.yaml]
message: {at: earth.Place}
"""
EARTH = """\
namespace: earth
types: {Place: {latitude: f64, longitude: f64}}
"""
MAIN = """\
#include <demo/gps.channel.hpp>
#include <demo/sensors/imu.channel.hpp>

#include <iostream>

int main() {
  std::cout << demo::GpsChannel::info.name << ' ' << demo::sensors::ImuChannel::info.capacity << '\\n';
}
"""
COUNTING_PYTHON = """\
#!/bin/sh
printf '%s\\n' "$*" | tr '\\n' ' ' >>"{log}"
echo >>"{log}"
exec "{python}" "$@"
"""


class UserProject:
    def __init__(self, folder):
        self.folder = folder
        self.binary = folder / "build"
        self.log = folder / "python.log"
        self.python = folder / "counting-python"
        self._write()

    def _write(self):
        for name in ("CMakeLists.txt", "VERSION", "cmake", "generator", "runtime", "schemas"):
            copy_of(ROOT / name, self.folder / "sluice" / name)
        for name in ("schemas", "shared"):
            (self.folder / name).mkdir()
        self.restore()
        self.log.write_text("")
        self.python.write_text(COUNTING_PYTHON.format(log=self.log, python=sys.executable))
        self.python.chmod(0o755)

    def restore(self):
        """Gives every file of the user's its first text; a file that has it keeps its time stamp."""
        for name in ("yaml.py", "shared/units.yaml"):
            (self.folder / name).unlink(missing_ok=True)
        texts = {"CMakeLists.txt": CMAKE_LISTS, "schemas/imu.yaml": IMU, "schemas/gps.yaml": GPS}
        texts.update({"shared/earth.yaml": EARTH, "main.cpp": MAIN})
        for name, text in texts.items():
            path = self.folder / name
            if not path.exists() or path.read_text() != text:
                path.write_text(text)

    def configure(self):
        return run("cmake", "-S", self.folder, "-B", self.binary, "-G", "Ninja", f"-DPython3_EXECUTABLE={self.python}")

    def build(self):
        return run("cmake", "--build", self.binary)

    def generated(self):
        """How often sluicegen has written, or was asked to write, files."""
        lines = self.log.read_text().splitlines()
        return sum("run_sluicegen.py" in line and "--list-" not in line for line in lines)

    def outputs(self):
        folder = self.binary / "user_channels.channels"
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file())


def copy_of(source, target):
    target.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def run(*command, env=None, cwd=None, timeout=1200):
    return subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        timeout=timeout,
        check=False,
    )
