"""Runs -> figures: for each subject of a block the median of its comparable repeats, and how far they lie apart.

A block is what is measured in turns and compared: one case at one size of content, and one rate if it is paced.
"""
from statistics import median

from . import histogram, placement

PERCENTS = {"p50_ns": 50, "p99_ns": 99, "p99_9_ns": 99.9, "max_ns": 100}


def block_of(run):
    return run["block"]


def values_of(run):
    """What one run says, as named numbers."""
    if "rate_hz" in run and "latency_ns" not in run:
        return {"rate_hz": run["rate_hz"]}
    values = {name: histogram.percentile(run["latency_ns"], percent) for name, percent in PERCENTS.items()}
    if run.get("typical_ns"):
        values["p50_ns"] = histogram.percentile(run["typical_ns"], 50)
    return values


def lost_share(run):
    return run.get("lost", 0) / run["sent"] if run.get("sent") else 0


def figure_of(runs):
    """Median and spread of each value of these runs, all of one subject and block."""
    figure = {"subject": runs[0]["subject"], "block": runs[0]["block"], "case": runs[0]["case"],
              "bytes": runs[0]["bytes"], "repeats": len(runs), "lost": median(lost_share(run) for run in runs)}
    per_run = [values_of(run) for run in runs]
    for name in per_run[0]:
        values = [one[name] for one in per_run if one[name] is not None]
        figure[name] = {"median": median(values), "least": min(values), "most": max(values)}
    return figure


def figures(runs):
    """{(block, subject): figure} of all runs that did not fail."""
    good = [run for run in runs if "failure" not in run]
    result = {}
    for block in dict.fromkeys(block_of(run) for run in good):
        members = [run for run in good if block_of(run) == block]
        if not any(run.get("beside_load") for run in members):  # beside a load the probe measures the load
            members = placement.comparable(members)
        for subject in dict.fromkeys(run["subject"] for run in members):
            result[block, subject] = figure_of([run for run in members if run["subject"] == subject])
    return result


def failures(runs):
    """[(subject, block, sentence)] of what has no figure because each of its runs failed; one for each."""
    good = {(run["subject"], run["block"]) for run in runs if "failure" not in run}
    first = {}
    for run in runs:
        key = (run["subject"], run["block"])
        if key not in good:
            first.setdefault(key, run["failure"])
    return [(subject, block, sentence) for (subject, block), sentence in first.items()]
