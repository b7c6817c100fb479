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
from .check import check_files, input_files
from .flatc import Flatc, FlatcError
from .layout import LayoutError
from .outputs import Outputs
from .write import write_files

DESCRIPTOR_SCHEMA = Path(__file__).parents[2] / "runtime" / "schema" / "descriptor.fbs"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if not (options.output or options.list_outputs or options.list_inputs or options.explain):
        parser.error("say where the files go: -o DIR")
    if options.list_inputs:
        print("\n".join(input_files(options.schemas, options.import_folders)))
        return 0
    files, problems = check_files(options.schemas, options.import_folders)
    if problems:
        return _fail(*problems)
    outputs = Outputs(files)
    if options.list_outputs:
        print("\n".join(outputs.names()))
        return 0
    try:
        flatc = Flatc.find(options.flatc)
        if options.explain:
            print(outputs.explanation(flatc, options.descriptor_schema), end="")
            return 0
        write_files(options.output, outputs.make(flatc, options.descriptor_schema))
    except (FlatcError, LayoutError) as error:
        return _fail(f"sluicegen: {error}")
    except OSError as error:
        return _fail(f"sluicegen: {error.filename or options.output}: {error.strerror}")
    return 0


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
        help="print the schemas given and all that they import, and stop",
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
