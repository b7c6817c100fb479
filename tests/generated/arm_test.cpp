// Flags, narrowed enums, tables, constants and metadata of an imported file, in a message that is one of its types and
// in one that has fields of them. test_imported_features.py compiles and runs it; with a folder as its argument it
// leaves both messages there for flatc.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <fstream>
#include <robot/arm.channel.hpp>
#include <robot/body.channel.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace {

using parts::ArmMessage;
using parts::Faults;
using parts::Joint;
using parts::Side;
using robot::Body;

static_assert(std::is_same_v<robot::ArmChannel::Message, ArmMessage>);
static_assert(ArmMessage::JOINTS == 2 && parts::Arm::JOINTS == 2 && robot::ArmChannel::RATE_HZ == 50);
static_assert(Joint::MAX_SPEED == 2.5F && Joint::KIND == "revolute");
static_assert(robot::ArmChannel::info.order == sluice::Order::latest && robot::ArmChannel::info.capacity == 8);

static_assert(ArmMessage::stamp_info.role == sluice::FieldRole::timestamp);
static_assert(ArmMessage::side_info.key == sluice::FieldKey::instance);
static_assert(Joint::angle_info.range.max == 3.2F && Joint::load_info.scale == 0.01);
static_assert((Faults::hot | Faults::stuck) == Faults{3});
static_assert(std::is_same_v<decltype(Body::faults), sluice::EnumAs<Faults, std::uint8_t>>);

void fill(Joint& joint) {
  joint.angle = 1.5F;
  joint.faults |= Faults::open;
  joint.trace = {1, 2};
}

}  // namespace

TEST_CASE("a message that is an imported type starts with the defaults of that type") {
  const ArmMessage arm;

  CHECK(arm.side == Side::right);
  CHECK(arm.faults == (Faults::hot | Faults::stuck));
  CHECK(arm.joints[1].faults == Faults::none);
  CHECK(arm.spare.empty());
}

TEST_CASE("fields of imported enums take the default and the width that the importing schema gives") {
  const Body body;

  CHECK(body.faults.raw == 5);
  CHECK(sizeof body.faults == 1);
  CHECK(body.sides[0].raw == 0);
}

TEST_CASE("an info names imported types in full, those of its own file without a dot") {
  CHECK(std::string_view(Body::more_info.type) == "parts.Faults[<=2] as u8");
  CHECK(std::string_view(ArmMessage::side_info.type) == "Side as i8");
  CHECK(std::string_view(ArmMessage::lag_info.deprecated) == "deprecated");
}

TEST_CASE("messages with imported tables and deprecated members are made, assigned and copied without a warning") {
  Body one;
  fill(one.rest.emplace_back());
  Body other;

  other = one;
  const Body copied(other);

  CHECK(copied.rest[0].trace[1] == 2);
  CHECK(copied.rest[0].faults == Faults::open);
}

int main(int count, char** arguments) {
  if (count == 2 && arguments[1][0] == '/') {
    const std::string folder = arguments[1];
    ArmMessage arm;
    fill(arm.joints[1]);
    fill(arm.spare.emplace_back());
    arm.side = Side::left;
    Body body;
    fill(body.hand);
    body.more = {Faults::hot, Faults::open};
    body.sides = {Side::left, Side::right};
    body.tips[1].mode = Side::right;
    std::ofstream(folder + "/arm.bin", std::ios::binary).write(reinterpret_cast<const char*>(&arm), sizeof arm);
    std::ofstream(folder + "/body.bin", std::ios::binary).write(reinterpret_cast<const char*>(&body), sizeof body);
    return 0;
  }
  return doctest::Context(count, arguments).run();
}
