"""docs/window-format.md against the sources, row by row, and against a live window that is read by it alone."""
import fcntl
import os
import re
import struct
import subprocess

import pytest

from window_page import PAGE, ROOT, formulas, table

INCLUDES = [f"-I{ROOT / 'runtime/include'}", f"-I{ROOT / 'runtime/src'}"]
PLACES = ("stride_bytes", "descriptor_offset", "producer_offset", "consumer_offset", "slots_offset", "total_bytes")
SIZES = {"u8[8]": 8, "u32": 4, "i32": 4, "u64": 8}
STRUCTS = {
    "header": "WindowHeader",
    "producer": "ProducerWords",
    "consumer": "ConsumerWords",
    "slot": "frozen::Prefix<-160>",
}
SLOT_MEMBERS = {"root": "table_offset", "vtable_distance": "vtable_distance", "number": "sluice_seq"}
F_OFD_GETLK = 36
ROWS_BEGIN = """\
#include <utility>
#include <sluice/detail/journal.hpp>
#include <sluice/frozen.hpp>
#include "window.hpp"
using namespace sluice;
using namespace sluice::detail;
"""


def member(part, name):
    """How C++ calls a row's field."""
    if part == "slot":
        return SLOT_MEMBERS[name]
    if part != "header" or name == "state":
        return name
    return f"fields.{name}" if name in ("magic", "format", "lanes", "fingerprint") else f"fields.geometry.{name}"


def number_in(part, name, pattern):
    """A number that the meaning of a row gives."""
    meaning = next(row[3] for row in table(part) if row[2] == name)
    return int(re.search(pattern, meaning)[1])


def assertions():
    for part, of in STRUCTS.items():
        for offset, kind, name, _ in table(part):
            field = member(part, name)
            yield f"offsetof({of}, {field}) == {offset}"
            yield f"sizeof(std::declval<{of}&>().{field}) == {SIZES[kind]}"
    for value, name, _ in table("states"):
        yield f"State::{name} == State{{{value}}}"
    for held, (value, _) in zip(("no", "yes"), table("marks")):
        yield f"Held::{held} == Held{{{value}}}"
    magic = next(row[3] for row in table("header") if row[2] == "magic")
    yield f"kMagic == 0x{''.join(reversed(magic.split('`')[0].split()))}"
    yield f"kWindowFormat == {number_in('header', 'format', r'^([0-9]+)')}"
    yield f"kMaxCapacity == {number_in('header', 'capacity', r'to ([0-9]+)')}"
    yield f"kMaxMessageBytes == {number_in('header', 'message_bytes', r'up to ([0-9]+)')}"
    yield f"kMaxDescriptorBytes == {number_in('header', 'descriptor_bytes', r'up to ([0-9]+)')}"
    yield f"kNil == SlotIndex{{{re.search(r'The index ([0-9]+) is none', PAGE)[1]}}}"
    yield f"kLineBytes == {re.search(r'A .line. is ([0-9]+) bytes', PAGE)[1]}"
    for (_, formula), part in zip(table("stack word"), ("0xFEDCBA98765", "0xEDCBA")):
        word = "StackWord::of(Tag{0xFEDCBA98765}, SlotIndex{0xEDCBA}).bits"
        yield f"({formula.replace('word', word)}) == {part}"


def test_every_row_of_the_page_is_what_the_sources_say(tmp_path):
    checks = [f"static_assert({check});" for check in assertions()]
    (tmp_path / "rows.cpp").write_text("\n".join([ROWS_BEGIN, *checks]) + "\n")

    compiler = ["g++", "-std=c++20", "-fsyntax-only", "-Wno-invalid-offsetof", *INCLUDES]
    compiled = subprocess.run([*compiler, tmp_path / "rows.cpp"], capture_output=True, text=True)

    assert len(checks) > 100
    assert compiled.stderr == ""


def words_of(source, name):
    """The members of a struct of shared words, those of a nested ClaimIntent one by one."""
    body = re.search(rf"^struct {name} \{{\n(.*?)^\}};", source, re.S | re.M)[1]
    for kind, member_name in re.findall(r"\b(Word|HalfWord|ClaimIntent|std::uint\d+_t) (\w+)(?: = \w+)?;", body):
        if kind == "ClaimIntent":
            yield from (f"{member_name}.{inner}" for inner in words_of(source, kind))
        else:
            yield member_name


@pytest.mark.parametrize(
    "part, file, structs",
    [
        ("header", "src/window.hpp src/geometry.hpp", ["HeaderFields", "Geometry", "WindowHeader"]),
        ("producer", "include/sluice/detail/shared_words.hpp", ["ProducerWords"]),
        ("consumer", "include/sluice/detail/shared_words.hpp", ["ConsumerWords"]),
    ],
)
def test_every_word_of_the_window_has_a_row(part, file, structs):
    source = "\n".join((ROOT / "runtime" / name).read_text() for name in file.split())

    words = {word for name in structs for word in words_of(source, name)}

    assert len(words) > 10
    assert words == {row[2] for row in table(part)}


PRINT_PLACES = """\
#include <cstdio>
#include <cstdlib>
#include "channel_name.hpp"
#include "geometry.hpp"
using namespace sluice::detail;
int main(int, char** given) {
  const auto number = [&](int at) { return std::strtoull(given[at], nullptr, 10); };
  const auto made = lay_out_window(number(1), number(2), number(3), number(4));
  std::printf("%llu %llu %llu %llu %llu %llu\\n", (unsigned long long)made->stride_bytes,
              (unsigned long long)made->descriptor_offset, (unsigned long long)made->producer_offset,
              (unsigned long long)made->consumer_offset, (unsigned long long)made->slots_offset,
              (unsigned long long)made->total_bytes);
  for (NameKind kind : {NameKind::own, NameKind::shared})
    for (const char* instance : {"", "left"}) std::printf("%s\\n", ChannelName{"demo.imu", instance}.path(kind).c_str());
}
"""


@pytest.fixture(scope="module")
def print_places(tmp_path_factory):
    """Runs the sources' own arithmetic: prints where the parts lie, and the names."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "places.cpp").write_text(PRINT_PLACES)
    sources = [folder / "places.cpp", ROOT / "runtime/src/geometry.cpp", ROOT / "runtime/src/channel_name.cpp"]
    subprocess.run(["g++", "-std=c++20", *INCLUDES, *sources, "-o", folder / "places"], check=True)
    return lambda *numbers: subprocess.run(
        [folder / "places", *map(str, numbers)], check=True, capture_output=True, text=True
    ).stdout.splitlines()


@pytest.mark.parametrize(
    "capacity, message_bytes, descriptor_bytes, page_bytes",
    [
        (1, 16, 1, 4096),
        (64, 184, 3001, 4096),
        (1000, 65, 128, 65536),
        (1048574, 24, 70000, 4096),
        (5, 1 << 30, 1 << 20, 16384),
    ],
)
def test_the_pages_formulas_place_the_parts_where_the_library_does(
    print_places, capacity, message_bytes, descriptor_bytes, page_bytes
):
    sizes = {"message_bytes": message_bytes, "descriptor_bytes": descriptor_bytes, "page_bytes": page_bytes}
    placed = formulas("geometry", capacity=capacity, **sizes)

    printed = print_places(capacity, message_bytes, descriptor_bytes, page_bytes)
    assert printed[0] == " ".join(str(placed[name]) for name in PLACES)


def test_the_pages_names_are_the_librarys(print_places):
    values = {"uid": os.geteuid(), "channel": "demo.imu", "instance": "left"}

    assert print_places(1, 16, 1, 4096)[1:] == [f"/dev/shm/{name.format(**values)}" for _, name in table("names")]


def test_a_live_windows_header_agrees_with_the_pages_formulas(window, producer):
    for name in PLACES:
        assert window.header(name) == window.places[name]
    assert window.header("total_bytes") == producer.path.stat().st_size


def test_a_live_window_says_who_is_attached_and_how_much_has_passed(window, producer):
    states = {int(value): name for value, name, _ in table("states")}

    assert window.header("magic") == b"sluice\r\n"
    assert states[window.header("state")] == "open"
    assert window.producer("pid") == producer.pid
    assert window.producer("version") == 1 * 65536 + 2
    assert window.consumer("pid") == 0
    assert (window.producer("published"), window.consumer("claim"), window.consumer("delivered")) == (3, 0, 0)


def test_links_lead_to_the_unread_messages_oldest_first(window):
    assert [window.in_slot(at, "number") for at in window.unread()] == [1, 2, 3]
    assert window.unread()[-1] == window.stack(window.producer("head"))[1]


def test_marks_say_that_published_slots_are_nobodys_and_the_rest_the_producers(window):
    unread = window.unread()

    assert window.marks("producer") == [0 if at in unread else 1 for at in range(window.capacity)]
    assert window.marks("consumer") == [0] * window.capacity


def test_a_slot_that_was_never_used_holds_no_message(window):
    never_used = next(at for at in range(window.capacity) if at not in window.unread())

    assert window.message(never_used) is None


def test_the_newest_message_is_read_by_the_descriptors_offsets_alone(window, generated):
    channel = generated("sluice.descriptor.Channel").Channel.GetRootAs(window.descriptor(), 0)
    message = channel.Message()
    places = {field.Name().decode(): field for field in map(message.Fields, range(message.FieldsLength()))}
    copy, number = window.message(window.stack(window.producer("head"))[1])

    def inline(name, kind):
        return struct.unpack_from("<" + kind, copy, places[name].Offset())[0]

    def elements(name, kind):
        length = struct.unpack_from("<I", copy, places[name].DataOffset())[0]
        begin = places[name].DataOffset() + 4
        return list(struct.iter_unpack("<" + kind, copy[begin : begin + length * struct.calcsize("<" + kind)]))

    assert number == 3
    assert inline("stamp", "Q") == 18446744073709551615
    assert inline("temp", "f") == 21.5
    assert inline("status", "B") == 2
    assert elements("accel", "f") == [(1.5,), (-2.0,), (pytest.approx(9.81),)]
    assert elements("peaks", "ff") == [(50.0, 0.25), (120.5, 0.5)]
    assert b"".join(byte for (byte,) in elements("label", "c")) == b"left wing"


def test_the_locks_say_that_a_producer_is_attached_and_no_consumer(producer):
    held = {}
    with open(producer.path, "rb") as file:
        for byte, who in table("locks"):
            wanted = struct.pack("hhxxxxqqixxxx", fcntl.F_WRLCK, 0, eval(byte.replace("^", "**")), 1, 0)
            answer = fcntl.fcntl(file.fileno(), F_OFD_GETLK, wanted)
            held[re.match(r"`?([\w-]+)", who)[1]] = struct.unpack_from("h", answer)[0] != fcntl.F_UNLCK

    assert held == {"producer": True, "consumer": False, "set-up": False}
