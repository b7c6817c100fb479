"""sluice_add_channels(... AGAINST <revision>): a schema that breaks programs of itself in that revision stops the build."""

import shutil
import subprocess

import pytest

from user_project import ROOT, run

CCACHE = shutil.which("ccache")
SCHEMA = """\
channel: imu
namespace: demo
version: "1.0"
message:
  stamp: {type: u64, unit: ns}
"""
# As an installed Sluice looks: its functions, and targets that are imported.
PACKAGE = """\
cmake_minimum_required(VERSION 3.22)
project(User LANGUAGES CXX)
foreach(module SluicePython SluiceFlatBuffers SluiceAddChannels)
  include({root}/cmake/${{module}}.cmake)
endforeach()
add_library(sluice::sluice INTERFACE IMPORTED)
target_include_directories(sluice::sluice INTERFACE {root}/runtime/include)
{tool}
sluice_add_channels(channels SCHEMAS imu.yaml AGAINST v1)
"""
TOOL = """\
add_executable(sluice::tool IMPORTED)
set_target_properties(sluice::tool PROPERTIES IMPORTED_LOCATION {root}/build/dev/bin/sluice)
"""
SUBDIRECTORY = """\
cmake_minimum_required(VERSION 3.22)
project(User LANGUAGES CXX)
set(SLUICE_BUILD_TOOLS ON)
add_subdirectory({root} sluice)
sluice_add_channels(channels SCHEMAS imu.yaml AGAINST v1)
"""
REFUSAL = """\
imu.yaml:3: version 1.1 only adds to 1.0, but programs of v1:imu.yaml would be refused; make it 2.0
imu.yaml:5: field 'stamp': unit ns in old, us in new
"""


class Project:
    """A git repository whose tag v1 has imu.yaml as SCHEMA."""

    def __init__(self, folder, cmake_lists):
        self.folder = folder
        (folder / "CMakeLists.txt").write_text(cmake_lists)
        self.write(SCHEMA)
        identity = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
        for words in (["init", "-q", "."], ["add", "imu.yaml"], [*identity, "commit", "-q", "-m", "one"], ["tag", "v1"]):
            subprocess.run(["git", *words], cwd=folder, check=True, timeout=60)

    def write(self, schema):
        (self.folder / "imu.yaml").write_text(schema)

    def configure(self):
        launcher = [f"-DCMAKE_CXX_COMPILER_LAUNCHER={CCACHE}"] if CCACHE else []
        return run("cmake", "-S", self.folder, "-B", self.folder / "build", "-G", "Ninja", *launcher)

    def build(self):
        return run("cmake", "--build", self.folder / "build", "--target", "channels", timeout=900)


@pytest.fixture(scope="module")
def tool():
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "--preset", "dev", "--target", "sluice_tool"]):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    return TOOL.format(root=ROOT)


def check_that_a_break_stops_the_build_and_an_addition_does_not(project):
    configured, built = project.configure(), project.build()
    assert configured.returncode == 0, configured.stdout
    assert built.returncode == 0, built.stdout
    header = project.folder / "build/channels.channels/demo/imu.channel.hpp"
    generated = header.read_text()

    project.write(SCHEMA.replace('"1.0"', '"1.1"').replace("unit: ns", "unit: us"))
    refused = project.build()
    assert refused.returncode != 0
    assert REFUSAL in refused.stdout
    assert header.read_text() == generated

    project.write(SCHEMA.replace('"1.0"', '"1.1"') + '  temp: {type: f32, since: "1.1"}\n')
    built = project.build()
    assert built.returncode == 0, built.stdout
    assert "float temp" in header.read_text()


def test_a_schema_that_breaks_programs_of_the_revision_stops_the_build(tool, tmp_path):
    project = Project(tmp_path, PACKAGE.format(root=ROOT, tool=tool))

    check_that_a_break_stops_the_build_and_an_addition_does_not(project)


def test_the_command_is_built_first_where_sluice_is_a_subdirectory(tmp_path):
    project = Project(tmp_path, SUBDIRECTORY.format(root=ROOT))
    assert project.configure().returncode == 0

    header = "channels.channels/demo/imu.channel.hpp"
    inputs = run("ninja", "-C", project.folder / "build", "-t", "inputs", header).stdout.split()
    *_, generating = run("ninja", "-C", project.folder / "build", "-t", "commands", header).stdout.strip().splitlines()

    (command,) = [path for path in inputs if path.endswith("/bin/sluice")]
    assert "--against" in generating and str(project.folder / "build" / command) in generating


def test_a_schema_that_the_revision_does_not_have_is_fine(tool, tmp_path):
    project = Project(tmp_path, PACKAGE.format(root=ROOT, tool=tool).replace("SCHEMAS imu", "SCHEMAS gps.yaml imu"))
    (tmp_path / "gps.yaml").write_text(SCHEMA.replace("channel: imu", "channel: gps"))

    assert project.configure().returncode == 0
    built = project.build()

    assert built.returncode == 0, built.stdout


def test_against_without_the_command_is_an_error_with_its_remedy(tmp_path):
    project = Project(tmp_path, PACKAGE.format(root=ROOT, tool=""))

    configured = project.configure()

    assert configured.returncode != 0
    text = " ".join(configured.stdout.split())
    assert "sluice_add_channels(channels): AGAINST needs the command 'sluice', which this build does not make." in text
    assert "Before Sluice is added: set(SLUICE_BUILD_TOOLS ON)" in text
