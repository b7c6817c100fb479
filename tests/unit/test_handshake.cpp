#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "descriptor_generated.h"
#include "handshake.hpp"
#include "verify_descriptor.hpp"

using namespace sluice;
using namespace sluice::detail;

namespace {

struct FieldText {
  std::string name;
  std::string type;
  unsigned offset;
  std::string unit{};
  std::uint16_t since = 0;
  unsigned data_offset = 0;
  std::string frame{};
  std::string scale{};
  std::string invalid{};
};

struct EnumText {
  std::string name;
  std::string type;
  std::vector<std::pair<std::string, std::string>> values;
  bool flags = false;
};

struct TypeText {
  std::string name;
  std::vector<FieldText> fields;
  unsigned size = 8;
};

struct ChannelText {
  std::uint16_t major = 1;
  std::uint16_t minor = 0;
  std::vector<FieldText> fields;
  std::vector<TypeText> types{};
  std::vector<EnumText> enums{};
  std::string name = "demo.imu";
};

class Descriptor {
 public:
  explicit Descriptor(const ChannelText& text) {
    std::vector<flatbuffers::Offset<descriptor::Type>> types;
    for (const TypeText& entry : text.types) types.push_back(type(entry.name, entry.fields, entry.size));
    std::vector<flatbuffers::Offset<descriptor::Enum>> enums;
    for (const EnumText& entry : text.enums) enums.push_back(enumeration(entry));
    const std::vector<flatbuffers::Offset<descriptor::Constant>> constants;
    const auto message = type("Imu", text.fields, 0);
    builder_.Finish(descriptor::CreateChannelDirect(builder_, text.name.c_str(), text.major, text.minor,
                                                    descriptor::Order::fifo, descriptor::Overflow::reject, 8, 0, 0,
                                                    message, &types, &enums, &constants));
  }

  const descriptor::Channel* verified() const { return verify_descriptor(data(), builder_.GetSize()); }
  const descriptor::Channel& channel() const { return *descriptor::GetChannel(data()); }
  const std::uint8_t* data() const { return builder_.GetBufferPointer(); }
  std::size_t size() const { return builder_.GetSize(); }

 private:
  flatbuffers::Offset<descriptor::Type> type(const std::string& name, const std::vector<FieldText>& texts,
                                             unsigned size) {
    std::vector<flatbuffers::Offset<descriptor::Field>> fields;
    for (const FieldText& text : texts) {
      fields.push_back(descriptor::CreateFieldDirect(
          builder_, text.name.c_str(), text.type.c_str(), text.offset, 4, text.data_offset, text.unit.c_str(), nullptr,
          text.since, nullptr, text.frame.c_str(), nullptr, nullptr, text.invalid.c_str(), text.scale.c_str()));
    }
    return descriptor::CreateTypeDirect(builder_, name.c_str(), true, size, 0, 4, &fields);
  }
  flatbuffers::Offset<descriptor::Enum> enumeration(const EnumText& text) {
    std::vector<flatbuffers::Offset<descriptor::EnumValue>> values;
    for (const auto& [name, value] : text.values) {
      values.push_back(descriptor::CreateEnumValueDirect(builder_, name.c_str(), value.c_str()));
    }
    return descriptor::CreateEnumDirect(builder_, text.name.c_str(), text.type.c_str(), &values, nullptr, text.flags);
  }

  flatbuffers::FlatBufferBuilder builder_;
};

Comparison compared(const ChannelText& here, const ChannelText& there) {
  return compare(Descriptor(here).channel(), Descriptor(there).channel());
}

std::vector<std::string> in_words(const std::vector<Difference>& differences) {
  std::vector<std::string> texts;
  for (const Difference& difference : differences) texts.push_back(in_words(difference, kHereThere));
  return texts;
}

std::vector<std::string> differences(const ChannelText& here, const ChannelText& there) {
  const Comparison comparison = compared(here, there);
  CHECK((comparison.verdict == Verdict::incompatible) == !comparison.differences.empty());
  return in_words(comparison.differences);
}

using Texts = std::vector<std::string>;

const ChannelText kSmall{.fields = {{"stamp", "u64", 16, "ns"}, {"temp", "f32", 24}}};

}  // namespace

TEST_CASE("equal schemas are identical") { CHECK(compared(kSmall, kSmall).verdict == Verdict::identical); }

TEST_CASE("a producer of a newer minor is read in place, one of an older minor with defaults") {
  ChannelText newer = kSmall;
  newer.minor = 1;
  newer.fields.push_back({"gain", "f32", 28, "", 1});

  CHECK(compared(kSmall, newer).verdict == Verdict::compatible);
  const Comparison older_producer = compared(newer, kSmall);
  CHECK(older_producer.verdict == Verdict::compatible_by_default);
  REQUIRE(older_producer.unknown_there.size() == 1);
  CHECK(older_producer.unknown_there[0].offset == 28);
}

TEST_CASE("a newer minor that adds no field is compatible either way") {
  ChannelText newer = kSmall;
  newer.minor = 1;

  CHECK(compared(kSmall, newer).verdict == Verdict::compatible);
  CHECK(compared(newer, kSmall).verdict == Verdict::compatible);
}

TEST_CASE("type, place, unit and missing fields are each named") {
  const ChannelText here{
      .fields = {{"temp", "f32", 160}, {"accel", "f32[3]", 24, "m/s^2", 0, 40}, {"label", "string<=31", 36}}};
  const ChannelText there{.fields = {{"temp", "f64", 168}, {"accel", "f32[3]", 24, "g", 0, 40}, {"extra", "u8", 36}}};

  CHECK(differences(here, there) == Texts{"field 'temp': f32 at byte 160 here, f64 at byte 168 there",
                                          "field 'accel': unit m/s^2 here, g there", "field 'label': missing there",
                                          "field 'extra': missing here"});
}

TEST_CASE("types of another namespace are found by their full names, also where one is nested in another") {
  const auto with = [](const char* unit, const char* value) {
    return ChannelText{.fields = {{"pose", "geometry.Pose[<=8]", 16}, {"point", "Point", 20}},
                       .types = {{"geometry.Point", {{"x", "f32", 0, unit}}},
                                 {"geometry.Pose", {{"at", "geometry.Point", 0}, {"mode", "geometry.Mode", 8}}},
                                 {"Point", {{"x", "f64", 0}}}},
                       .enums = {{"geometry.Mode", "u8", {{"idle", value}}}}};
  };

  CHECK(differences(with("m", "1"), with("m", "1")).empty());
  CHECK(differences(with("m", "1"), with("km", "2")) ==
        Texts{"field 'pose.at.x': unit m here, km there",
              "field 'pose.mode': value 'idle' of geometry.Mode: 1 here, 2 there"});
}

TEST_CASE("a missing unit is said to be none") {
  ChannelText there = kSmall;
  there.fields[0].unit = "";

  CHECK(differences(kSmall, there) == Texts{"field 'stamp': unit ns here, none there"});
}

TEST_CASE("frame, scale and invalid value are compared as the unit is, and may be missing") {
  ChannelText here = kSmall;
  here.fields[1].frame = "body";
  here.fields[1].scale = "0.01";
  here.fields[1].invalid = ".nan";
  ChannelText there = here;
  there.fields[1].frame = "ned";
  there.fields[1].scale = "0.1";
  there.fields[1].invalid = "";

  CHECK(differences(here, there) == Texts{"field 'temp': frame body here, ned there",
                                          "field 'temp': scale 0.01 here, 0.1 there",
                                          "field 'temp': invalid .nan here, none there"});
}

TEST_CASE("what a newer minor brought is told as an addition, on the side that has it") {
  ChannelText older{.fields = {{"status", "Status", 16}}, .enums = {{"Status", "u8", {{"ok", "0"}}}}};
  ChannelText newer = older;
  newer.minor = 1;
  newer.enums[0].values.push_back({"bad", "1"});
  newer.fields.push_back({"gain", "f32", 20, "", 1});

  CHECK(in_words(compared(older, newer).additions) ==
        Texts{"field 'status': value 'bad' of Status: missing here", "field 'gain': missing here"});
  CHECK(in_words(compared(newer, older).additions) ==
        Texts{"field 'status': value 'bad' of Status: missing there", "field 'gain': missing there"});
}

TEST_CASE("a sentence calls the two schemas as its reader does") {
  ChannelText there = kSmall;
  there.fields[0].unit = "us";
  there.fields.pop_back();
  const Comparison comparison = compared(kSmall, there);

  REQUIRE(comparison.differences.size() == 2);
  CHECK(in_words(comparison.differences[0], {"in old", "in new"}) == "field 'stamp': unit ns in old, us in new");
  CHECK(in_words(comparison.differences[1], {"in old", "in new"}) == "field 'temp': missing in new");
  CHECK(in_words(compared(there, kSmall).differences[1], {"in old", "in new"}) == "field 'temp': missing in old");
}

TEST_CASE("fields that another one pushed aside are named only where nothing else differs") {
  ChannelText there = kSmall;
  there.fields[1].offset = 28;
  CHECK(differences(kSmall, there) == Texts{"field 'temp': at byte 24 here, at byte 28 there"});

  there.fields[0].type = "f64[2]";
  CHECK(differences(kSmall, there) == Texts{"field 'stamp': u64 here, f64[2] there"});
}

TEST_CASE("a field that a newer minor lacks, or that came without a new version, is a difference") {
  ChannelText fewer = kSmall;
  fewer.fields.pop_back();
  CHECK(differences(kSmall, fewer) == Texts{"field 'temp': missing there"});
  CHECK(differences(fewer, kSmall) == Texts{"field 'temp': missing here"});

  fewer.minor = 1;
  CHECK(differences(kSmall, fewer) == Texts{"field 'temp': missing there"});
  CHECK(differences(fewer, kSmall) == Texts{"field 'temp': missing here"});
}

TEST_CASE("another major version is refused though no field differs") {
  ChannelText there = kSmall;
  there.major = 2;

  CHECK(differences(kSmall, there) == Texts{"a new major version says that meaning changed, though no field did"});
}

TEST_CASE("another channel of the same layout is refused") {
  ChannelText there = kSmall;
  there.name = "demo.gps";

  CHECK(differences(kSmall, there) == Texts{"channel: demo.imu here, demo.gps there"});
}

TEST_CASE("differences inside of nested types are named by their path") {
  ChannelText here{.fields = {{"peaks", "Peak[<=8]", 16}}, .types = {{"Peak", {{"freq", "f32", 0, "Hz"}}}}};
  ChannelText there = here;
  there.types[0].fields[0].unit = "kHz";
  CHECK(differences(here, there) == Texts{"field 'peaks.freq': unit Hz here, kHz there"});

  there = here;
  there.types[0].size = 16;
  CHECK(differences(here, there) == Texts{"field 'peaks': 8 bytes here, 16 bytes there"});

  there = here;
  there.minor = 1;
  there.types[0].fields.push_back({"power", "f32", 4, "", 1});
  CHECK(differences(here, there) == Texts{"field 'peaks.power': missing here"});
}

TEST_CASE("enum values may be added in a minor, and neither change nor go") {
  ChannelText here{.fields = {{"status", "Status", 16}}, .enums = {{"Status", "u8", {{"ok", "0"}, {"bad", "1"}}}}};
  ChannelText there = here;
  there.minor = 1;
  there.enums[0].values.push_back({"worse", "2"});
  CHECK(compared(here, there).verdict == Verdict::compatible);
  CHECK(compared(there, here).verdict == Verdict::compatible);

  there.minor = 0;
  CHECK(differences(here, there) == Texts{"field 'status': value 'worse' of Status: missing here"});

  there = here;
  there.enums[0].values[1].second = "5";
  CHECK(differences(here, there) == Texts{"field 'status': value 'bad' of Status: 1 here, 5 there"});

  there = here;
  there.enums[0].type = "u16";
  CHECK(differences(here, there) == Texts{"field 'status': Status is u8 here, u16 there"});
}

TEST_CASE("an enum of flags is another thing than one of values, also where a field narrows it") {
  ChannelText here{.fields = {{"mode", "Mode[4] as u8", 16}}, .enums = {{"Mode", "u16", {{"ready", "1"}}}}};
  ChannelText there = here;
  there.enums[0].flags = true;
  CHECK(differences(here, there) == Texts{"field 'mode': Mode is of values here, flags there"});

  there = here;
  there.fields[0].type = "Mode[4]";
  CHECK(differences(here, there) == Texts{"field 'mode': Mode[4] as u8 here, Mode[4] there"});
}

TEST_CASE("a descriptor that is cut short or scribbled on is no descriptor, and never more than that") {
  const Descriptor whole(kSmall);
  const std::vector<std::uint8_t> bytes(whole.data(), whole.data() + whole.size());
  REQUIRE(verify_descriptor(bytes.data(), bytes.size()) != nullptr);

  constexpr std::size_t padding = 4;  // the last bytes may hold nothing
  for (std::size_t size = 0; size + padding <= bytes.size(); ++size)
    CHECK(verify_descriptor(bytes.data(), size) == nullptr);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      std::vector<std::uint8_t> scribbled = bytes;
      scribbled[at] = static_cast<std::uint8_t>(scribbled[at] ^ 1U << bit);
      const auto* const channel = verify_descriptor(scribbled.data(), scribbled.size());
      if (channel != nullptr) compare(whole.channel(), *channel);
    }
  }
}

TEST_CASE("texts that are too long or hold control characters, and too many entries, are no descriptor") {
  CHECK(Descriptor(kSmall).verified() != nullptr);

  ChannelText hostile = kSmall;
  hostile.fields[0].name = std::string(257, 'a');
  CHECK(Descriptor(hostile).verified() == nullptr);

  hostile = kSmall;
  hostile.fields[0].unit = "\x1b[2J";
  CHECK(Descriptor(hostile).verified() == nullptr);

  for (std::string FieldText::*const text : {&FieldText::frame, &FieldText::scale, &FieldText::invalid}) {
    hostile = kSmall;
    hostile.fields[0].*text = std::string(257, 'a');
    CHECK(Descriptor(hostile).verified() == nullptr);
  }

  hostile = kSmall;
  hostile.fields.assign(20'000, {"a", "u8", 16});
  CHECK(Descriptor(hostile).verified() == nullptr);
}

TEST_CASE("an endless list of differences is cut") {
  ChannelText many{.fields = {}};
  for (int at = 0; at < 100; ++at) many.fields.push_back({"field_" + std::to_string(at), "u8", 16});
  const Comparison comparison = compared(many, kSmall);

  const std::string text = incompatible({"demo.imu", ""}, comparison, {1, 0}, {1, 0}, {42, {1, 0}}).what();

  CHECK(comparison.differences.size() == 102);
  CHECK(text.find("\n  and 38 more\n") != std::string::npos);
}

TEST_CASE("the refusal names both versions, the producer, each difference and what to do") {
  ChannelText there = kSmall;
  there.major = 2;
  there.fields[0].unit = "us";
  const Comparison comparison = compared(kSmall, there);

  CHECK(std::string(incompatible({"demo.imu", ""}, comparison, {1, 2}, {2, 0}, {4242, {2, 0}}).what()) ==
        "sluice: channel 'demo.imu': this consumer was built for version 1.2, producer pid 4242 offers 2.0: "
        "incompatible\n"
        "  field 'stamp': unit ns here, us there\n"
        "  hint: rebuild this consumer with the producer's schema, or run the producer at 1.x");
}
