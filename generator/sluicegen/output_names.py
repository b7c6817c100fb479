"""What generated files are called, relative to the output folder.

outputs.py writes them, includes name them.
"""

from __future__ import annotations

from .model import Channel, Struct, TypeFile


def _folder(file: TypeFile) -> str:
    return "/".join((*file.namespace, ""))


def header_name(file: TypeFile) -> str:
    """demo/imu.channel.hpp, geometry/shapes.types.hpp."""
    kind = "channel" if isinstance(file, Channel) else "types"
    return f"{_folder(file)}{file.name}.{kind}.hpp"


def source_name(file: TypeFile) -> str:
    return header_name(file)[: -len("hpp")] + "cpp"


def fbs_name(file: TypeFile) -> str:
    """demo/imu.fbs, geometry/shapes.types.fbs."""
    kind = "" if isinstance(file, Channel) else ".types"
    return f"{_folder(file)}{file.name}{kind}.fbs"


def bfbs_name(channel: Channel) -> str:
    return fbs_name(channel)[: -len("fbs")] + "bfbs"


def message_header_name(carried: Struct) -> str:
    """geometry/Pose.message.hpp."""
    return "/".join((*carried.namespace, f"{carried.name}.message.hpp"))


def message_fbs_name(carried: Struct) -> str:
    return message_header_name(carried)[: -len("hpp")] + "fbs"
