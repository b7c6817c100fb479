"""The command: `sluicegen a.yaml b.yaml -o DIR`. Arguments in, exit code out.

0: done. 1: something is wrong with a schema, a tool or the output folder; each problem is one line
on stderr, and no file was touched. 2: the command line is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from . import __version__
from .against import CompareError, SluiceDiff, check_against
from .check import check_files
from .flatc import Flatc, FlatcError
from .layout import LayoutError
from .model import Channel
from .outputs import explanation, make_descriptor, make_outputs, output_names
from .write import write_files

DESCRIPTOR_SCHEMA = Path(__file__).parents[2] / "runtime" / "schema" / "descriptor.fbs"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if not (options.output or options.list_outputs or options.explain or options.descriptor):
        parser.error("say where the files go: -o DIR")
    _check_one_schema(options, parser)
    channels, problems = check_files(options.schemas)
    if problems:
        return _fail(*problems)
    if options.list_outputs:
        print("\n".join(name for channel in channels for name in output_names(channel)))
        return 0
    try:
        if options.against:
            sluice_diff = SluiceDiff.find(options.compare_with)
            if problems := check_against(options.against, options.schemas, sluice_diff):
                return _fail(*problems)
        flatc = Flatc.find(options.flatc)
        if options.explain:
            print("\n".join(explanation(each, flatc, options.descriptor_schema) for each in channels), end="")
            return 0
        if options.descriptor:
            descriptor = make_descriptor(channels[0], flatc, options.descriptor_schema)
            write_files(options.descriptor.parent, {options.descriptor.name: descriptor})
        if options.output:
            write_files(options.output, _make_all(channels, flatc, options.descriptor_schema))
    except (CompareError, FlatcError, LayoutError) as error:
        return _fail(f"sluicegen: {error}")
    except OSError as error:
        return _fail(f"sluicegen: {error.filename or options.output}: {error.strerror}")
    return 0


def _check_one_schema(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    if len(options.schemas) == 1:
        return
    if options.descriptor:
        parser.error("--descriptor is for one schema")
    if options.against and not options.against.endswith(":"):
        parser.error("--against with several schemas takes a git revision alone, such as v1.2:")


def _make_all(channels: list[Channel], flatc: Flatc, descriptor_schema: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for channel in channels:
        files.update(make_outputs(channel, flatc, descriptor_schema))
    return files


def _fail(*problems: object) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sluicegen",
        description="Makes C++ headers and FlatBuffers schemas of channel schemas.",
    )
    parser.add_argument(
        "schemas", nargs="+", type=Path, metavar="SCHEMA", help="a channel's YAML file"
    )
    parser.add_argument("-o", dest="output", type=Path, metavar="DIR", help="where the files go")
    parser.add_argument("--flatc", default="", metavar="PATH", help="FlatBuffers' compiler")
    parser.add_argument(
        "--descriptor-schema",
        type=Path,
        default=DESCRIPTOR_SCHEMA,
        metavar="PATH",
        help="the window's own schema, runtime/schema/descriptor.fbs",
    )
    parser.add_argument(
        "--list-outputs",
        action="store_true",
        help="print the files that would be written, and stop",
    )
    parser.add_argument(
        "--descriptor", type=Path, metavar="FILE", help="write the descriptor that windows carry"
    )
    parser.add_argument(
        "--against",
        metavar="OLD",
        help="refuse what breaks programs of OLD: a schema, v1.2:imu.yaml of git, or a descriptor;"
        " v1.2: means each schema's own file there, if there is one",
    )
    parser.add_argument(
        "--compare-with", default="", metavar="PATH", help="the command 'sluice', for --against"
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="print where every byte of a message lies and what a window takes, and stop",
    )
    parser.add_argument("--version", action="version", version=f"sluicegen {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
