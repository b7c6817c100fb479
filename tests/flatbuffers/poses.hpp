// Poses of every size, for tests of channels of tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <tests/newest.channel.hpp>
#include <tests/track.channel.hpp>
#include <tests/trusted.channel.hpp>

namespace tests {

using geo::Pose;
using Root = flatbuffers::Offset<Pose>;

/// A pose with every kind of field, which grows with `samples`.
inline Root pose(flatbuffers::FlatBufferBuilder& builder, std::size_t samples, const char* name = "left") {
  const auto wheel_name = builder.CreateString("wheel");
  const geo::Vec3 front(4, 5, 6);
  const auto part = geo::CreatePose(builder, &front, wheel_name, geo::Kind_wing);
  const auto parts = builder.CreateVector(&part, 1);
  const auto circle = geo::CreateCircle(builder, 2.5F).Union();
  std::uint8_t* bytes = nullptr;
  const auto vector = builder.CreateUninitializedVector<std::uint8_t>(samples, &bytes);
  for (std::size_t at = 0; at < samples; ++at) bytes[at] = static_cast<std::uint8_t>(at);
  const auto text = builder.CreateString(name);
  const geo::Vec3 position(1, 2, 3);
  return geo::CreatePose(builder, &position, text, geo::Kind_wing, vector, geo::Shape_Circle, circle, parts);
}

inline std::size_t finished_bytes(std::size_t samples) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(pose(builder, samples));
  return builder.GetSize();
}

/// The most samples of a pose that has at most `bytes` bytes when it is finished.
inline std::size_t samples_for(std::size_t bytes) {
  std::size_t samples = 0;
  while (finished_bytes(samples + 1) <= bytes) ++samples;
  return samples;
}

inline std::string described(const Pose& pose) {
  std::string text = pose.name()->str() + " at " + std::to_string(pose.position()->z()) + ", kind " +
                     std::to_string(pose.kind()) + ", samples " + std::to_string(pose.samples()->size());
  if (const auto* const circle = pose.shape_as_Circle()) text += ", circle " + std::to_string(circle->radius());
  for (const Pose* part : *pose.parts()) text += ", part " + part->name()->str();
  return text;
}

/// Reads all there is, whatever it is: for tables that were damaged and passed the verifier all the same.
inline std::size_t sum(const Pose& pose, int depth = 0) {
  std::size_t found = pose.name()->size() + static_cast<std::size_t>(pose.kind());
  if (pose.position() != nullptr) found += pose.position()->x() > 0 ? 1 : 0;
  if (pose.samples() != nullptr) {
    for (const std::uint8_t sample : *pose.samples()) found += sample;
  }
  if (const auto* const circle = pose.shape_as_Circle()) found += circle->radius() > 0 ? 1 : 0;
  if (const auto* const box = pose.shape_as_Box(); box != nullptr && box->size() != nullptr) ++found;
  if (pose.parts() != nullptr && depth < 64) {
    for (const Pose* part : *pose.parts()) found += sum(*part, depth + 1);
  }
  return found;
}

}  // namespace tests
