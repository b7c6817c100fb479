"""A project outside of this tree uses the installed package, after it was moved: by CMake, and without."""
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from installed import VERSION, must, run

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parent / "user_project"
STRICT = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wold-style-cast", "-Werror")
EXCHANGED = """\
pose 1: map 1 -0.5 2.25, active, track 1
battery: 12.5 V, 1 cells
pose 2: map 2 -0.5 2.25, active, track 2
battery: 12.5 V, 2 cells
pose 3: map 3 -0.5 2.25, active, track 3, fixed
battery: 12.5 V, 3 cells
"""


@pytest.fixture
def project(tmp_path):
    """A copy, so that nothing beside it is found by accident."""
    return shutil.copytree(PROJECT, tmp_path / "project")


def build(installed, project, *definitions):
    binary = project / "build"
    for result in (
        installed.configure(project, binary, f"-DWANTED_VERSION={VERSION}", *definitions),
        run("cmake", "--build", binary, "-j", "2"),
    ):
        assert result.returncode == 0, result.stdout
    return binary


def exchange(folder):
    """What the consumer prints while the producer runs; both must succeed."""
    instance = f"package_{os.getpid()}"
    with subprocess.Popen([folder / "producer", instance], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as producer:
        try:
            consumed = run(folder / "consumer", instance)
            said, _ = producer.communicate(timeout=60)
        finally:
            producer.kill()
    assert (said, producer.returncode, consumed.returncode) == ("", 0, 0)
    return consumed.stdout


def links_shared_library(program):
    return "NEEDED" in "".join(line for line in must("readelf", "-d", program).stdout.splitlines() if "libsluice" in line)


def need(compiler):
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("standard, shared", [("17", "OFF"), ("20", "ON"), ("23", "OFF")])
def test_the_users_project_builds_without_a_warning_and_its_processes_exchange_messages(
    installed, project, compiler, standard, shared
):
    need(compiler)
    binary = build(
        installed, project, f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_STANDARD={standard}",
        f"-DBUILD_SHARED_LIBS={shared}",
    )

    assert exchange(binary) == EXCHANGED
    assert run(binary / "whole_api").returncode == 0
    assert links_shared_library(binary / "whole_api") == (shared == "ON")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_the_users_project_may_be_without_exceptions_and_rtti_and_hide_its_symbols(installed, project, compiler):
    need(compiler)
    binary = build(
        installed, project, f"-DCMAKE_CXX_COMPILER={compiler}", "-DCMAKE_CXX_STANDARD=17", "-DBUILD_SHARED_LIBS=ON",
        "-DCMAKE_CXX_FLAGS=-fno-exceptions -fno-rtti -fvisibility=hidden",
    )

    assert exchange(binary) == EXCHANGED


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("kind", ["shared", "static"])
def test_without_cmake_the_command_pkg_config_and_a_compiler_suffice(installed, project, compiler, kind):
    need(compiler)
    variable = {name: installed.pkg_config(f"--variable={name}")[0] for name in ("sluicegen", "libdir")}
    libraries = {
        "shared": [*installed.pkg_config("--libs"), f"-Wl,-rpath,{variable['libdir']}"],
        "static": [f"{variable['libdir']}/libsluice.a", "-pthread"],
    }
    schemas = ["schemas/pose.yaml", "power/battery.yaml", "-I", "common"]
    must(variable["sluicegen"], *schemas, "-o", "generated", cwd=project)
    generated = sorted((project / "generated").rglob("*.cpp"))

    for program in ("producer", "consumer"):
        must(
            compiler, "-std=c++17", "-O1", *STRICT, *installed.pkg_config("--cflags"), "-Igenerated", f"{program}.cpp",
            *generated, *libraries[kind], "-o", program, cwd=project,
        )  # fmt: skip

    assert [path.name for path in generated] == ["pose.channel.cpp", "tracks.types.cpp", "battery.channel.cpp"]
    assert exchange(project) == EXCHANGED
    assert links_shared_library(project / "producer") == (kind == "shared")


def test_pkg_config_names_folders_of_the_prefix_where_it_is_now(installed):
    words = installed.pkg_config("--cflags", "--libs")

    folders = {Path(word[2:]).resolve() for word in words if word[:2] in ("-I", "-L")}
    assert folders == {installed.prefix / "include", installed.library("libsluice.so").parent}


def find(installed, folder, find_package, *definitions):
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.22)\nproject(Finds LANGUAGES CXX)\n"
        f"{find_package}\n"
        "get_target_property(linked sluice::sluice INTERFACE_LINK_LIBRARIES)\n"
        'message(STATUS "links ${linked}")\n'
    )
    return installed.configure(folder, folder / "build", *definitions)


@pytest.mark.parametrize(
    "components, shared_libs, linked",
    [
        ("", "OFF", "static"),
        ("", "ON", "shared"),
        ("COMPONENTS static", "ON", "static"),
        ("COMPONENTS shared", "OFF", "shared"),
        ("COMPONENTS static shared", "ON", "shared"),
    ],
)
def test_a_component_or_build_shared_libs_says_which_library_channels_link(installed, tmp_path, components, shared_libs, linked):
    result = find(
        installed, tmp_path, f"find_package(Sluice REQUIRED CONFIG {components})", f"-DBUILD_SHARED_LIBS={shared_libs}"
    )

    assert f"-- links sluice::{linked}\n" in result.stdout


@pytest.mark.parametrize("wanted", ["0.0", "0.2", "1.0", "0.1.99"])
def test_a_version_that_is_not_installed_is_refused_in_cmakes_words(installed, tmp_path, wanted):
    result = find(installed, tmp_path, f"find_package(Sluice {wanted} REQUIRED CONFIG)")

    words = " ".join(result.stdout.split())
    assert result.returncode != 0
    assert f'package "Sluice" that is compatible with requested version "{wanted}"' in words
    assert f"SluiceConfig.cmake, version: {VERSION}" in words


def test_a_component_that_there_is_not_is_named(installed, tmp_path):
    result = find(installed, tmp_path, "find_package(Sluice REQUIRED CONFIG COMPONENTS tools)")

    assert result.returncode != 0
    assert "Sluice has no component 'tools'; it has: static, shared" in " ".join(result.stdout.split())


NO_FLATC = "set(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)\nset(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)\n"


def test_a_project_that_only_links_the_library_needs_no_flatc(installed, tmp_path):
    result = find(installed, tmp_path, f"{NO_FLATC}find_package(Sluice REQUIRED CONFIG)")

    assert result.returncode == 0, result.stdout


def test_a_project_with_schemas_and_without_flatc_is_told_what_to_install(installed, tmp_path):
    shutil.copy(PROJECT / "power/battery.yaml", tmp_path)

    find_package = f"{NO_FLATC}find_package(Sluice REQUIRED CONFIG)\nsluice_add_channels(power SCHEMAS battery.yaml)"
    result = find(installed, tmp_path, find_package)

    assert result.returncode != 0
    assert "apt install flatbuffers-compiler" in result.stdout
