"""What a field can say beside its bytes, where the field's type or the whole message is imported.

arm_test.cpp is the program; here it is built without a warning, run, and its messages are read by flatc.
"""

from __future__ import annotations

import json
import shutil

import pytest
from building import COMPILERS, ROOT, WARNINGS, includes, run, run_sluicegen

ARM = ROOT / "tests/generator/golden/arm.schemas"
PROGRAM = ROOT / "tests/generated/arm_test.cpp"
SANITIZED = "-std=c++17 -O0 -g0 -fsanitize=undefined -fno-sanitize-recover=all".split()
JOINT = dict(angle=1.5, load=0, faults=4, force=0.0, trace=[1.0, 2.0])
REST = dict(angle=0.0, load=0, faults=0, force=0.0, trace=[])
MESSAGES = {
    "arm": dict(
        sluice_seq=0, stamp=0, side=1, faults="hot stuck", joints=[REST, JOINT], spare=[JOINT], lag=0.0
    ),
    "body": dict(
        sluice_seq=0, hand=JOINT, rest=[], tips=[dict(mode="left", width=0.0), dict(mode="right", width=0.0)],
        faults=5, more=[1, 4], side="left", sides=[1, 2],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Both channels, generated in one run, and the program, which leaves arm.bin and body.bin."""
    folder = tmp_path_factory.mktemp("arm")
    shutil.copytree(ARM, folder / "schemas")
    made = run_sluicegen("arm.yaml", "body.yaml", "-o", folder, cwd=folder / "schemas")
    assert made.returncode == 0, made.stderr
    flags = [*SANITIZED, *WARNINGS, *includes(folder)]
    run("g++", *flags, PROGRAM, *folder.glob("*/*.cpp"), "-o", folder / "program")
    run(folder / "program", folder)
    return folder


def test_imported_flags_widths_tables_and_constants_do_what_they_say(out):
    assert "SUCCESS" in run(out / "program")


@pytest.mark.parametrize("kind", ["fbs", "bfbs"])
@pytest.mark.parametrize("channel", MESSAGES)
def test_flatc_reads_messages_of_imported_features_by_schema_and_by_what_the_window_carries(out, channel, kind):
    options = ["--json", "--strict-json", "--raw-binary", "--defaults-json", "-I", "."]

    run("flatc", *options, "-o", f"json.{kind}", f"robot/{channel}.{kind}", "--", f"{channel}.bin", cwd=out)

    assert json.loads((out / f"json.{kind}/{channel}.json").read_text()) == MESSAGES[channel]


@pytest.mark.parametrize("flags", ["-std=c++17 -fno-exceptions -fno-rtti", "-std=c++20"])
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("header", ["parts/Arm.message.hpp", "parts/parts.types.hpp", "robot/arm.channel.hpp"])
def test_each_header_compiles_alone_without_a_warning(out, header, compiler, flags, tmp_path):
    (tmp_path / "alone.cpp").write_text(f"#include <{header}>\n")

    run(compiler, *flags.split(), "-fsyntax-only", *WARNINGS, *includes(out), tmp_path / "alone.cpp")
