"""The modules that look for Python and FlatBuffers, run as scripts of their own."""
import shutil
import sys

import pytest

from user_project import ROOT, run

CMAKE = shutil.which("cmake")
BARE = '#!/bin/sh\nexec "{python}" -I -S "$@"\n'  # its own library only
FULL = '#!/bin/sh\nexec "{python}" "$@"\n'
OLD = """#!/bin/sh
shift 2  # -B -c
exec "{python}" -c "import sys; sys.version_info = (3, 8, 1); exec(sys.argv[1])" "$1"
"""
BROKEN = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def tools(tmp_path):
    """A folder of programs that come first on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


@pytest.fixture
def no_modules(tmp_path):
    """An environment in which no Python of this machine has jinja2, but each has the other modules it had."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "jinja2.py").write_text("raise ImportError\n")
    return {"PYTHONPATH": str(hidden)}


def program(folder, name, text):
    path = folder / name
    path.write_text(text.format(python=sys.executable))
    path.chmod(0o755)
    return path


def find_python(tools, *definitions, env=None):
    env = {"PATH": f"{tools}:/usr/bin:/bin", **(env or {})}
    return run(CMAKE, *definitions, "-P", ROOT / "cmake/SluicePython.cmake", env=env)


def find_flatbuffers(tools, *definitions):
    return run(CMAKE, *definitions, "-P", ROOT / "cmake/SluiceFlatBuffers.cmake", env={"PATH": f"{tools}"})


def test_a_python_that_has_the_modules_is_used_where_it_comes_first(tools):
    good = program(tools, "python3", FULL)

    result = find_python(tools)

    assert result.stdout == f"-- Sluice: sluicegen runs with {good}\n"


def test_a_python_that_the_user_names_comes_before_the_one_on_the_path(tools, tmp_path):
    program(tools, "python3", FULL)
    named = program(tmp_path, "my-python", FULL)

    result = find_python(tools, f"-DPython3_EXECUTABLE={named}")

    assert result.stdout == f"-- Sluice: sluicegen runs with {named}\n"


@pytest.mark.parametrize("unfit", [BARE, OLD, BROKEN], ids=["bare", "old", "broken"])
def test_a_first_python_that_is_unfit_is_passed_over(tools, unfit):
    program(tools, "python3", unfit)
    program(tools, "python3.14", FULL)

    result = find_python(tools)

    assert result.returncode == 0
    assert f"runs with {tools}/python3\n" not in result.stdout


def test_without_a_fit_python_the_error_says_what_each_one_lacks_and_what_to_install(tools, no_modules):
    program(tools, "python3", BARE)
    program(tools, "python3.14", FULL)
    program(tools, "python3.13", OLD)
    program(tools, "python3.12", BROKEN)

    result = find_python(tools, env=no_modules)

    assert result.returncode != 0
    for line in (
        f"{tools}/python3 lacks jinja2, yaml, jsonschema",
        f"{tools}/python3.14 lacks jinja2",
        f"{tools}/python3.13 is Python 3.8, needs 3.9 or later",
        f"{tools}/python3.12 does not run",
        "Debian, Ubuntu: apt install python3 python3-jinja2 python3-yaml python3-jsonschema",
        "elsewhere: python3 -m pip install jinja2 pyyaml jsonschema",
        "or name an interpreter that has them: -DPython3_EXECUTABLE=/path/to/python3",
    ):
        assert line in [line.strip() for line in result.stdout.splitlines()]


def test_a_missing_flatc_is_named_with_its_package(tools):
    result = find_flatbuffers(tools)

    assert result.returncode != 0
    assert "apt install flatbuffers-compiler\n" in result.stdout


def test_missing_flatbuffers_headers_are_named_with_their_package(tools):
    program(tools, "flatc", "#!/bin/sh\necho flatc version 2.0.8\n")

    result = find_flatbuffers(tools)

    assert result.returncode != 0
    assert "apt install libflatbuffers-dev\n" in result.stdout


def test_flatc_and_headers_of_different_versions_are_refused_by_both_numbers(tools, tmp_path):
    flatc = program(tools, "flatc", "#!/bin/sh\necho flatc version 23.5.26\n")
    (tmp_path / "flatbuffers").mkdir()
    (tmp_path / "flatbuffers/base.h").write_text(
        "#define FLATBUFFERS_VERSION_MAJOR 2\n#define FLATBUFFERS_VERSION_MINOR 0\n#define FLATBUFFERS_VERSION_REVISION 8\n"
    )

    result = find_flatbuffers(tools, f"-DSLUICE_FLATBUFFERS_INCLUDE_DIR={tmp_path}")

    assert result.returncode != 0
    assert f"{flatc} is version 23.5.26\n" in result.stdout
    assert f"{tmp_path}/flatbuffers is version 2.0.8\n" in result.stdout
