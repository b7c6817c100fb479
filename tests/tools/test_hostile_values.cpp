// Whatever lies in a slot, and whatever a descriptor says, the tools read only the slot, and come to an end.
// Memory is exactly as large as it may be read: AddressSanitizer sees a byte too many.
#include <doctest/doctest.h>
#include <flatbuffers/reflection_generated.h>

#include <random>
#include <string>
#include <vector>

#include "../flatbuffers/poses.hpp"
#include "decode.hpp"
#include "encode_table.hpp"
#include "frozen_image.hpp"
#include "schema_files.hpp"
#include "seed.hpp"
#include "tool_error.hpp"
#include "tool_messages.hpp"
#include "value_text.hpp"

using namespace sluice::tools;
using namespace sluice::test;

namespace {

using Bytes = std::vector<std::byte>;

std::size_t read_all(const MessageSchema& schema, const Bytes& slot) {
  const Decoded decoded = decode(schema, slot.data());
  const std::string text = block_text(decoded.message, {}) + json_of({decoded.message});
  return text.size() + csv_cells(decoded.message, schema).size();
}

template <class Message>
Bytes bytes_of_slot(const Slot<Message>& slot) {
  return {slot.bytes, slot.bytes + sizeof(Message)};
}

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : random_(seed) {}

  template <class Container>
  void strike(Container& bytes, int times) {
    for (; times > 0; --times) {
      const std::size_t at = below(bytes.size());
      const auto kinds = below(3);
      const auto value = kinds == 0 ? random_() : kinds == 1 ? 0xFF : 0;
      for (std::size_t byte = at; byte < bytes.size() && byte < at + (kinds == 0 ? 1 : 4); ++byte) {
        bytes[byte] = static_cast<typename Container::value_type>(value & 0xFF);
      }
    }
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  std::mt19937_64 random_;
};

// Reads damaged copies of a slot.
template <class Channel>
void read_damaged_slots(const Bytes& whole, Damage& damage) {
  const auto schema = schema_of<Channel>();
  for (int round = 0; round < 3000; ++round) {
    Bytes slot = whole;
    damage.strike(slot, 1 + round % 8);
    read_all(*schema, slot);
  }
}

// Makes what publish and inspect make of a schema, where they can.
void write_by(const sluice::descriptor::Channel& channel, const MessageSchema& schema) {
  if (!schema.is_table()) {
    frozen_image(schema);
    return;
  }
  try {
    encode_table(schema,
                 given_yaml("name: n, position: {x: 1}, shape_type: 2, shape: {size: {y: 1}}, parts: [{name: m}]"));
  } catch (const ToolError&) {
  }
  schema_files(channel);
}

// Reads a slot by damaged copies of its descriptor. Returns how many of them could still be used.
template <class Channel>
int read_by_damaged_descriptors(const Bytes& whole, Damage& damage) {
  const auto given = Channel::info.descriptor;
  int used = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::uint8_t> bytes(given.data, given.data + given.size);
    damage.strike(bytes, 1 + round % 4);
    const auto* const channel = sluice::detail::verify_descriptor(bytes.data(), bytes.size());
    if (channel == nullptr) continue;
    try {
      const MessageSchema schema(*channel);
      if (schema.message_bytes() > whole.size()) continue;  // refused where the window is opened
      read_all(schema, whole);
      write_by(*channel, schema);
      ++used;
    } catch (const ToolError&) {
    }
  }
  return used;
}

template <class Channel>
void read_damaged() {
  Slot<typename Channel::Message> slot;
  fill(*slot.message);
  Damage damage(seed());
  read_damaged_slots<Channel>(bytes_of_slot(slot), damage);
  CHECK(read_by_damaged_descriptors<Channel>(bytes_of_slot(slot), damage) > 100);
}

Bytes slot_of(const flatbuffers::FlatBufferBuilder& builder) {
  Slot<tests::TrackChannel::Message> slot;
  const auto region = slot.message->region_();
  std::memcpy(region.end() - builder.GetSize(), builder.GetBufferPointer(), builder.GetSize());
  slot.message->place_(builder.GetSize());
  slot.message->hold_();
  return bytes_of_slot(slot);
}

Bytes slot_of_a_table() {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(tests::pose(builder, 20));
  return slot_of(builder);
}

// A descriptor of one field, which says what it is told to.
class OneField {
 public:
  OneField(const char* type, unsigned offset, unsigned data_offset, unsigned bytes, const char* name = "x",
           const char* unit = nullptr) {
    const std::vector fields{sluice::descriptor::CreateFieldDirect(builder_, name, type, offset, 4, data_offset, unit)};
    const auto message = sluice::descriptor::CreateTypeDirect(builder_, "M", false, bytes, bytes, 8, &fields);
    const std::vector<flatbuffers::Offset<sluice::descriptor::Type>> types;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Enum>> enums;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Constant>> constants;
    builder_.Finish(sluice::descriptor::CreateChannelDirect(builder_, "demo.m", 1, 0, sluice::descriptor::Order::fifo,
                                                            sluice::descriptor::Overflow::reject, 8, 0, 0, message,
                                                            &types, &enums, &constants));
  }
  const sluice::descriptor::Channel& channel() const {
    return *sluice::descriptor::GetChannel(builder_.GetBufferPointer());
  }
  std::string refusal() const {
    try {
      const MessageSchema schema(channel());
    } catch (const ToolError& error) {
      return error.what();
    }
    return "";
  }

 private:
  flatbuffers::FlatBufferBuilder builder_;
};

// A descriptor of a channel of own types, which a class below builds.
class Described {
 public:
  const sluice::descriptor::Channel& channel() const {
    return *sluice::descriptor::GetChannel(builder_.GetBufferPointer());
  }

 protected:
  using Type = flatbuffers::Offset<sluice::descriptor::Type>;

  void finish(Type message, const std::vector<Type>& types) {
    using namespace sluice::descriptor;
    const std::vector<flatbuffers::Offset<Enum>> enums;
    const std::vector<flatbuffers::Offset<Constant>> constants;
    builder_.Finish(CreateChannelDirect(builder_, "demo.m", 1, 0, Order::fifo, Overflow::reject, 8, 0, 0, message,
                                        &types, &enums, &constants));
  }

  flatbuffers::FlatBufferBuilder builder_;
};

// A descriptor of a message that is a stamp and a sequence of nested types, each of one byte.
class ManyDots : public Described {
 public:
  static constexpr std::uint32_t kDotsAt = 24;

  explicit ManyDots(std::uint32_t count) {
    using namespace sluice::descriptor;
    const std::string type = "Dot[<=" + std::to_string(count) + "]";
    const std::vector inner{CreateFieldDirect(builder_, "x", "u8", 0, 1)};
    const std::vector types{CreateTypeDirect(builder_, "Dot", true, 1, 1, 1, &inner)};
    const std::vector fields{CreateFieldDirect(builder_, "dots", type.c_str(), 16, 4, kDotsAt),
                             CreateFieldDirect(builder_, "stamp", "u32", 20, 4)};
    const std::uint32_t bytes = kDotsAt + 4 + count;
    const auto message = CreateTypeDirect(builder_, "M", false, bytes, bytes, 8, &fields);
    finish(message, types);
  }
};

// A descriptor of a message that holds a type that holds another twice, and so on.
class Doubled : public Described {
 public:
  explicit Doubled(unsigned levels) {
    using namespace sluice::descriptor;
    const std::vector innermost{CreateFieldDirect(builder_, "x", "u8", 0, 1)};
    std::vector types{CreateTypeDirect(builder_, "T0", true, 1, 1, 1, &innermost)};
    for (unsigned level = 1; level <= levels; ++level) {
      const std::string below = "T" + std::to_string(level - 1);
      const std::uint32_t half = 1U << (level - 1);
      const std::vector twice{CreateFieldDirect(builder_, "a", below.c_str(), 0, half),
                              CreateFieldDirect(builder_, "b", below.c_str(), half, half)};
      const std::string name = "T" + std::to_string(level);
      types.push_back(CreateTypeDirect(builder_, name.c_str(), true, 2 * half, 2 * half, 1, &twice));
    }
    const std::string outermost = "T" + std::to_string(levels);
    const std::uint32_t end = 16 + (1U << levels);
    const std::vector fields{CreateFieldDirect(builder_, "t", outermost.c_str(), 16, 1U << levels)};
    const auto message = CreateTypeDirect(builder_, "M", false, end, end, 8, &fields);
    finish(message, types);
  }
};

// A descriptor of a table whose only field is a union, without the type that flatc puts before it.
class BareUnion {
 public:
  explicit BareUnion(std::uint16_t offset) {
    const std::vector<std::uint8_t> bfbs = schema(offset);
    const std::vector<flatbuffers::Offset<sluice::descriptor::Field>> fields;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Type>> types;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Enum>> enums;
    const std::vector<flatbuffers::Offset<sluice::descriptor::Constant>> constants;
    const auto message = sluice::descriptor::CreateTypeDirect(builder_, "M", false, 160, 160, 32, &fields);
    const auto payload = sluice::descriptor::CreatePayloadDirect(builder_, "R", &bfbs, 64);
    builder_.Finish(sluice::descriptor::CreateChannelDirect(
        builder_, "demo.m", 1, 0, sluice::descriptor::Order::fifo, sluice::descriptor::Overflow::reject, 8, 0, 0,
        message, &types, &enums, &constants, nullptr, nullptr, nullptr, payload));
  }
  std::string refusal() const {
    const auto* const channel = sluice::detail::verify_descriptor(builder_.GetBufferPointer(), builder_.GetSize());
    REQUIRE(channel != nullptr);
    try {
      const MessageSchema schema(*channel);
    } catch (const ToolError& error) {
      return error.what();
    }
    return "";
  }

 private:
  static std::vector<std::uint8_t> schema(std::uint16_t offset) {
    flatbuffers::FlatBufferBuilder builder;
    const auto type = reflection::CreateType(builder, reflection::Union, reflection::None, 0);
    std::vector fields{reflection::CreateFieldDirect(builder, "u", type, 0, offset)};
    std::vector objects{reflection::CreateObjectDirect(builder, "R", &fields)};
    const auto member = reflection::CreateType(builder, reflection::Obj, reflection::None, 0);
    std::vector values{reflection::CreateEnumValDirect(builder, "R", 1, member)};
    const auto carrier = reflection::CreateType(builder, reflection::UType, reflection::None, 0);
    std::vector enums{reflection::CreateEnumDirect(builder, "U", &values, true, carrier)};
    builder.Finish(reflection::CreateSchemaDirect(builder, &objects, &enums), reflection::SchemaIdentifier());
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
  }

  flatbuffers::FlatBufferBuilder builder_;
};

}  // namespace

TEST_CASE("damaged messages and descriptors of hard schemas are read without harm") {
  read_damaged<test::gen::FeaturesChannel>();
  read_damaged<test::deep::DeepChannel>();
}

TEST_CASE("damaged tables of a user's own, and damaged schemas of theirs, are read without harm") {
  const Bytes whole = slot_of_a_table();
  Damage damage(seed());

  read_damaged_slots<tests::TrackChannel>(whole, damage);

  CHECK(read_by_damaged_descriptors<tests::TrackChannel>(whole, damage) > 100);
}

TEST_CASE("tables that are shared so often that they would never end are refused") {
  const auto schema = schema_of<tests::TrackChannel>();
  flatbuffers::FlatBufferBuilder builder;
  const auto name = builder.CreateString("n");
  auto pose = tests::geo::CreatePose(builder, nullptr, name);
  constexpr int levels = 24;  // each holds the one below twice: 16 million in all
  for (int level = 0; level < levels; ++level) {
    const flatbuffers::Offset<tests::geo::Pose> twice[] = {pose, pose};
    const auto parts = builder.CreateVector(twice, 2);
    pose = tests::geo::CreatePose(builder, nullptr, name, tests::geo::Kind_wheel, 0, tests::geo::Shape_NONE, 0, parts);
  }
  builder.Finish(pose);

  const Decoded decoded = decode(*schema, slot_of(builder).data());

  CHECK(decoded.fault == "it holds more values than it has bytes");
}

TEST_CASE("a schema of tables whose union has no type before it, or whose fields are misplaced, is refused") {
  const std::string damaged = "sluice: channel 'demo.m': its FlatBuffers schema is damaged: 'R': ";

  CHECK(BareUnion(4).refusal() == damaged + "a union does not follow its type");
  CHECK(BareUnion(6).refusal() == damaged + "a field is not where its id says");
}

TEST_CASE("lengths beyond their bounds are clamped") {
  const auto schema = schema_of<test::deep::DeepChannel>();
  Slot<test::deep::Deep> slot;
  Bytes bytes = bytes_of_slot(slot);
  for (const Field& field : schema->message().fields) {
    if (field.form != Form::sequence) continue;
    const std::uint32_t most = 0xFFFF'FFFF;
    std::memcpy(bytes.data() + field.data_offset, &most, sizeof most);
  }

  const Decoded decoded = decode(*schema, bytes.data());

  CHECK(decoded.message.members[1].value.as<List>()->items.size() == 3);
  CHECK(decoded.message.members[8].value.as<Numbers>()->count == 5000);
}

TEST_CASE("a descriptor whose fields lie outside, overlap or have no size is refused") {
  CHECK(OneField("u32", 16, 0, 20).refusal() == "");
  const char* const outside = "sluice: channel 'demo.m': its descriptor is damaged: 'M': a field lies outside";
  CHECK(OneField("u64", 16, 0, 20).refusal() == outside);
  CHECK(OneField("u32", 12, 0, 20).refusal() == outside);
  CHECK(OneField("u32[<=100]", 16, 20, 300).refusal() == outside);
  CHECK(OneField("string<=1000000000", 16, 4294967295, 300).refusal() == outside);
  CHECK(OneField("u32[<=4]", 16, 16, 300).refusal() ==
        "sluice: channel 'demo.m': its descriptor is damaged: 'M': two fields share bytes");
  for (const char* const type : {"u32[<=0]", "u32[]", "u32[<=x]", "[4]", "u32]", "", "string<=", "u32[4", "Nobody"}) {
    CHECK_MESSAGE(OneField(type, 16, 20, 300).refusal() != "", type);
  }
}

TEST_CASE("a message of millions of nested values is refused, and what a path leads to in it is not") {
  constexpr std::uint32_t count = 5'000'000;
  const ManyDots many(count);
  const MessageSchema schema(many.channel());
  Bytes slot(schema.message_bytes());
  std::memcpy(slot.data() + ManyDots::kDotsAt, &count, sizeof count);
  slot.back() = std::byte{7};
  const auto fault_of = [&](const char* path) {
    return decode(schema, slot.data(), {parse_path("echo", path, schema)}).fault;
  };
  const auto value_of = [&](const char* path) {
    return json_of(decode(schema, slot.data(), {parse_path("echo", path, schema)}).chosen.at(0));
  };
  const std::string why =
      "' has more than 4,000,000 values in nested types: choose other fields, or elements by their index";

  CHECK(decode(schema, slot.data()).fault == "'dots" + why);
  CHECK(fault_of("dots") == "'dots" + why);
  CHECK(fault_of("dots[*].x") == "'dots[*].x" + why);
  CHECK(value_of("dots[4999999].x") == "7");
  CHECK(value_of("dots[4999999]") == R"({"x":7})");
  CHECK(value_of("stamp") == "0");
}

TEST_CASE("a table of more columns than anybody reads is refused before they are made") {
  const MessageSchema schema(Doubled(24).channel());

  CHECK_THROWS_WITH_AS(csv_columns(schema),
                       "sluice echo: 'demo.m' has more than 16,384 columns\n  hint: choose fields, or --format json",
                       ToolError);
}

TEST_CASE("a schema's own words do not reach the terminal as they are") {
  const OneField hostile("u32", 16, 0, 20,
                         "x\xC2\x9B"
                         "2J",
                         "m\x1b[31m");
  const MessageSchema schema(hostile.channel());
  const Bytes slot(schema.message_bytes());

  CHECK(block_text(decode(schema, slot.data()).message, {}) == "x\\xc2\\x9b2J: 0 m\\x1b[31m\n");
}
