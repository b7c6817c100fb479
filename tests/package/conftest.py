import fcntl
import os

import pytest

from installed import Installed


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """One package for all workers of a run: it takes minutes to build."""
    of_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_run = of_run.parent
    with open(of_run / "package.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Installed(of_run / "package")
