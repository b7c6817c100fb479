// Where the parts of a window lie: pure, overflow-checked arithmetic on counts and sizes.
// A window's maker and everybody who opens it compute the same; a header that says otherwise is damaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

inline constexpr std::uint32_t kMaxCapacity = 1'048'574;
inline constexpr std::uint64_t kMaxMessageBytes = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kMaxDescriptorBytes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kHeaderBytes = 512;

/// A pool from this size on was slower to go round than its warmest slots are to reuse, in round trips: decision 0042.
/// Only of slots that are worth a look at the other side's word for each.
inline constexpr std::uint64_t kLargePoolBytes = std::uint64_t{16} << 20;
inline constexpr std::uint64_t kLargeSlotBytes = 16 * 1024;

struct Geometry {
  std::uint64_t total_bytes = 0;
  std::uint64_t page_bytes = 0;
  std::uint64_t capacity = 0;  // slots
  std::uint64_t stride_bytes = 0;
  std::uint64_t message_bytes = 0;
  std::uint64_t descriptor_bytes = 0;
  std::uint64_t descriptor_offset = 0;
  std::uint64_t producer_offset = 0;
  std::uint64_t consumer_offset = 0;  // a page of its own: the consumer alone maps it writable
  std::uint64_t slots_offset = 0;

  friend bool operator==(const Geometry&, const Geometry&) noexcept = default;
};

/// Empty where a count or size is out of range: nothing of the sort is ever made.
std::optional<Geometry> lay_out_window(std::uint64_t capacity, std::uint64_t message_bytes,
                                       std::uint64_t descriptor_bytes, std::uint64_t page_bytes) noexcept;

/// Each role decides by itself: both sides work with whatever the other does.
Reuse reuse_of(const Geometry& geometry) noexcept;

/// The parts of a window mapped at `base`.
LaneView lane_view(const Geometry& geometry, Order order, std::byte* base) noexcept;

}  // namespace sluice::detail
