"""A live channel for tests of the commands that watch one, and their command lines."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Iterator, Sequence

INSTANCES = itertools.count()
SHM = Path("/dev/shm")


def new_instance() -> str:
    return f"w{os.getpid()}_{next(INSTANCES)}"


def window_of(channel: str, instance: str) -> Path:
    return SHM / f"sluice.{os.geteuid()}.{channel}.{instance}"


@contextlib.contextmanager
def streaming(peer: Path, count: int, *arguments: object) -> Iterator[str]:
    """The name of a channel on which `count` messages pass: as fast as may be, or RATE_HZ a second."""
    instance = new_instance()
    words = [str(word) for word in (peer, instance, count, *arguments)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield f"tests.tools.stream/{instance}"
        finally:
            process.kill()
            process.wait(10)
            window_of("tests.tools.stream", instance).unlink(missing_ok=True)


def wait_until_it_handles_signals(pid: int) -> None:
    """Until an interrupt no longer kills the process at once."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.M)[1]
        if int(caught, 16) >> (signal.SIGINT - 1) & 1:
            return
        time.sleep(0.01)
    raise AssertionError("it never handled SIGINT")


def run(words: Sequence[object], **options: object) -> subprocess.CompletedProcess:
    settings = dict(capture_output=True, text=True, timeout=60)
    settings.update(options)
    return subprocess.run([str(word) for word in words], **settings)
