"""What load.py makes of a file: text, lines, and clean problems."""

from __future__ import annotations

import pytest

from sluicegen.load import List, Mapping, Text, load


def problems_of(path):
    root, problems = load(path)
    return [str(problem) for problem in problems]


TEXTS = ["1.10", "on", "yes", "010", "1_000", "2024-01-01", "null", "~", "0x1F", "1e3"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_scalar_stays_the_text_that_the_user_wrote(schema_file, text):
    root, problems = load(schema_file(f"key: {text}\n"))

    assert (root.get("key").value, root.get("key").quoted, problems) == (text, False, [])


@pytest.mark.parametrize("text", ["'1.10'", '"1.10"', "|-\n  1.10"])
def test_a_quoted_or_block_scalar_is_known_as_such(schema_file, text):
    root, _ = load(schema_file(f"key: {text}\n"))

    assert (root.get("key").value, root.get("key").quoted) == ("1.10", True)


def test_keys_that_yaml_1_1_reads_as_bools_stay_names(schema_file):
    root, problems = load(schema_file("values: {on: 1, off: 2, yes: 3, no: 4, y: 5, null: 6}\n"))

    assert list(root.get("values").entries) == ["on", "off", "yes", "no", "y", "null"]
    assert problems == []


def test_every_node_knows_its_file_and_line(schema_file):
    root, _ = load(schema_file("a: 1\nb:\n  c: 2\n  d:\n  - 3\n  - {e: 4}\n"))

    b = root.get("b")
    assert isinstance(root, Mapping) and isinstance(b, Mapping) and isinstance(b.get("d"), List)
    assert (b.place_of("c").file, b.place_of("c").line) == ("imu.yaml", 3)
    assert [item.place.line for item in b.get("d").items] == [5, 6]
    assert isinstance(b.get("c"), Text) and b.get("c").place.line == 3


def test_nothing_behind_a_key_differs_from_an_empty_text(schema_file):
    root, _ = load(schema_file('a:\nb: ""\n'))

    assert root.get("a").is_empty and not root.get("b").is_empty


def test_each_repetition_of_a_key_is_a_problem_that_names_the_first_line(schema_file):
    problems = problems_of(schema_file("a: 1\nb: 2\na: 3\nc: {d: 1,\n  d: 2}\na: 4\n"))

    assert problems == [
        "imu.yaml:3: 'a' appears twice, first in line 1; rename or remove one",
        "imu.yaml:5: 'd' appears twice, first in line 4; rename or remove one",
        "imu.yaml:6: 'a' appears twice, first in line 1; rename or remove one",
    ]


def test_a_key_that_only_looks_like_a_merge_key_is_a_key(schema_file):
    root, problems = load(schema_file('"<<": 1\n'))

    assert (list(root.entries), problems) == (["<<"], [])


@pytest.mark.parametrize("escape", ["\\0", "\\e", "\\x7f", "\\x9f", "\\ud800", "\\udfff"])
def test_control_characters_and_surrogates_cannot_be_escaped_in(schema_file, escape):
    (problem,) = problems_of(schema_file(f'a: "{escape}"\n'))

    assert problem.startswith("imu.yaml:1: the character U+")


@pytest.mark.parametrize("text", ["a\tb", "\u00a0", "\ue000", "°C", "\U0001f680"])
def test_any_other_character_can_be_part_of_a_text(schema_file, text):
    root, problems = load(schema_file(f'a: "{text}"\n'))

    assert (root.get("a").value, problems) == (text, [])


def test_a_file_that_does_not_exist_is_a_problem(tmp_path):
    path = tmp_path / "no.yaml"

    assert problems_of(path) == [f"{path}: no such file"]


def test_a_folder_is_a_problem(tmp_path):
    assert problems_of(tmp_path) == [f"{tmp_path}: this is a folder; name a schema file"]


def test_a_name_that_no_file_can_have_is_a_problem():
    assert problems_of("a\0b.yaml") == ["a\0b.yaml: cannot be read: embedded null byte"]


def test_a_name_that_is_too_long_for_a_file_is_a_problem(tmp_path):
    path = tmp_path / ("n" * 300)

    assert problems_of(path) == [f"{path}: cannot be read: File name too long"]


@pytest.mark.parametrize("text", ["", "\n\n", "# only this\n", "---\n", "---\n...\n"])
def test_a_file_without_content_is_called_empty(schema_file, text):
    problems = problems_of(schema_file(text))

    assert problems == [
        "imu.yaml:1: the file is empty; a schema is a map that begins with 'channel: NAME'"
    ]


def test_a_byte_order_mark_is_read_over(schema_file):
    root, problems = load(schema_file("\ufeffchannel: imu\n"))

    assert (list(root.entries), problems) == (["channel"], [])


def test_carriage_returns_end_lines_too(tmp_path):
    path = tmp_path / "dos.yaml"
    path.write_bytes(b"a: 1\r\nb: 2\r\na: 3\r\n")

    repeated = "'a' appears twice, first in line 1; rename or remove one"
    assert problems_of(path) == [f"{path}:3: {repeated}"]


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "{b: " * 100_000, "- " * 100_000])
def test_endless_nesting_is_refused_without_recursion(schema_file, text):
    problems = problems_of(schema_file(text))

    assert problems == ["imu.yaml:1: nested more than 20 levels deep; a schema needs fewer"]


def test_aliases_cannot_multiply(schema_file):
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    assert problems_of(schema_file("\n".join(lines))) == [
        "imu.yaml:1: the anchor '&a0' is not supported; remove it"
    ]
