"""`message: geometry.Pose`: a named type as the whole message of a channel.

check_file.py calls it; check.py asks it what the channels of a run must agree on.
"""

from __future__ import annotations

from typing import Optional

from .check_fields import Known
from .check_types import BadType, parse_type, unknown_type
from .load import Mapping, Text
from .model import SCALARS, Shape, Struct, message_of
from .problem import Problems, quoted


def carried_type(text: Text, known: Known, problems: Problems) -> Optional[Struct]:
    """The type of that name; None where there is none, or a broken one."""
    what = f"message {quoted(text.value)}"
    try:
        name, shape, _ = parse_type(text.value)
    except BadType:
        problems.add(text.place, f"{what}: write a map of fields, or the name of a type")
        return None
    if shape is not Shape.SINGLE or name in SCALARS:
        hint = f"write the fields: message: {{value: {_in_braces(text.value)}}}"
        problems.add(text.place, f"{what}: a message is a type with fields; {hint}")
        return None
    if known.lacks(name):
        unknown = unknown_type(name, list(known.elements), known.hint(name))
        problems.add(text.place, f"message: {unknown}")
        return None
    element = known.elements.get(name)
    if element is None:
        return None
    if not isinstance(element, Struct):
        hint = f"write the fields: message: {{value: {name}}}"
        problems.add(text.place, f"{what}: an enum cannot be a message; {hint}")
        return None
    own = message_of(element).name
    for kind, members in (("field", element.fields), ("constant", element.constants)):
        if own in (member.name for member in members):
            meets = f"its {kind} '{own}' has the name of the struct that is generated for it"
            problems.add(text.place, f"{what}: {meets}; rename it")
            return None
    return element


def check_reserve(root: Mapping, problems: Problems) -> None:
    """Every channel that carries the type has the same message, so the type says what it keeps."""
    if "reserve" in root.entries:
        text = "key 'reserve': the message is a named type, and all its channels keep the same"
        problems.add(root.place_of("reserve"), f"{text}; write it in the type, behind its 'fields'")


def _in_braces(type_text: str) -> str:
    return f'"{type_text}"' if "[" in type_text else type_text
