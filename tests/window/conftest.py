import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from window_page import ROOT, Window, table

BUILD = ROOT / "build/dev"


@pytest.fixture(scope="session")
def producer_program():
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "--preset", "dev", "--target", "live_producer"]):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    return BUILD / "tests/window/live_producer"


@pytest.fixture(scope="module")
def producer(producer_program):
    """A producer of three messages that has no consumer; its window is at `path`."""
    instance = f"live_{os.getpid()}"
    template = dict((kind, name) for kind, name in table("names"))["own, with an instance"]
    with subprocess.Popen(
        [producer_program, instance], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "published\n"
        process.path = Path("/dev/shm") / template.format(uid=os.geteuid(), channel="demo.imu", instance=instance)
        yield process
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.fixture(scope="module")
def window(producer):
    return Window(producer.path)


@pytest.fixture(scope="module")
def generated(tmp_path_factory, producer_program):
    """Imports the Python that flatc makes of the message's and of the descriptor's schema."""
    folder = tmp_path_factory.mktemp("generated")
    for schema in (
        BUILD / "tests/window/window_test_channels.channels/demo/imu.fbs",
        ROOT / "runtime/schema/descriptor.fbs",
    ):
        subprocess.run(["flatc", "--python", "-o", folder, schema], check=True)
    sys.path.insert(0, str(folder))
    yield importlib.import_module
    sys.path.remove(str(folder))
