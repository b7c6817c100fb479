"""The command line: exit codes, what is printed where, and what is left untouched."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from building import ROOT, run_sluicegen

GOOD = 'channel: {name}\nnamespace: a.b\nversion: "1.0"\nmessage: {{x: u8}}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "imu.yaml").write_text(GOOD.format(name="imu"))
    (tmp_path / "gps.yaml").write_text(GOOD.format(name="gps"))
    (tmp_path / "bad.yaml").write_text(GOOD.format(name="bad").replace("u8", "u7"))
    return tmp_path


def files(folder: Path):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_it_writes_four_files_for_each_channel_and_says_nothing(folder):
    made = run_sluicegen("imu.yaml", "gps.yaml", "-o", "out", cwd=folder)

    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    names = [f"a/b/{name}{end}" for name in ("gps", "imu") for end in (".bfbs", ".channel.cpp", ".channel.hpp", ".fbs")]
    assert files(folder / "out") == names


def test_list_outputs_names_the_files_that_a_run_writes_and_needs_no_flatc(folder):
    listed = run_sluicegen("imu.yaml", "gps.yaml", "--list-outputs", cwd=folder, PATH="/nowhere")
    run_sluicegen("imu.yaml", "gps.yaml", "-o", "out", cwd=folder)

    assert sorted(listed.stdout.splitlines()) == files(folder / "out")


def test_inputs_and_outputs_are_listed_in_one_run_with_an_empty_line_between(folder):
    options = ("--list-inputs", "--list-outputs")
    inputs, outputs, both = (
        run_sluicegen("imu.yaml", "gps.yaml", *wanted, cwd=folder, PATH="/nowhere").stdout
        for wanted in (options[:1], options[1:], options)
    )

    assert sorted(inputs.splitlines()) == ["gps.yaml", "imu.yaml"] and len(outputs.splitlines()) == 8
    assert both == f"{inputs}\n{outputs}"


def test_a_bad_schema_beside_a_good_one_leaves_every_file_untouched(folder):
    made = run_sluicegen("imu.yaml", "bad.yaml", "-o", "out", cwd=folder)

    assert (made.returncode, made.stdout) == (1, "")
    assert re.fullmatch(r"bad\.yaml:4: .*u7.*\n", made.stderr)
    assert not (folder / "out").exists()


def test_a_schema_that_does_not_exist_is_an_error_in_words(folder):
    made = run_sluicegen("none.yaml", "-o", "out", cwd=folder)

    assert made.returncode == 1
    assert made.stderr.startswith("none.yaml: ") and "Traceback" not in made.stderr


def test_a_wrong_command_line_is_exit_code_2(folder):
    assert run_sluicegen(cwd=folder).returncode == 2
    assert run_sluicegen("imu.yaml", "--colour", "-o", "out", cwd=folder).returncode == 2
    assert run_sluicegen("imu.yaml", cwd=folder).returncode == 2


def test_version_is_printed(folder):
    assert run_sluicegen("--version", cwd=folder).stdout == "sluicegen 0.1.0\n"


def test_a_missing_flatc_is_said_with_its_remedy(folder):
    made = run_sluicegen("imu.yaml", "-o", "out", cwd=folder, PATH="/nowhere")

    assert made.returncode == 1
    assert made.stderr == (
        "sluicegen: no 'flatc' on the PATH: install FlatBuffers' compiler"
        " (Debian: flatbuffers-compiler), or name it by --flatc\n"
    )


def test_flatc_can_be_named(folder):
    given = shutil.which("flatc")

    made = run_sluicegen("imu.yaml", "-o", "out", "--flatc", given, cwd=folder, PATH="/nowhere")

    assert (made.returncode, made.stderr) == (0, "")


def test_a_flatc_that_fails_is_reported_with_its_words_and_nothing_is_written(folder):
    flatc = folder / "flatc"
    flatc.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    flatc.chmod(0o755)

    made = run_sluicegen("imu.yaml", "-o", "out", "--flatc", flatc, cwd=folder)

    assert made.returncode == 1
    assert "no such luck" in made.stderr and "Traceback" not in made.stderr
    assert not (folder / "out").exists()


def test_an_output_folder_that_cannot_be_written_is_an_error_in_words(folder):
    (folder / "out").write_text("a file, no folder")

    made = run_sluicegen("imu.yaml", "-o", "out", cwd=folder)

    assert made.returncode == 1
    assert made.stderr == "sluicegen: out/a/b/imu.channel.hpp: Not a directory\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_output_folder_is_an_error_in_words(folder):
    (folder / "out").mkdir(mode=0o555)

    made = run_sluicegen("imu.yaml", "-o", "out", cwd=folder)

    assert made.returncode == 1
    assert made.stderr == "sluicegen: out/a: Permission denied\n"


def test_a_second_run_touches_no_file(folder):
    run_sluicegen("imu.yaml", "-o", "out", cwd=folder)
    for path in files(folder / "out"):
        os.utime(folder / "out" / path, (1_000_000_000, 1_000_000_000))

    run_sluicegen("imu.yaml", "-o", "out", cwd=folder)

    assert {(folder / "out" / path).stat().st_mtime for path in files(folder / "out")} == {1_000_000_000}


def test_equal_schemas_give_equal_bytes_wherever_they_lie_and_no_absolute_path(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(folder / "imu.yaml", other)

    run_sluicegen(folder / "imu.yaml", "-o", folder / "out")
    run_sluicegen("imu.yaml", "-o", "out", cwd=other, PYTHONHASHSEED="7", LC_ALL="C", TZ="Asia/Tokyo")

    for path in files(folder / "out"):
        content = (folder / "out" / path).read_bytes()
        assert content == (other / "out" / path).read_bytes()
        assert str(folder).encode() not in content and str(ROOT).encode() not in content
