#include "geometry.hpp"

#include <sluice/detail/index_stack.hpp>

namespace sluice::detail {

namespace {

constexpr std::uint64_t kSlotAlignment = 64;  // one cache line: two slots never share one

constexpr std::uint64_t round_up(std::uint64_t bytes, std::uint64_t unit) noexcept {
  return (bytes + unit - 1) / unit * unit;
}

constexpr std::uint64_t links_bytes(std::uint64_t capacity) noexcept {
  return round_up(link_count(capacity) * sizeof(Link), kLineBytes);
}
constexpr std::uint64_t marks_bytes(std::uint64_t capacity) noexcept {
  return round_up(capacity * sizeof(Mark), kLineBytes);
}

template <class Words>
Part<Words> part_at(std::byte* base, std::uint64_t offset, std::uint64_t capacity) noexcept {
  std::byte* const words = base + offset;
  std::byte* const links = words + sizeof(Words);
  return {reinterpret_cast<Words*>(words), reinterpret_cast<Link*>(links),
          reinterpret_cast<Mark*>(links + links_bytes(capacity))};
}

}  // namespace

std::optional<Geometry> lay_out_window(std::uint64_t capacity, std::uint64_t message_bytes,
                                       std::uint64_t descriptor_bytes, std::uint64_t page_bytes) noexcept {
  // With these bounds no sum or product below passes 2^52.
  if (capacity == 0 || capacity > kMaxCapacity) return std::nullopt;
  if (message_bytes == 0 || message_bytes > kMaxMessageBytes) return std::nullopt;
  if (descriptor_bytes == 0 || descriptor_bytes > kMaxDescriptorBytes) return std::nullopt;
  if (page_bytes < 4096 || page_bytes > 65536 || (page_bytes & (page_bytes - 1)) != 0) return std::nullopt;

  const std::uint64_t arrays_bytes = links_bytes(capacity) + marks_bytes(capacity);
  Geometry made;
  made.page_bytes = page_bytes;
  made.capacity = capacity;
  made.stride_bytes = round_up(message_bytes, kSlotAlignment);
  made.message_bytes = message_bytes;
  made.descriptor_bytes = descriptor_bytes;
  made.descriptor_offset = kHeaderBytes;
  made.producer_offset = round_up(made.descriptor_offset + descriptor_bytes, kLineBytes);
  made.consumer_offset = round_up(made.producer_offset + sizeof(ProducerWords) + arrays_bytes, page_bytes);
  made.slots_offset = round_up(made.consumer_offset + sizeof(ConsumerWords) + arrays_bytes, page_bytes);
  made.total_bytes = round_up(made.slots_offset + capacity * made.stride_bytes, page_bytes);
  return made;
}

Reuse reuse_of(const Geometry& geometry) noexcept {
  const bool are_large = geometry.stride_bytes >= kLargeSlotBytes;
  return are_large && geometry.capacity * geometry.stride_bytes >= kLargePoolBytes ? Reuse::warmest : Reuse::in_turn;
}

LaneView lane_view(const Geometry& geometry, Order order, std::byte* base) noexcept {
  return {part_at<ProducerWords>(base, geometry.producer_offset, geometry.capacity),
          part_at<ConsumerWords>(base, geometry.consumer_offset, geometry.capacity),
          {base + geometry.slots_offset, geometry.stride_bytes, static_cast<std::uint32_t>(geometry.capacity),
           reuse_of(geometry)},
          order};
}

}  // namespace sluice::detail
