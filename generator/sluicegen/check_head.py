"""What a file is, and how its channel behaves: tree -> Head, and what is wrong with each key.

check_file.py calls it first.
"""

from __future__ import annotations

import os
from typing import NamedTuple, Optional

from .check_fields import MAX_VERSION_PART, parse_version
from .check_keys import text_of
from .check_names import MAX_FULL_NAME, check_name
from .check_values import parse_integer
from .load import Mapping
from .model import Version
from .problem import WHOLE_FILE, Place, Problems, quoted

DEFAULT_CAPACITY = 64
DEFAULT_CAPACITY_OF_LATEST = 8
MIN_CAPACITY_OF_LATEST = 5  # one unread, one loaned, three with a consumer that keeps a sample
MAX_CAPACITY = 1_048_574  # an index has 20 bits, and two of its values mean something else


class Head(NamedTuple):
    """As far as it is sound; of a file of types, what is for channels has its defaults."""

    is_channel: bool
    name: str  # the channel's, else the file's
    namespace: str
    version: Optional[Version]
    order: str
    capacity: int
    overflow: str


def read_head(root: Mapping, file: str, problems: Problems) -> Head:
    is_channel = _is_channel(root)
    name = _channel_name(root, problems) if is_channel else _file_name(file, problems)
    return Head(
        is_channel,
        name,
        _namespace(root, "channel" if is_channel else "file name", name, problems),
        _version(root, problems),
        text_of(root, "order") or "fifo",
        _capacity(root, problems),
        text_of(root, "overflow") or "reject",
    )


def _is_channel(root: Mapping) -> bool:
    """As the published JSON Schema has it."""
    keys = set(root.entries)
    return bool(keys & {"channel", "message"}) or not keys & {"types", "enums", "constants"}


def _channel_name(root: Mapping, problems: Problems) -> str:
    name = text_of(root, "channel")
    if "channel" in root.entries:
        check_name("channel", name, root.place_of("channel"), problems, lower=True)
    return name


def _file_name(file: str, problems: Problems) -> str:
    """A file of types gives its generated files their name."""
    name = os.path.splitext(os.path.basename(file))[0]
    check_name("the file's name", name, Place(file, WHOLE_FILE), problems, lower=True)
    return name


def _namespace(root: Mapping, named: str, name: str, problems: Problems) -> str:
    """`named`: what the name is that stands behind the namespace."""
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
        text = f"namespace and {named} together have {length} characters"
        problems.add(place, f"{text}; at most {MAX_FULL_NAME} are possible")
    return namespace


def _version(root: Mapping, problems: Problems) -> Optional[Version]:
    text = text_of(root, "version")
    version = parse_version(text)
    if version is None and "version" in root.entries:
        rule = f'write major.minor, each from 0 to {MAX_VERSION_PART}, for example "1.0"'
        problems.add(root.place_of("version"), f"version {quoted(text)}: {rule}")
    return version


def _capacity(root: Mapping, problems: Problems) -> int:
    is_latest = text_of(root, "order") == "latest"
    if "capacity" not in root.entries:
        return DEFAULT_CAPACITY_OF_LATEST if is_latest else DEFAULT_CAPACITY
    text = text_of(root, "capacity")
    capacity = parse_integer(text)
    if capacity is None or not 1 <= capacity <= MAX_CAPACITY:
        rule = f"must be a whole number from 1 to {MAX_CAPACITY}"
        problems.add(root.place_of("capacity"), f"capacity {quoted(text)}: {rule}")
        return DEFAULT_CAPACITY
    if is_latest and capacity < MIN_CAPACITY_OF_LATEST:
        rule = f"order latest needs at least {MIN_CAPACITY_OF_LATEST} slots"
        reason = "one unread, one loaned, three with a consumer that keeps a sample"
        problems.add(root.place_of("capacity"), f"capacity '{capacity}': {rule}: {reason}")
    return capacity
