// Reads all that a probe message gives access to, as a program would.
#pragma once

#include <cstdint>
#include <string_view>

#include <fuzz/probe.channel.hpp>

namespace sluice::fuzz {

inline std::uint64_t sum_of(std::string_view text) {
  std::uint64_t sum = text.size();
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return sum;
}

inline std::uint64_t sum_of(const ::fuzz::Pose& pose) {
  std::uint64_t sum = pose.id + sum_of(pose.name.view());
  for (const std::uint64_t time : pose.times) sum += time;
  for (const ::fuzz::Arm& arm : pose.arms) sum += (arm.at[0] < arm.at[1] ? 1U : 0U) + sum_of(arm.name.view());
  return sum;
}

inline std::uint64_t sum_of(const ::fuzz::Probe& message) {
  std::uint64_t sum = message.flag ? 1 : 2;
  switch (message.level) {  // open: a value that the schema does not know is one more case
    case ::fuzz::Level::low:
    case ::fuzz::Level::high:
      ++sum;
      break;
    default:
      sum += static_cast<std::uint64_t>(message.level);
  }
  for (const float axis : message.accel) sum += axis > 0 ? 1 : 0;
  for (const ::fuzz::Peak& peak : message.peaks) sum += peak.freq > peak.power ? 1 : 0;
  for (const std::uint64_t word : message.words) sum += word;
  sum += sum_of(message.label.view()) + sum_of(message.pose) + message.late;
  for (const ::fuzz::Pose& track : message.tracks) sum += sum_of(track);
  return sum;
}

}  // namespace sluice::fuzz
