"""`sluicegen --against`: what a minor version must not do is an error at its line, and nothing is written."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from changes import BASE, CHANGES, MAJOR, MINOR, edited

UNIT = ("unit: degC", "unit: K")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def sluicegen(sluice, tmp_path):
    """The build folder's command, in the test's folder: exit code and what it complains of."""

    def run(*words, program=sluice.parent / "sluicegen", **variables):
        done = subprocess.run(
            [program, *words], cwd=tmp_path, env={**os.environ, **variables}, capture_output=True, text=True, timeout=60
        )
        assert done.stdout == ""
        return done.returncode, done.stderr

    return run


@pytest.fixture
def against(sluicegen, tmp_path):
    """A new text against an old one, through files old.yaml and new.yaml."""

    def run(old: str, new: str):
        (tmp_path / "old.yaml").write_text(old)
        (tmp_path / "new.yaml").write_text(new)
        code, complaint = sluicegen("--against", "old.yaml", "new.yaml", "-o", "out")
        assert (tmp_path / "out").exists() == (code == 0)
        return code, complaint

    return run


@pytest.fixture
def git(tmp_path):
    def run_git(*words):
        identity = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True, timeout=60)

    return run_git


def change_named(name):
    return next(change for change in CHANGES if change.name == name)


@pytest.mark.parametrize("name", ["nothing", "capacity", "a field appended", "a new major with more changed"])
def test_what_may_follow_the_old_version_is_generated(name, against):
    change = change_named(name)

    assert against(change.old_text, change.new_text) == (0, "")


def test_a_break_of_each_part_is_told_at_the_line_where_it_stands(against):
    new = edited(
        BASE,
        (
            MINOR,
            ("order: fifo", "order: lifo"),
            UNIT,
            ("  count: u16\n", ""),
            ("Point: {x: f32", "Point: {x: {type: f32, unit: m}"),
            ("failed: 2", "failed: 3"),
            ("  flag: bool\n", "  flag: bool\n  extra: u8\n"),
        ),
    )

    code, complaint = against(BASE, new)

    assert code == 1
    assert complaint == (
        "new.yaml:3: version 1.2 only adds to 1.1, but programs of old.yaml would be refused; make it 2.0\n"
        "new.yaml:5: order: fifo in old, lifo in new\n"
        "new.yaml:8: field 'count': missing in new\n"
        f"new.yaml:{line_of(new, '  temp:')}: field 'temp': unit degC in old, K in new\n"
        f"new.yaml:{line_of(new, '  extra:')}: field 'extra': missing in old\n"
        f"new.yaml:{line_of(new, '  Point:')}: field 'pose.at.x': unit none in old, m in new\n"
        f"new.yaml:{line_of(new, '  Mode:')}: field 'mode': value 'failed' of Mode: 2 in old, 3 in new\n"
        f"new.yaml:{line_of(new, '  Mode:')}: field 'pose.level': value 'failed' of Mode: 2 in old, 3 in new\n"
    )


def test_a_change_under_the_same_version_is_told_which_version_it_needs(against):
    new = edited(BASE, (("  flag: bool\n", "  flag: bool\n  extra: u8\n"),))

    assert against(BASE, new) == (
        1,
        "new.yaml:3: version 1.1 is that of old.yaml too, but a reader notices the changes; make it 1.2\n"
        f"new.yaml:{line_of(new, '  extra:')}: field 'extra': missing in old; it needs since: \"1.2\"\n",
    )


def test_a_new_field_without_since_is_told_to_say_so(against):
    change = change_named("a field appended, without since")

    assert against(change.old_text, change.new_text) == (
        1,
        "new.yaml:3: version 1.2 has fields that old.yaml lacks, without 'since'\n"
        f"new.yaml:{line_of(change.new_text, '  next:')}: field 'next': missing in old; it needs since: \"1.2\"\n",
    )


def test_a_version_that_went_back_is_told_to_grow(against):
    change = change_named("only the version went back")

    assert against(change.old_text, change.new_text) == (
        1,
        "new.yaml:3: version 1.1 is older than 1.2 of old.yaml, and a version only grows; make it 1.2\n",
    )


def test_another_name_wants_a_new_major(against):
    renamed = (("channel: probe", "channel: sonde"),)

    assert against(BASE, edited(BASE, renamed)) == (
        1,
        "new.yaml:1: channel 'demo.sonde' is 'demo.probe' in old.yaml; another name wants a new major version\n",
    )
    major = ('since: "1.1"', 'since: "2.0"')
    assert against(BASE, edited(BASE, (*renamed, MAJOR, major))) == (0, "")


def test_mistakes_in_the_schema_come_first(against):
    code, complaint = against(BASE, edited(BASE, (("count: u16", "count: u17"),)))

    assert code == 1
    assert re.fullmatch(r"new\.yaml:11: field 'count': unknown type 'u17'.*\n", complaint)


def test_each_schema_is_compared_with_itself_in_a_revision_and_a_new_one_is_fine(sluicegen, git, tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("a/probe", "sonde"):
        (tmp_path / f"{name}.yaml").write_text(edited(BASE, (("channel: probe", f"channel: {name[-5:]}"),)))
    git("init", "-q", ".")
    git("add", "a")
    git("commit", "-q", "-m", "one")
    words = ["--against", "HEAD:", "a/probe.yaml", "-o", "out"]
    assert sluicegen(*words) == (0, "")

    (tmp_path / "a/probe.yaml").write_text(edited(BASE, (MINOR, UNIT)))
    (tmp_path / "sonde.yaml").write_text(edited(BASE, (("channel: probe", "channel: sonde"), ("namespace: demo", "namespace: b"))))
    code, complaint = sluicegen("--against", "HEAD:", "sonde.yaml", "a/probe.yaml", "-o", "out")

    assert (code, complaint) == (
        1,
        "a/probe.yaml:3: version 1.2 only adds to 1.1, but programs of HEAD:a/probe.yaml would be refused; make it 2.0\n"
        "a/probe.yaml:10: field 'temp': unit degC in old, K in new\n",
    )


SHARED = "namespace: shared\ntypes: {Point: {x: f32, y: f32}}\n"
USER = '''channel: user
namespace: demo
version: "1.0"
imports: [shared.yaml]
message:
  count: u8
  at: shared.Point
'''


def test_a_change_in_an_import_is_told_at_the_field_that_uses_it_and_a_file_of_types_is_not_compared_itself(
    sluicegen, git, tmp_path
):
    (tmp_path / "common").mkdir()
    (tmp_path / "common/shared.yaml").write_text(SHARED)
    (tmp_path / "user.yaml").write_text(USER)
    git("init", "-q", ".")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    words = ["--against", "HEAD:", "-I", "common", "user.yaml", "common/shared.yaml", "-o", "out"]
    assert sluicegen(*words) == (0, "")

    (tmp_path / "common/shared.yaml").write_text(SHARED.replace("y: f32", "y: f64"))
    code, complaint = sluicegen(*words)

    first, *rest = complaint.splitlines()
    assert code == 1
    assert first == "user.yaml:3: version 1.0 is that of HEAD:user.yaml too, but a reader notices the changes; make it 2.0"
    assert rest == ["user.yaml:7: field 'at.y': f32 at byte 4 in old, f64 at byte 8 in new"]


def test_a_file_of_types_has_no_descriptor(sluicegen, tmp_path):
    (tmp_path / "shared.yaml").write_text(SHARED)

    assert sluicegen("shared.yaml", "--descriptor", "a.descriptor") == (
        1,
        "shared.yaml: holds types and no channel, so it has no descriptor; name a schema that uses them\n",
    )
    assert not (tmp_path / "a.descriptor").exists()


def test_what_cannot_be_compared_is_an_error_in_words(sluicegen, tmp_path):
    (tmp_path / "new.yaml").write_text(BASE)

    assert sluicegen("--against", "none.yaml", "new.yaml", "-o", "out") == (
        1,
        "sluicegen: --against none.yaml: sluice: there is no file 'none.yaml'\n",
    )
    assert not (tmp_path / "out").exists()


def test_a_missing_command_is_said_with_its_remedy(sluicegen, tmp_path):
    (tmp_path / "new.yaml").write_text(BASE)
    words = ["--against", "new.yaml", "new.yaml", "-o", "out"]

    assert sluicegen(*words, "--compare-with", "nowhere/sluice") == (
        1,
        "sluicegen: 'nowhere/sluice' is no program: --against needs it; name it by --compare-with\n",
    )
    assert sluicegen(*words, "--compare-with", "", PATH="/usr/bin:/bin") == (
        1,
        "sluicegen: no 'sluice' beside it or on the PATH: --against needs it; name it by --compare-with\n",
    )


def test_one_old_file_or_one_descriptor_is_for_one_schema(sluicegen, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(BASE)

    for words in (["--against", "a.yaml", "-o", "out"], ["--descriptor", "a.descriptor"]):
        code, complaint = sluicegen("a.yaml", "b.yaml", *words)
        assert code == 2
        assert "several schemas" in complaint or "one schema" in complaint


def test_a_descriptor_is_the_bytes_that_the_generated_code_holds(sluicegen, tmp_path):
    (tmp_path / "new.yaml").write_text(BASE)

    assert sluicegen("new.yaml", "--descriptor", "made/new.descriptor", "-o", "out") == (0, "")

    source = (tmp_path / "out/demo/probe.channel.cpp").read_text()
    held = bytes(int(byte, 16) for byte in re.findall(r"\b0x([0-9a-f]{2})\b", source))
    assert (tmp_path / "made/new.descriptor").read_bytes() == held
