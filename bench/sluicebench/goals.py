"""The goals, as ratios of medians of one run of the benchmark.

Each is {name, ratio, limit, better, met}: met where the ratio is at most the limit (better: lower) or at least it
(better: higher) and both medians are of five comparable repeats. `note` says why a goal that could be told is not met.
"""
from .table import content

NEEDED = 5
SMALL, LARGE = (48, 112, 4096), (65536, 1048576)
FRAMEWORKS = ("iceoryx", "cyclonedds", "lcm", "zeromq", "boost-mq")


class Figures:
    """Medians by case, size and subject; what is missing is None."""

    def __init__(self, figures):
        self._figures = figures

    def _figure(self, block, subject):
        return self._figures.get((block, subject))

    def median(self, block, subject, name):
        figure = self._figure(block, subject)
        return figure[name]["median"] if figure and name in figure else None

    def repeats(self, block, subject):
        figure = self._figure(block, subject)
        return figure["repeats"] if figure else 0


def block(case, size):
    return f"{case} {size}"


def goal(name, ratio, limit, better, note=None):
    met = ratio is not None and note is None and (ratio <= limit if better == "lower" else ratio >= limit)
    entry = {"name": name, "ratio": None if ratio is None else round(ratio, 3), "limit": limit, "better": better, "met": met}
    return {**entry, "note": note} if note else entry


def compared(figures, name, own, other, limit, better):
    """`own` over `other`, each (block, subject, value)."""
    ratio, note = ratio_of(figures, own, other)
    return goal(name, ratio, limit, better, note)


def ratio_of(figures, own, other):
    medians = [figures.median(*one) for one in (own, other)]
    for one, median in zip((own, other), medians):
        if not median:
            return None, f"no figure of {one[1]} in '{one[0]}'"
    fewest = min(figures.repeats(*one[:2]) for one in (own, other))
    note = None if fewest >= NEEDED else f"{fewest} comparable repeats, {NEEDED} are needed"
    return medians[0] / medians[1], note


def trip(size, subject, case="round_trip"):
    return block(case, size), subject, "p50_ns"


def rate(size, subject):
    return block("stream", size), subject, "rate_hz"


def yardstick_goals(figures):
    """Whether the ring may be measured against: it reaches the better of two well-known queues."""
    goals = []
    for depth, suffix in ((64, ""), (4, "-4")):
        rivals = ["boost-spsc" + suffix, "atomic-queue" + suffix]
        for what, place, better_of in (("rate", rate, max), ("round trip", trip, min)):
            known = [rival for rival in rivals if figures.median(*place(48, rival))]
            best = better_of(known, key=lambda rival: figures.median(*place(48, rival)), default=rivals[0])
            own, other = place(48, "ring" + suffix), place(48, best)
            if what == "round trip":
                own, other = other, own
            goals.append(compared(figures, f"ring of {depth} against the better of Boost's and atomic_queue, 48 B, {what}",
                                  own, other, 0.95, "higher"))
    return goals


def ring_goals(figures):
    goals = []
    for beyond, limit in (("", 1.3), (" (beyond)", 1.1)):
        goals.append(compared(figures, f"round trip, 48 B: fifo / ring{beyond}", trip(48, "fifo"), trip(48, "ring"),
                              limit, "lower"))
    goals.append(compared(figures, "rate, 48 B: fifo / ring", rate(48, "fifo"), rate(48, "ring"), 0.5, "higher"))
    for beyond, limit in (("", 0.8), (" (beyond)", 1.0)):
        goals.append(compared(figures, f"rate, 48 B: fifo in batches of 16 / ring{beyond}", rate(48, "fifo-batch"),
                              rate(48, "ring"), limit, "higher"))
    for size in (4096, 65536, 1048576):
        goals.append(compared(figures, f"rate, {content(size)}: fifo / ring of 64", rate(size, "fifo"), rate(size, "ring"),
                              0.95, "higher"))
    goals.append(compared(figures, "round trip, 1 MiB: fifo / ring of 64", trip(1048576, "fifo"), trip(1048576, "ring"),
                          0.4, "lower"))
    paced = "paced 1048576 at 0.8 of the ring"
    goals.append(compared(figures, "latency, 1 MiB at 0.8 x the ring's rate: fifo / ring of 64",
                          (paced, "fifo", "p50_ns"), (paced, "ring", "p50_ns"), 1.0, "lower"))
    return goals


def better_trip(figures, size, subject):
    """A framework is measured polled and asleep; what counts is the better for it."""
    both = [trip(size, subject, case) for case in ("round_trip", "round_trip_sleeping")]
    known = [one for one in both if figures.median(*one)]
    return min(known, key=lambda one: figures.median(*one), default=both[0])


def worst(figures, pairs):
    """Of several (own, other), the least ratio; a missing one is worse than any."""
    ratios = [ratio_of(figures, own, other) for own, other in pairs]
    return min(ratios, key=lambda found: -1 if found[0] is None else found[0])


def framework_goals(figures, sizes):
    goals = []
    for framework in FRAMEWORKS:
        for span, members, limit in (("up to 4 KiB", SMALL, 3.0), ("from 64 KiB", LARGE, 0.95)):
            used = [size for size in members if size in sizes]
            if not used:
                continue
            trips = [(better_trip(figures, size, framework), trip(size, "fifo")) for size in used]
            rates = [(rate(size, "fifo"), rate(size, framework)) for size in used]
            for what, pairs in (("round trip", trips), ("rate", rates)):
                ratio, note = worst(figures, pairs)
                goals.append(goal(f"{what}, {span}: times ahead of {framework}, worst size", ratio, limit, "higher", note))
    return goals


def growing_goals(figures, growing):
    """How much the dearest step of growing work costs, against the middle of all."""
    goals = []
    for name, (place, value, subjects) in growing.items():
        costs = []
        for subject in subjects:
            median = figures.median(place, subject, value)
            if median:
                costs.append(1 / median if value == "rate_hz" else median)
        complete = len(costs) == len(subjects)
        ratio = max(costs) / sorted(costs)[len(costs) // 2] if costs else None
        goals.append(goal(f"{name}: dearest / middle", ratio, 1.25, "lower", None if complete else "not all were measured"))
    return goals


def all_goals(figures, sizes, growing):
    figures = Figures(figures)
    yardstick = yardstick_goals(figures)
    against_ring = ring_goals(figures)
    if not all(entry["met"] for entry in yardstick[:2]):
        for entry in against_ring:
            entry.update(met=False, note=entry.get("note", "does not count: the ring of 64 is not at 0.95 of the best queue"))
    articles = compared(figures, "rate, 48 B: fifo / stack of the articles", rate(48, "fifo"), rate(48, "articles"), 2.0,
                        "higher")
    wake = compared(figures, "wake from sleep, round trip, 48 B: fifo / raw futex",
                    trip(48, "fifo", "round_trip_sleeping"), trip(48, "futex", "round_trip_sleeping"), 1.2, "lower")
    return [*yardstick, *against_ring, articles, wake, *framework_goals(figures, sizes), *growing_goals(figures, growing)]
