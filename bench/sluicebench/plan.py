"""What is measured: blocks, each a case at a size, whose subjects are run in turns: A B C A B C."""
from dataclasses import dataclass, field

CAPACITIES = (2, 4, 16, 64, 256, 1024, 4096, 16384, 65536)
SLOTS = (16, 64, 1024, 16384, 262144, 1048576, 8388608)
CHANNELS = (1, 10, 100, 1000)
REAL_TIME_SUBJECTS = ("fifo", "latest", "ring", "seqpacket")
REAL_TIME_PRIORITY = 80


@dataclass
class Block:
    name: str
    case: str
    size: int
    subjects: list
    seconds: float
    warm_up: float
    repeats: int
    rate_hz: float = 0
    priority: int = 0  # of SCHED_FIFO, for both sides
    beside_load: bool = False
    rate_of: tuple = field(default=())  # (share, block, subject): the rate is that share of a rate measured before


@dataclass(frozen=True)
class Effort:
    """How much: what --quick changes."""
    sizes: tuple
    repeats: int
    paced_repeats: int
    seconds: float
    warm_up: float
    slow_seconds: float  # of a load of 1 kHz
    extra_rounds: int  # at most, where the cores moved


QUICK = Effort((48, 4096, 65536, 1048576), 5, 3, 0.03, 0.008, 0.1, 2)
FULL = Effort((48, 112, 4096, 65536, 1048576), 9, 9, 0.3, 0.05, 2.0, 9)


def can(listing, case, size, growing=False):
    """Names of the subjects that have this case at this size."""
    return [subject["name"] for subject in listing["subjects"]
            if case in subject["cases"] and size in subject["bytes"] and (subject["group"] == "growing") == growing]


def block(effort, case, size, subjects, name=None, **more):
    more = {"seconds": effort.seconds, "warm_up": effort.warm_up, "repeats": effort.repeats, **more}
    return Block(name or f"{case} {size}", case, size, subjects, **more)


def growing_blocks(effort):
    """Sluice alone, with more of one thing: {label of the goal: (block, value, subjects in order)} and the blocks."""
    by_name = {
        "capacity": ("stream", 48, [f"fifo-capacity-{capacity}" for capacity in CAPACITIES], "rate_hz"),
        "capacity, one message at a time": ("round_trip", 48, [f"fifo-capacity-{n}" for n in CAPACITIES], "p50_ns"),
        "size of a slot, 8 bytes written": ("stream", 8, [f"fifo-slot-{size}" for size in SLOTS], "rate_hz"),
        "channels in one process": ("stream", 48, [f"fifo-channels-{count}" for count in CHANNELS], "rate_hz"),
    }
    blocks, growing = [], {}
    for label, (case, size, subjects, value) in by_name.items():
        blocks.append(block(effort, case, size, subjects, name=f"growing: {label}"))
        growing[label] = (f"growing: {label}", value, subjects)
    return blocks, growing


def paced_blocks(listing, effort):
    blocks = []
    for rate, words in ((1_000, "1 kHz"), (100_000, "100 kHz")):
        for case in ("paced", "paced_sleeping"):
            seconds = effort.slow_seconds if rate == 1_000 else effort.seconds
            blocks.append(block(effort, case, 48, can(listing, case, 48), name=f"{case} 48 at {words}", rate_hz=rate,
                                seconds=seconds, repeats=effort.paced_repeats))
    blocks.append(block(effort, "paced", 1048576, ["fifo", "ring", "ring-4"], name="paced 1048576 at 0.8 of the ring",
                        rate_of=(0.8, "stream 1048576", "ring"), seconds=max(effort.seconds, 0.1)))
    return blocks


def real_time_plan(listing, effort):
    """What a control loop at 1 kHz sees: alone, beside a load, and beside it with a priority of its own."""
    conditions = (("alone", {}), ("beside a load", {"beside_load": True}),
                  ("beside a load, SCHED_FIFO", {"beside_load": True, "priority": REAL_TIME_PRIORITY}))
    return [block(effort, case, 48, [name for name in REAL_TIME_SUBJECTS if name in can(listing, case, 48)],
                  name=f"{case} 48 at 1 kHz, {words}", rate_hz=1_000, seconds=effort.slow_seconds,
                  repeats=effort.paced_repeats, **more)
            for case in ("paced", "paced_sleeping") for words, more in conditions]


def plan(listing, effort):
    """(blocks in order, growing work by label)."""
    line = [subject["name"] for subject in listing["subjects"] if subject["bytes"] == [8] and subject["group"] == "limit"]
    blocks = [block(effort, "round_trip", 8, line)]
    for case in ("round_trip", "stream"):
        blocks += [block(effort, case, size, can(listing, case, size)) for size in effort.sizes]
    blocks += [block(effort, "round_trip_sleeping", size, can(listing, "round_trip_sleeping", size))
               for size in effort.sizes if size in (48, 4096, 1048576)]
    more, growing = growing_blocks(effort)
    return blocks + paced_blocks(listing, effort) + more, growing
