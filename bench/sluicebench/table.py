"""Tables of figures, as text. Ratios are to Sluice fifo of the same block; 1 is equal, more is slower than it."""
OWN = "fifo"
UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns"))


def duration(ns):
    for size, unit in UNITS:
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.2g} ns"


def rate(hz):
    for size, unit in ((1e6, "M/s"), (1e3, "k/s")):
        if hz >= size:
            return f"{hz / size:.3g} {unit}"
    return f"{hz:.3g} /s"


def content(size):
    """A size in bytes, as people write it."""
    for unit, text in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {text}"
    return f"{size} B"


def grid(rows):
    """Rows of equal length, in columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines


def spread(value):
    """Half the way from least to most, in percent of the median."""
    return f" ±{(value['most'] - value['least']) / 2 / value['median'] * 100:.0f}%"


def cell(figure, own, name):
    if figure is None or name not in figure:
        return "-"
    value = figure[name]
    text = rate(value["median"]) if name == "rate_hz" else duration(value["median"])
    if own is not None and name in own:
        ratio = value["median"] / own[name]["median"]
        text = f"{1 / ratio if name == 'rate_hz' else ratio:.2f}x  {text}"
    return text + (spread(value) if figure["repeats"] > 1 else "")


def by_size(figures, titles, case, sizes, name):
    """A row for each subject, a column for each size."""
    blocks = [f"{case} {size}" for size in sizes]
    subjects = [subject for subject in titles if any((block, subject) in figures for block in blocks)]
    rows = [["", *(content(size) for size in sizes)]]
    for subject in subjects:
        cells = [cell(figures.get((block, subject)), figures.get((block, OWN)), name) for block in blocks]
        rows.append([titles[subject], *cells])
    return grid(rows)


def by_percentile(figures, titles, block):
    names = ("p50_ns", "p99_ns", "p99_9_ns", "max_ns")
    own = figures.get((block, OWN))
    rows = [["", "p50", "p99", "p99.9", "max", "lost"]]
    for subject, title in titles.items():
        figure = figures.get((block, subject))
        if figure:
            rest = [duration(figure[name]["median"]) for name in names[1:]]
            rows.append([title, cell(figure, own, names[0]), *rest, f"{figure['lost']:.1%}"])
    return grid(rows)


def goals_table(goals):
    rows = [["", "ratio", "limit", ""]]
    for goal in goals:
        sign = "at most" if goal["better"] == "lower" else "at least"
        ratio = "-" if goal["ratio"] is None else f"{goal['ratio']:.2f}"
        answer = "met" if goal["met"] else "NOT met" + (f": {goal['note']}" if "note" in goal else "")
        rows.append([goal["name"], ratio, f"{sign} {goal['limit']:g}", answer])
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [f"{name:<{widths[0]}}  {ratio:>{widths[1]}}  {limit:>{widths[2]}}  {answer}".rstrip()
            for name, ratio, limit, answer in rows]


def section(title, lines):
    return ["", title, "", *lines]


def report(figures, titles, goals, sizes, failures, missing):
    """The whole text behind the line that says what machine it was."""
    lines = []
    for heading, case, of_sizes, name in (("Round trip, median of repeats (p50), polling", "round_trip", (8, *sizes), "p50_ns"),
                                          ("Rate, messages a second", "stream", sizes, "rate_hz")):
        rows = by_size(figures, titles, case, of_sizes, name)
        lines += section(heading, rows) if len(rows) > 1 else []
    named = [block for block in dict.fromkeys(block for block, _ in figures)
             if not block.startswith(("growing", "stream")) and block != "round_trip 8"]
    for block in named:
        lines += section(f"Latency: {block}", by_percentile(figures, titles, block))
    for block in dict.fromkeys(block for block, _ in figures if block.startswith("growing")):
        found = [(subject, figure) for (of_block, subject), figure in figures.items() if of_block == block]
        name = "rate_hz" if "rate_hz" in found[0][1] else "p50_ns"
        rows = [["", "median"], *([titles[subject], cell(figure, None, name)] for subject, figure in found)]
        lines += section(block.capitalize(), grid(rows))
    lines += section("Goals", goals_table(goals)) if goals else []
    absent = [f"{title}: {reason}" for title, reason in missing]
    absent += [f"{titles.get(subject, subject)}, {block}: {reason}" for subject, block, reason in failures]
    return lines + (section("Not measured", absent) if absent else [])
