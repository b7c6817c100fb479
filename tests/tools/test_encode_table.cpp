// Tables of a user's own schema made from text: FlatBuffers' generated code and its reflection read what was written,
// and what cannot be is refused in words.
#include <doctest/doctest.h>
#include <flatbuffers/idl.h>
#include <flatbuffers/reflection.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <tests/survey.channel.hpp>

#include "decode.hpp"
#include "encode_table.hpp"
#include "table_slot.hpp"
#include "table_verifier.hpp"
#include "tool_error.hpp"
#include "tool_messages.hpp"
#include "user_schema.hpp"
#include "value_text.hpp"

using namespace sluice::tools;
using namespace sluice::test;
using nlohmann::json;

namespace {

using Survey = tests::SurveyChannel;
using Track = tests::TrackChannel;
using Bytes = std::vector<std::byte>;

constexpr const char* kFull =
    "id: 18446744073709551615, name: \"a: b\", mood: low, means: walks | swims, side: left, "
    "cell: {at: {x: 1, y: -2}, marks: [1, 2, 65535], corners: [{x: 3}, {y: 4}], mood: high, on: true}, "
    "maybe: 0, sure: false, ratio: 0.1, limit: .inf, is_on: false, thing_type: Note, thing: {text: t, weight: -0.5}, "
    "things_type: [Words, tests_parts_Point, Plain, Note], things: [w, {x: 7}, {count: 8}, {text: last}], "
    "note: {text: n}, notes: [{text: one}, {text: two, weight: 2}], parts: [{name: inner, parts: [{name: leaf}]}], "
    "sites: [{title: b, height: 1}, {title: a}], cells: [{on: true}, {at: {x: 9}}], points: [{x: 1}, {y: 2}, {}], "
    "moods: [low, high, 3], flags: [true, false], numbers: [18446744073709551615, 0], words: [x, \"\"], "
    "aligned: [1, 2.5], inner: {text: nested}, hashed: 7, plain: {count: 3, plain: {count: 2}}";

template <class Channel>
Bytes encoded(const std::string& text) {
  return encode_table(*schema_of<Channel>(), given_yaml(text));
}

template <class Channel>
std::string refusal_of(const std::string& text) {
  try {
    encoded<Channel>(text);
  } catch (const ToolError& error) {
    return error.what();
  }
  return "";
}

template <class Channel>
Bytes slot_with(const Bytes& table) {
  const auto schema = schema_of<Channel>();
  Bytes slot(schema->message_bytes());
  make_table_slot(slot.data(), schema->region_bytes());
  put_table(slot.data(), schema->region_bytes(), table);
  return slot;
}

template <class Channel>
json decoded(const Bytes& table) {
  const auto schema = schema_of<Channel>();
  const Bytes slot = slot_with<Channel>(table);
  const Decoded message = decode(*schema, slot.data());
  REQUIRE(message.fault == "");
  return json::parse(json_of({message.message}));
}

// At an address that FlatBuffers can read from, as a slot's region is.
class Placed {
 public:
  explicit Placed(const Bytes& table) : region_((table.size() + 63) / 64 * 64 + 64) {
    const auto base = reinterpret_cast<std::uintptr_t>(region_.data());
    at_ = region_.data() + ((64 - base % 64) % 64) + ((64 - table.size() % 64) % 64);
    std::memcpy(at_, table.data(), table.size());
  }
  const std::uint8_t* data() const { return at_; }

 private:
  std::vector<std::uint8_t> region_;
  std::uint8_t* at_ = nullptr;
};

template <class Root>
const Root& root_of(const Placed& placed, std::size_t size) {
  flatbuffers::Verifier verifier(placed.data(), size, 64, 1000, false);
  REQUIRE(verifier.VerifyBuffer<Root>(nullptr));
  return *flatbuffers::GetRoot<Root>(placed.data());
}

}  // namespace

TEST_CASE("flatc's generated code verifies and reads every kind of field of a table made from text") {
  const Bytes bytes = encoded<Survey>(kFull);
  const Placed placed(bytes);
  const auto& survey = root_of<tests::survey::Survey>(placed, bytes.size());

  CHECK(survey.id() == 18446744073709551615U);
  CHECK(survey.name()->str() == "a: b");
  CHECK(survey.mood() == tests::survey::Mood_low);
  CHECK(survey.means() == (tests::survey::Means_walks | tests::survey::Means_swims));
  CHECK(survey.cell()->marks()->Get(2) == 65535);
  CHECK(survey.cell()->corners()->Get(1)->y() == 4);
  CHECK(reinterpret_cast<std::uintptr_t>(survey.cell()) % 16 == 0);
  CHECK(survey.maybe() == 0);
  CHECK(survey.sure() == false);
  CHECK(survey.thing_as_Note()->weight() == -0.5);
  CHECK(survey.things()->size() == 4);
  CHECK(survey.things()->GetAsString(0)->str() == "w");
  CHECK(static_cast<const tests::parts::Point*>(survey.things()->Get(1))->x() == 7);
  CHECK(survey.parts()->Get(0)->parts()->Get(0)->name()->str() == "leaf");
  CHECK(survey.sites()->Get(0)->title()->str() == "b");
  CHECK(survey.cells()->Get(1)->at().x() == 9);
  CHECK(reinterpret_cast<std::uintptr_t>(survey.cells()->Get(1)) % 16 == 0);
  CHECK(survey.points()->size() == 3);
  CHECK(survey.moods()->Get(2) == 3);
  CHECK(survey.words()->Get(1)->size() == 0);
  CHECK(reinterpret_cast<std::uintptr_t>(survey.aligned()->data()) % 16 == 0);
  CHECK(survey.inner_nested_root()->text()->str() == "nested");
  CHECK(survey.plain()->plain()->count() == 2);
}

TEST_CASE("FlatBuffers' own reflection verifies a table made from text") {
  const auto schema = schema_of<Track>();
  const sluice::detail::UserSchema user(*descriptor_of<Track>().payload());
  const Bytes bytes =
      encode_table(*schema, given_yaml("name: left, position: {z: 1}, shape_type: Box, shape: {size: {}},"
                                       "parts: [{name: a}], samples: [1, 2, 3]"));
  const Placed placed(bytes);

  CHECK(flatbuffers::Verify(user.schema(), *user.object("tests.geo.Pose"), placed.data(), bytes.size()));
}

TEST_CASE("what is not given is absent, and reads as its default") {
  const json survey = decoded<Survey>(encoded<Survey>("name: n"));

  CHECK(survey["id"] == 9223372036854775807U);
  CHECK(survey["mood"] == "high");
  CHECK(survey["side"] == "right");
  CHECK(survey["ratio"] == "NaN");
  CHECK(survey["is_on"] == true);
  for (const char* const name : {"cell", "maybe", "sure", "thing", "things", "note", "words", "inner"}) {
    CHECK_MESSAGE(survey[name].is_null(), name);
  }
}

TEST_CASE("a number that is its default takes no bytes, and an optional one does") {
  const std::size_t least = encoded<Survey>("name: n").size();

  CHECK(encoded<Survey>("name: n, id: 9223372036854775807, mood: high, ratio: .nan, is_on: true").size() == least);
  CHECK(encoded<Survey>("name: n, maybe: 0").size() > least);
  CHECK(decoded<Survey>(encoded<Survey>("name: n, maybe: 0"))["maybe"] == 0);
}

TEST_CASE("a table printed as JSON is made again as it was") {
  const json first = decoded<Survey>(encoded<Survey>(kFull));

  CHECK(decoded<Survey>(encode_table(*schema_of<Survey>(), given_json(first.dump(), 1))) == first);
  CHECK(first["things"] ==
        json::parse(R"(["w", {"x": 7, "y": 0}, {"plain": null, "count": 8}, {"text": "last", "weight": 0.1}])"));
}

TEST_CASE("a slot made from sizes is, but for the region, what the generated class makes") {
  const auto schema = schema_of<Track>();
  const Bytes table = encoded<Track>("name: left");
  Slot<Track::Message> theirs;
  Bytes ours(schema->message_bytes());
  REQUIRE(ours.size() == sizeof(Track::Message));

  make_table_slot(ours.data(), schema->region_bytes());
  CHECK(std::memcmp(ours.data(), theirs.bytes, ours.size()) == 0);

  const auto region = theirs.message->region_();
  std::memcpy(region.end() - table.size(), table.data(), table.size());
  theirs.message->place_(table.size());
  theirs.message->hold_();
  put_table(ours.data(), schema->region_bytes(), table);
  CHECK(std::memcmp(ours.data(), theirs.bytes, ours.size()) == 0);
}

TEST_CASE("what cannot be in a table is refused with field and bounds") {
  CHECK(refusal_of<Track>("nam: left") ==
        "sluice publish: field 'nam': channel 'tests.track' has no such field\n  hint: did you mean 'name'?");
  CHECK(refusal_of<Track>("kind: wing") == "sluice publish: field 'name': is required, and not given");
  CHECK(refusal_of<Track>("name: ~") == "sluice publish: field 'name': is required, and not given");
  CHECK(refusal_of<Track>("name: n, parts: [{name: m}, {}]") ==
        "sluice publish: field 'parts[1].name': is required, and not given");
  CHECK(refusal_of<Track>("name: [n]") == "sluice publish: field 'name': a text is needed");
  CHECK(refusal_of<Track>("name: n, kind: wheels") ==
        "sluice publish: field 'kind': 'wheels' is no value of tests.geo.Kind\n  hint: did you mean 'wheel'?");
  CHECK(refusal_of<Track>("name: n, kind: 256") == "sluice publish: field 'kind': 256 is not in 0 to 255");
  CHECK(refusal_of<Track>("name: n, samples: [1, 256]") ==
        "sluice publish: field 'samples[1]': 256 is not in 0 to 255");
  CHECK(refusal_of<Track>("name: n, samples: 3") ==
        "sluice publish: field 'samples': a list is needed, as in '[...]': it is of type [ubyte]");
  CHECK(refusal_of<Track>("name: n, position: 3") ==
        "sluice publish: field 'position': fields are needed, as in '{x: ...}'");
  CHECK(refusal_of<Track>("name: n, position: {x: fast}") == "sluice publish: field 'position.x': 'fast' is no number");
  CHECK(refusal_of<Track>("name: n, position: {w: 1}").find("field 'position.w': channel 'tests.track' has no such") !=
        std::string::npos);
  CHECK(refusal_of<Track>("name: n, name: m") == "sluice publish: field 'name': is given twice");
  CHECK(refusal_of<Survey>("name: n, cell: {marks: [1, 2]}") ==
        "sluice publish: field 'cell.marks': 2 elements are given, it has 3");
}

TEST_CASE("a union is refused without its type, or with one that it has not") {
  CHECK(refusal_of<Track>("name: n, shape: {radius: 1}") ==
        "sluice publish: field 'shape': which of Circle, Box it is must be said\n  hint: give 'shape_type', too");
  CHECK(refusal_of<Track>("name: n, shape_type: Circle") ==
        "sluice publish: field 'shape_type': is given, and 'shape' is not");
  CHECK(refusal_of<Track>("name: n, shape_type: NONE") == "");
  CHECK(refusal_of<Track>("name: n, shape_type: NONE, shape: {}") ==
        "sluice publish: field 'shape_type': 'NONE' is none of Circle, Box");
  CHECK(refusal_of<Track>("name: n, shape_type: 7, shape: {}") ==
        "sluice publish: field 'shape_type': '7' is none of Circle, Box");
  CHECK(refusal_of<Track>("name: n, shape_type: Circle, shape: {size: {}}").find("'shape.size'") != std::string::npos);
  CHECK(refusal_of<Survey>("name: n, things_type: [Words], things: [a, b]") ==
        "sluice publish: field 'things': 2 elements are given, and 1 types in 'things_type'");
}

TEST_CASE("a table that is too large is refused with both sizes, and the largest that fits is not") {
  const std::size_t empty = encoded<Track>("name: \"\"").size();
  const std::size_t fits = schema_of<Track>()->most_table_bytes() - empty;
  const std::string most(fits / 4 * 4 + 3, 'x');

  CHECK(refusal_of<Track>("name: " + most) == "");
  CHECK(
      refusal_of<Track>("name: x" + most) ==
      "sluice publish: the message: as a table it takes 1028 bytes, at most 1024 fit\n  hint: max_bytes of the schema "
      "says how many");
}

TEST_CASE("bytes that are to be a FlatBuffer and are none are refused by the verifier") {
  CHECK(refusal_of<Survey>("name: n, inner: [1, 2, 3, 4, 5, 6, 7, 8]") ==
        "sluice publish: field 'inner': FlatBuffers' verifier refuses it");
}

TEST_CASE("the verifier finds what is damaged wherever it lies") {
  const auto schema = schema_of<Survey>();
  const Bytes whole = encoded<Survey>(kFull);
  REQUIRE(!fault_of_table(*schema, whole));

  std::size_t found = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes damaged = whole;
    damaged[at] ^= std::byte{0x80};
    const Placed placed(damaged);
    flatbuffers::Verifier theirs(placed.data(), damaged.size(), 64, 1000, true);
    const bool is_sound = theirs.VerifyBuffer<tests::survey::Survey>(nullptr);
    if (!is_sound) CHECK_MESSAGE(fault_of_table(*schema, damaged), "byte ", at);
    found += is_sound ? 0 : 1;
  }
  CHECK(found > whole.size() / 8);
}
