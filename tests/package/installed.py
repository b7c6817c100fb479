"""Sluice installed by the README's commands, then moved: the folders of the build are gone when it is used."""
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
import readme  # noqa: E402

ROOT = readme.ROOT
VERSION = (ROOT / "VERSION").read_text().strip()


class Installed:
    """A prefix that has been moved away from where it was installed."""

    def __init__(self, folder):
        self.folder = folder  # what is installed may name nothing in here, nor anything of ROOT
        self.prefix = folder / "moved/prefix"
        if not self.prefix.exists():
            self._make()

    def _make(self):
        tools = self.folder / "tools"
        tools.mkdir(parents=True)
        for name, program in (("flatc", shutil.which("flatc")), ("python3", sys.executable)):
            (tools / name).symlink_to(program)
        self._install(tools)
        shutil.rmtree(self.folder / "build")
        shutil.rmtree(tools)
        self.prefix.parent.mkdir()
        (self.folder / "sluice").unlink()
        (self.folder / "home/sluice").rename(self.prefix)

    def _install(self, tools):
        """As the README says, with asserts and debug information: a compiler writes file names into those."""
        (self.folder / "sluice").symlink_to(ROOT)
        configure, *others = readme.commands("install")
        definitions = [
            "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1",
            f"-DSLUICE_FLATC={tools / 'flatc'}", f"-DPython3_EXECUTABLE={tools / 'python3'}",
        ]
        for command in (f"{configure} {shlex.join(definitions)}", *others):
            must("bash", "-c", command, cwd=self.folder, env={"HOME": self.folder / "home", "CMAKE_BUILD_PARALLEL_LEVEL": 2})

    @property
    def sluicegen(self):
        return self.prefix / "bin/sluicegen"

    def library(self, name):
        return next(self.prefix.rglob(name))

    def pkg_config(self, *arguments):
        found = must("pkg-config", *arguments, "sluice", env={"PKG_CONFIG_PATH": self.library("sluice.pc").parent})
        return found.stdout.split()

    def configure(self, source, binary, *definitions):
        return run(
            "cmake", "-S", source, "-B", binary, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DPython3_EXECUTABLE={sys.executable}", *definitions,
        )


def run(*command, env=None, **options):
    return subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **{name: str(value) for name, value in (env or {}).items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1200,
        check=False,
        **options,
    )


def must(*command, **options):
    result = run(*command, **options)
    assert result.returncode == 0, result.stdout
    return result
