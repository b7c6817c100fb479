"""On what, when and how it was measured."""
import os
import platform
import shutil
import subprocess
from datetime import date
from pathlib import Path


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def is_virtual():
    return " hypervisor" in Path("/proc/cpuinfo").read_text()


def git_commit(folder):
    """The commit that is checked out, `+` behind it where files differ from it; empty outside of git, and without it."""
    if shutil.which("git") is None:
        return ""

    def git(*words):
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""
    commit = git("rev-parse", "--short=12", "HEAD")
    return commit + ("+" if commit and git("status", "--porcelain") else "")


def describe(root, command):
    cores = len(os.sched_getaffinity(0))
    return {
        "processor": processor(), "cores": cores, "virtual": is_virtual(), "kernel": platform.release(),
        "load_before": round(os.getloadavg()[0], 2), "date": date.today().isoformat(), "command": command,
        "version": (root / "VERSION").read_text().strip(), "commit": git_commit(root),
    }


def sentence(machine):
    kind = "virtual machine" if machine["virtual"] else "machine"
    return (f"{machine['date']}: {kind}, {machine['cores']} cores of {machine['processor']}, Linux {machine['kernel']}, "
            f"load {machine['load_before']} at the start; {machine['command']}")
