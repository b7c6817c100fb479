"""docs/recovery.md says which test plays which fault: the tests are there, and none is left out."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/recovery.md").read_text()
ROWS = dict(re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", PAGE, re.M))
SCENARIO = re.compile(r"TEST_CASE\(\s*\"scenario (\d+): ")


def scenarios_in(path):
    return set(SCENARIO.findall(path.read_text()))


@pytest.mark.parametrize("number", ROWS)
def test_each_file_of_a_scenarios_row_has_a_test_of_that_number(number):
    files = re.findall(r"\(\.\./(tests/[^)]+)\)", ROWS[number])

    assert files
    assert [file for file in files if number not in scenarios_in(ROOT / file)] == []


def test_every_scenario_that_has_a_test_has_a_row():
    tested = set().union(*(scenarios_in(path) for path in (ROOT / "tests").rglob("*.cpp")))

    assert {"4", "19", "24"} <= tested
    assert tested - set(ROWS) == set()
