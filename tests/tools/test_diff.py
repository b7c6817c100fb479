"""`sluice diff` as people and scripts call it: what it reads, what it prints, its exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from change_texts import TEXTS
from changes import BASE, CHANGES, MINOR, edited

ROOT = Path(__file__).parents[2]
UNIT = ("unit: degC", "unit: K")
IDENTICAL = "channel 'demo.probe': version 1.1 in both: identical\n"
UNIT_CHANGED = """\
channel 'demo.probe': version 1.1 in both: changed without a new version
  field 'temp': unit degC in old, K in new
  new consumer on old producer: refused
  old consumer on new producer: refused
  hint: both say version 1.1: give the new schema version 2.0
"""


@pytest.fixture
def run(sluice, tmp_path):
    """The command in the test's folder: exit code, stdout, stderr."""

    def run_sluice(*words, cwd=tmp_path, program=sluice, **variables):
        done = subprocess.run(
            [program, *words], cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    return run_sluice


@pytest.fixture
def git(tmp_path):
    """git in the test's folder, where nobody's settings count."""

    def run_git(*words):
        identity = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    return run_git


@pytest.fixture
def repository(git, tmp_path):
    """A repository whose revision v1 has BASE as schemas/probe.yaml; the working tree has another unit."""
    (tmp_path / "schemas").mkdir()
    schema = tmp_path / "schemas" / "probe.yaml"
    schema.write_text(BASE)
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("tag", "v1")
    schema.write_text(edited(BASE, (UNIT,)))
    return tmp_path


def write(folder, **schemas):
    for name, text in schemas.items():
        (folder / f"{name}.yaml").write_text(text)


@pytest.mark.parametrize("name", TEXTS)
def test_the_whole_text_of_a_change(name, run, descriptor_of):
    change = next(change for change in CHANGES if change.name == name)

    code, output, complaint = run("diff", descriptor_of(change.old_text), descriptor_of(change.new_text))

    assert (output, complaint) == (TEXTS[name], "")
    assert code == (0 if change.verdict in ("identical", "compatible") else 1)


def test_json_holds_every_key_that_the_docs_list(run, tmp_path):
    write(tmp_path, old=BASE, new=edited(BASE, (MINOR, UNIT, ("capacity: 16", "capacity: 8"))))

    _, output, _ = run("diff", "--json", "old.yaml", "new.yaml")

    assert json.loads(output) == {
        "verdict": "breaking",
        "channel": {"old": "demo.probe", "new": "demo.probe"},
        "version": {"old": "1.1", "new": "1.2"},
        "new_consumer_on_old_producer": "incompatible",
        "old_consumer_on_new_producer": "incompatible",
        "breaks": [
            {
                "aspect": "unit",
                "field": "temp",
                "old": "degC",
                "new": "K",
                "text": "field 'temp': unit degC in old, K in new",
            }
        ],
        "additions": [],
        "notes": [
            {"aspect": "capacity", "field": None, "old": "16", "new": "8", "text": "capacity: 16 in old, 8 in new"}
        ],
        "same_window": False,
        "next_version": "2.0",
    }
    page = (ROOT / "docs" / "tools.md").read_text()
    assert [key for key in json.loads(output) if f"| `{key}` |" not in page] == []


def test_every_aspect_that_json_may_name_is_in_the_docs():
    page = (ROOT / "docs" / "tools.md").read_text()
    source = (ROOT / "runtime" / "src" / "difference.cpp").read_text()
    aspects = re.findall(r'return "(\w+)";', source)

    assert len(aspects) > 20
    assert [aspect for aspect in aspects if aspect != "unknown" and f"`{aspect}`" not in page] == []


def test_a_schema_in_a_git_revision_is_read_as_it_was(run, repository):
    assert run("diff", "v1:schemas/probe.yaml", "schemas/probe.yaml") == (1, UNIT_CHANGED, "")
    assert run("diff", "v1:schemas/probe.yaml", "HEAD:schemas/probe.yaml") == (0, IDENTICAL, "")


def test_a_path_with_a_dot_in_a_git_revision_starts_at_the_working_folder(run, repository):
    folder = repository / "schemas"

    assert run("diff", "v1:./probe.yaml", "probe.yaml", cwd=folder) == (1, UNIT_CHANGED, "")
    assert run("diff", "v1:../schemas/probe.yaml", "probe.yaml", cwd=folder) == (1, UNIT_CHANGED, "")


def test_a_revision_alone_means_the_schemas_own_file_there(run, repository):
    assert run("diff", "v1:", "schemas/probe.yaml") == (1, UNIT_CHANGED, "")
    assert run("diff", "v1:", "probe.yaml", cwd=repository / "schemas") == (1, UNIT_CHANGED, "")
    assert run("diff", "v1:", repository / "schemas/probe.yaml", cwd="/") == (1, UNIT_CHANGED, "")
    assert run("diff", "v1:", "HEAD:schemas/probe.yaml") == (0, IDENTICAL, "")


def test_a_folder_of_imports_outside_of_the_repository_serves_every_revision(run, git, repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    write(folder, shapes="namespace: shapes\ntypes: {Point: {x: f32}}\n")
    importing = BASE.replace("message:\n", "imports: [shapes.yaml]\nmessage:\n  where: shapes.Point\n")
    write(repository, user=importing)
    git("add", "user.yaml")
    git("commit", "-q", "-m", "two")

    assert run("diff", "-I", os.path.relpath(folder, repository), "HEAD:", "user.yaml") == (0, IDENTICAL, "")


def test_a_missing_import_is_told_in_sluicegens_words(run, tmp_path):
    write(tmp_path, old=BASE, new=BASE.replace("message:\n", "imports: [shapes.yaml]\nmessage:\n"))

    code, output, complaint = run("diff", "old.yaml", "new.yaml")

    assert (code, output) == (2, "")
    assert "sluicegen refuses new.yaml:\n  new.yaml:" in complaint
    assert "import 'shapes.yaml': no such file" in complaint


def test_a_schema_that_a_revision_alone_does_not_have_is_new(run, repository):
    write(repository / "schemas", other=BASE)

    assert run("diff", "v1:", "schemas/other.yaml") == (0, "channel 'demo.probe': version 1.1: new\n", "")
    code, output, _ = run("diff", "--json", "v1:", "schemas/other.yaml")
    assert code == 0
    assert json.loads(output) == {
        "verdict": "new",
        "channel": {"old": None, "new": "demo.probe"},
        "version": {"old": None, "new": "1.1"},
    }


def test_reading_a_revision_leaves_the_working_tree_alone_and_no_temporary_folder(run, repository, tmp_path_factory):
    temporary = tmp_path_factory.mktemp("temporary")
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}

    run("diff", "v1:", "schemas/probe.yaml", TMPDIR=str(temporary))

    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before
    assert list(temporary.iterdir()) == []


def test_a_revision_whose_name_holds_a_colon_is_split_where_git_splits_it(run, repository):
    code, output, complaint = run("diff", "HEAD@{2099-01-01 10:30:00}:schemas/probe.yaml", "schemas/probe.yaml")

    assert (code, output, complaint) == (1, UNIT_CHANGED, "")


def test_descriptor_files_are_compared_without_sluicegen(run, sluice, tmp_path):
    write(tmp_path, old=BASE, new=edited(BASE, (UNIT,)))
    for name in ("old", "new"):
        run("--descriptor", f"{name}.descriptor", f"{name}.yaml", program=sluice.parent / "sluicegen")

    compared = run("diff", "old.descriptor", "new.descriptor", SLUICEGEN="/nowhere/sluicegen", PATH="/nowhere")

    assert compared == (1, UNIT_CHANGED, "")


def test_a_descriptor_file_in_a_git_revision_is_read(run, git, sluice, repository):
    run("--descriptor", "probe.descriptor", "schemas/probe.yaml", program=sluice.parent / "sluicegen")
    git("add", "-A")
    git("commit", "-q", "-m", "two")

    assert run("diff", "v1:schemas/probe.yaml", "HEAD:probe.descriptor") == (1, UNIT_CHANGED, "")


def test_control_characters_of_a_schema_do_not_reach_the_terminal(run, tmp_path):
    constant = "constants:\n  NAME: \"a\\eb\"\n"
    write(tmp_path, old=BASE, new=edited(BASE, (("constants:\n", constant),)))
    code, output, complaint = run("diff", "old.yaml", "new.yaml")
    assert "\x1b" not in output + complaint

    write(tmp_path, old=edited(BASE, (("constants:\n", constant.replace("\\e", "\\t")),)), new=BASE)
    code, output, complaint = run("diff", "old.yaml", "new.yaml")

    assert (code, complaint) == (0, "")
    assert "note: constant 'NAME': missing in new\n" in output


FAILURES = {
    "a file that is not there": (
        ["probe.yml", "schemas/probe.yaml"],
        "sluice: there is no file 'probe.yml'\n",
    ),
    "a revision that is not there": (
        ["v9:schemas/probe.yaml", "schemas/probe.yaml"],
        "sluice: git knows no revision 'v9' here\n",
    ),
    "an option for a revision": (
        ["--", "--upload-pack=x:schemas/probe.yaml", "schemas/probe.yaml"],
        "sluice: git knows no revision '--upload-pack=x' here\n",
    ),
    "a file that the revision does not have": (
        ["v1:probe.yaml", "schemas/probe.yaml"],
        "sluice: v1:probe.yaml: the revision has no file 'probe.yaml'; did you mean 'schemas/probe.yaml'?\n",
    ),
    "a file that is nowhere in the revision": (
        ["v1:none.yaml", "schemas/probe.yaml"],
        "sluice: v1:none.yaml: the revision has no file 'none.yaml'\n",
    ),
    "a file that is neither schema nor descriptor": (
        ["notes.txt", "schemas/probe.yaml"],
        "sluice: notes.txt is neither a schema (.yaml) nor a descriptor that sluicegen made\n",
    ),
    "a schema with mistakes": (
        ["bad.yaml", "schemas/probe.yaml"],
        "sluice: sluicegen refuses bad.yaml:\n"
        "  bad.yaml:4: field 'x': unknown type 'f23'; did you mean 'f32'?\n"
        "  bad.yaml:5: unknown key 'capcity'; did you mean 'capacity'?\n",
    ),
    "a schema with mistakes in a revision": (
        ["schemas/probe.yaml", "HEAD:bad.yaml"],
        "sluice: sluicegen refuses HEAD:bad.yaml:\n"
        "  bad.yaml:4: field 'x': unknown type 'f23'; did you mean 'f32'?\n"
        "  bad.yaml:5: unknown key 'capcity'; did you mean 'capacity'?\n",
    ),
}


@pytest.mark.parametrize("words, expected", FAILURES.values(), ids=FAILURES)
def test_what_cannot_be_compared_is_said_with_exit_code_2(words, expected, run, git, repository):
    (repository / "notes.txt").write_text("notes")
    write(repository, bad='channel: bad\nnamespace: demo\nversion: "1.0"\nmessage: {x: f23}\ncapcity: 3\n')
    git("add", "bad.yaml")
    git("commit", "-q", "-m", "bad")

    code, output, complaint = run("diff", *words)

    assert (code, output, complaint) == (2, "", expected)


def test_outside_of_a_repository_gits_own_words_are_passed_on(run, tmp_path):
    write(tmp_path, new=BASE)

    code, output, complaint = run("diff", "HEAD:", "new.yaml", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))

    assert (code, output) == (2, "")
    assert complaint.startswith("sluice: git rev-parse failed:\n  fatal: not a git repository")


def test_a_file_that_git_archive_leaves_out_is_not_called_missing(run, git, repository):
    (repository / ".gitattributes").write_text("schemas/ export-ignore\n")
    write(repository, other=BASE)
    git("add", "-A")
    git("commit", "-q", "-m", "ignored")

    code, _, complaint = run("diff", "HEAD:", "schemas/probe.yaml")

    assert code == 2
    assert complaint == (
        "sluice: HEAD:schemas/probe.yaml: git archive leaves the file out; see 'export-ignore' in .gitattributes\n"
    )


@pytest.fixture
def lone_sluice(sluice, tmp_path_factory):
    """The command in a folder of its own, without a sluicegen beside it."""
    return Path(shutil.copy(sluice, tmp_path_factory.mktemp("lone")))


def test_without_sluicegen_the_ways_out_are_named(run, lone_sluice, tmp_path):
    write(tmp_path, old=BASE)

    code, _, complaint = run("diff", "old.yaml", "old.yaml", program=lone_sluice, PATH="/nowhere", SLUICEGEN="")

    assert code == 2
    assert complaint == (
        "sluice: there is no sluicegen to read schemas with, neither beside this program nor on the PATH\n"
        "  hint: set SLUICEGEN to its path, or compare descriptor files, which need none\n"
    )


def test_a_sluicegen_that_is_named_but_not_there_is_an_error(run, tmp_path):
    write(tmp_path, old=BASE)

    code, _, complaint = run("diff", "old.yaml", "old.yaml", SLUICEGEN="/nowhere/sluicegen")

    assert (code, complaint) == (2, "sluice: SLUICEGEN is '/nowhere/sluicegen', which is no program\n")


def test_sluicegen_is_the_one_named_else_the_one_beside_else_that_of_the_path(run, sluice, lone_sluice, tmp_path):
    write(tmp_path, old=BASE)
    called = tmp_path / "called"
    places = {"named": tmp_path / "named", "beside": lone_sluice.parent, "path": tmp_path / "path"}
    for name, folder in places.items():
        folder.mkdir(exist_ok=True)
        script = folder / "sluicegen"
        script.write_text(f'#!/bin/sh\necho {name} >>"{called}"\nexec "{sluice.parent}/sluicegen" "$@"\n')
        script.chmod(0o755)

    def who(**variables):
        called.write_text("")
        path = f"{places['path']}:{os.environ['PATH']}"
        assert run("diff", "old.yaml", "old.yaml", program=lone_sluice, PATH=path, **variables)[0] == 0
        return set(called.read_text().split())

    assert who(SLUICEGEN=str(places["named"] / "sluicegen")) == {"named"}
    assert who(SLUICEGEN="") == {"beside"}
    (places["beside"] / "sluicegen").unlink()
    assert who(SLUICEGEN="") == {"path"}


def test_a_wrong_command_line_is_exit_code_2_with_the_nearest_command(run):
    commands = re.findall(r"^  (\w+) ", run("--help")[1].split("Subcommands:")[1], re.M)
    valid = f"valid: {', '.join(sorted(commands))}"
    assert {"diff", "doctor", "inspect", "ls"} <= set(commands)
    assert run() == (2, "", f"sluice: no command given; {valid}\n  hint: sluice --help\n")
    assert run("dif", "a", "b") == (2, "", "sluice: unknown command 'dif'; did you mean 'diff'?\n  hint: sluice --help\n")
    assert run("xyzzy") == (2, "", f"sluice: unknown command 'xyzzy'; {valid}\n  hint: sluice --help\n")
    assert run("diff") == (2, "", "sluice diff: OLD is required\n  hint: sluice diff --help\n")
    assert run("diff", "a", "b", "--jsn")[0] == 2


def test_help_and_version_are_no_errors(run):
    assert run("--version") == (0, "sluice 0.1.0\n", "")
    assert run("--help")[0] == 0
    code, output, _ = run("diff", "--help")
    assert code == 0
    for word in ("OLD", "NEW", "--json", "HEAD~3:schemas/imu.yaml", "Exit code", "Examples"):
        assert word in output


def test_the_examples_of_the_help_are_in_the_docs(run):
    _, output, _ = run("diff", "--help")
    page = (ROOT / "docs" / "tools.md").read_text()

    examples = re.findall(r"^  (sluice diff .*)$", output, re.M)

    assert len(examples) == 2
    assert [example for example in examples if example not in page] == []


def shown_after(command: str, nth: int = 0) -> str:
    """What docs/tools.md shows below a command."""
    blocks = re.findall(r"^```\n(\$ .*?)^```$", (ROOT / "docs" / "tools.md").read_text(), re.S | re.M)
    return [block.split("\n", 1)[1] for block in blocks if block.startswith(f"$ {command}\n")][nth]


def test_the_outputs_that_the_docs_show_are_real(run, git, sluice, tmp_path):
    schema = tmp_path / "schemas" / "imu.yaml"
    schema.parent.mkdir()
    base = (ROOT / "schemas" / "imu.yaml").read_text()
    schema.write_text(base)
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("tag", "v1.2")
    minor = ('version: "1.2"', 'version: "1.3"')
    label = '  label:  {type: "string<=31"}\n'
    diff = "sluice diff v1.2:schemas/imu.yaml schemas/imu.yaml"
    generate = "sluicegen --against v1.2: schemas/imu.yaml -o generated"

    schema.write_text(edited(base, (minor, ("unit: m/s^2", "unit: g"), (label, ""), ("capacity: 64", "capacity: 128"))))
    assert run(*diff.split()[1:])[1] == shown_after(diff)
    assert run(*generate.split()[1:], program=sluice.parent / "sluicegen")[2] == shown_after(generate)

    schema.write_text(edited(base, (minor, (label, label + '  gain: {type: f32, default: 1, since: "1.3"}\n'))))
    assert run(*diff.split()[1:])[1] == shown_after(diff, 1)
