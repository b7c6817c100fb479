"""A command in a terminal of its own: what it shows, what its keys do, how it leaves the terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from typing import Callable, Optional, Sequence

import pyte


class Screen:
    """A pseudo-terminal that a command runs in, and the screen that a person would see."""

    def __init__(
        self, words: Sequence[str], columns: int = 100, rows: int = 30, env: Optional[dict[str, str]] = None
    ) -> None:
        self.primary, self.secondary = pty.openpty()
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.output = b""
        self._size(columns, rows)
        self.settings_before = termios.tcgetattr(self.secondary)
        self.process = subprocess.Popen(
            [str(word) for word in words],
            stdin=self.secondary,
            stdout=self.secondary,
            stderr=self.secondary,
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self.primary)
        os.close(self.secondary)

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.primary, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self._size(columns, rows)  # the kernel sends SIGWINCH

    def press(self, keys: str) -> None:
        os.write(self.primary, keys.encode())

    def read(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.primary], [], [], left)[0]:
                return
            try:
                data = os.read(self.primary, 65536)
            except OSError:
                return
            self.output += data
            self.stream.feed(data)

    def wait_for(self, is_shown: Callable[[list[str]], bool], seconds: float = 20) -> list[str]:
        """Reads until the screen is as wanted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read(0.05)
            if is_shown(self.lines()):
                return self.lines()
        raise AssertionError("the screen never showed it:\n" + "\n".join(self.lines()))

    def wait_for_text(self, text: str, seconds: float = 20) -> list[str]:
        return self.wait_for(lambda lines: any(text in line for line in lines), seconds)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    def wait_for_end(self, seconds: float = 10) -> int:
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.05)
        self.read(0.05)
        return self.process.wait(1)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def is_given_back(self) -> bool:
        """Settings as before, the first screen, the cursor shown, lines wrapped."""
        leaves = b"\x1b[?7h\x1b[?25h\x1b[?1049l"
        same = termios.tcgetattr(self.secondary) == self.settings_before
        return same and self.output.rstrip(b"\r\n").count(leaves) == 1 and self.output.rfind(leaves) > self.output.rfind(b"\x1b[?1049h")
