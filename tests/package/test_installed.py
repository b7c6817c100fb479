"""What an installed prefix holds: nothing of the machine that built it, one version, no more than the API."""
import re
import sys

import pytest

from installed import ROOT, VERSION, must, run

pytestmark = pytest.mark.slow

ABI_VERSION = re.match(r"0\.\d+|\d+", VERSION)[0]
SCHEMA = ROOT / "schemas/imu.yaml"


def texts_and_binaries(prefix):
    return {path.relative_to(prefix).as_posix(): path.read_bytes() for path in prefix.rglob("*") if path.is_file()}


def test_no_installed_file_names_a_folder_of_the_build(installed):
    guilty = [
        name
        for name, content in texts_and_binaries(installed.prefix).items()
        if str(installed.folder).encode() in content or str(ROOT).encode() in content
    ]

    assert guilty == []


def test_the_prefix_holds_headers_both_libraries_the_generator_and_both_kinds_of_package_files(installed):
    present = {re.sub(r"^lib/[^/]*-linux-gnu/", "lib/", name) for name in texts_and_binaries(installed.prefix)}
    headers = {f"include/{path.relative_to(ROOT / 'runtime/include')}" for path in (ROOT / "runtime/include").rglob("*.hpp")}

    assert headers == {name for name in present if name.startswith("include/")}
    assert {
        "bin/sluicegen", "lib/libsluice.a", "lib/libsluice.so", "lib/pkgconfig/sluice.pc",
        "lib/cmake/Sluice/SluiceConfig.cmake", "lib/cmake/Sluice/SluiceConfigVersion.cmake",
        "share/sluice/schemas/channel.schema.json", "share/sluice/runtime/schema/descriptor.fbs",
        "share/doc/Sluice/LICENSE",
    } <= present  # fmt: skip
    assert [name for name in present if "__pycache__" in name or name.endswith(".cpp")] == []


def test_the_command_brings_its_manual_and_a_completion_for_each_shell(installed):
    prefix = installed.prefix

    page = (prefix / "share/man/man1/sluice.1").read_text()
    assert page == must(prefix / "bin/sluice", "man").stdout and ".SH NAME\n" in page
    for shell, place in (
        ("bash", "share/bash-completion/completions/sluice"), ("zsh", "share/zsh/site-functions/_sluice"),
        ("fish", "share/fish/vendor_completions.d/sluice.fish"),
    ):
        assert (prefix / place).read_text() == must(prefix / "bin/sluice", "completion", shell).stdout


def test_every_part_of_the_package_says_the_version_of_the_file_version(installed, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.22)\nproject(P LANGUAGES CXX)\n"
        "find_package(Sluice CONFIG REQUIRED)\nmessage(STATUS \"found ${Sluice_VERSION}\")\n"
    )
    soname = must("readelf", "-d", installed.library("libsluice.so")).stdout

    assert must(installed.sluicegen, "--version").stdout == f"sluicegen {VERSION}\n"
    assert installed.pkg_config("--modversion") == [VERSION]
    assert f"-- found {VERSION}\n" in installed.configure(tmp_path, tmp_path / "build").stdout
    assert re.search(r"SONAME.*\[(.*)\]", soname)[1] == f"libsluice.so.{ABI_VERSION}"
    assert installed.library("libsluice.so").resolve().name == f"libsluice.so.{VERSION}"


def test_the_shared_library_exports_what_public_headers_mark_and_nothing_else_of_sluice(installed):
    headers = "\n".join(path.read_text() for path in (ROOT / "runtime/include").rglob("*.hpp"))
    headers = headers.replace("#define SLUICE_API", "")
    marked = set(re.findall(r"SLUICE_API (?:[\w:<>*& ]+?[ *&])?(~?\w+)(?:\(| :)", headers))
    listed = must("nm", "-DC", "--defined-only", installed.library("libsluice.so")).stdout
    symbols = re.findall(r" [A-Za-z] (?:vtable for |typeinfo for |typeinfo name for )?(sluice::.*)", listed)
    exported = {re.match(r"(?:\w+::)+(~?\w+)", symbol)[1] for symbol in symbols}

    assert {"create", "open_for", "take_for", "~ProducerCore", "to_string", "Error"} <= marked
    assert (exported - {"~Error"}) ^ marked == set()  # Error is marked as a whole


def test_the_library_looks_for_others_in_no_folder_of_its_own(installed):
    dynamic = must("readelf", "-d", installed.library("libsluice.so")).stdout

    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic


def test_the_installed_sluicegen_writes_what_the_source_trees_writes(installed, tmp_path):
    must(sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", "schemas/imu.yaml", "-o", tmp_path / "source", cwd=ROOT)
    must(installed.sluicegen, "schemas/imu.yaml", "-o", tmp_path / "installed", cwd=ROOT)

    assert texts_and_binaries(tmp_path / "installed") == texts_and_binaries(tmp_path / "source")
    assert len(texts_and_binaries(tmp_path / "source")) == 4


def test_the_installed_sluicegen_may_be_called_through_a_link(installed, tmp_path):
    (tmp_path / "generate").symlink_to(installed.sluicegen)

    assert must(tmp_path / "generate", "--version").stdout == f"sluicegen {VERSION}\n"


def test_the_installed_sluicegen_leaves_nothing_in_the_prefix(installed, tmp_path):
    before = texts_and_binaries(installed.prefix)

    must(installed.sluicegen, SCHEMA, "-o", tmp_path, env={"PYTHONDONTWRITEBYTECODE": ""})

    assert texts_and_binaries(installed.prefix).keys() == before.keys()


def test_where_the_first_python_lacks_modules_sluicegen_runs_with_the_systems(installed, tmp_path):
    virtual = tmp_path / "virtual"
    (virtual / "bin").mkdir(parents=True)
    (virtual / "bin/python3").symlink_to("/usr/bin/python3")
    (virtual / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    assert run(virtual / "bin/python3", "-c", "import jinja2").returncode != 0

    result = run(installed.sluicegen, "--version", env={"PATH": f"{virtual / 'bin'}:/usr/bin:/bin"})

    assert result.stdout == f"sluicegen {VERSION}\n"


def test_where_no_python_has_the_modules_sluicegen_says_what_to_install(installed, tmp_path):
    for module in ("jinja2", "jsonschema"):
        (tmp_path / f"{module}.py").write_text("raise ImportError\n")

    result = run("/usr/bin/python3", installed.sluicegen, SCHEMA, "-o", tmp_path / "out", env={"PYTHONPATH": tmp_path})

    assert result.returncode == 1
    assert result.stdout == (
        "sluicegen: /usr/bin/python3 lacks jinja2, jsonschema\n"
        "Install them:\n"
        "  Debian, Ubuntu: apt install python3-jinja2 python3-yaml python3-jsonschema\n"
        "  elsewhere: python3 -m pip install jinja2 pyyaml jsonschema\n"
    )
    assert not (tmp_path / "out").exists()
