"""The models of docs/model play what the runtime does: the same stores, in the same order, alive and after death.

Both sides run one scenario: the model in Spin under -DTRACE, the runtime's own lanes in store_log. A role dies behind
a given store, and once more while its successor recovers; then the scenario goes on to its end.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "docs/model"
STORE_LOG = ROOT / "build/dev/tests/model/store_log"

pytestmark = [
    pytest.mark.skipif(not STORE_LOG.exists(), reason="the dev preset is not built"),
    pytest.mark.skipif(not shutil.which("spin"), reason="no spin: scripts/setup installs it"),
]

# order, slots, messages: small ones, and one whose finished slots wait in chains (8 slots: chains of 2)
SCENARIOS = [("fifo", 2, 3), ("fifo", 8, 10), ("lifo", 3, 5), ("lifo", 8, 11), ("latest", 5, 5)]
ALIVE = (0, 0, 0, 0)


def stores_of_the_model(order, slots, messages, deaths):
    names = ("KILL_P", "KILL_P_AGAIN", "KILL_C", "KILL_C_AGAIN")
    options = [f"-D{name}={store}" for name, store in zip(names, deaths)]
    options += [f"-DN={slots}", f"-DM={messages}", f"-DLIMIT={max(1, slots // 4)}", "-DTRACE"]
    options += ["-DLIFO"] * (order == "lifo")
    model = MODELS / ("latest.pml" if order == "latest" else "lane.pml")
    with tempfile.TemporaryDirectory() as folder:  # spin leaves files where it runs
        return lines(["spin", "-T", *options, model], folder)


def stores_of_the_runtime(order, slots, messages, deaths):
    return lines([STORE_LOG, order, str(slots), str(messages), *map(str, deaths)])


def lines(command, folder=None):
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    return [line.strip() for line in result.stdout.splitlines() if re.match(r"\s*[PC] ", line)]


def count_of(role, stores):
    return sum(line.startswith(role) for line in stores)


@pytest.mark.parametrize("order, slots, messages", SCENARIOS)
def test_a_model_stores_what_the_runtime_stores_in_the_same_order(order, slots, messages):
    modelled = stores_of_the_model(order, slots, messages, ALIVE)

    assert modelled == stores_of_the_runtime(order, slots, messages, ALIVE)
    assert count_of("P", modelled) > 15 and count_of("C", modelled) > 15


@pytest.mark.parametrize("order, slots, messages", [("fifo", 2, 3), ("lifo", 3, 5), ("latest", 5, 5)])
@pytest.mark.parametrize("again", [0, 2], ids=["one-death", "two-deaths"])
@pytest.mark.parametrize("role", ["P", "C"])
@pytest.mark.slow
def test_a_model_recovers_by_the_stores_by_which_the_runtime_recovers(order, slots, messages, role, again):
    stores = count_of(role, stores_of_the_runtime(order, slots, messages, ALIVE))
    for store in range(1, stores):
        pair = (store, store + again if again else 0)
        deaths = (*pair, 0, 0) if role == "P" else (0, 0, *pair)

        modelled = stores_of_the_model(order, slots, messages, deaths)

        assert modelled == stores_of_the_runtime(order, slots, messages, deaths), f"dead behind store {store}"
        assert f"{role} dies" in modelled


def test_every_function_that_a_model_names_exists_in_the_runtime():
    code = "\n".join(path.read_text() for path in (ROOT / "runtime").rglob("*.?pp"))
    named = set()
    for model in MODELS.glob("*.pml"):
        for comment in re.findall(r"/\*(.*?)\*/", model.read_text(), re.DOTALL):
            named |= set(re.findall(r"\b[A-Z]\w+::(\w+)", comment))

    assert len(named) > 15
    assert [name for name in sorted(named) if not re.search(rf"\b{name}\b", code)] == []


def test_every_mistake_that_a_model_can_plant_is_looked_for_and_every_name_looked_for_is_planted():
    planted = set(re.findall(r"\bBUG_\w+", "\n".join(path.read_text() for path in MODELS.glob("*.pml"))))
    looked_for = set(re.findall(r'"(BUG_\w+)"', (ROOT / "scripts/model").read_text()))

    assert planted - {"BUG_"} == looked_for
