// The state in which a lane begins. Recovery takes it for one whose predecessor did nothing.
#pragma once

#include <cstdint>
#include <new>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// Fills the parts of a lane that nobody else can see yet: all slots the producer's, nothing pushed.
template <class Memory>
void make_new_lane(const LaneView& view) {
  // [J13] relaxed throughout: the window has no name yet, and linkat() orders what comes after.
  constexpr std::uint64_t empty = StackWord::of(Tag{0}, kNil).bits;
  Memory::store((new (view.producer.words) ProducerWords{})->head, empty, std::memory_order_relaxed);
  auto& consumer = *new (view.consumer.words) ConsumerWords{};
  Memory::store(consumer.free, empty, std::memory_order_relaxed);
  Memory::store(consumer.finished, empty, std::memory_order_relaxed);
  for (std::uint64_t at = 0; at < link_count(view.slots.capacity); ++at) {
    new (view.producer.links + at) Link{place(kNil)};
    new (view.consumer.links + at) Link{place(kNil)};
  }
  for (std::uint32_t at = 0; at < view.slots.capacity; ++at) {
    new (view.producer.marks + at) Mark{static_cast<std::uint8_t>(Held::yes)};
    new (view.consumer.marks + at) Mark{static_cast<std::uint8_t>(Held::no)};
  }
}

}  // namespace sluice::detail
