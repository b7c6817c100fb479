"""docs/schema-reference.md, and the script that makes it."""
import importlib.machinery
import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/schema-reference"
SCHEMA = json.loads((ROOT / "schemas/channel.schema.json").read_text())
PAGE = (ROOT / "docs/schema-reference.md").read_text()


@pytest.fixture(scope="module")
def script():
    loader = importlib.machinery.SourceFileLoader("schema_reference", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def parts(value):
    """Every map inside a JSON Schema."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from parts(item)


def test_the_page_is_what_the_script_makes_of_the_schema():
    result = subprocess.run([SCRIPT, "--check"], capture_output=True, text=True)

    assert (result.stdout, result.returncode) == ("", 0)


def test_every_key_and_every_description_of_the_schema_is_on_the_page():
    keys = {key for part in parts(SCHEMA) if isinstance(part.get("properties"), dict) for key in part["properties"]}
    descriptions = {part["description"] for part in parts(SCHEMA) if isinstance(part.get("description"), str)}

    assert {"channel", "since", "values"} <= keys
    assert [key for key in keys if f"| `{key}` |" not in PAGE] == []
    assert [text for text in descriptions if text.replace("|", "\\|") not in PAGE and text not in PAGE] == []


def test_a_page_of_another_schema_fails_the_check_and_is_left_alone(script, tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text("# Old\n")
    monkeypatch.setattr(script, "PAGE", page)

    code = script.main(["--check"])

    assert code == 1
    assert "run scripts/schema-reference" in capsys.readouterr().out
    assert page.read_text() == "# Old\n"


@pytest.mark.parametrize(
    "value, words",
    [
        ({"type": "array", "items": {"type": "string"}}, "a list, each text"),
        ({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"const": "all"}]}, "a whole number, 1 to 9 or `all`"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "a map: text to a number"),
        ({"enum": ["a", "b"]}, "`a` `b`"),
        ({"type": "object", "properties": {"x": {}, "y": {}}}, "a map of `x` `y`"),
    ],
)
def test_a_key_says_what_it_holds_in_words(script, value, words):
    page = script.Reference({"properties": {"key": {**value, "description": "What it is."}}, "required": ["key"]}).page()

    assert f"| `key` | required | {words} | What it is. |\n" in page


@pytest.mark.parametrize("default, words", [(False, "`false`"), (8, "`8`"), ("fifo", "`fifo`")])
def test_a_default_is_written_as_a_schema_would(script, default, words):
    page = script.Reference({"properties": {"key": {"default": default, "description": "What it is."}}}).page()

    assert f"| `key` | default {words} |" in page
