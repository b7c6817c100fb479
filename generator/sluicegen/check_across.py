"""What the files of one run must agree on: names, generated files, types that are messages.

check.py calls it when every file has been checked for itself. Each problem goes to a file that it
concerns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .check_file import FileCheck, Use
from .check_names import Declared, check_across_files
from .model import Channel, Namespace, Struct, Version, full_name, message_of
from .output_names import header_name
from .problem import WHOLE_FILE, Place

Names = dict[tuple[Namespace, str], Declared]


def check_across(files: Sequence[FileCheck]) -> None:
    check_across_files([(file.declared, file.problems) for file in files])
    names: Names = {}
    for file in files:
        for declared in file.declared:
            names.setdefault((declared.namespace, declared.name), declared)
    for file in files:
        _check_message_name(file, names)
        _check_names_for_flatc(file, names)
    _check_generated_files(files)
    _check_since(files)


def _check_message_name(file: FileCheck, names: Names) -> None:
    if not file.carried:
        return
    name = message_of(file.carried).name
    other = names.get((file.carried.namespace, name))
    if other:
        text = f"message '{full_name(file.carried)}': what is generated for it"
        text += f" meets {other.what} of {_shown(other.place)}: both are '{name}' in C++"
        file.problems.add(file.place_of_message(), f"{text}; rename one")


def _check_names_for_flatc(file: FileCheck, names: Names) -> None:
    """In a.b, flatc looks for geometry.Pose in a.b and in a first; no spelling keeps it from it."""
    here = file.known.namespace
    for element, what, place in file.uses:
        for length in range(len(here), 0, -1):
            inner = names.get((here[:length] + element.namespace, element.name))
            if inner and element.namespace != here:
                found = ".".join((*inner.namespace, inner.name))
                text = f"{what}: FlatBuffers would take '{full_name(element)}' for '{found}'"
                file.problems.add(place, f"{text} of {_shown(inner.place)}; rename one")
                break


def _check_generated_files(files: Sequence[FileCheck]) -> None:
    owners: dict[str, FileCheck] = {}
    for file in files:
        if not file.definitions or isinstance(file.definitions, Channel):
            continue  # channels of one name have met by their types
        header = header_name(file.definitions)
        first = owners.setdefault(header, file)
        if first is not file:
            text = f"its header would be {header}, as that of {first.source.name}"
            place = Place(file.source.name, WHOLE_FILE)
            file.problems.add(place, f"{text}; rename one, or use another namespace")


def _check_since(files: Sequence[FileCheck]) -> None:
    """A type grows in minor versions only as the message of channels, and with each of them."""
    uses: dict[str, Use] = {}
    for file in files:
        for use in file.uses:
            uses.setdefault(full_name(use.element), use)
    for file in files:
        for struct, field, since, place in _growing_fields(file):
            use = uses.get(full_name(struct))
            what = f"field '{struct.name}.{field}'"
            if use:
                text = f"{what}: 'since' is for fields of a message, and '{struct.name}' is"
                text += f" the type of {use.what} in {_shown(use.place)}"
                file.problems.add(place, f"{text}; such a type grows only with a new major version")
            for carrier in files:
                if carrier.carried is struct and not use:
                    _check_version(carrier, struct, field, since)


def _growing_fields(file: FileCheck) -> Iterator[tuple[Struct, str, Version, Place]]:
    for element in file.elements.values():
        if isinstance(element, Struct):
            for field, (since, place) in file.sinces(element).items():
                yield element, field, since, place


def _check_version(carrier: FileCheck, struct: Struct, field: str, since: Version) -> None:
    version = carrier.version
    if not version:
        return
    what = f"message '{full_name(struct)}': its field '{field}' came with {since}"
    if since.major != version.major:
        text = f"{what}, this channel has version {version}; give both the same major"
        carrier.problems.add(carrier.place_of_message(), text)
    elif since.minor > version.minor:
        text = f"{what}, newer than version {version}; raise 'version' to {since}"
        carrier.problems.add(carrier.place_of_message(), text)


def _shown(place: Place) -> str:
    return f"{place.file}:{place.line}"
