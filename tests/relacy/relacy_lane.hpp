// A lane of the runtime's own classes over Relacy's atomics, with payloads that Relacy watches for races.
// One per execution: made in a test's before(), gone in its after().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <variant>

#include <sluice/detail/bell.hpp>
#include <sluice/detail/consumer_lane.hpp>
#include <sluice/detail/producer_lane.hpp>

#include "new_lane.hpp"
#include "recovery.hpp"

namespace sluice::detail {

class RelacyLane {
 public:
  static constexpr std::uint32_t kMostSlots = 5;

  RelacyLane(std::uint32_t capacity, Order order) : capacity_(capacity), order_(order) {
    for (std::uint32_t at = 0; at < capacity; ++at) new (slots_[at].bytes + 8) Word{};
    make_new_lane<RelacyMemory>(view());
    view().producer.words->head.is_a(Kind::head);
    view().consumer.words->free.is_a(Kind::free);
    view().consumer.words->shared_claim.is_a(Kind::shared_claim);
    producer_.emplace(view(), std::get<ProducerStart>(recover_producer<RelacyMemory>(view())));
    consumer_.emplace(view(), std::get<ConsumerStart>(recover_consumer<RelacyMemory>(view())));
    ProducerWords& producing = *view().producer.words;
    ConsumerWords& consuming = *view().consumer.words;
    sleeping_consumer_.emplace(consuming.armed, consuming.sleeps, producing.bell);
  }

  ProducerLane<RelacyMemory>& producer() { return *producer_; }
  ConsumerLane<RelacyMemory>& consumer() { return *consumer_; }
  Sleeper<RelacyMemory>& sleeping_consumer() { return *sleeping_consumer_; }

  /// Publishes one message whose payload is its number. False: the channel is full.
  bool publish(std::uint64_t number) { return publish_batch<1>(number); }
  /// Publishes two at once.
  bool publish_pair(std::uint64_t first) { return publish_batch<2>(first); }
  std::uint64_t payload(SlotIndex slot) { return payloads_[place(slot)]($); }

 private:
  template <std::uint32_t kCount>
  bool publish_batch(std::uint64_t first) {
    SlotIndex batch[kCount];
    for (std::uint32_t at = 0; at < kCount; ++at) {
      batch[at] = producer().loan();
      if (batch[at] == kNil) {
        while (at > 0) producer().keep(batch[--at]);
        return false;
      }
      payloads_[place(batch[at])]($) = first + at;
    }
    producer().publish(batch, kCount);
    return true;
  }

  LaneView view() {
    LaneView view{};
    view.producer = {reinterpret_cast<ProducerWords*>(producer_words_), reinterpret_cast<Link*>(links_[0]),
                     reinterpret_cast<Mark*>(marks_[0])};
    view.consumer = {reinterpret_cast<ConsumerWords*>(consumer_words_), reinterpret_cast<Link*>(links_[1]),
                     reinterpret_cast<Mark*>(marks_[1])};
    view.slots = {slots_[0].bytes, sizeof(Slot), capacity_, Reuse::in_turn};
    view.order = order_;
    return view;
  }

  struct Slot {
    alignas(8) std::byte bytes[16];
  };

  std::uint32_t capacity_;
  Order order_;
  alignas(ProducerWords) std::byte producer_words_[sizeof(ProducerWords)];
  alignas(ConsumerWords) std::byte consumer_words_[sizeof(ConsumerWords)];
  alignas(Link) std::byte links_[2][link_count(kMostSlots) * sizeof(Link)];
  std::byte marks_[2][kMostSlots];
  Slot slots_[kMostSlots];
  rl::var<std::uint64_t> payloads_[kMostSlots];
  std::optional<ProducerLane<RelacyMemory>> producer_;
  std::optional<ConsumerLane<RelacyMemory>> consumer_;
  std::optional<Sleeper<RelacyMemory>> sleeping_consumer_;
};

}  // namespace sluice::detail
