// Counts of durations in ticks: exact below 512, else to 1 part in 256. Plain memory of fixed size, since it lies in
// the block that a child shares with its driver.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bench {

class Histogram {
 public:
  static constexpr std::size_t kSteps = 256;                  // of each power of two
  static constexpr std::size_t kBuckets = kSteps * (64 - 7);  // up to 2^64

  void add(std::uint64_t ticks) noexcept { ++counts_[bucket(ticks)]; }
  std::uint64_t count(std::size_t bucket) const noexcept { return counts_[bucket]; }

  static std::size_t bucket(std::uint64_t ticks) noexcept {
    const auto width = static_cast<std::size_t>(std::bit_width(ticks));
    const std::size_t shift = width <= 9 ? 0 : width - 9;
    return shift * kSteps + static_cast<std::size_t>(ticks >> shift);
  }
  /// The least duration of a bucket.
  static std::uint64_t from(std::size_t bucket) noexcept {
    if (bucket < 2 * kSteps) return bucket;
    const std::size_t shift = bucket / kSteps - 1;
    return static_cast<std::uint64_t>(bucket - shift * kSteps) << shift;
  }

 private:
  std::array<std::uint64_t, kBuckets> counts_{};
};

}  // namespace bench
