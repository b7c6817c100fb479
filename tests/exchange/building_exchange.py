"""Schemas -> a program that exchanges a message of each, built and run, and its bytes read by Python."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from building import ROOT, WARNINGS, run
from sluicegen.check import check_files
from sluicegen.model import Channel
from sluicegen.outputs import Outputs
from sluicegen.flatc import Flatc
from sluicegen.write import write_files

from program import Exchange, main_text, unit_text
from reader import Reader
from values import same

HERE = Path(__file__).parent
DESCRIPTOR_SCHEMA = ROOT / "runtime/schema/descriptor.fbs"
AT_ONCE = 2


def library() -> Path:
    """libsluice.a of the build that scripts/test has made before."""
    run("cmake", "--preset", "dev")
    run("cmake", "--build", "--preset", "dev", "--target", "sluice_static")
    return ROOT / "build/dev/runtime/libsluice.a"


def generate(schemas: list[Path], out: Path) -> list[Channel]:
    """All files of all schemas; a schema that is refused fails with its sentences."""
    channels, problems = check_files(schemas)
    assert problems == [], "\n".join(map(str, problems))
    flatc = Flatc.find()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = pool.map(lambda channel: Outputs([channel]).make(flatc, DESCRIPTOR_SCHEMA), channels)
        for files in made:
            write_files(out, files)
    return channels


def build(exchanges: list[Exchange], out: Path, archive: Path, compiler: str, units: int) -> Path:
    """The program; the headers' own code is compiled under the strict flags."""
    folder = out / compiler
    folder.mkdir()
    texts = {f"unit_{at}.cpp": unit_text(exchanges[at::units]) for at in range(units)}
    texts["main.cpp"] = main_text(exchanges)
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    descriptors = "\n".join(f'#include "{out}/{each.header[:-3]}cpp"' for each in exchanges)
    (folder / "descriptors.cpp").write_text(descriptors)
    include = [f"-I{ROOT / 'runtime/include'}", f"-I{HERE}", f"-I{out}"]

    def compile_one(source: Path) -> Path:
        # A program that names deprecated members is what this one has to be.
        flags = ["-std=c++17", "-O0", "-g0", *WARNINGS, "-Wno-deprecated-declarations", *include]
        run(compiler, *flags, "-c", source, "-o", source.with_suffix(".o"))
        return source.with_suffix(".o")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        objects = list(pool.map(compile_one, sorted(folder.glob("*.cpp"))))
    run(compiler, *objects, archive, "-lflatbuffers", "-lpthread", "-o", folder / "program")
    return folder / "program"


def exchange(program: Path) -> Path:
    """Runs it; the folder with the messages' bytes. What differed is in the failure."""
    folder = program.parent / "messages"
    folder.mkdir()
    done = subprocess.run([program, folder], capture_output=True, text=True, timeout=1200, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return folder


def python_readers(channels: list[Channel], out: Path) -> None:
    """flatc's Python code of all channels, put on the import path."""
    files = [out / "/".join((*channel.namespace, f"{channel.name}.fbs")) for channel in channels]
    run("flatc", "--python", "-o", out / "python", *files)
    sys.path.insert(0, str(out / "python"))
    for channel in channels:  # what another test has imported under this name
        for module in [each for each in sys.modules if each.split(".")[0] == channel.namespace[0]]:
            del sys.modules[module]


def differences_in_python(exchanges: list[Exchange], messages: Path) -> list[str]:
    """The channels whose bytes Python reads differently from what C++ sent."""
    wrong = []
    for each in exchanges:
        found = Reader(each.channel).read((messages / each.file).read_bytes())
        wrong += [
            f"{each.channel.full_name}.{field}: sent {each.values[field]!r}, found {found[field]!r}"
            for field in each.values
            if not same(each.values[field], found[field])
        ]
    return wrong
