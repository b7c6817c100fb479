// A user's FlatBuffers schema written back as text. That sluicegen makes the same of it, test_schema_files.py sees.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <tests/survey.channel.hpp>
#include <vector>

#include "fbs_text.hpp"
#include "tool_error.hpp"
#include "tool_messages.hpp"

using namespace sluice::tools;
using namespace sluice::test;

namespace {

// The descriptor of tests.track with each `from` in it replaced by a word of the same length.
class Renamed {
 public:
  Renamed(const std::string& from, const std::string& to) {
    const sluice::Bytes given = tests::TrackChannel::info.descriptor;
    bytes_.assign(given.data, given.data + given.size);
    for (auto at = bytes_.begin(); (at = std::search(at, bytes_.end(), from.begin(), from.end())) != bytes_.end();) {
      at = std::copy(to.begin(), to.end(), at);
    }
  }
  std::string refusal() const {
    const auto* const channel = sluice::detail::verify_descriptor(bytes_.data(), bytes_.size());
    if (channel == nullptr) return "no descriptor";
    try {
      fbs_text(*channel->payload());
    } catch (const ToolError& error) {
      return error.what();
    }
    return "";
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

TEST_CASE("a schema is written with its types before their users, and fields in the order of their ids") {
  CHECK(fbs_text(*descriptor_of<tests::TrackChannel>().payload()) ==
        R"(// Written back from a window, as one file. It holds no comments, names of files, file_identifier,
// file_extension or native_include; root_type is the channel's root.
namespace tests.geo;

enum Kind : ubyte {
  unknown = 0,
  wheel = 1,
  wing = 2,
}

union Shape {
  Circle: tests.geo.Circle = 1,
  Box: tests.geo.Box = 2,
}

struct Vec3 {
  x: double;
  y: double;
  z: double;
}

table Box {
  size: tests.geo.Vec3;
}

table Circle {
  radius: float;
}

table Pose {
  position: tests.geo.Vec3;
  name: string (required);
  kind: tests.geo.Kind = wheel;
  samples: [ubyte];
  shape: tests.geo.Shape;
  parts: [tests.geo.Pose];
}

root_type tests.geo.Pose;
)");
}

TEST_CASE("attributes, defaults, flags and services are written as flatc reads them") {
  const std::string text = fbs_text(*descriptor_of<tests::SurveyChannel>().payload());

  for (const char* const line : {"attribute \"priority\";\n",
                                 "enum Means : ushort (bit_flags) {\n  walks = 0,\n  swims = 1,\n  flies = 9,\n}\n",
                                 "  low = -3,\n",
                                 "  Words: string = 2,\n",
                                 "struct Cell (force_align: 16) {\n",
                                 "  marks: [ushort:3];\n",
                                 "table Note (original_order) {\n",
                                 "  id: ulong = 9223372036854775807;\n",
                                 "  means: tests.survey.Means = 513;\n",
                                 "  gone: int = 4 (deprecated);\n",
                                 "  maybe: int = null;\n",
                                 "  ratio: float = nan;\n",
                                 "  limit: double = -inf;\n",
                                 "  is_on: bool = true;\n",
                                 "  things: [tests.survey.Thing];\n",
                                 "  aligned: [float] (force_align: 16);\n",
                                 "  inner: [ubyte] (nested_flatbuffer: \"Note\");\n",
                                 "  hashed: uint (hash: \"fnv1_32\");\n",
                                 "  height: int (priority: 3);\n",
                                 "  title: string (key);\n",
                                 "  Next(tests.survey.Note): tests.survey.Survey (streaming: \"server\");\n",
                                 "table Unreached {\n"}) {
    CHECK_MESSAGE(text.find(line) != std::string::npos, line, text);
  }
}

TEST_CASE("the file is called as the root is") {
  CHECK(fbs_name(*descriptor_of<tests::TrackChannel>().payload()) == "pose.fbs");
  CHECK(fbs_name(*descriptor_of<tests::SurveyChannel>().payload()) == "survey.fbs");
}

TEST_CASE("names that would be something else in a schema are refused") {
  CHECK(Renamed("Circle", "C{}rcl").refusal() ==
        "sluice: the schema cannot be written back: 'C{}rcl' is no name in FlatBuffers");
  CHECK(Renamed("radius", "1adius").refusal() ==
        "sluice: the schema cannot be written back: '1adius' is no name in FlatBuffers");
  CHECK(Renamed("unknown", "a/../b/").refusal() ==
        "sluice: the schema cannot be written back: 'a/../b/' is no name in FlatBuffers");
  CHECK(Renamed("required", "requ: 3;").refusal() ==
        "sluice: the schema cannot be written back: 'requ: 3;' is no name in FlatBuffers");
  CHECK(Renamed("wheel", "wheal").refusal() == "");
}
