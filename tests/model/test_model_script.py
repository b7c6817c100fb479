"""scripts/model itself: what it calls good and bad, on models small enough for each change."""

import importlib.util
import shutil
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = 20

pytestmark = pytest.mark.skipif(not shutil.which("spin"), reason="no spin: scripts/setup installs it")


@pytest.fixture(scope="module")
def script():
    loader = SourceFileLoader("sluice_model_script", str(ROOT / "scripts/model"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("model, sizes", [
    ("lane", "N=1 M=2 KP=1 KC=1"),
    ("lane", "LIFO N=1 M=2 KP=1 KC=1"),
    ("latest", "N=5 M=2 KP=0 KC=0"),
    ("waiting", "N=2 M=2 STRAY=0"),
])
def test_a_model_is_searched_to_its_end_without_an_error(script, model, sizes):
    outcome = script.run(script.Search(model, sizes), TABLES)

    assert outcome.verdict == "no error"
    assert outcome.is_good
    assert int(outcome.states.replace(",", "")) > 1000


@pytest.mark.parametrize("model, sizes, planted", [
    ("lane", "N=2 M=2", "BUG_PUBLISH_NOT_SETTLED"),
    ("latest", "N=5 M=2", "BUG_CLAIM_FORGOTTEN"),
    ("waiting", "N=2 M=2 STRAY=0", "BUG_NO_FENCE_BEHIND_A_PUSH"),
])
def test_a_planted_mistake_is_found(script, model, sizes, planted):
    outcome = script.run(script.Search(model, sizes, planted), TABLES)

    assert outcome.verdict.startswith("found: ")
    assert outcome.is_good


def test_a_planted_mistake_that_is_not_found_is_a_failure(script):
    outcome = script.run(script.Search("waiting", "N=2 M=1 STRAY=0", "BUG_THAT_NO_MODEL_KNOWS"), TABLES)

    assert outcome.verdict == "NOT FOUND"
    assert not outcome.is_good


def test_a_violated_model_is_a_failure_that_says_what_is_violated(script):
    outcome = script.run(script.Search("waiting", "N=2 M=2 STRAY=0 BUG_EPOCH_REUSED"), TABLES)

    assert outcome.verdict == "VIOLATED: all asleep"
    assert not outcome.is_good


def test_a_search_that_spin_refuses_is_a_failure_in_spins_words(script):
    outcome = script.run(script.Search("lane", "N=none"), TABLES)

    assert outcome.verdict.startswith("spin: ")
    assert not outcome.is_good


def test_a_search_that_was_cut_at_its_depth_is_a_failure(script, monkeypatch):
    monkeypatch.setattr(script, "DEPTH", 100)

    outcome = script.run(script.Search("waiting", "N=2 M=2 STRAY=0"), TABLES)

    assert outcome.verdict == "the search was cut at its depth"
    assert not outcome.is_good
