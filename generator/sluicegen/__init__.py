"""Sluice's generator: YAML schemas become C++ headers and FlatBuffers schemas.

imports.py, load.py -> check.py -> model.py -> layout.py -> views*.py -> render.py -> write.py; __main__.py runs them.
"""

__version__ = "0.1.0"
