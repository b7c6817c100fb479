"""Builds the command `sluice` of the preset dev once; makes descriptors of schemas without a process for each."""

from __future__ import annotations

import sys
from functools import lru_cache

import pytest
from dev_build import BUILD, ROOT, build
from shared_memory import Peer, SharedMemory

sys.path.insert(0, str(ROOT / "generator"))


@pytest.fixture(scope="session")
def sluice():
    """The path of the command."""
    build("sluice_tool")
    return BUILD / "bin" / "sluice"


@pytest.fixture(scope="session")
def peer_program():
    build("relay_peer")
    return BUILD / "tests" / "processes" / "relay_peer"


@pytest.fixture(scope="session")
def soak_program():
    build("soak")
    return BUILD / "tests" / "soak" / "soak"


@pytest.fixture(scope="session")
def memory_obstacle():
    return SharedMemory.can_be_made()


@pytest.fixture
def memory(memory_obstacle):
    """Shared memory of the test's own."""
    if memory_obstacle:
        pytest.skip(memory_obstacle)
    own = SharedMemory()
    yield own
    own.close()


@pytest.fixture
def peer(memory, peer_program):
    """peer("left"): a process that makes or opens tests.relay/left there, when it is told to."""
    return lambda instance: Peer(memory, peer_program, instance)


@pytest.fixture
def run(memory, sluice):
    """The command there: exit code, stdout, stderr."""
    return lambda *words, **variables: memory.run(sluice, *words, **variables)


@pytest.fixture(scope="session")
def stream_peer():
    """A program that is a live channel: producer and consumer of tests.tools.stream."""
    build("stream_peer")
    return BUILD / "tests" / "tools" / "stream_peer"


@pytest.fixture(scope="session")
def descriptor_of(tmp_path_factory):
    """A schema's text -> the file of its descriptor, made by sluicegen in this process."""
    from changes import parts_of

    from sluicegen.__main__ import main as sluicegen

    folder = tmp_path_factory.mktemp("descriptors")
    schema = folder / "schema.yaml"

    @lru_cache(maxsize=None)
    def descriptor(text):
        own, imported = parts_of(text)
        schema.write_text(own)
        (folder / "shapes.yaml").write_text(imported)
        path = folder / f"{len(list(folder.iterdir()))}.descriptor"
        assert sluicegen([str(schema), "--descriptor", str(path)]) == 0
        return path

    return descriptor
