// A dead role's journal -> where its successor goes on. The same code at every start: a new window is one
// whose predecessor did nothing. It may itself be cut short at any store and run again.
// Until an interrupted push is decided by its tag, an intent that is not 0 is refused like a damaged word:
// the caller then retires the window.
// Must hold: the caller has the role's lock, so that nobody else writes this role's words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <sluice/detail/consumer_lane.hpp>
#include <sluice/detail/producer_lane.hpp>

namespace sluice::detail {

/// What a role's part says, read once and checked.
template <class Memory>
class JournalReader {
 public:
  JournalReader(const Mark* marks, std::uint32_t capacity) noexcept : marks_(marks), capacity_(capacity) {}

  static std::uint64_t word(const Word& word) noexcept {
    // [J8] relaxed, pairs with [J4] and [J5] by way of the role lock.
    return Memory::load(word, std::memory_order_relaxed);
  }
  static Fault open_intent(const Word& intent) noexcept {
    // [J7] relaxed, pairs with [J2] and [J3] by way of the role lock.
    const std::uint64_t bits = Memory::load(intent, std::memory_order_relaxed);
    return bits == 0 ? Fault{} : Fault{"intent", bits};
  }
  /// All slots with that mark; a mark that cannot be is a fault.
  Fault slots_marked(Held held, std::vector<SlotIndex>& slots) const {
    for (std::uint32_t at = 0; at < capacity_; ++at) {
      // [J6] relaxed, pairs with [J1] by way of the role lock.
      const std::uint8_t mark = Memory::load(marks_[at], std::memory_order_relaxed);
      if (mark > static_cast<std::uint8_t>(Held::in_chain)) return {"mark", mark};
      if (mark == static_cast<std::uint8_t>(held)) slots.push_back(SlotIndex{at});
    }
    return {};
  }

 private:
  const Mark* marks_;
  std::uint32_t capacity_;
};

/// Walks what the other side has pushed since `taken_up`, as an interrupted take or collect would have, and
/// marks it as this role's. A slot may carry that mark already: the walk was cut short after it.
template <class Memory>
Fault walk_again(StackTaker<Memory>& taker, Journal<Memory>& journal, Word& taken_word, std::uint64_t& taken_up,
                 std::uint32_t capacity) {
  std::vector<unsigned char> met(capacity, 0);
  const auto count = taker.take_all([&](SlotIndex slot, std::uint32_t) {
    if (std::exchange(met[place(slot)], static_cast<unsigned char>(1)) != 0) return false;
    journal.mark(slot, Held::yes);
    return true;
  });
  if (!count) return taker.fault();
  taken_up += *count;
  if (*count > 0) Journal<Memory>::note_taken(taken_word, taken_up);
  return {};
}

template <class Memory>
std::variant<ProducerStart, Fault> recover_producer(const LaneView& view) {
  ProducerWords& words = *view.producer.words;
  const std::uint32_t capacity = view.slots.capacity;
  const JournalReader<Memory> reader(view.producer.marks, capacity);
  Journal<Memory> journal(words.intent, view.producer.marks);

  if (Fault fault = reader.open_intent(words.intent)) return fault;
  std::vector<SlotIndex> stray;  // marked for a push that was never intended: still the producer's
  if (Fault fault = reader.slots_marked(Held::in_chain, stray)) return fault;
  for (const SlotIndex slot : stray) journal.mark(slot, Held::yes);

  ProducerStart start;
  start.collected = reader.word(words.collected);
  StackTaker<Memory> free(view.consumer.words->free, view.consumer.links, capacity, tag_of(start.collected));
  if (Fault fault = walk_again(free, journal, words.collected, start.collected, capacity)) return fault;
  if (Fault fault = reader.slots_marked(Held::yes, start.own)) return fault;
  SlotNumbers<Memory> numbers(view.slots);
  for (const SlotIndex slot : start.own) numbers.clear(slot);
  std::reverse(start.own.begin(), start.own.end());  // the last is loaned first: begin with slot 0

  const std::uint64_t published = reader.word(words.published);
  const std::uint64_t behind = StackWord{reader.word(words.head)}.pushes_since(tag_of(published));
  if (behind > capacity) return Fault{"published", published};
  start.published = published + behind;
  Journal<Memory>::note_published(words.published, start.published);
  return start;
}

template <class Memory>
std::variant<ConsumerStart, Fault> recover_consumer(const LaneView& view) {
  ConsumerWords& words = *view.consumer.words;
  const std::uint32_t capacity = view.slots.capacity;
  const JournalReader<Memory> reader(view.consumer.marks, capacity);
  Journal<Memory> journal(words.intent, view.consumer.marks);

  if (Fault fault = reader.open_intent(words.intent)) return fault;
  ConsumerStart start;
  start.delivered = reader.word(words.delivered);
  start.claim = reader.word(words.claim);
  StackTaker<Memory> head(view.producer.words->head, view.producer.links, capacity, tag_of(start.claim));
  if (Fault fault = walk_again(head, journal, words.claim, start.claim, capacity)) return fault;
  if (Fault fault = reader.slots_marked(Held::in_chain, start.finished)) return fault;
  if (Fault fault = reader.slots_marked(Held::yes, start.held)) return fault;

  const SlotNumbers<Memory> numbers(view.slots);
  if (start.delivered > start.claim) return Fault{"delivered", start.delivered};
  std::vector<std::pair<std::uint64_t, SlotIndex>> by_number;
  for (const SlotIndex slot : start.held) by_number.emplace_back(numbers.of(slot), slot);
  std::sort(by_number.begin(), by_number.end());
  for (std::size_t at = 0; at < by_number.size(); ++at) {
    const std::uint64_t number = by_number[at].first;
    const bool repeated = at > 0 && number == by_number[at - 1].first;
    if (number == 0 || number > start.claim || repeated) return Fault{"sluice_seq", number};
    start.held[at] = by_number[at].second;
  }
  return start;
}

}  // namespace sluice::detail
