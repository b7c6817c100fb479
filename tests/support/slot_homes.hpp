// In how many of {free, head, the producer's, the consumer's} each slot of a lane is: one, if all is well [I1].
// For a lane at rest: what a dead role left half done is for recovery to settle first.
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
    const std::uint64_t pushes = StackWord{word.load()}.pushes_since(tag_of(taken));
    const std::uint64_t count = link_count(lane.slots.capacity);
    for (std::uint64_t at = 1; at <= pushes; ++at) ++homes.at(links[link_place(tag_of(taken + at), count)].load());
  };
  const ConsumerWords& consumer = *lane.consumer.words;
  const std::uint64_t claimed =
      lane.order == Order::latest ? ClaimWord{consumer.shared_claim.load()}.number() : consumer.claim.load();
  walk(lane.producer.words->head, lane.producer.links, claimed);
  walk(consumer.finished, lane.consumer.links, lane.producer.words->collected.load());  // on top of what is in `free`
  for (std::uint32_t slot = 0; slot < lane.slots.capacity; ++slot) {
    homes[slot] += lane.producer.marks[slot].load() != 0 ? 1 : 0;
    homes[slot] += lane.consumer.marks[slot].load() != 0 ? 1 : 0;
  }
  return homes;
}

}  // namespace sluice::test
