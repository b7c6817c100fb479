#include <doctest/doctest.h>

#include <limits>

#include <sluice/detail/index_stack.hpp>

#include "geometry.hpp"

using namespace sluice::detail;

namespace {
constexpr std::uint64_t kPage = 4096;
}

TEST_CASE("parts follow one another and never overlap; what the consumer writes has pages of its own") {
  for (const std::uint64_t capacity : {1U, 2U, 63U, 64U, 65U, 1000U, kMaxCapacity}) {
    CAPTURE(capacity);
    const auto made = lay_out_window(capacity, 200, 3000, kPage);
    REQUIRE(made);

    const std::uint64_t arrays = link_count(capacity) * sizeof(Link) + capacity * sizeof(Mark);
    CHECK(made->descriptor_offset == kHeaderBytes);
    CHECK(made->producer_offset >= made->descriptor_offset + 3000);
    CHECK(made->producer_offset % kLineBytes == 0);
    CHECK(made->consumer_offset >= made->producer_offset + sizeof(ProducerWords) + arrays);
    CHECK(made->consumer_offset % kPage == 0);
    CHECK(made->slots_offset >= made->consumer_offset + sizeof(ConsumerWords) + arrays);
    CHECK(made->slots_offset % kPage == 0);
    CHECK(made->total_bytes >= made->slots_offset + capacity * made->stride_bytes);
  }
}

TEST_CASE("a window is its messages, its descriptor and at most 128 bytes a slot and 4 KiB more, pages aside") {
  for (const std::uint64_t capacity : {1U, 2U, 3U, 64U, 65U, 1025U, 65'537U, kMaxCapacity}) {
    for (const std::uint64_t bytes : {1U, 48U, 65U, 4097U, 1'000'001U}) {
      CAPTURE(capacity);
      CAPTURE(bytes);
      const auto made = lay_out_window(capacity, bytes, 3000, kPage);
      REQUIRE(made);
      constexpr std::uint64_t pages = 3 * (kPage - 1);  // each of three parts is filled up to a page

      CHECK(made->total_bytes <= capacity * (bytes + 128) + 4096 + 3000 + pages);
    }
  }
}

TEST_CASE("a slot holds a message and begins on a cache line of its own") {
  for (const std::uint64_t bytes : {1U, 63U, 64U, 65U, 8'000'000U}) {
    const auto made = lay_out_window(4, bytes, 100, kPage);
    REQUIRE(made);
    CHECK(made->stride_bytes >= bytes);
    CHECK(made->stride_bytes % 64 == 0);
  }
}

TEST_CASE("slots go round until their pool is larger than a cache, small ones in any pool") {
  const auto reuse = [](std::uint64_t capacity, std::uint64_t bytes) {
    const auto made = lay_out_window(capacity, bytes, 100, kPage);
    return reuse_of(made.value());
  };
  CHECK(reuse(64, 48) == Reuse::in_turn);
  CHECK(reuse(1024, 20'024) == Reuse::warmest);  // the real-time tests' large pool
  CHECK(reuse(64, 65'552) == Reuse::in_turn);
  CHECK(reuse(4, 1'048'592) == Reuse::in_turn);
  CHECK(reuse(64, 1'048'592) == Reuse::warmest);
  CHECK(reuse(1024, kLargeSlotBytes) == Reuse::warmest);
  CHECK(reuse(1023, kLargeSlotBytes) == Reuse::in_turn);
  CHECK(reuse(100'000, kLargeSlotBytes - 64) == Reuse::in_turn);
}

TEST_CASE("a lane's view says how its slots are reused") {
  const auto made = lay_out_window(1024, kLargeSlotBytes, 100, kPage);
  REQUIRE(made);
  // Only addresses are computed: nothing of so many bytes is there.
  CHECK(lane_view(*made, sluice::Order::fifo, reinterpret_cast<std::byte*>(kPage)).slots.reuse == Reuse::warmest);
}

TEST_CASE("a lane's view lies where the geometry says") {
  const auto made = lay_out_window(8, 100, 100, kPage);
  REQUIRE(made);
  alignas(4096) static std::byte bytes[65536];
  REQUIRE(made->total_bytes <= sizeof bytes);

  const LaneView view = lane_view(*made, sluice::Order::fifo, bytes);

  const auto offset = [&](const void* at) {
    return static_cast<std::uint64_t>(static_cast<const std::byte*>(at) - bytes);
  };
  CHECK(view.slots.reuse == Reuse::in_turn);
  CHECK(offset(view.producer.words) == made->producer_offset);
  CHECK(offset(view.producer.links) == made->producer_offset + sizeof(ProducerWords));
  CHECK(offset(view.producer.marks) == made->producer_offset + sizeof(ProducerWords) + kLineBytes);
  CHECK(offset(view.consumer.words) == made->consumer_offset);
  CHECK(offset(view.slots.base) == made->slots_offset);
  CHECK(view.slots.capacity == 8);
}

TEST_CASE("counts and sizes out of range make no window, whatever their product overflows to") {
  constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
  CHECK_FALSE(lay_out_window(0, 100, 100, kPage));
  CHECK_FALSE(lay_out_window(kMaxCapacity + 1, 100, 100, kPage));
  CHECK_FALSE(lay_out_window(huge, huge, huge, kPage));
  CHECK_FALSE(lay_out_window(4, 0, 100, kPage));
  CHECK_FALSE(lay_out_window(4, kMaxMessageBytes + 1, 100, kPage));
  CHECK_FALSE(lay_out_window(4, 100, 0, kPage));
  CHECK_FALSE(lay_out_window(4, 100, kMaxDescriptorBytes + 1, kPage));
  CHECK_FALSE(lay_out_window(4, 100, 100, 0));
  CHECK_FALSE(lay_out_window(4, 100, 100, 5000));
  CHECK(lay_out_window(kMaxCapacity, kMaxMessageBytes, kMaxDescriptorBytes, 65536));
}
