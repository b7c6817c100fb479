"""How many bytes a window takes: the runtime's arithmetic (runtime/src/geometry.cpp), for --explain.

The generator does not import the runtime; test_explain.py holds this against the C++.
"""

from __future__ import annotations

from dataclasses import dataclass

from .layout import align

CACHE_LINE_BYTES = 64  # a slot starts on one
WORDS_LINE_BYTES = 128  # the roles' own words keep apart by this
PAGE_BYTES = 4096
HEADER_BYTES = 512
PRODUCER_WORDS_BYTES = 4 * WORDS_LINE_BYTES
CONSUMER_WORDS_BYTES = 5 * WORDS_LINE_BYTES
LINK_BYTES = 4
LINKS_PER_LINE = 16
MARK_BYTES = 1
ROLES = 2


@dataclass(frozen=True)
class WindowSize:
    slot: int  # the stride
    slots: int  # all of them
    words: int  # the header and both roles' words
    arrays: int  # links and marks of both roles
    total: int


def slot_bytes(message_bytes: int) -> int:
    return align(message_bytes, CACHE_LINE_BYTES)


def window_size(capacity: int, message_bytes: int, descriptor_bytes: int) -> WindowSize:
    links = 1 << (capacity + LINKS_PER_LINE - 1).bit_length()
    arrays = align(links * LINK_BYTES, WORDS_LINE_BYTES)
    arrays += align(capacity * MARK_BYTES, WORDS_LINE_BYTES)
    producer = align(HEADER_BYTES + descriptor_bytes, WORDS_LINE_BYTES)
    consumer = align(producer + PRODUCER_WORDS_BYTES + arrays, PAGE_BYTES)
    slots_at = align(consumer + CONSUMER_WORDS_BYTES + arrays, PAGE_BYTES)
    slots = capacity * slot_bytes(message_bytes)
    total = align(slots_at + slots, PAGE_BYTES)
    words = HEADER_BYTES + PRODUCER_WORDS_BYTES + CONSUMER_WORDS_BYTES
    return WindowSize(slot_bytes(message_bytes), slots, words, ROLES * arrays, total)
