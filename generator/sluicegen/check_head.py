"""The keys that say what a file is: channel, namespace, version, capacity.

check_file.py calls it. Each function returns what the rest of the checks can go on with.
"""

from __future__ import annotations

import os
from typing import Optional

from .check_fields import MAX_VERSION_PART, parse_version, text_of
from .check_names import MAX_FULL_NAME, check_name
from .check_values import parse_integer
from .load import Mapping
from .model import Version
from .problem import WHOLE_FILE, Place, Problems, quoted

DEFAULT_CAPACITY = 64
MAX_CAPACITY = 1_048_574  # an index has 20 bits, and two of its values mean something else


def is_channel(root: Mapping) -> bool:
    """As the published JSON Schema has it: else the file holds types only."""
    keys = set(root.entries)
    return bool(keys & {"channel", "message"}) or not keys & {"types", "enums", "constants"}


def check_channel_name(root: Mapping, problems: Problems) -> str:
    name = text_of(root, "channel")
    if "channel" in root.entries:
        check_name("channel", name, root.place_of("channel"), problems, lower=True)
    return name


def check_file_name(path: str, problems: Problems) -> str:
    """A file of types gives its generated files their name."""
    name = os.path.splitext(os.path.basename(path))[0]
    check_name("the file's name", name, Place(path, WHOLE_FILE), problems, lower=True)
    return name


def check_namespace(root: Mapping, name: str, problems: Problems) -> str:
    """`name`: of the channel or file, which the namespace makes a full one."""
    namespace = text_of(root, "namespace")
    if "namespace" not in root.entries:
        return namespace
    place = root.place_of("namespace")
    if "" in namespace.split("."):
        text = "has an empty part; write names with one dot between them"
        problems.add(place, f"namespace {quoted(namespace)} {text}")
    for part in filter(None, namespace.split(".")):
        what = "namespace" if part == namespace else f"namespace {quoted(namespace)}: part"
        check_name(what, part, place, problems, lower=True)
        if part in ("std", "sluice"):
            text = f"{what} '{part}' belongs to C++ or to the library; choose another"
            problems.add(place, text)
    length = len(namespace) + 1 + len(name)
    if length > MAX_FULL_NAME and not problems.found:
        what = "channel" if is_channel(root) else "file name"
        text = f"namespace and {what} together have {length} characters"
        problems.add(place, f"{text}; at most {MAX_FULL_NAME} are possible")
    return namespace


def check_version(root: Mapping, problems: Problems) -> Optional[Version]:
    text = text_of(root, "version")
    version = parse_version(text)
    if version is None and "version" in root.entries:
        rule = f'write major.minor, each from 0 to {MAX_VERSION_PART}, for example "1.0"'
        problems.add(root.place_of("version"), f"version {quoted(text)}: {rule}")
    return version


def check_capacity(root: Mapping, problems: Problems) -> int:
    if "capacity" not in root.entries:
        return DEFAULT_CAPACITY
    text = text_of(root, "capacity")
    capacity = parse_integer(text)
    if capacity is None or not 1 <= capacity <= MAX_CAPACITY:
        rule = f"must be a whole number from 1 to {MAX_CAPACITY}"
        problems.add(root.place_of("capacity"), f"capacity {quoted(text)}: {rule}")
        return DEFAULT_CAPACITY
    return capacity
