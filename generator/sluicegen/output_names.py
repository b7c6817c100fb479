"""What generated files are called, relative to the output folder.

outputs.py writes them, includes name them.
"""

from __future__ import annotations

from .flatc import cpp_header_name
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


def payload_fbs_names(channel: Channel) -> list[str]:
    """demo/track.tables/pose.fbs and so on: copies of the user's own, in a folder no namespace can have."""
    if not channel.payload:
        return []
    return [f"{_payload_folder(channel)}{file.name}" for file in channel.payload.schema.files]


def payload_header_names(channel: Channel) -> list[str]:
    """demo/track.tables/pose_generated.h, what flatc makes of each."""
    return [cpp_header_name(name) for name in payload_fbs_names(channel)]


def _payload_folder(channel: Channel) -> str:
    return f"{_folder(channel)}{channel.name}.tables/"
