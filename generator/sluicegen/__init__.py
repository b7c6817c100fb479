"""Sluice's generator: a channel's YAML schema becomes a C++ header and a FlatBuffers schema.

load.py -> check.py -> model.py -> layout.py -> views*.py -> render.py -> write.py; __main__.py runs them.
"""

__version__ = "0.1.0"
