"""bench/sluicebench: what it makes of runs, without running any."""
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from sluicebench import __main__ as main  # noqa: E402
from sluicebench import figures, goals, histogram, machine, measure, placement, plan, plots, table  # noqa: E402

NEAR, FAR = 50.0, 200.0


def trip(subject, ns, probe=NEAR, after=None, size=48, case="round_trip"):
    return {"block": f"{case} {size}", "case": case, "bytes": size, "subject": subject, "probe_before_ns": probe,
            "probe_after_ns": after or probe, "sent": 10, "lost": 0, "latency_ns": [[ns, 9], [ns * 10, 1]],
            "typical_ns": [[ns, 3]]}


def stream(subject, hz, probe=NEAR, size=48):
    return {"block": f"stream {size}", "case": "stream", "bytes": size, "subject": subject, "probe_before_ns": probe,
            "probe_after_ns": probe, "sent": 10, "lost": 0, "rate_hz": hz}


def failed(subject, sentence, size=48):
    return {"block": f"round_trip {size}", "case": "round_trip", "bytes": size, "subject": subject, "failure": sentence}


def named(entries, name):
    return next(entry for entry in entries if entry["name"] == name)


def goals_of(runs):
    return goals.all_goals(figures.figures(runs), (48,), {})


def good_yardstick():
    runs = []
    for suffix in ("", "-4"):
        for subject, ns, hz in (("ring", 100, 50), ("boost-spsc", 120, 40), ("atomic-queue", 130, 45)):
            runs += [run for _ in range(5) for run in (trip(subject + suffix, ns), stream(subject + suffix, hz))]
    return runs


def test_where_there_is_no_git_or_no_repository_the_commit_is_empty(tmp_path, monkeypatch):
    assert machine.git_commit(tmp_path) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.git_commit(main.ROOT) == ""


def test_a_percentile_is_the_least_duration_that_so_many_do_not_exceed():
    durations = [[10, 50], [20, 49], [500, 1]]

    assert [histogram.percentile(durations, percent) for percent in (50, 51, 99, 99.9, 100)] == [10, 20, 20, 500, 500]


def test_of_no_durations_there_is_no_percentile():
    assert histogram.percentile([], 50) is None


def test_histograms_of_several_runs_are_counted_together_shortest_first():
    assert histogram.merged([[[30, 1], [10, 2]], [[10, 3]]]) == [(10, 5), (30, 1)]


def test_a_distribution_says_which_share_took_longer():
    assert histogram.distribution([[10, 3], [20, 1]]) == [(10, 1), (20, 0.25)]


def test_probes_of_near_and_far_cores_are_two_classes():
    assert placement.classes([51, 50, 74, 204, 211, 600]) == [50, 204, 600]


def test_a_run_during_which_the_cores_moved_has_no_class():
    assert placement.class_of(trip("ring", 100, probe=NEAR, after=FAR), [NEAR, FAR]) is None
    assert placement.class_of(trip("ring", 100, probe=FAR), [NEAR, FAR]) == 1


def test_only_repeats_of_the_class_that_most_subjects_share_are_compared():
    runs = [trip("fifo", 130), trip("ring", 100), *(trip("fifo", 500, probe=FAR) for _ in range(5))]

    found = figures.figures(runs)

    assert found["round_trip 48", "fifo"]["p50_ns"]["median"] == 130
    assert found["round_trip 48", "fifo"]["repeats"] == 1


def test_runs_that_all_moved_leave_no_figure():
    assert figures.figures([trip("fifo", 130, probe=NEAR, after=FAR)]) == {}


def test_a_figure_is_the_median_of_its_repeats_with_least_and_most():
    found = figures.figures([stream("fifo", hz) for hz in (30, 10, 20)])

    assert found["stream 48", "fifo"]["rate_hz"] == {"median": 20, "least": 10, "most": 30}


def test_the_p50_of_round_trips_is_that_of_the_finer_means():
    run = {**trip("fifo", 100), "typical_ns": [[104.5, 3]]}

    assert figures.figures([run])["round_trip 48", "fifo"]["p50_ns"]["median"] == 104.5


def test_a_subject_that_never_succeeded_is_named_once_with_its_first_reason():
    runs = [failed("lcm", "no multicast"), failed("lcm", "again"), failed("fifo", "once"), trip("fifo", 1)]

    assert figures.failures(runs) == [("lcm", "round_trip 48", "no multicast")]


def test_a_goal_is_met_where_the_ratio_of_medians_keeps_its_limit():
    runs = good_yardstick() + [trip("fifo", 125) for _ in range(5)]

    found = goals_of(runs)

    assert named(found, "round trip, 48 B: fifo / ring") == {
        "name": "round trip, 48 B: fifo / ring", "ratio": 1.25, "limit": 1.3, "better": "lower", "met": True}
    assert named(found, "round trip, 48 B: fifo / ring (beyond)")["met"] is False


def test_a_higher_goal_is_met_from_its_limit_on():
    runs = good_yardstick() + [stream("fifo", 25) for _ in range(5)]

    assert named(goals_of(runs), "rate, 48 B: fifo / ring")["met"] is True
    runs += [stream("fifo", 24) for _ in range(6)]
    assert named(goals_of(runs), "rate, 48 B: fifo / ring")["met"] is False


def test_four_repeats_meet_no_goal():
    runs = good_yardstick() + [trip("fifo", 100) for _ in range(4)]

    entry = named(goals_of(runs), "round trip, 48 B: fifo / ring")

    assert (entry["ratio"], entry["met"], entry["note"]) == (1.0, False, "4 comparable repeats, 5 are needed")


def test_what_was_not_measured_meets_no_goal_and_is_named():
    entry = named(goals_of(good_yardstick()), "rate, 48 B: fifo / ring")

    assert (entry["ratio"], entry["met"], entry["note"]) == (None, False, "no figure of fifo in 'stream 48'")


def test_against_a_ring_that_is_too_slow_no_goal_counts():
    runs = good_yardstick() + [trip("fifo", 100) for _ in range(5)] + [stream("boost-spsc", 60) for _ in range(9)]

    found = goals_of(runs)

    assert named(found, "ring of 64 against the better of Boost's and atomic_queue, 48 B, rate")["met"] is False
    entry = named(found, "round trip, 48 B: fifo / ring")
    assert entry["met"] is False and entry["note"].startswith("does not count")


def test_a_framework_is_judged_by_the_better_of_polling_and_sleeping():
    runs = [trip("fifo", 100) for _ in range(5)] + [trip("zeromq", 900) for _ in range(5)]
    runs += [trip("zeromq", 250, case="round_trip_sleeping") for _ in range(5)]

    entry = named(goals_of(runs), "round trip, up to 4 KiB: times ahead of zeromq, worst size")

    assert (entry["ratio"], entry["met"]) == (2.5, False)


def test_growing_work_is_judged_by_its_dearest_step():
    runs = [trip(subject, ns) for subject, ns in (("two", 200), ("four", 100), ("eight", 110)) for _ in range(5)]
    growing = {"capacity": ("round_trip 48", "p50_ns", ["two", "four", "eight"])}

    found = goals.all_goals(figures.figures(runs), (48,), growing)

    assert named(found, "capacity: dearest / middle")["ratio"] == round(200 / 110, 3)


def test_each_goal_has_the_five_keys_of_the_json():
    for entry in goals_of(good_yardstick()):
        assert {"name", "ratio", "limit", "better", "met"} <= set(entry)
        assert entry["better"] in ("lower", "higher") and isinstance(entry["met"], bool)


def test_a_plan_runs_each_subject_only_in_its_cases_and_sizes():
    listing = {"subjects": [
        {"name": "fifo", "group": "sluice", "cases": ["round_trip", "stream"], "bytes": [48, 4096]},
        {"name": "line", "group": "limit", "cases": ["round_trip"], "bytes": [8]}]}

    blocks = {block.name: block.subjects for block in plan.plan(listing, plan.QUICK)[0]}

    assert blocks["round_trip 8"] == ["line"]
    assert blocks["stream 48"] == ["fifo"]
    assert blocks["paced 48 at 1 kHz"] == []


def test_blocks_are_chosen_by_a_part_of_their_name():
    blocks = [a_block([], 1), plan.Block("stream 48", "stream", 48, [], 0.01, 0, 1)]

    assert [block.name for block in main.chosen(blocks, "stream")] == ["stream 48"]
    assert main.chosen(blocks, None) == blocks


def test_a_name_that_no_block_has_ends_with_those_that_there_are():
    with pytest.raises(SystemExit, match="no block's name contains 'streem'; there are: round_trip 48"):
        main.chosen([a_block([], 1)], "streem")


class FakeProgram(measure.Measuring):
    """Answers runs from a list instead of starting processes."""

    def __init__(self, answers):
        super().__init__("none", lambda *_: None)
        self._answers = answers
        self.order = []

    def _run(self, block, subject, rate_hz):
        self.order.append(subject)
        return self._answers(subject, len(self.order))


def a_block(subjects, repeats):
    return plan.Block("round_trip 48", "round_trip", 48, subjects, 0.01, 0, repeats)


def test_repeats_of_several_subjects_take_turns():
    program = FakeProgram(lambda subject, _: trip(subject, 100))

    program.measure(a_block(["a", "b", "c"], 2), extra_rounds=3)

    assert program.order == ["a", "b", "c", "a", "b", "c"]


def test_a_subject_whose_cores_moved_is_repeated():
    program = FakeProgram(lambda subject, number: trip(subject, 100, probe=FAR if number == 2 else NEAR))

    program.measure(a_block(["a", "b"], 2), extra_rounds=3)

    assert program.order == ["a", "b", "a", "b", "b"]


def test_a_subject_that_failed_twice_is_left_alone():
    program = FakeProgram(lambda subject, _: failed(subject, "no") if subject == "b" else trip(subject, 100))

    program.measure(a_block(["a", "b"], 4), extra_rounds=0)

    assert program.order == ["a", "b", "a", "b", "a", "a"]


def test_a_table_shows_how_many_times_slower_a_subject_is_than_fifo():
    runs = [trip("fifo", 100), trip("pipe", 1500), stream("fifo", 3e6), stream("pipe", 1e6)]
    found = figures.figures(runs)
    titles = {"fifo": "Sluice fifo", "pipe": "pipe"}

    assert table.by_size(found, titles, "round_trip", (48,), "p50_ns")[2] == "pipe         15.00x  1.5 us"
    assert table.by_size(found, titles, "stream", (48,), "rate_hz")[2] == "pipe         3.00x  1 M/s"


@pytest.mark.parametrize("ns, text", [(0.44, "0.44 ns"), (115.2, "115 ns"), (4096, "4.1 us"), (2.5e6, "2.5 ms"), (3e9, "3 s")])
def test_durations_are_written_with_three_digits_and_a_unit(ns, text):
    assert table.duration(ns) == text


def test_a_figure_of_several_repeats_says_how_far_they_lie_apart():
    found = figures.figures([trip("fifo", ns) for ns in (100, 90, 110)])

    assert table.by_size(found, {"fifo": "Sluice fifo"}, "round_trip", (48,), "p50_ns")[1] == "Sluice fifo  1.00x  100 ns ±10%"


@pytest.mark.parametrize("size, text", [(48, "48 B"), (4096, "4 KiB"), (1000, "1000 B"), (8388608, "8 MiB")])
def test_a_size_is_written_in_whole_units(size, text):
    assert table.content(size) == text


def test_a_plot_has_a_curve_for_each_subject_that_was_measured():
    runs = [trip("fifo", 100), trip("pipe", 1500), failed("lcm", "no")]

    script = plots.distribution(runs, {"fifo": "Sluice fifo", "pipe": "pipe"}, "round_trip 48", "Title", "out.svg")

    assert script.count(" using 1:2 ") == 2
    assert 'title "Sluice fifo"' in script


def test_of_nothing_there_is_no_plot():
    assert plots.distribution([], {}, "round_trip 48", "Title", "out.svg") is None


def paced(condition, ns, probe=NEAR, after=None, case="paced", **more):
    run = trip("fifo", ns, probe=probe, after=after, case=case)
    return {**run, "block": f"{case} 48 at 1 kHz, {condition}", "latency_ns": [[ns, 90], [ns * 10, 10]], **more}


def test_real_time_is_measured_alone_beside_a_load_and_beside_it_with_a_priority():
    listing = {"subjects": [{"name": "fifo", "cases": ["paced", "paced_sleeping"], "bytes": [48], "group": "sluice"},
                            {"name": "ring", "cases": ["paced"], "bytes": [48], "group": "limit"}]}

    blocks = plan.real_time_plan(listing, plan.QUICK)

    assert [(block.beside_load, block.priority > 0) for block in blocks] == [(False, False), (True, False), (True, True)] * 2
    assert [block.subjects for block in blocks] == [["fifo", "ring"]] * 3 + [["fifo"]] * 3
    assert {block.rate_hz for block in blocks} == {1000}


def test_a_block_with_a_priority_asks_for_it():
    asked = []

    class Listening(measure.Measuring):
        def _call(self, command):
            asked.append(command)
            return {"rate_hz": 1.0}

    for priority in (0, 80):
        block = a_block(["a"], 1)
        block.priority = priority
        Listening("sluice_bench", lambda *_: None).measure(block, extra_rounds=0)

    assert ["--priority" in command for command in asked] == [False, True]
    assert asked[1][asked[1].index("--priority") + 1] == 80


def test_beside_a_load_repeats_are_compared_whatever_the_probe_said():
    moved = [paced("beside a load", 500, probe=NEAR, after=FAR, beside_load=True), paced("beside a load", 700, probe=FAR, beside_load=True)]

    (figure,) = figures.figures(moved).values()

    assert figure["repeats"] == 2
    assert figure["p50_ns"]["median"] == 600


def test_the_plot_of_real_time_has_a_curve_for_each_condition_that_was_measured():
    runs = [paced("alone", 200), paced("beside a load", 500, beside_load=True), paced("alone", 9000, case="paced_sleeping")]

    script = plots.real_time(runs, "Title", "out.svg")

    assert script.count(" using 1:2 ") == 3
    assert 'title "polling, beside a load"' in script
    assert 'title "asleep, alone"' in script
    assert plots.real_time([], "Title", "out.svg") is None
