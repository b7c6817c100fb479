"""docs/troubleshooting.md: each error and reason has its place there, in the words that the programs print."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text()


def literals(*paths):
    """All string literals, neighbours joined, a newline between the others."""
    code = "\n".join(re.sub(r"//[^\n]*", "", path.read_text()) for path in paths)
    joined = re.sub(r'"\s*\n\s*"', "", code)
    return "\n".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', joined))


def enumerators(header, name):
    body = re.search(rf"enum class {name}[^{{]*{{(.*?)}};", (ROOT / "runtime/include/sluice" / header).read_text(), re.DOTALL)[1]
    return [word for word in re.findall(r"^\s*(\w+)[,\s]", body, re.MULTILINE)]


RUNTIME = literals(*sorted((ROOT / "runtime/src").glob("*.cpp")))
TOOLS = literals(*sorted((ROOT / "tools").glob("*.cpp"))).replace("{}", "...")
QUOTED = re.findall(r"^> (.+)$", PAGE, re.MULTILINE)
OF_DOCTOR = [text for line in re.findall(r"doctor: (`.*)$", PAGE, re.MULTILINE) for text in re.findall(r"`([^`]+)`", line.split(". ")[0])]
OF_DOCTOR += re.findall(r"^\| [^|]+ \| `([^`]+)` \|", PAGE[PAGE.index("| seen |"):], re.MULTILINE)


def is_said(sentence, text):
    """Whether the parts between `...` stand in the text in this order, each within one literal or the next ones."""
    at = 0
    for part in (part.strip() for part in sentence.split("...")):
        if part and (at := text.find(part, at)) < 0:
            return False
    return True


def test_every_error_code_has_a_section_and_no_section_is_of_another():
    section = PAGE[PAGE.index("## `create`"):PAGE.index("## A handle is empty")]

    assert re.findall(r"^### (\w+)$", section, re.MULTILINE) == enumerators("error.hpp", "ErrorCode")


def test_every_reason_has_its_row_with_the_words_that_the_library_says():
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE, re.MULTILINE))
    code = (ROOT / "runtime/src/errors.cpp").read_text()
    said = dict(re.findall(r'case Reason::(\w+):\s*return "([^"]+)";', code))

    assert set(rows) == set(enumerators("reason.hpp", "Reason")) - {"none"}
    assert rows == {reason: said[reason] for reason in rows}


@pytest.mark.parametrize("sentence", QUOTED)
def test_each_sentence_of_an_error_is_one_that_the_library_says(sentence):
    assert all(part.strip() in RUNTIME for part in sentence.split("..."))


@pytest.mark.parametrize("sentence", OF_DOCTOR)
def test_each_sentence_of_the_doctor_is_one_that_the_command_says(sentence):
    assert is_said(sentence, TOOLS)


def test_a_sentence_that_nobody_says_is_found():
    assert len(QUOTED) > 15 and len(OF_DOCTOR) > 12
    assert not is_said("a dead window: nobody is here; ...", TOOLS)
    assert not all(part.strip() in RUNTIME for part in "no producer has made tea ...".split("..."))
