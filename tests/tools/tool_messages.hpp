// Messages of hard schemas, every field set, for tests of the tools that know them by their descriptors alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <test/deep/deep.channel.hpp>
#include <test/gen/facts/facts.channel.hpp>
#include <test/gen/features.channel.hpp>
#include <tests/track.channel.hpp>

#include "descriptor_generated.h"
#include "message_schema.hpp"
#include "verify_descriptor.hpp"

namespace sluice::test {

/// What a tool knows of a channel.
template <class Channel>
const descriptor::Channel& descriptor_of() {
  const Bytes bytes = Channel::info.descriptor;
  return *detail::verify_descriptor(bytes.data, bytes.size);
}

template <class Channel>
std::unique_ptr<tools::MessageSchema> schema_of() {
  return std::make_unique<tools::MessageSchema>(descriptor_of<Channel>());
}

/// A slot in fresh memory, as a window has it.
template <class Message>
struct Slot {
  alignas(64) std::byte bytes[(sizeof(Message) + 63) / 64 * 64] = {};
  Message* message = new (bytes) Message;

  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
};

inline void fill(::test::gen::Pose& pose) {
  pose.valid = true;
  pose.where.x = 4.5;
  pose.where.level = ::test::gen::Level::high;
  pose.where.rgb = {1, 2, 3};
  pose.track.id = 7;
  pose.track.name = "track";
  pose.track.times = {1, 1ULL << 63};
  pose.covariance = {1, 2, 3, 4};
  pose.tail = 9;
}

inline void fill(::test::gen::Features& message) {
  using ::test::gen::Colour;
  using ::test::gen::Level;
  message.flag = false;
  message.tiny = -7;
  message.small = -300;
  message.medium = 70000;
  message.large = -5000000000;
  message.utiny = 200;
  message.usmall = 60000;
  message.umedium = 4000000000;
  message.ularge = 0xFFFF'FFFF'FFFF'FFFE;
  message.single = 0.5F;
  message.precise = -1e-3;
  message.nowhere = 0.25F;
  message.beyond = 1e300;
  message.colour = Colour::auto_;
  message.level = Level::high;
  message.point.ok = true;
  message.point.level = Level::low;
  message.point.rgb = {9, 8, 7};
  message.bools = {true, false, true};
  message.bytes = {1, 2, 3, 4, 5};
  message.shorts = {-1, 0, 1};
  message.floats = {0.5F, -0.25F};
  message.doubles = {1.25, -1.25};
  message.longs = {10, 20, 0x8000'0000'0000'0001};
  message.points[0].level = Level::low;
  message.points[1].x = -2;
  message.points[1].level = Level::high;
  message.points[1].rgb.b = 77;
  message.rgbs.push_back({4, 5, 6});
  message.rgbs.push_back({7, 8, 9});
  message.colours = {Colour::red, Colour::green};
  message.levels = {Level::low, Level::high};
  message.label = "la\"b";
  fill(message.pose);
  message.auto_ = 11;
  message.class_ = {3, 2, 1};
  message.odd = 13;
  message.later = {6.5, 7.5};
  message.between = "ab";
  fill(message.latest);
  message.last = -1;
}

inline void fill(::test::deep::Leaf& leaf, float weight) {
  leaf.xs = {1.5, -2.5};
  leaf.name = "leaf";
  leaf.weight = weight;
}

inline void fill(::test::deep::Deep& message) {
  message.before = 3;
  ::test::deep::Track& track = message.tracks.emplace_back();
  track.id = 1;
  ::test::deep::Branch& branch = track.branches.emplace_back();
  branch.id = 2;
  fill(branch.leaves.emplace_back(), 3);
  fill(branch.leaves.emplace_back(), 4);
  fill(branch.pair[1], 5);
  fill(track.trunk.pair[0], 6);
  message.tracks.push_back(track);
  message.tracks[1].id = 11;
  message.corners[1].at = {1, 2};
  message.corners[1].label = "abc";
  message.marks[2].label = "m";
  message.nothings.resize(2);
  ::test::deep::Spot& spot = message.spots.emplace_back();
  spot.on = true;
  spot.tint = ::test::deep::Tint::red;
  message.spots.emplace_back();
  message.fixed[1].x = 8;
  message.big = {1, 2, 3};
  message.after = 65535;
  message.late.push_back(message.tracks[1]);
}

}  // namespace sluice::test
