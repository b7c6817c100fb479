// The clock of the benchmark: the time stamp counter where there is one, since a read of it costs less than a round
// trip; it is read once for each message at most. Both processes read the same counter (constant, not stopped in
// idle, the same on all cores), which the kernel's own clock needs too.
#pragma once

#include <chrono>
#include <cstdint>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace bench {

using Ticks = std::uint64_t;

inline std::uint64_t monotonic_ns() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

inline Ticks now() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return monotonic_ns();
#endif
}

/// Between two looks at something that the other side has not done yet; all polling subjects wait in this way.
inline void relax() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Nanoseconds of one tick, measured against CLOCK_MONOTONIC for 5 ms.
inline double measure_ns_per_tick() noexcept {
  const std::uint64_t from_ns = monotonic_ns();
  const Ticks from = now();
  while (monotonic_ns() < from_ns + 5'000'000) relax();
  const std::uint64_t to_ns = monotonic_ns();
  return static_cast<double>(to_ns - from_ns) / static_cast<double>(now() - from);
}

}  // namespace bench
