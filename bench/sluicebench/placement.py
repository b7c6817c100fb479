"""Placement classes: where the two cores of a run lay to each other, told by the probe of a bare cache line.

Virtual cores move between real ones, and a cache line then takes three times as long. Only repeats of one class are
compared.
"""
FACTOR = 1.5  # a class reaches from its fastest probe to this much slower


def classes(probes):
    """The lower ends of the classes that these probes fall into."""
    ends = []
    for probe in sorted(probes):
        if not ends or probe > ends[-1] * FACTOR:
            ends.append(probe)
    return ends


def class_of(run, ends):
    """The number of the run's class; None where the cores moved between the probes before and after it."""
    before, after = (sum(1 for end in ends if probe >= end) for probe in (run["probe_before_ns"], run["probe_after_ns"]))
    return before - 1 if before == after and before > 0 else None


def probes_of(runs):
    return [run[when] for run in runs for when in ("probe_before_ns", "probe_after_ns")]


def comparable(runs, ends=None):
    """The runs of the class that most subjects, and then most runs, have in common."""
    ends = classes(probes_of(runs)) if ends is None else ends
    by_class = {}
    for run in runs:
        by_class.setdefault(class_of(run, ends), []).append(run)
    by_class.pop(None, None)
    if not by_class:
        return []
    return max(by_class.values(), key=lambda members: (len({run["subject"] for run in members}), len(members)))
