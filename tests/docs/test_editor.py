"""docs/guides/editor.md: what an editor shows is of the schema language as it is."""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/guides/editor.md").read_text()
SCHEMA = json.loads((ROOT / "schemas/channel.schema.json").read_text())


def block(mark):
    return re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)^```$", PAGE, re.S | re.M)[1]


def offered(where):
    return re.search(rf"^{where}: (.*)$", block("offered"), re.M)[1].split(", ")


@pytest.mark.skipif(not shutil.which("yaml-language-server"), reason="no yaml-language-server")
def test_the_page_is_what_the_language_server_says():
    result = subprocess.run([ROOT / "scripts/editor-help", "--check"], capture_output=True, text=True, timeout=60)

    assert (result.stdout + result.stderr, result.returncode) == ("", 0)


def test_what_the_page_offers_is_in_the_language():
    of_field = SCHEMA["definitions"]["field"]["then"]["properties"]

    assert set(offered("on a new line")) < set(SCHEMA["properties"])
    assert set(offered("below type")) < set(of_field)
    assert set(offered("behind order")) == set(SCHEMA["properties"]["order"]["enum"])


def test_sluicegen_refuses_the_lines_that_the_editor_marks(tmp_path):
    (tmp_path / "imu.yaml").write_text(block("schema"))
    command = (sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", "imu.yaml", "-o", "out")
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stderr

    marked = re.findall(r"^line (\d+):", block("marked"), re.M)
    assert marked == re.findall(r"^imu.yaml:(\d+):", refused, re.M)
