"""SVG plots by gnuplot: how latency is distributed, and the rate by size of content."""
import shutil
import subprocess
import sys

from . import histogram, placement
from .table import content

SHOWN = ("fifo", "fifo-batch", "latest", "ring", "articles", "futex", "iceoryx", "boost-mq", "zeromq", "cyclonedds", "lcm",
         "pipe", "seqpacket")
COLOURS = {"fifo": "#0b5fa5", "fifo-batch": "#6aaee6", "latest": "#12908e", "ring": "#555555", "articles": "#c0392b",
           "futex": "#555555", "iceoryx": "#e08a00", "boost-mq": "#8e44ad", "zeromq": "#27913c", "cyclonedds": "#b5651d",
           "lcm": "#d05c9a", "pipe": "#7f8c1f", "seqpacket": "#94a3b3"}
HEAD = """set terminal svg size 960,540 font 'sans-serif,13' background '#ffffff'
set output '{output}'
set title "{title}"
set key outside right center noenhanced samplen 2 Left reverse
set rmargin 42
set grid back lc rgb '#dddddd' lw 1
set border 3 lc rgb '#888888'
set tics nomirror
set logscale xy
"""
TAIL_AXES = """set xlabel 'share of messages that took longer'
set xrange [1:1e-5]
set xtics ('all' 1, '10 %%' 0.1, '1 %%' 0.01, '0.1 %%' 1e-3, '0.01 %%' 1e-4, '0.001 %%' 1e-5)
set ylabel 'time'
set format y '%.0s %cs'
"""
CONDITIONS = {"alone": "#27913c", "beside a load": "#c0392b", "beside a load, SCHED_FIFO": "#0b5fa5"}


def style(subject):
    width = 3 if subject.startswith(("fifo", "latest")) else 1.5
    dash = 2 if subject in ("ring", "futex") else 1
    return f"lw {width} dt {dash} lc rgb '{COLOURS[subject]}'"


def data(points):
    return "\n".join(f"{x:g} {y:g}" for x, y in points)


def script(output, title, axes, series, titles, kind, styles=None):
    """A whole gnuplot script. `series`: {subject: points}; `styles`: how each line looks, if not as its subject does."""
    text = HEAD.format(output=output, title=title) + axes
    for number, points in enumerate(series.values()):
        text += f"$points{number} << END\n{data(points)}\nEND\n"
    curves = [f"$points{number} using 1:2 with {kind} {styles[subject] if styles else style(subject)} title \"{titles[subject]}\""
              for number, subject in enumerate(series)]
    return text + "plot " + ", \\\n  ".join(curves) + "\n"


def tail(runs):
    """Points (share of messages that took longer, seconds) of these runs together, but for the last 3 messages."""
    merged = histogram.merged(run["latency_ns"] for run in runs)
    total = sum(count for _, count in merged)
    return [(share, ns * 1e-9) for ns, share in histogram.distribution(merged) if share >= 3 / total and ns > 0]


def distribution(runs, titles, block, title, output):
    good = placement.comparable([run for run in runs if run["block"] == block and "latency_ns" in run])
    series = {}
    for subject in SHOWN:
        points = tail([run for run in good if run["subject"] == subject])
        if points:
            series[subject] = points
    return script(output, title, TAIL_AXES, series, titles, "lines") if series else None


def real_time(runs, title, output):
    """Of Sluice fifo, each condition under which a load of 1 kHz was measured: solid where it polls, dashed asleep."""
    series, titles, styles = {}, {}, {}
    for case, dash, words in (("paced", 1, "polling"), ("paced_sleeping", 3, "asleep")):
        for condition, colour in CONDITIONS.items():
            name = f"{case} 48 at 1 kHz, {condition}"
            good = [run for run in runs if run["block"] == name and run["subject"] == "fifo" and "latency_ns" in run]
            points = tail(good)
            if points:
                series[name], titles[name] = points, f"{words}, {condition}"
                styles[name] = f"lw 2.5 dt {dash} lc rgb '{colour}'"
    return script(output, title, TAIL_AXES, series, titles, "lines", styles) if series else None


def rate_by_size(figures, titles, sizes, title, output):
    series = {}
    for subject in SHOWN:
        points = [(size, figures[f"stream {size}", subject]["rate_hz"]["median"]) for size in sizes
                  if (f"stream {size}", subject) in figures]
        if points:
            series[subject] = points
    ticks = ", ".join(f"'{content(size)}' {size}" for size in sizes)
    axes = (f"set xlabel 'content of a message'\nset xtics ({ticks})\nset xrange [{min(sizes) * 0.7}:{max(sizes) * 1.4}]\n"
            "set ylabel 'messages a second'\nset format y '%.0s%c'\n")
    return script(output, title, axes, series, titles, "linespoints pt 7 ps 0.5") if series else None


def write(folder, runs, figures, titles, sizes, machine):
    """Writes all plots that there are figures for; the paths. None without gnuplot."""
    if not shutil.which("gnuplot"):
        return None
    below = f"\\n{{/*0.75 {machine['date']}, {machine['cores']} cores of {machine['processor']}, {machine['command']}}}"
    folder.mkdir(parents=True, exist_ok=True)
    plots = {
        "round_trip.svg": lambda path: distribution(runs, titles, "round_trip 48", "Round trip of 48 bytes, polling" + below, path),
        "wake.svg": lambda path: distribution(runs, titles, "round_trip_sleeping 48",
                                              "Round trip of 48 bytes, both sides asleep between messages" + below, path),
        "paced.svg": lambda path: distribution(runs, titles, "paced 48 at 100 kHz",
                                               "One way, 48 bytes, 100,000 a second, polling" + below, path),
        "real_time.svg": lambda path: real_time(runs, "One way, 48 bytes, 1,000 a second" + below, path),
        "rate.svg": lambda path: rate_by_size(figures, titles, sizes, "Rate by size" + below, path),
    }
    written = []
    for name, make in plots.items():
        text = make(folder / name)
        if text:
            done = subprocess.run(["gnuplot"], input=text, text=True, capture_output=True, check=False)
            if done.returncode == 0:
                written.append(folder / name)
            else:
                print(f"bench: no plot {name}: {done.stderr.strip()}", file=sys.stderr)
    return written
