"""A load beside the runs of a block: stress-ng keeps all cores, memory and the disk cache busy."""
import os
import shutil
import subprocess
import time

PROGRAM = "stress-ng"


def words():
    cores = os.cpu_count() or 1
    return [PROGRAM, "--cpu", str(cores), "--vm", "1", "--vm-bytes", "128M", "--hdd", "1", "--hdd-bytes", "64M", "--quiet"]


class Load:
    """A context. Where stress-ng is missing there is no such load, and is_possible() says so."""

    def __init__(self, folder):
        self._folder = folder  # where it leaves what it writes to disk
        self._process = None

    @staticmethod
    def is_possible():
        return shutil.which(PROGRAM) is not None

    def __enter__(self):
        self._process = subprocess.Popen([*words(), "--temp-path", str(self._folder)], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)  # until its workers have begun
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=20)
