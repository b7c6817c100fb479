// Paths to fields: where they lead, and what is said of those that lead nowhere.
#include <doctest/doctest.h>

#include <string>
#include <tests/survey.channel.hpp>
#include <vector>

#include "decode.hpp"
#include "encode_table.hpp"
#include "field_path.hpp"
#include "table_slot.hpp"
#include "tool_error.hpp"
#include "tool_messages.hpp"
#include "value_text.hpp"

using namespace sluice::tools;
using namespace sluice::test;

namespace {

class DeepMessage {
 public:
  DeepMessage() {
    fill(*slot_.message);
    decoded_ = decode(*schema_, slot_.bytes);
  }
  std::string at(const std::string& path) const {
    const FieldPath wanted = parse_path("echo", path, *schema_);
    const std::string selected = json_of(select(decoded_.message, wanted));
    CHECK(json_of(decode(*schema_, slot_.bytes, {wanted}).chosen.at(0)) == selected);  // without the rest
    return selected;
  }
  std::string refusal_of(const std::string& path) const {
    try {
      parse_path("echo", path, *schema_);
    } catch (const ToolError& error) {
      return error.what();
    }
    return "";
  }

 private:
  std::unique_ptr<MessageSchema> schema_ = schema_of<test::deep::DeepChannel>();
  Slot<test::deep::Deep> slot_;
  Decoded decoded_;
};

}  // namespace

TEST_CASE("a path leads to a field, an element, a field of an element, or of each") {
  const DeepMessage message;

  CHECK(message.at("before") == "3");
  CHECK(message.at("big[1]") == "2");
  CHECK(message.at("tracks[1].id") == "11");
  CHECK(message.at("tracks[0].branches[0].leaves[1].xs") == "[1.5,-2.5]");
  CHECK(message.at("tracks[0].trunk.pair[0].weight") == "6");
  CHECK(message.at("tracks[*].id") == "[1,11]");
  CHECK(message.at("big[*]") == "[1,2,3]");
  CHECK(message.at("spots[*].tint") == R"(["red","blue"])");
  CHECK(message.at("tracks[*].branches[*].id") == "[[2],[2]]");
}

TEST_CASE("an element that the message has not is absent") {
  const DeepMessage message;

  CHECK(message.at("big[4999]") == "null");
  CHECK(message.at("tracks[2].id") == "null");
  CHECK(message.at("tracks[0].branches[1].leaves[0].name") == "null");
}

TEST_CASE("a path leads into a union, and into each of a vector of unions, whatever they hold") {
  const auto schema = schema_of<tests::SurveyChannel>();
  const auto table =
      encode_table(*schema, given_yaml("name: n, thing_type: Note, thing: {text: t}, things_type: [Words, "
                                       "Plain], things: [w, {count: 8}]"));
  std::vector<std::byte> slot(schema->message_bytes());
  make_table_slot(slot.data(), schema->region_bytes());
  put_table(slot.data(), schema->region_bytes(), table);
  const Decoded decoded = decode(*schema, slot.data());
  const auto at = [&](const std::string& path) {
    return json_of(select(decoded.message, parse_path("echo", path, *schema)));
  };

  CHECK(at("thing.text") == "\"t\"");
  CHECK(at("things[0]") == "\"w\"");
  CHECK(at("things[1].count") == "8");
  CHECK(at("things[*].count") == "[null,8]");
  CHECK_THROWS_WITH_AS(at("things.count"),
                       "sluice echo: 'things' has elements\n  hint: choose one: 'things[0].count', or each: "
                       "'things[*].count'",
                       ToolError);
}

TEST_CASE("a path that leads nowhere is refused with what the schema has instead") {
  const DeepMessage message;

  CHECK(message.refusal_of("befor") ==
        "sluice echo: channel 'test.deep.deep' has no field 'befor'\n  hint: did you mean 'before'?");
  CHECK(message.refusal_of("qqqqqqqqqqqq") ==
        "sluice echo: channel 'test.deep.deep' has no field 'qqqqqqqqqqqq'\n  hint: it has before, tracks, corners, "
        "marks, nothing, nothings, spots, fixed, big, after, late, tail");
  CHECK(message.refusal_of("tracks[0].idd") ==
        "sluice echo: 'tracks[0]', of type Track, has no field 'idd'\n  hint: did you mean 'id'?");
  CHECK(message.refusal_of("marks[3]") == "sluice echo: 'marks' has 3 elements\n  hint: 0 to 2 can be asked for");
  CHECK(message.refusal_of("big[5000]") ==
        "sluice echo: 'big' has at most 5000 elements\n  hint: 0 to 4999 can be asked for");
  CHECK(message.refusal_of("before[0]") == "sluice echo: 'before' has no elements\n  hint: leave out the brackets");
  CHECK(message.refusal_of("before.x") == "sluice echo: 'before' is of type u8 and has no fields");
  CHECK(message.refusal_of("tracks.id") ==
        "sluice echo: 'tracks' has elements\n  hint: choose one: 'tracks[0].id', or each: 'tracks[*].id'");
  for (const char* const path :
       {"", ".", "a..b", "big[", "big[x]", "big[-1]", "big[1]x", "big[99999999999999999999]"}) {
    CHECK_MESSAGE(message.refusal_of(path) != "", path);
  }
}
