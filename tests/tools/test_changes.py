"""Every verdict of `sluice diff` against bytes: a message of one version, written by its generated code, is read by the
other version's, by FlatBuffers' own reader and at constant offsets."""

from __future__ import annotations

import json
import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from changes import CHANGES, parts_of
from message_reading import FlatcReader, PlaceReader, Sample, default_of

from sluicegen.__main__ import main as sluicegen
from sluicegen.check import check_files
from sluicegen.layout import ChannelLayout, lay_out
from sluicegen.model import Struct

ROOT = Path(__file__).parents[2]
MISREAD = (struct.error, UnicodeDecodeError, IndexError, AttributeError, TypeError, ValueError)


@dataclass(frozen=True)
class Version:
    """One text of a schema, in a namespace of its own, so that one program can write them all."""

    layout: ChannelLayout
    sample: Sample
    namespace: str
    content: bytes = b""


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """Text -> Version, with the message that the text's generated code writes."""
    folder = tmp_path_factory.mktemp("versions")
    texts = dict.fromkeys(text for change in CHANGES for text in (change.old_text, change.new_text))
    schemas = {}
    for number, text in enumerate(texts):
        own, imported = (re.sub(r"\bshapes\b", f"shapes{number}", part) for part in parts_of(text))
        schema = folder / f"v{number}.yaml"
        schema.write_text(re.sub(r"^namespace: .*$", f"namespace: v{number}", own, flags=re.M))
        if imported:
            (folder / f"shapes{number}.yaml").write_text(imported)
        schemas[text] = schema
    channels, problems = check_files(list(schemas.values()))
    assert [str(problem) for problem in problems] == []
    found = {
        text: Version(lay_out(channel), Sample(channel.message), channel.full_name.split(".")[0])
        for text, channel in zip(schemas, channels)
    }
    _write_messages(folder, list(schemas.values()), list(found.values()))
    return {
        text: Version(each.layout, each.sample, each.namespace, (folder / f"{each.namespace}.bin").read_bytes())
        for text, each in found.items()
    }


def _write_messages(folder: Path, schemas: list[Path], versions: list[Version]) -> None:
    assert sluicegen([*map(str, schemas), "-o", str(folder)]) == 0
    includes, writers, calls = [], [], []
    for version in versions:
        channel, namespace = version.layout.channel.name, version.namespace
        name = version.layout.message.struct.name
        includes.append(f"#include <{namespace}/{channel}.channel.hpp>")
        body = "\n  ".join(version.sample.statements)
        writers.append(f"void write(::{namespace}::{name}& message) {{\n  {body}\n}}")
        calls.append(f'  save<::{namespace}::{name}>("{namespace}.bin");')
    source = folder / "writers.cpp"
    source.write_text(
        "\n".join(["#include <fstream>", "#include <memory>", *includes, *writers])
        + "\ntemplate <class Message> void save(const char* name) {\n"
        "  const auto message = std::make_unique<Message>();\n  write(*message);\n"
        "  std::ofstream(name, std::ios::binary).write(reinterpret_cast<const char*>(message.get()), sizeof(Message));\n"
        "}\nint main() {\n" + "\n".join(calls) + "\n}\n"
    )
    _run("g++", "-std=c++17", "-O0", "-g0", "-Wno-deprecated-declarations", f"-I{ROOT}/runtime/include", "-I.", source, "-o", "writers", cwd=folder)
    _run("./writers", cwd=folder)
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.fbs"))
    _run("flatc", "--python", "-I", ".", "-o", "python", *names, cwd=folder)


def _run(*command: object, cwd: Path) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def readers(versions, tmp_path_factory):
    """The import path leads to flatc's Python of all versions."""
    monkeypatch = pytest.MonkeyPatch()
    folder = next(path for path in tmp_path_factory.getbasetemp().iterdir() if path.name.startswith("versions"))
    monkeypatch.syspath_prepend(folder / "python")
    yield
    monkeypatch.undo()


def same(expected: Any, read: Any, reader: Any, writer: Any) -> bool:
    """Whether all fields that both types have read as they were written, and the reader's others as defaults."""
    if not isinstance(reader, Struct):
        return read == expected
    if not isinstance(expected, dict) or not isinstance(read, dict) or not isinstance(writer, Struct):
        return False
    written = {field.name: field for field in writer.fields}
    for field in reader.fields:
        value = read[field.name]
        if field.name not in written:
            if value is not ABSENT and value != default_of(field):
                return False
        elif not same_field(expected[field.name], value, field.element, written[field.name].element):
            return False
    return True


ABSENT = object()  # a place that a reader would not look at, since the writer does not know the field


def same_field(expected: Any, read: Any, reader: Any, writer: Any) -> bool:
    if isinstance(expected, list) and isinstance(read, list):
        return len(expected) == len(read) and all(
            same(one, other, reader, writer) for one, other in zip(expected, read)
        )
    return same(expected, read, reader, writer)


def flatc_reads(writer: Version, reader: Version) -> bool:
    try:
        read = FlatcReader(reader.layout, reader.namespace).read(writer.content)
    except MISREAD:
        return False
    return same(writer.sample.values, read, reader.layout.channel.message, writer.layout.channel.message)


def reads_in_place(writer: Version, reader: Version) -> bool:
    known = {field.name for field in writer.layout.channel.message.fields}
    try:
        read = PlaceReader(reader.layout).read(writer.content + bytes(256))
    except MISREAD:
        return False
    read = {name: value if name in known else ABSENT for name, value in read.items()}
    return same(writer.sample.values, read, reader.layout.channel.message, writer.layout.channel.message)


def what_reads(old: Version, new: Version) -> str:
    pairs = [(old, new), (new, old)]
    if not all(flatc_reads(*pair) for pair in pairs):
        return "nothing"
    return "all" if all(reads_in_place(*pair) for pair in pairs) else "in place"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_bytes_of_one_version_bear_out_what_the_verdict_says_of_the_other(change, versions, readers):
    reads = what_reads(versions[change.old_text], versions[change.new_text])

    assert reads == {"meaning": "all"}.get(change.reads, change.reads)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_gets_its_verdict_in_both_directions(change, sluice, descriptor_of):
    files = [descriptor_of(change.old_text), descriptor_of(change.new_text)]

    done = subprocess.run(
        [sluice, "diff", "--json", *files], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report["verdict"] == change.verdict
    assert report["new_consumer_on_old_producer"] == change.new_on_old
    assert report["old_consumer_on_new_producer"] == change.old_on_new
    assert report["next_version"] == change.next_version
    assert done.returncode == (0 if change.verdict in ("identical", "compatible") else 1)


def test_a_version_reads_its_own_messages_and_no_two_fields_look_alike(versions, readers):
    for version in versions.values():
        assert flatc_reads(version, version) and reads_in_place(version, version)
        values = str(version.sample.values)
        numbers = re.findall(r"\b\d+(?:\.5)?\b", values)
        assert len(numbers) == len(set(numbers)), values


def test_a_safe_verdict_is_borne_out_by_every_field_and_the_table_knows_each_kind():
    for change in CHANGES:
        if change.verdict in ("identical", "compatible"):
            assert change.reads == "all", change.name
    kinds = {(change.verdict, change.reads) for change in CHANGES}

    assert len(CHANGES) >= 40
    assert {("breaking", reads) for reads in ("nothing", "in place", "meaning")} <= kinds
