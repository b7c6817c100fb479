"""python3 -m sluicebench: what scripts/bench runs once all is built."""
import argparse
import json
import shlex
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from . import machine as machines
from . import plots, table
from .daemon import Roudi
from .figures import failures, figures
from .goals import all_goals
from .load import Load
from .measure import Measuring
from .plan import FULL, QUICK, plan, real_time_plan

ROOT = Path(__file__).resolve().parents[2]


class Progress:
    """A bar on a terminal; elsewhere a line for each block."""

    def __init__(self, blocks):
        self._total = sum(len(block.subjects) * block.repeats for block in blocks)
        self._done = 0
        self._began = time.monotonic()
        self._block = None

    def __call__(self, block, number, subject):
        seconds = time.monotonic() - self._began
        if sys.stderr.isatty():
            share = min(1.0, self._done / self._total)
            bar = "#" * int(share * 30)
            print(f"\r[{bar:<30}] {share:4.0%} {seconds:4.0f} s  {block.name}, {subject}"[:110].ljust(110), end="", file=sys.stderr)
        elif block.name != self._block:
            print(f"bench: {seconds:4.0f} s  {block.name}", file=sys.stderr, flush=True)
        self._block = block.name
        self._done += 1 if number < block.repeats else 0

    def end(self):
        if sys.stderr.isatty():
            print("\r" + " " * 110 + "\r", end="", file=sys.stderr)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures Sluice beside its peers.")
    parser.add_argument("--quick", action="store_true", help="less of everything: at most 4 minutes on a quiet machine")
    parser.add_argument("--real-time", action="store_true",
                        help="instead of all else: latency at 1 kHz alone, beside a load (stress-ng), and with SCHED_FIFO")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where figures and goals go; default: build/bench/bench.json")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="where the SVG plots go; default: build/bench/plots")
    parser.add_argument("--only", metavar="TEXT", help="only blocks whose name contains this, such as 'stream 48'")
    parser.add_argument("--repeats", type=int, metavar="N", help="of each subject; goals need 5")
    parser.add_argument("--seconds", type=float, metavar="S", help="of each measurement")
    parser.add_argument("--program", type=Path, default=ROOT / "build/bench/bench/sluice_bench", help=argparse.SUPPRESS)
    return parser.parse_args()


def command_line(asked):
    """What repeats this run, without the paths of files."""
    words = ["scripts/bench"] + ["--quick"] * asked.quick + ["--real-time"] * asked.real_time
    for name in ("only", "repeats", "seconds"):
        if getattr(asked, name):
            words += [f"--{name}", shlex.quote(str(getattr(asked, name)))]
    return " ".join(words)


def effort_of(asked):
    effort = QUICK if asked.quick else FULL
    if asked.repeats:
        effort = replace(effort, repeats=asked.repeats, paced_repeats=asked.repeats, extra_rounds=0)
    if asked.seconds:
        effort = replace(effort, seconds=asked.seconds, slow_seconds=asked.seconds, warm_up=asked.seconds / 4)
    return effort


def chosen(blocks, text):
    """The blocks whose name contains the text; all without one."""
    found = [block for block in blocks if not text or text in block.name]
    if not found:
        sys.exit(f"bench: no block's name contains '{text}'; there are: " + ", ".join(block.name for block in blocks))
    return found


def document(machine, runs, found, goals, missing, seconds):
    """What goes into the JSON file: no histograms, but every run's own figures."""
    lists = ("latency_ns", "typical_ns")
    return {
        "machine": machine, "seconds": round(seconds), "goals": goals,
        "figures": list(found.values()), "missing": [{"title": title, "reason": reason} for title, reason in missing],
        "failures": [{"subject": subject, "block": block, "reason": reason} for subject, block, reason in failures(runs)],
        "runs": [{name: value for name, value in run.items() if name not in lists} for run in runs],
    }


def main():
    asked = arguments()
    path = asked.json or ROOT / "build/bench/bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)  # now, and not after an hour of measuring
    effort = effort_of(asked)
    machine = machines.describe(ROOT, command_line(asked))
    began = time.monotonic()
    measuring = Measuring(asked.program, lambda *where: progress(*where))
    listing = measuring.listing()
    blocks, growing = (real_time_plan(listing, effort), {}) if asked.real_time else plan(listing, effort)
    blocks = chosen(blocks, asked.only)
    not_possible = [block for block in blocks if block.beside_load and not Load.is_possible()]
    blocks = [block for block in blocks if block not in not_possible]
    progress = Progress(blocks)
    with Roudi(ROOT / "bench/roudi.toml"), tempfile.TemporaryDirectory() as folder:
        for block in blocks:
            with Load(folder) if block.beside_load else nullcontext():
                measuring.measure(block, effort.extra_rounds)
    progress.end()

    found = figures(measuring.runs)
    titles = {subject["name"]: subject["title"] for subject in listing["subjects"]}
    missing = [(entry["title"], entry["reason"]) for entry in listing["missing"]]
    missing += [(block.name, "stress-ng is not installed") for block in not_possible]
    goals = [] if asked.real_time else all_goals(found, effort.sizes, growing)
    print(machines.sentence(machine))
    print("\n".join(table.report(found, titles, goals, effort.sizes, failures(measuring.runs), missing)))

    whole = document(machine, measuring.runs, found, goals, missing, time.monotonic() - began)
    path.write_text(json.dumps(whole, indent=1) + "\n")
    folder = asked.plots or ROOT / "build/bench/plots"
    written = plots.write(folder, measuring.runs, found, titles, effort.sizes, machine)
    print(f"\n{len(measuring.runs)} runs in {time.monotonic() - began:.0f} s; figures in {path}; "
          + ("no plots: gnuplot is not installed" if written is None else f"{len(written)} plots in {folder}"))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nbench: stopped; nothing is written")
