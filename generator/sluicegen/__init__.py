"""Sluice's generator: YAML schemas become C++ headers and FlatBuffers schemas.

imports.py, load.py -> check.py -> model.py -> layout.py -> views*.py -> render.py -> write.py; __main__.py runs them.
"""

from pathlib import Path

__version__ = (Path(__file__).parents[2] / "VERSION").read_text(encoding="ascii").strip()
