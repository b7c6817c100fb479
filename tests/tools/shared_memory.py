"""A /dev/shm of a test's own, in a mount namespace: what lies there is the test's alone, and so is what is removed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

BEGIN = "mount --make-rprivate / && mount -t tmpfs -o size={size} tmpfs /dev/shm && echo ready && exec cat"


class SharedMemory:
    """`run` and `start` run programs in it; `folder` is it, as seen from outside."""

    def __init__(self, size="64m"):
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        self._holder = subprocess.Popen(
            ["unshare", "--mount", *as_root, "sh", "-c", BEGIN.format(size=size)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        if self._holder.stdout.readline() != "ready\n":
            raise RuntimeError(self._holder.communicate()[1])
        self._enter = ["nsenter", "--target", str(self._holder.pid), "--mount", "--root", "--wd"]  # those of a chroot
        if as_root:
            self._enter += ["--user", "--preserve-credentials"]
        self.folder = Path("/proc", str(self._holder.pid), "root", "dev", "shm")
        self._started = []

    @staticmethod
    def can_be_made():
        """What is in the way; None if nothing is."""
        if not shutil.which("unshare") or not shutil.which("nsenter"):
            return "no unshare or nsenter on this machine"
        try:
            SharedMemory().close()
        except RuntimeError as error:
            return f"no mount namespace for this user: {error}"
        return None

    def run(self, *words, **variables):
        """Exit code, stdout, stderr of a program that ends by itself."""
        done = subprocess.run(
            [*self._enter, *map(str, words)], env={**os.environ, **variables}, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    def start(self, *words, **options):
        """A program whose input and output are the test's."""
        command = [*self._enter, *map(str, words)]
        process = subprocess.Popen(command, text=True, **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options})
        self._started.append(process)
        return process

    def names(self):
        return sorted(os.listdir(self.folder))

    def close(self):
        for process in self._started:
            process.kill()
            process.wait(10)
            for end in (process.stdin, process.stdout):
                if end and not end.closed:
                    end.close()
        self._holder.stdin.close()
        self._holder.wait(10)
        self._holder.stdout.close()
        self._holder.stderr.close()


class Peer:
    """tests/processes/relay_peer: does to a channel what it is told, and answers each line with one line."""

    def __init__(self, memory, program, instance):
        self._process = memory.start(program, instance)
        self.pid = self._process.pid

    def say(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().rstrip("\n")

    def kill(self):
        self._process.kill()
        self._process.wait(10)
