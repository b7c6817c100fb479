"""`message: {flatbuffers: pose.fbs, root: geo.Pose, max_bytes: 4096}`: a table of the user's own schema.

check_file.py calls it. What only flatc knows, whether the schema is right and has the root, is
payloads.py's to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Optional

from .check_keys import text_of
from .check_structure import is_payload
from .check_values import parse_integer
from .load import Mapping, Text
from .model import Payload
from .placed import MAX_TABLE_BYTES, MIN_TABLE_BYTES
from .problem import Problems, quoted
from .user_schema import BadUserSchema, UserSchema, read_user_schema

_ROOT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def payload_of(
    root: Mapping, file: str, folders: Sequence[str], problems: Problems
) -> Optional[Payload]:
    """What a channel's message is; None where it lists fields, or where something is wrong with it."""
    message = root.get("message")
    if not is_payload(message):
        return None
    if "reserve" in root.entries:
        text = "key 'reserve': the message is a FlatBuffers table, which needs none; remove it"
        problems.add(root.place_of("reserve"), text)
    schema = _schema(message, file, folders, problems)
    name = _root(message, problems)
    max_bytes = _max_bytes(message, problems)
    if not schema or not name or not max_bytes:
        return None
    places = {key: message.place_of(key) for key in ("flatbuffers", "root")}
    return Payload(schema, name, max_bytes, text_of(message, "verify") or "each", places)


def _schema(
    message: Mapping, file: str, folders: Sequence[str], problems: Problems
) -> Optional[UserSchema]:
    path = text_of(message, "flatbuffers")
    try:
        return read_user_schema(path, os.path.dirname(file), folders)
    except FileNotFoundError as error:
        problems.add(message.place_of("flatbuffers"), f"flatbuffers {quoted(path)}: {error}")
    except BadUserSchema as error:
        problems.add(message.place_of("flatbuffers"), f"flatbuffers: {error}")
    return None


def _root(message: Mapping, problems: Problems) -> str:
    name = text_of(message, "root")
    if "root" in message.entries and not _ROOT.fullmatch(name):
        text = f"root {quoted(name)}: write the name of a table with its namespace, for example geo.Pose"
        problems.add(message.place_of("root"), text)
        return ""
    return name


def _max_bytes(message: Mapping, problems: Problems) -> Optional[int]:
    if not isinstance(message.get("max_bytes"), Text):
        return None
    text = text_of(message, "max_bytes")
    number = parse_integer(text)
    if number is None or not MIN_TABLE_BYTES <= number <= MAX_TABLE_BYTES:
        rule = f"must be a whole number from {MIN_TABLE_BYTES} to {MAX_TABLE_BYTES}"
        problems.add(message.place_of("max_bytes"), f"max_bytes {quoted(text)}: {rule}")
        return None
    return number
