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
from .check import check_files, input_files
from .flatc import Flatc, FlatcError
from .layout import LayoutError
from .model import Channel, TypeFile
from .outputs import Outputs
from .problem import WHOLE_FILE, Problem
from .write import write_files

DESCRIPTOR_SCHEMA = Path(__file__).parents[2] / "runtime" / "schema" / "descriptor.fbs"
_NO_CHANNEL = "holds types and no channel, so it has no descriptor; name a schema that uses them"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if not _wants_something(options):
        parser.error("say where the files go: -o DIR")
    _check_one_schema(options, parser)
    if options.list_inputs:
        print("\n".join(input_files(options.schemas, options.import_folders)))
        if not options.list_outputs:
            return 0
        print()
    files, problems = check_files(options.schemas, options.import_folders)
    if problems:
        return _fail(*problems)
    try:
        return _carry_out(options, files)
    except (CompareError, FlatcError, LayoutError) as error:
        return _fail(f"sluicegen: {error}")
    except OSError as error:
        return _fail(f"sluicegen: {error.filename or options.output}: {error.strerror}")


def _carry_out(options: argparse.Namespace, files: Sequence[TypeFile]) -> int:
    outputs = Outputs(files)
    if options.list_outputs:
        print("\n".join(outputs.names()))
        return 0
    if options.descriptor and not isinstance(files[0], Channel):
        return _fail(Problem(str(options.schemas[0]), WHOLE_FILE, _NO_CHANNEL))
    if options.against and (problems := _compare(options, files)):
        return _fail(*problems)
    flatc = Flatc.find(options.flatc)
    problems = outputs.compile_payloads(flatc) or outputs.check_descriptors(flatc, options.descriptor_schema)
    if problems:
        return _fail(*problems)
    if options.explain:
        print(outputs.explanation(flatc, options.descriptor_schema), end="")
        return 0
    if options.descriptor:
        descriptor = outputs.descriptor(flatc, options.descriptor_schema)
        write_files(options.descriptor.parent, {options.descriptor.name: descriptor})
    if options.output:
        write_files(options.output, outputs.make(flatc, options.descriptor_schema))
    return 0


def _wants_something(options: argparse.Namespace) -> bool:
    lists = options.list_outputs or options.list_inputs
    return bool(options.output or options.descriptor or options.explain or lists)


def _check_one_schema(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    if len(options.schemas) == 1:
        return
    if options.descriptor:
        parser.error("--descriptor is for one schema")
    if options.against and not options.against.endswith(":"):
        parser.error("--against with several schemas takes a git revision alone, such as v1.2:")


def _compare(options: argparse.Namespace, files: Sequence[TypeFile]) -> list[Problem]:
    """Types have no version of their own: channels that use them are compared."""
    sluice_diff = SluiceDiff.find(options.compare_with, options.import_folders)
    channels = [file.source for file in files if isinstance(file, Channel)]
    return check_against(options.against, channels, sluice_diff)


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
        "schemas", nargs="+", type=Path, metavar="SCHEMA", help="a YAML file: a channel, or types"
    )
    parser.add_argument("-o", dest="output", type=Path, metavar="DIR", help="where the files go")
    parser.add_argument(
        "-I",
        dest="import_folders",
        action="append",
        default=[],
        metavar="DIR",
        help="where imported files are looked for too; may be repeated",
    )
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
        "--list-inputs",
        action="store_true",
        help="print the schemas given and all that they import, and stop; with --list-outputs an"
        " empty line, and then those",
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
