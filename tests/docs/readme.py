"""The code blocks of README.md.

A comment `<!-- file: NAME -->` before a block says which file the block is; `<!-- run -->` marks the commands that
build and start the first channel, `<!-- output -->` what they print, `<!-- install -->` those that install Sluice.
"""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"<!-- (?P<mark>file: (?P<name>\S+)|run|output|install) -->\n```\w*\n(?P<text>.*?)^```$", re.S | re.M)


def blocks(mark):
    return [match for match in BLOCK.finditer(TEXT) if match["mark"].startswith(mark)]


def commands(mark="run"):
    return blocks(mark)[0]["text"].splitlines()


def output():
    return blocks("output")[0]["text"]
