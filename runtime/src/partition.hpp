// Whether each slot of a lane is in exactly one place [I1], once both roles have been recovered. For whoever attaches
// while nobody else is: recovery of one role alone sees a slot that is lost, or in two hands, no more than it sees what
// a live peer is about to do.
// Reads only. What a dead role left half done counts as its recovery will settle it: recovery.hpp.
// Must hold: the caller has the set-up lock and one role's, and nobody has the other's.
#pragma once

#include <cstdint>
#include <vector>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_claim.hpp>
#include <sluice/detail/shared_words.hpp>

#include "journal_reader.hpp"

namespace sluice::detail {

template <class Memory>
class Partition {
 public:
  explicit Partition(const LaneView& view)
      : view_(view),
        capacity_(view.slots.capacity),
        producer_(view.producer.marks, capacity_),
        consumer_(view.consumer.marks, capacity_),
        slots_(capacity_) {}

  /// No fault: each slot has one home.
  Fault check() {
    for (const auto step : {&Partition::see_pushes, &Partition::see_finished, &Partition::see_claims,
                            &Partition::see_producer, &Partition::see_consumer}) {
      if (Fault fault = (this->*step)()) return fault;
    }
    for (std::uint32_t at = 0; at < capacity_; ++at) {
      if (slots_[at].homes != 1) return {slots_[at].homes == 0 ? "slot in no place" : "slot in two places", at};
    }
    return {};
  }

 private:
  struct Slot {
    int homes = 0;
    bool is_published = false;      // by the push that may have been cut short: a mark of the producer may be left
    bool is_unread = false;         // in `head`: of a take that was cut short the consumer has marks
    bool is_free = false;           // in `free`: likewise of a collect the producer
    bool is_dropped = false;        // the producer's by a drop that took effect
    bool is_claimed = false;        // the consumer's by a claim that took effect
    bool is_finished_last = false;  // the consumer's mark may be left
  };

  /// Visits what `word` shows above `taken`.
  template <class Visit>
  Fault walk(const Word& word, const Link* links, std::uint64_t taken, Visit&& visit) {
    StackTaker<Memory> taker(word, links, capacity_, taken);
    const StackWord shown = taker.look();
    const StackWord followed = StackWord::of(tag_of(static_cast<std::uint64_t>(shown.tag()) + 1), kNil);
    const SlotIndex newest = taker.slot_of(shown.tag(), followed);  // as its link says it, once another push follows
    if (taker.has_more() && newest != shown.top()) return {"link", place(newest)};
    const auto count = taker.take_all([&](SlotIndex slot, std::uint32_t) {
      visit(slots_[place(slot)]);
      return true;
    });
    return count ? Fault{} : taker.fault();
  }

  Fault see_pushes() {
    const Word& head = view_.producer.words->head;
    const std::uint64_t published = producer_.word(view_.producer.words->published);
    std::uint64_t pushed = published;
    if (Fault fault = walk(head, view_.producer.links, published, [&](Slot& slot) {
          slot.is_published = true;
          ++pushed;
        })) {
      return fault;
    }
    const bool is_latest = view_.order == Order::latest;
    const std::uint64_t claim = is_latest ? consumer_.claim(view_.consumer.words->shared_claim).number()
                                          : consumer_.word(view_.consumer.words->claim);
    if (pushed - claim > capacity_) return {"claim", claim};
    const SlotNumbers<Memory> numbers(view_.slots);
    Fault wrong_number;
    std::uint64_t expected = claim;
    Fault fault = walk(head, view_.producer.links, claim, [&](Slot& slot) {
      slot.is_unread = true;
      ++slot.homes;
      const std::uint64_t number = numbers.of(SlotIndex{static_cast<std::uint32_t>(&slot - slots_.data())});
      if (number != ++expected) wrong_number = {"sluice_seq", number};
    });
    return fault ? fault : wrong_number;
  }

  Fault see_finished() {
    ConsumerWords& words = *view_.consumer.words;
    StackWord finished, given_back;
    if (Fault fault = consumer_.finished(words, finished, given_back)) return fault;
    const std::uint64_t collected = producer_.word(view_.producer.words->collected);
    if (Fault fault = walk(words.free, view_.consumer.links, collected, [](Slot& slot) {
          slot.is_free = true;
          ++slot.homes;
        })) {
      return fault;
    }
    if (finished.bits == given_back.bits) return {};
    if (finished.pushes_since(tag_of(collected)) > capacity_) return {"finished", finished.bits};
    slots_[place(finished.top())].is_finished_last = true;
    return walk(words.finished, view_.consumer.links, static_cast<std::uint64_t>(given_back.tag()),
                [](Slot& slot) { ++slot.homes; });
  }

  Fault see_claims() {
    if (view_.order != Order::latest) return {};
    if (Fault fault = see_claim(view_.producer.words->drop, ClaimWord::kProducerBit, &Slot::is_dropped)) return fault;
    return see_claim(view_.consumer.words->taking, ClaimWord::kConsumerBit, &Slot::is_claimed);
  }
  Fault see_claim(const ClaimIntent& intent, std::uint64_t own_bit, bool Slot::*moved) {
    SeenClaimIntent seen;
    const ClaimWord claim = consumer_.claim(view_.consumer.words->shared_claim);
    if (Fault fault = consumer_.claim_intent(intent, claim, own_bit, seen)) return fault;
    if (!seen.took_effect) return {};
    const SlotNumbers<Memory> numbers(view_.slots);
    for (std::uint32_t at = 0; at < capacity_; ++at) {
      const std::uint64_t number = numbers.of(SlotIndex{at});
      slots_[at].*moved = number > seen.from && number <= seen.to;
    }
    return {};
  }

  Fault see_producer() {
    std::vector<SlotIndex> marked;
    if (Fault fault = producer_.slots_marked(Held::yes, marked)) return fault;
    for (const SlotIndex at : marked) {
      Slot& slot = slots_[place(at)];
      if (!slot.is_published && !slot.is_free && !slot.is_dropped) ++slot.homes;
    }
    for (Slot& slot : slots_) slot.homes += slot.is_dropped ? 1 : 0;
    return {};
  }

  Fault see_consumer() {
    const bool takes_by_claim = view_.order == Order::latest;
    std::vector<SlotIndex> marked;
    if (Fault fault = consumer_.slots_marked(Held::yes, marked)) return fault;
    for (const SlotIndex at : marked) {
      Slot& slot = slots_[place(at)];
      const bool is_left_over = slot.is_finished_last || (slot.is_unread && !takes_by_claim);
      if (!is_left_over && !slot.is_claimed) ++slot.homes;
    }
    for (Slot& slot : slots_) slot.homes += slot.is_claimed ? 1 : 0;
    return {};
  }

  LaneView view_;
  std::uint32_t capacity_;
  JournalReader<Memory> producer_;
  JournalReader<Memory> consumer_;
  std::vector<Slot> slots_;
};

}  // namespace sluice::detail
