// The clock of all stamps: CLOCK_MONOTONIC reads the same in every process of this machine.
#pragma once

#include <cstdint>
#include <ctime>

namespace telemetry {

inline constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

inline std::uint64_t monotonic_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace telemetry
