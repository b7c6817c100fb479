// What the tools read of a message, beside what FlatBuffers' own reflection reads of the same bytes.
#include <doctest/doctest.h>
#include <flatbuffers/idl.h>

#include <nlohmann/json.hpp>
#include <string>

#include "../flatbuffers/poses.hpp"
#include "decode.hpp"
#include "field_path.hpp"
#include "tool_messages.hpp"
#include "value_text.hpp"

using namespace sluice::tools;
using namespace sluice::test;
using nlohmann::json;

namespace {

template <class Bytes>
std::string text_by_flatbuffers(const Bytes& bfbs, const void* root) {
  flatbuffers::Parser parser;
  REQUIRE(parser.Deserialize(bfbs.data(), bfbs.size()));
  parser.opts.strict_json = true;
  parser.opts.output_default_scalars_in_json = true;
  std::string text;
  REQUIRE(flatbuffers::GenerateText(parser, root, &text));
  return text;
}

// A C++ keyword has an underscore in the generated .fbs; a message's number is no field of the schema's.
json as_the_schema_names_it(const json& given) {
  if (given.is_array()) {
    json list = json::array();
    for (const json& item : given) list.push_back(as_the_schema_names_it(item));
    return list;
  }
  if (given.is_string() && given == "auto_") return "auto";
  if (!given.is_object()) return given;
  json object = json::object();
  for (const auto& [name, value] : given.items()) {
    if (name == "sluice_seq") continue;
    object[name.back() == '_' ? name.substr(0, name.size() - 1) : name] = as_the_schema_names_it(value);
  }
  return object;
}

template <class Channel>
json by_flatbuffers(const void* message) {
  const auto* const bfbs = descriptor_of<Channel>().bfbs();
  return as_the_schema_names_it(json::parse(text_by_flatbuffers(*bfbs, message)));
}

json by_the_tools(const MessageSchema& schema, const std::byte* slot) {
  const Decoded decoded = decode(schema, slot);
  REQUIRE(decoded.fault == "");
  return json::parse(json_of({decoded.message}));
}

// Old contents of a slot, so that what is read is of this message only.
template <class Message>
struct UsedSlot {
  Slot<Message> slot;

  UsedSlot() {
    std::memset(slot.bytes, 0xA5, sizeof slot.bytes);
    slot.message = new (slot.bytes) Message;
  }
};

}  // namespace

TEST_CASE("a message with every field set reads as FlatBuffers' reflection reads it") {
  const auto features = schema_of<test::gen::FeaturesChannel>();
  UsedSlot<test::gen::Features> used;
  fill(*used.slot.message);
  CHECK(by_the_tools(*features, used.slot.bytes) == by_flatbuffers<test::gen::FeaturesChannel>(used.slot.message));

  const auto deep = schema_of<test::deep::DeepChannel>();
  UsedSlot<test::deep::Deep> nested;
  fill(*nested.slot.message);
  CHECK(by_the_tools(*deep, nested.slot.bytes) == by_flatbuffers<test::deep::DeepChannel>(nested.slot.message));
}

TEST_CASE("a user's own table reads as FlatBuffers' reflection reads it") {
  const auto schema = schema_of<tests::TrackChannel>();
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(tests::pose(builder, 5, "le\xC3\xA4t"));
  Slot<tests::TrackChannel::Message> slot;
  const auto region = slot.message->region_();
  std::memcpy(region.end() - builder.GetSize(), builder.GetBufferPointer(), builder.GetSize());
  slot.message->place_(builder.GetSize());
  slot.message->hold_();

  const json ours = by_the_tools(*schema, slot.bytes);
  const json theirs = json::parse(
      text_by_flatbuffers(*descriptor_of<tests::TrackChannel>().payload()->bfbs(), builder.GetBufferPointer()));

  CHECK(ours["name"] == "le\xC3\xA4t");
  for (const auto& member : theirs.items()) {
    if (member.key() != "parts") CHECK_MESSAGE(ours[member.key()] == member.value(), member.key());
  }
  CHECK(ours["parts"][0]["name"] == theirs["parts"][0]["name"]);
  CHECK(ours["parts"][0]["samples"].is_null());
}

TEST_CASE("a slot of a user's tables that holds none says so") {
  const auto schema = schema_of<tests::TrackChannel>();
  const Slot<tests::TrackChannel::Message> slot;

  CHECK(decode(*schema, slot.bytes).fault == "there is none");
}

TEST_CASE("text shows a message's fields with their units, structs in a line, tables in blocks") {
  const auto schema = schema_of<test::gen::facts::FactsChannel>();
  Slot<test::gen::facts::Facts> slot;
  slot.message->stamp = 12;
  slot.message->accel = {0, 0.1F, -9.81F};
  slot.message->temp = 2150;
  slot.message->depths = {1, 2};

  const std::string text = block_text(decode(*schema, slot.bytes).message, {});

  CHECK(text ==
        "stamp: 12 ns\n"
        "sender: 0\n"
        "accel: [0, 0.1, -9.81] m/s^2\n"
        "least: 0\n"
        "temp: 2150 x 0.01 degC\n"
        "half: 0\n"
        "depths: [1, 2] x 0.001 m\n"
        "old: 2.5\n"
        "gone: \"\"\n"
        "mode: all\n"
        "plain: none\n"
        "narrow: all|0x4\n"
        "list: []\n"
        "odd: 0\n"
        "level: high\n"
        "levels: [0, 0]\n"
        "pair: {mode: none, tiny: low}\n"
        "later: 0\n");
}

TEST_CASE("a long array shows its first elements and its last one") {
  const auto schema = schema_of<test::deep::DeepChannel>();
  Slot<test::deep::Deep> slot;
  slot.message->big.resize(5000);
  slot.message->big[4999] = 9;
  const FieldPath path = parse_path("echo", "big", *schema);
  const Decoded decoded = decode(*schema, slot.bytes);

  const std::string text = flow_text(select(decoded.message, path), path.field, {4});

  CHECK(text == "[0, 0, 0, ... 4996 more ..., 9]");
}

TEST_CASE("unknown enum values are numbers, flags are joined, what JSON lacks is a string") {
  const auto schema = schema_of<test::gen::FeaturesChannel>();
  Slot<test::gen::Features> slot;
  slot.message->colour = static_cast<test::gen::Colour>(77);
  slot.message->floats = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 0.1F};
  slot.message->ularge = 18446744073709551615U;
  const Decoded decoded = decode(*schema, slot.bytes);
  const auto value = [&](const char* path) { return select(decoded.message, parse_path("echo", path, *schema)); };

  CHECK(json_of(value("colour")) == "77");
  CHECK(json_of(value("floats")) == R"(["NaN","Infinity",0.1])");
  CHECK(json_of(value("beyond")) == R"("-Infinity")");
  CHECK(json_of(value("ularge")) == "18446744073709551615");
  CHECK(flow_text(value("floats"), nullptr, {}) == "[.nan, .inf, 0.1]");
  CHECK(flow_text(value("beyond"), nullptr, {}) == "-.inf");
}

TEST_CASE("text that a terminal would obey, or that is no UTF-8, is escaped") {
  CHECK(escaped("a\x1b[31m\x07") == R"(a\x1b[31m\x07)");
  CHECK(escaped("\xC2\x9B"
                "31m") == R"(\xc2\x9b31m)");
  CHECK(escaped("\xFF ok \xC3\xA4 \xE2\x82") == "\\xff ok \xC3\xA4 \\xe2\\x82");
  CHECK(escaped("\xE2\x80\xAE"
                "abc") == R"(\xe2\x80\xaeabc)");
  CHECK(escaped("\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80") == R"(\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80)");
  CHECK(escaped("line\nnext\\") == R"(line\nnext\\)");
  CHECK(json_string("\xFF\x1b \xC3\xA4") == "\"\xEF\xBF\xBD\\u001b \xC3\xA4\"");
  CHECK(json_string("\xC2\x9B \xC3\xA4") == "\"\\u009b \\u00e4\"");
  CHECK(json_string("\x7F") == "\"\\u007f\"");
}

TEST_CASE("CSV has a column for each single value, and quotes what needs it") {
  const auto schema = schema_of<test::deep::DeepChannel>();
  Slot<test::deep::Deep> slot;
  fill(*slot.message);

  const std::vector<std::string> columns = csv_columns(*schema);
  const std::vector<std::string> cells = csv_cells(decode(*schema, slot.bytes).message, *schema);

  CHECK(columns == std::vector<std::string>{"before", "tracks", "corners", "marks", "nothings", "spots", "fixed", "big",
                                            "after", "late", "tail"});
  REQUIRE(cells.size() == columns.size());
  CHECK(csv_line({cells[0], cells[7], "say \"hi\""}) == "3,\"[1,2,3]\",\"say \"\"hi\"\"\"\n");
}
