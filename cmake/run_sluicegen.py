"""Runs sluicegen from this source tree. (`python3 -m` would look for modules in the user's own project first.)"""
import runpy
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1] / "generator")
runpy.run_module("sluicegen", run_name="__main__", alter_sys=True)
