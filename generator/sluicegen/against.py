"""A schema against an older version of it -> problems, each at its line of the schema.

The comparison is not made here: there is one, in C++, and the command `sluice diff` has it. A new
major version may change anything; all else that `sluice diff` refuses is a problem.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from .check_structure import fields_of
from .load import Mapping, Node, Text, load
from .outputs import source_text
from .problem import WHOLE_FILE, Place, Problem, problem_at

Report = dict[str, Any]  # what `sluice diff --json` prints; docs/tools.md lists the keys


class CompareError(Exception):
    """The command `sluice` is missing, or could not compare."""


class SluiceDiff:
    def __init__(self, program: str, import_folders: Sequence[str]) -> None:
        self.program = program
        self.import_options = [f"-I{folder}" for folder in import_folders]

    @staticmethod
    def find(given: str, import_folders: Sequence[str]) -> SluiceDiff:
        """The program given, else the one beside this command, else that of the PATH."""
        beside = str(Path(sys.argv[0]).resolve().parent)
        found = shutil.which(given or "sluice", path=None if given else beside)
        found = found or (None if given else shutil.which("sluice"))
        if not found:
            what = f"'{given}' is no program" if given else "no 'sluice' beside it or on the PATH"
            raise CompareError(f"{what}: --against needs it; name it by --compare-with")
        return SluiceDiff(found, import_folders)

    def report(self, old: str, schema: Path) -> Report:
        """`sluice diff OLD SCHEMA`, as data."""
        try:
            done = subprocess.run(
                [self.program, "diff", "--json", *self.import_options, "--", old, str(schema)],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise CompareError(f"cannot run {self.program}: {error.strerror}") from error
        if done.returncode not in (0, 1):
            raise CompareError(f"--against {old}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def check_against(old: str, schemas: list[Path], sluice_diff: SluiceDiff) -> list[Problem]:
    """All that keeps the schemas from following the old version. Raises CompareError.

    `old` may be a git revision alone, as in 'v1.2:'; each schema's own file there is meant then.
    """
    problems = []
    for schema in schemas:
        report = sluice_diff.report(old, schema)
        if _is_refused(report):
            shown = old + source_text(schema) if old.endswith(":") else old
            problems += _Locator(schema).problems_of(report, shown)
    return problems


def _is_refused(report: Report) -> bool:
    if report["verdict"] == "breaking":
        return _major(report["version"]["new"]) <= _major(report["version"]["old"])
    return report["verdict"] == "changed_without_version"


def _major(version: str) -> int:
    return int(version.split(".")[0])


class _Locator:
    """Finds where in a schema a difference belongs."""

    def __init__(self, schema: Path) -> None:
        root, _ = load(schema)
        self.file = str(schema)
        self.root = root or Mapping(Place(self.file, WHOLE_FILE))

    def problems_of(self, report: Report, old: str) -> list[Problem]:
        found = [problem_at(*self._cause(report, old))]
        for difference in [*report["breaks"], *report["additions"]]:
            if difference["aspect"] != "channel":
                text = difference["text"] + _since(difference, report)
                found.append(problem_at(self._place(difference), text))
        return sorted(found, key=lambda problem: (problem.line, problem.column))

    def _cause(self, report: Report, old: str) -> tuple[Place, str]:
        before, now = report["channel"]["old"], report["channel"]["new"]
        if before != now:
            text = f"channel '{now}' is '{before}' in {old}; another name wants a new major version"
            return self._key("channel"), text
        before, now = report["version"]["old"], report["version"]["new"]
        if before == now:
            cause = f"version {now} is that of {old} too, but a reader notices the changes"
        elif report["next_version"] == now:
            return self._key("version"), f"version {now} has fields that {old} lacks, without 'since'"
        elif report["verdict"] == "changed_without_version":
            cause = f"version {now} is older than {before} of {old}, and a version only grows"
        else:
            cause = f"version {now} only adds to {before}, but programs of {old} would be refused"
        remedy = f"make it {report['next_version']}" if report["next_version"] else "rename it"
        return self._key("version"), f"{cause}; {remedy}"

    def _place(self, difference: Report) -> Place:
        path, aspect = difference["field"], difference["aspect"]
        if not path:
            return self._key(aspect)
        place, element = self._field(path.split("."))
        enums = self.root.get("enums")
        if aspect.startswith("enum") and isinstance(enums, Mapping) and element in enums.entries:
            return enums.place_of(element)
        return place

    def _key(self, name: str) -> Place:
        return self.root.place_of(name) if name in self.root.entries else self.root.place

    def _field(self, names: list[str]) -> tuple[Place, str]:
        """The place of a field by its path, or of the nearest thing around it; and its element."""
        fields, place, element = self.root.get("message"), self._key("message"), ""
        for name in names:
            if not isinstance(fields, Mapping) or name not in fields.entries:
                return place, ""
            place, element = fields.place_of(name), _element(fields.get(name))
            fields = self._fields_of_type(element)
        return place, element

    def _fields_of_type(self, name: str) -> Optional[Node]:
        types = self.root.get("types")
        found = types.get(name) if isinstance(types, Mapping) else None
        return fields_of(found) if isinstance(found, Mapping) else None


def _element(field: Optional[Node]) -> str:
    """The type's name without bounds. Example: {type: "Peak[<=8]"} -> Peak."""
    node = field.get("type") if isinstance(field, Mapping) else field
    return re.split(r"[\[\s<]", node.value.strip())[0] if isinstance(node, Text) else ""


def _since(difference: Report, report: Report) -> str:
    """What a field that came without a version lacks."""
    version = report["next_version"]
    if difference["aspect"] != "field" or difference["old"] or not version:
        return ""
    return "" if version.endswith(".0") else f'; it needs since: "{version}"'
