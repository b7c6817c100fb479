// In how many of {free, head, the producer's, the consumer's} each slot of a lane is: one, if all is well [I1].
// For a lane at rest: an intent that is still open is for recovery to settle first.
#pragma once

#include <cstdint>
#include <vector>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/shared_claim.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::test {

inline std::vector<int> slot_homes(const detail::LaneView& lane) {
  using namespace detail;
  std::vector<int> homes(lane.slots.capacity, 0);
  const auto walk = [&](const Word& word, const Link* links, std::uint64_t taken) {
    const StackWord top{word.load()};
    SlotIndex at = top.top();
    for (std::uint64_t left = top.pushes_since(tag_of(taken)); left > 0; --left) {
      ++homes.at(place(at));
      at = SlotIndex{links[place(at)].load()};
    }
  };
  const ConsumerWords& consumer = *lane.consumer.words;
  const std::uint64_t claimed =
      lane.order == Order::latest ? ClaimWord{consumer.shared_claim.load()}.number() : consumer.claim.load();
  walk(lane.producer.words->head, lane.producer.links, claimed);
  walk(consumer.free, lane.consumer.links, lane.producer.words->collected.load());
  for (std::uint32_t slot = 0; slot < lane.slots.capacity; ++slot) {
    homes[slot] += lane.producer.marks[slot].load() != 0 ? 1 : 0;
    homes[slot] += lane.consumer.marks[slot].load() != 0 ? 1 : 0;
  }
  return homes;
}

}  // namespace sluice::test
