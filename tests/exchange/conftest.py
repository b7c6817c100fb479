"""Puts this folder's helpers and the generator on the import path."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
for folder in (ROOT / "generator", ROOT / "tests/generator", Path(__file__).parent):
    sys.path.insert(0, str(folder))
