"""Runs the blocks of a plan, one process after the other, and brings the runs back as sluice_bench tells them."""
import json
import subprocess

from . import placement
from .figures import figures

GIVE_UP_AFTER = 2  # failures of one subject in one block


class Measuring:
    """Calls sluice_bench. `progress(block, round, subject)` hears of each run before it starts."""

    def __init__(self, program, progress):
        self._program = str(program)
        self._progress = progress
        self.runs = []

    def listing(self):
        return json.loads(subprocess.run([self._program, "list"], check=True, capture_output=True, text=True).stdout)

    def measure(self, block, extra_rounds):
        """All repeats of a block; more of them where the cores moved and too few repeats can be compared."""
        rate_hz = self._rate(block)
        if rate_hz is None:
            return
        wanted = list(block.subjects)
        for number in range(block.repeats + extra_rounds):
            if number >= block.repeats:
                wanted = self._short_of(block)
            if not wanted:
                return
            for subject in wanted:
                if self._failures(block, subject) < GIVE_UP_AFTER:
                    self._progress(block, number, subject)
                    self.runs.append(self._run(block, subject, rate_hz))

    def _rate(self, block):
        if not block.rate_of:
            return block.rate_hz
        share, of_block, of_subject = block.rate_of
        found = figures([run for run in self.runs if run["block"] == of_block]).get((of_block, of_subject))
        return share * found["rate_hz"]["median"] if found else None

    def _run(self, block, subject, rate_hz):
        command = [self._program, "run", subject, "--case", block.case, "--bytes", block.size, "--seconds", block.seconds,
                   "--warm-up", block.warm_up]
        if block.priority:
            command += ["--priority", block.priority]
        if rate_hz:
            command += ["--rate", rate_hz]
        result = self._call(command)
        paced = {"paced_hz": rate_hz} if rate_hz else {}
        beside = {"beside_load": True} if block.beside_load else {}
        return {"block": block.name, "case": block.case, "bytes": block.size, "subject": subject, **paced,
                **beside, **result}

    @staticmethod
    def _call(command):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {"failure": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it printed nothing"}

    def _failures(self, block, subject):
        return sum(1 for run in self.runs
                   if run["block"] == block.name and run["subject"] == subject and "failure" in run)

    def _short_of(self, block):
        good = [run for run in self.runs if run["block"] == block.name and "failure" not in run]
        members = good if block.beside_load else placement.comparable(good)
        counts = {subject: sum(1 for run in members if run["subject"] == subject) for subject in block.subjects}
        return [subject for subject, count in counts.items() if count < block.repeats]
