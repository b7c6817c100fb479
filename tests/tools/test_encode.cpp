// Messages made from text: the bytes are those of the generated classes, and what cannot be is refused in words.
#include <doctest/doctest.h>

#include <string>

#include "decode.hpp"
#include "encode.hpp"
#include "frozen_image.hpp"
#include "given.hpp"
#include "tool_error.hpp"
#include "tool_messages.hpp"
#include "value_text.hpp"

using namespace sluice::tools;
using namespace sluice::test;

namespace {

template <class Channel>
void check_new_message() {
  const auto schema = schema_of<Channel>();
  const Slot<typename Channel::Message> slot;

  const std::vector<std::byte> image = frozen_image(*schema);

  REQUIRE(image.size() == sizeof(typename Channel::Message));
  for (std::size_t at = 0; at < image.size(); ++at) {
    REQUIRE_MESSAGE(image[at] == slot.bytes[at], Channel::info.name, ", byte ", at);
  }
}

template <class Channel>
std::vector<std::byte> encoded(const Given& given) {
  const auto schema = schema_of<Channel>();
  return encode(*schema, frozen_image(*schema), given);
}

template <class Channel>
std::string refusal_of(const std::string& text) {
  try {
    encoded<Channel>(given_yaml(text));
  } catch (const ToolError& error) {
    return error.what();
  }
  return "";
}

template <class Channel>
void check_round_trip() {
  const auto schema = schema_of<Channel>();
  Slot<typename Channel::Message> slot;
  fill(*slot.message);
  const std::string line = json_of({decode(*schema, slot.bytes).message});

  const std::vector<std::byte> made = encoded<Channel>(given_json(line, 1));

  CHECK(json_of({decode(*schema, made.data()).message}) == line);
}

using Features = test::gen::FeaturesChannel;
using Facts = test::gen::facts::FactsChannel;
using Deep = test::deep::DeepChannel;

}  // namespace

TEST_CASE("a new message is, byte by byte, what the generated class's constructor makes") {
  check_new_message<Features>();
  check_new_message<Facts>();
  check_new_message<Deep>();
}

TEST_CASE("a message printed as JSON is read back as it was") {
  check_round_trip<Features>();
  check_round_trip<Deep>();
}

TEST_CASE("the generated class reads what was written as YAML, and finds defaults in the rest") {
  const auto bytes = encoded<Features>(given_yaml(
      "tiny: -7, ularge: 0xFFFFFFFFFFFFFFFF, single: 0.1, nowhere: .inf, colour: auto, level: -3, label: \"a: b\", "
      "shorts: [-1, 0, 1], point: {ok: true, rgb: {g: 2}}, rgbs: [{r: 1}, {b: 3}], pose: {track: {name: x, times: "
      "[18446744073709551615]}}"));
  const auto& message = *reinterpret_cast<const test::gen::Features*>(bytes.data());

  CHECK(message.tiny == -7);
  CHECK(message.ularge == 18446744073709551615U);
  CHECK(message.single == 0.1F);
  CHECK(message.nowhere == std::numeric_limits<float>::infinity());
  CHECK(message.colour == test::gen::Colour::auto_);
  CHECK(message.level == test::gen::Level::high);
  CHECK(message.label == "a: b");
  CHECK(message.shorts[0] == -1);
  CHECK(message.point.ok);
  CHECK(message.point.x == 1.5);
  CHECK(message.point.rgb.g == 2);
  CHECK(message.rgbs.size() == 2);
  CHECK(message.rgbs[1].b == 3);
  CHECK(message.pose.track.name == "x");
  CHECK(message.pose.track.times[0] == 18446744073709551615U);
  CHECK(message.small == -32768);
  CHECK(message.last == 2.5);
}

TEST_CASE("a struct in a sequence has its defaults where nothing is given") {
  const auto bytes = encoded<Deep>(given_yaml("spots: [{on: true}, ~]"));
  const auto& message = *reinterpret_cast<const test::deep::Deep*>(bytes.data());

  REQUIRE(message.spots.size() == 2);
  CHECK(message.spots[0].on);
  CHECK(message.spots[0].x == 1.5);
  CHECK(message.spots[1].tint == test::deep::Tint::blue);
}

TEST_CASE("flags are names joined, or numbers") {
  const auto bytes = encoded<Facts>(given_yaml("mode: ready | eighth, narrow: 9, list: [armed, 0x10, ready|armed]"));
  const auto& message = *reinterpret_cast<const test::gen::facts::Facts*>(bytes.data());

  CHECK(static_cast<unsigned>(message.mode) == 129);
  CHECK(static_cast<unsigned>(message.narrow.raw) == 9);
  CHECK(static_cast<unsigned>(message.list[1].raw) == 16);
  CHECK(static_cast<unsigned>(message.list[2].raw) == 3);
}

TEST_CASE("what cannot be in a message is refused with field and bounds") {
  CHECK(refusal_of<Features>("tinny: 1") ==
        "sluice publish: field 'tinny': channel 'test.gen.features' has no such field\n  hint: did you mean 'tiny'?");
  CHECK(refusal_of<Features>("tiny: 128") == "sluice publish: field 'tiny': 128 is not in -128 to 127");
  CHECK(refusal_of<Features>("tiny: -129") == "sluice publish: field 'tiny': -129 is not in -128 to 127");
  CHECK(refusal_of<Features>("utiny: -1") == "sluice publish: field 'utiny': -1 is not in 0 to 255");
  CHECK(refusal_of<Features>("ularge: 18446744073709551616") ==
        "sluice publish: field 'ularge': 18446744073709551616 is not in 0 to 18446744073709551615");
  CHECK(refusal_of<Features>("large: -9223372036854775809") ==
        "sluice publish: field 'large': -9223372036854775809 is not in -9223372036854775808 to 9223372036854775807");
  CHECK(refusal_of<Features>("medium: 1.5") == "sluice publish: field 'medium': '1.5' is no whole number");
  CHECK(refusal_of<Features>("single: 1e39") == "sluice publish: field 'single': 1e39 does not fit into f32");
  CHECK(refusal_of<Features>("single: fast") == "sluice publish: field 'single': 'fast' is no number");
  CHECK(refusal_of<Features>("single: nan") == "sluice publish: field 'single': 'nan' is no number");
  CHECK(refusal_of<Features>("tiny: \"5\"") == "sluice publish: field 'tiny': \"5\" is text: leave out the quotes");
  CHECK(refusal_of<Features>("beyond: \"-Infinity\", colour: \"red\"") == "");
  CHECK(refusal_of<Features>("flag: yes") == "sluice publish: field 'flag': 'yes' is neither true nor false");
  CHECK(refusal_of<Features>("colour: gren") ==
        "sluice publish: field 'colour': 'gren' is no value of Colour\n  hint: did you mean 'green'?");
  CHECK(refusal_of<Features>("shorts: [1, 2]") == "sluice publish: field 'shorts': 2 elements are given, it has 3");
  CHECK(refusal_of<Features>("bytes: [1,2,3,4,5,6]") ==
        "sluice publish: field 'bytes': 6 elements are given, at most 5 fit");
  CHECK(refusal_of<Features>("bytes: [1, 256]") == "sluice publish: field 'bytes[1]': 256 is not in 0 to 255");
  CHECK(refusal_of<Features>("label: too long") ==
        "sluice publish: field 'label': the text has 8 bytes, at most 6 fit");
  CHECK(refusal_of<Features>("bytes: 1") ==
        "sluice publish: field 'bytes': a list is needed, as in '[...]': it is of type u8[<=5]");
  CHECK(refusal_of<Features>("tiny: [1]") == "sluice publish: field 'tiny': one value is needed: it is of type i8");
  CHECK(refusal_of<Features>("point: 3") == "sluice publish: field 'point': fields are needed, as in '{ok: ...}'");
  CHECK(refusal_of<Features>("pose: {track: {idd: 3}}") ==
        "sluice publish: field 'pose.track.idd': channel 'test.gen.features' has no such field\n  hint: did you mean "
        "'id'?");
  CHECK(refusal_of<Features>("tiny: 1, tiny: 2") == "sluice publish: field 'tiny': is given twice");
  CHECK(refusal_of<Features>("tiny: [1").find("sluice publish: the message cannot be read: ") == 0);
}
