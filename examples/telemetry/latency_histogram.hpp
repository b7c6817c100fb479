// Counts times in nanoseconds so that percentiles over all of them can be told, in fixed memory.
// Log-linear, after G. Tene's HdrHistogram: every power of two is cut into 128 equal buckets, so a percentile is the
// nearest-rank value rounded up to its bucket's end: exact below 256 ns, otherwise too high by less than 1/128.
// The maximum is exact. Times from 2^40 ns (18 minutes) on share the last bucket.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace telemetry {

/// What is shown of many times, in nanoseconds; 0 where there were none.
struct Spread {
  std::uint64_t p50 = 0;
  std::uint64_t p99 = 0;
  std::uint64_t max = 0;
};

class LatencyHistogram {
 public:
  void add(std::uint64_t ns) noexcept {
    ++buckets_[bucket_of(ns)];
    ++count_;
    max_ = std::max(max_, ns);
  }
  void add(const LatencyHistogram& other) noexcept {
    for (std::size_t at = 0; at < kBuckets; ++at) buckets_[at] += other.buckets_[at];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  /// The smallest time that at least `percent` in a hundred of all times do not exceed, rounded up as said above.
  std::uint64_t percentile(std::uint64_t percent) const noexcept {
    const std::uint64_t rank = (count_ * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < kBuckets; ++at) {
      seen += buckets_[at];
      if (seen >= rank && seen != 0) return at + 1 < kBuckets ? std::min(end_of(at), max_) : max_;
    }
    return 0;
  }
  Spread spread() const noexcept { return {percentile(50), percentile(99), max_}; }

 private:
  static constexpr std::size_t kHalf = 128;  // buckets per power of two
  static constexpr int kMostBits = 40;
  static constexpr std::size_t kBuckets = kHalf * (kMostBits - 6);

  // Below 256 a bucket is 1 ns wide; above, the top 8 bits of the time count, and how far they were shifted.
  static std::size_t bucket_of(std::uint64_t ns) noexcept {
    const int shift = std::max(static_cast<int>(std::bit_width(ns)) - 8, 0);
    const std::size_t bucket = static_cast<std::size_t>(shift) * kHalf + static_cast<std::size_t>(ns >> shift);
    return std::min(bucket, kBuckets - 1);
  }
  static std::uint64_t end_of(std::size_t bucket) noexcept {
    if (bucket < 2 * kHalf) return bucket;
    const std::size_t shift = bucket / kHalf - 1;
    return ((kHalf + bucket % kHalf + 1) << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace telemetry
