"""iox-roudi, the daemon that iceoryx needs: started before the runs, ended behind them."""
import shutil
import subprocess
import time


class Roudi:
    """A context; without the daemon's program it does nothing, and iceoryx says that it is not running."""

    def __init__(self, pools):
        self._pools = pools
        self._process = None

    def __enter__(self):
        program = shutil.which("iox-roudi")
        if program:
            self._process = subprocess.Popen([program, "-c", str(self._pools), "-l", "error"], stdin=subprocess.DEVNULL,
                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self._await()
        return self

    def _await(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            line = self._process.stdout.readline()
            if not line or "ready for clients" in line:
                return

    def __exit__(self, *_):
        if self._process:
            self._process.terminate()
            try:
                self._process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
