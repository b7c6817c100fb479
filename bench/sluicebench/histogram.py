"""Histograms as sluice_bench prints them: pairs of a duration and how often it was, shortest first."""


def merged(histograms):
    """One histogram of all."""
    counts = {}
    for histogram in histograms:
        for value, count in histogram:
            counts[value] = counts.get(value, 0) + count
    return sorted(counts.items())


def percentile(histogram, percent):
    """The least duration that `percent` of all do not exceed; None of an empty histogram."""
    total = sum(count for _, count in histogram)
    seen = 0
    for value, count in histogram:
        seen += count
        if seen * 100 >= percent * total:
            return value
    return None


def distribution(histogram):
    """Pairs of a duration and the share of all that took longer, for a plot of the tail."""
    total = sum(count for _, count in histogram)
    points, seen = [], 0
    for value, count in histogram:
        points.append((value, 1 - seen / total))
        seen += count
    return points
