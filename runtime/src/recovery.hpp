// A dead role's journal -> where its successor goes on. The same code at every start: a new window is one
// whose predecessor did nothing. It may itself be cut short at any store and run again.
// What was under way is decided by the word of the role's own stack: only the vacant role writes it, so it is frozen.
// Must hold: the caller has the role's lock, so that nobody else writes this role's words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <sluice/detail/consumer_lane.hpp>
#include <sluice/detail/producer_lane.hpp>

#include "journal_reader.hpp"

namespace sluice::detail {

/// Marks each slot that was pushed since the taker's tag, and adds their count to `total`. A slot may carry that mark
/// already: the walk was cut short after it.
template <class Memory>
Fault mark_pushed(StackTaker<Memory>& taker, Journal<Memory>& journal, Held held, std::uint64_t& total,
                  std::uint32_t capacity) {
  std::vector<unsigned char> met(capacity, 0);
  const auto count = taker.take_all([&](SlotIndex slot, std::uint32_t) {
    if (std::exchange(met[place(slot)], static_cast<unsigned char>(1)) != 0) return false;
    journal.mark(slot, held);
    return true;
  });
  if (!count) return taker.fault();
  total += *count;
  return {};
}

/// Walks what the other side has pushed since `taken_up`, as an interrupted take or collect would have, and
/// marks it as this role's.
template <class Memory>
Fault walk_again(StackTaker<Memory>& taker, Journal<Memory>& journal, Word& taken_word, std::uint64_t& taken_up,
                 std::uint32_t capacity) {
  const std::uint64_t before = taken_up;
  if (Fault fault = mark_pushed(taker, journal, Held::yes, taken_up, capacity)) return fault;
  if (taken_up != before) Journal<Memory>::note_taken(taken_word, taken_up);
  return {};
}

/// A push that took effect, and what was left of it: the marks that it takes off, and `published`. Of one that did not
/// take effect nothing is seen: its slots are marked as the producer's still.
template <class Memory>
Fault settle_publish(const LaneView& view, Journal<Memory>& journal, std::uint64_t& published) {
  ProducerWords& words = *view.producer.words;
  const std::uint32_t capacity = view.slots.capacity;
  published = JournalReader<Memory>::word(words.published);
  StackTaker<Memory> head(words.head, view.producer.links, capacity, published);
  if (Fault fault = mark_pushed(head, journal, Held::no, published, capacity)) return fault;
  Journal<Memory>::pushed();
  Journal<Memory>::note_published(words.published, published);
  return {};
}

/// Gives back what was finished and waited. Only the slot finished last may be marked still.
template <class Memory>
Fault settle_finished(const LaneView& view, const JournalReader<Memory>& reader, Journal<Memory>& journal,
                      std::uint64_t& count) {
  StackWord finished, given_back;
  if (Fault fault = reader.finished(*view.consumer.words, finished, given_back)) return fault;
  count = static_cast<std::uint64_t>(finished.tag());
  if (finished.bits == given_back.bits) return {};
  journal.mark(finished.top(), Held::no);
  compiler_fence();
  StackPusher<Memory>(view.consumer.words->free, view.consumer.links, view.slots.capacity, count).push(finished);
  return {};
}

/// Order latest: marks the messages of a move of the claim by `own_bit` that took effect as this role's. They are found
/// by number: a slot keeps it until its owner loans it again.
template <class Memory>
Fault settle_claim(const LaneView& view, const JournalReader<Memory>& reader, Journal<Memory>& journal,
                   ClaimIntent& intent, std::uint64_t own_bit) {
  SeenClaimIntent seen;
  const ClaimWord claim = reader.claim(view.consumer.words->shared_claim);
  if (Fault fault = reader.claim_intent(intent, claim, own_bit, seen)) return fault;
  if (seen.took_effect) {
    const SlotNumbers<Memory> numbers(view.slots);
    std::uint64_t found = 0;
    for (std::uint32_t at = 0; at < view.slots.capacity; ++at) {
      const std::uint64_t number = numbers.of(SlotIndex{at});
      if (number <= seen.from || number > seen.to) continue;
      journal.mark(SlotIndex{at}, Held::yes);
      ++found;
    }
    if (found != seen.to - seen.from) return {"claim intent", seen.to};
  }
  Journal<Memory>::settle_claim(intent);
  return {};
}

template <class Memory>
std::variant<ProducerStart, Fault> recover_producer(const LaneView& view) {
  ProducerWords& words = *view.producer.words;
  const std::uint32_t capacity = view.slots.capacity;
  const JournalReader<Memory> reader(view.producer.marks, capacity);
  Journal<Memory> journal(view.producer.marks);

  ProducerStart start;
  if (Fault fault = settle_publish(view, journal, start.published)) return fault;
  if (view.order == Order::latest) {
    if (Fault fault = settle_claim(view, reader, journal, words.drop, ClaimWord::kProducerBit)) return fault;
  }
  start.collected = reader.word(words.collected);
  StackTaker<Memory> free(view.consumer.words->free, view.consumer.links, capacity, start.collected);
  if (Fault fault = walk_again(free, journal, words.collected, start.collected, capacity)) return fault;

  if (Fault fault = reader.slots_marked(Held::yes, start.own)) return fault;
  SlotNumbers<Memory> numbers(view.slots);
  for (const SlotIndex slot : start.own) numbers.clear(slot);
  std::reverse(start.own.begin(), start.own.end());  // the last is loaned first: begin with slot 0
  if (view.order == Order::latest) {
    const std::uint64_t claimed = reader.claim(view.consumer.words->shared_claim).number();
    if (claimed > start.published) return Fault{"claim", claimed};
    std::vector<SlotIndex> others;
    if (Fault fault = reader.slots_marked(Held::no, others)) return fault;
    for (const SlotIndex slot : others) {
      const std::uint64_t number = numbers.of(slot);
      if (number > claimed && number <= start.published) start.unread.push_back({number, slot});
    }
  }
  return start;
}

/// Order latest delivers the newest message only, and none older than what was handed out before.
inline void keep_newest(ConsumerStart& start) {
  if (start.held.empty()) return;
  const Numbered newest = start.held.back();
  const bool is_old = newest.number < start.delivered;
  if (!is_old) start.held.pop_back();
  for (const Numbered& message : start.held) start.outdated.push_back(message.slot);
  start.held.clear();
  if (!is_old) start.held.push_back(newest);
}

template <class Memory>
std::variant<ConsumerStart, Fault> recover_consumer(const LaneView& view) {
  ConsumerWords& words = *view.consumer.words;
  const std::uint32_t capacity = view.slots.capacity;
  const JournalReader<Memory> reader(view.consumer.marks, capacity);
  Journal<Memory> journal(view.consumer.marks);

  ConsumerStart start;
  if (Fault fault = settle_finished(view, reader, journal, start.given_back)) return fault;
  start.delivered = reader.word(words.delivered);
  if (view.order == Order::latest) {
    if (Fault fault = settle_claim(view, reader, journal, words.taking, ClaimWord::kConsumerBit)) return fault;
    start.claim = reader.claim(words.shared_claim).number();
    start.repeats_end = start.delivered;
  } else {
    start.claim = reader.word(words.claim);
    start.repeats_end = std::min(start.delivered, start.claim);  // lifo: what it had not taken up may be older
    StackTaker<Memory> head(view.producer.words->head, view.producer.links, capacity, start.claim);
    if (Fault fault = walk_again(head, journal, words.claim, start.claim, capacity)) return fault;
  }
  if (start.delivered > start.claim) return Fault{"delivered", start.delivered};
  std::vector<SlotIndex> held;
  if (Fault fault = reader.slots_marked(Held::yes, held)) return fault;

  const SlotNumbers<Memory> numbers(view.slots);
  for (const SlotIndex slot : held) start.held.push_back({numbers.of(slot), slot});
  std::sort(start.held.begin(), start.held.end(),
            [](const Numbered& one, const Numbered& other) { return one.number < other.number; });
  for (std::size_t at = 0; at < start.held.size(); ++at) {
    const std::uint64_t number = start.held[at].number;
    const bool repeated = at > 0 && number == start.held[at - 1].number;
    if (number == 0 || number > start.claim || repeated) return Fault{"sluice_seq", number};
  }
  if (view.order == Order::latest) keep_newest(start);
  return start;
}

}  // namespace sluice::detail
