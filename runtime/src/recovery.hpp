// A dead role's journal -> where its successor goes on. The same code at every start: a new window is one
// whose predecessor did nothing. It may itself be cut short at any store and run again.
// An open intent is decided by the word that it names: only the vacant role writes that word, so it is frozen.
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

/// Settles a push that the predecessor may have begun: marks the chain as gone, or as `if_not_pushed`.
template <class Memory>
Fault settle_push(const JournalReader<Memory>& reader, Journal<Memory>& journal, const Word& intent, const Word& pushed,
                  Held if_not_pushed) {
  PushIntent push;
  if (Fault fault = reader.push_intent(intent, pushed, push)) return fault;
  std::vector<SlotIndex> chain;
  if (Fault fault = reader.slots_marked(Held::in_chain, chain)) return fault;
  const Held outcome = push == PushIntent::took_effect ? Held::no : if_not_pushed;
  if (outcome != Held::in_chain) {
    for (const SlotIndex slot : chain) journal.mark(slot, outcome);
  }
  journal.settle();
  return {};
}

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

/// Order latest: marks the messages of a drop that took effect as the producer's.
template <class Memory>
Fault settle_drop(const LaneView& view, const JournalReader<Memory>& reader, Journal<Memory>& journal) {
  ClaimIntent& intent = view.producer.words->drop;
  const ClaimWord claim = reader.claim(view.consumer.words->shared_claim);
  SeenClaimIntent seen;
  if (Fault fault = reader.claim_intent(intent, claim, ClaimWord::kProducerBit, seen)) return fault;
  if (seen.took_effect) {
    const SlotNumbers<Memory> numbers(view.slots);
    std::vector<SlotIndex> unmarked;
    if (Fault fault = reader.slots_marked(Held::no, unmarked)) return fault;
    for (const SlotIndex slot : unmarked) {
      const std::uint64_t number = numbers.of(slot);
      if (number > seen.from && number <= seen.to) journal.mark(slot, Held::yes);
    }
  }
  Journal<Memory>::settle_claim(intent);
  return {};
}

/// Order latest: marks the messages of a claim that took effect as the consumer's.
template <class Memory>
Fault settle_claim(const LaneView& view, const JournalReader<Memory>& reader, Journal<Memory>& journal) {
  ClaimIntent& intent = view.consumer.words->taking;
  const ClaimWord claim = reader.claim(view.consumer.words->shared_claim);
  SeenClaimIntent seen;
  if (Fault fault = reader.claim_intent(intent, claim, ClaimWord::kConsumerBit, seen)) return fault;
  if (seen.took_effect) {
    const std::uint32_t capacity = view.slots.capacity;
    StackTaker<Memory> head(view.producer.words->head, view.producer.links, capacity, tag_of(seen.from));
    std::vector<unsigned char> met(capacity, 0);
    const bool sound = head.walk(seen.top, static_cast<std::uint32_t>(seen.to - seen.from), [&](SlotIndex slot, auto) {
      if (std::exchange(met[place(slot)], static_cast<unsigned char>(1)) != 0) return false;
      journal.mark(slot, Held::yes);
      return true;
    });
    if (!sound) return head.fault();
  }
  Journal<Memory>::settle_claim(intent);
  return {};
}

template <class Memory>
std::variant<ProducerStart, Fault> recover_producer(const LaneView& view) {
  ProducerWords& words = *view.producer.words;
  const std::uint32_t capacity = view.slots.capacity;
  const JournalReader<Memory> reader(view.producer.marks, capacity);
  Journal<Memory> journal(words.intent, view.producer.marks);

  if (Fault fault = settle_push(reader, journal, words.intent, words.head, Held::yes)) return fault;
  if (view.order == Order::latest) {
    if (Fault fault = settle_drop(view, reader, journal)) return fault;
  }
  ProducerStart start;
  start.collected = reader.word(words.collected);
  StackTaker<Memory> free(view.consumer.words->free, view.consumer.links, capacity, tag_of(start.collected));
  if (Fault fault = walk_again(free, journal, words.collected, start.collected, capacity)) return fault;

  const std::uint64_t published = reader.word(words.published);
  const std::uint64_t behind = StackWord{reader.word(words.head)}.pushes_since(tag_of(published));
  if (behind > capacity) return Fault{"published", published};
  start.published = published + behind;
  Journal<Memory>::note_published(words.published, start.published);

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
template <class Memory>
void keep_newest(ConsumerStart& start, Journal<Memory>& journal) {
  if (start.held.empty()) return;
  const Numbered newest = start.held.back();
  const bool is_old = newest.number < start.delivered;
  if (!is_old) start.held.pop_back();
  for (const Numbered& message : start.held) {
    journal.mark(message.slot, Held::in_chain);
    start.finished.push_back(message.slot);
  }
  start.held.clear();
  if (!is_old) start.held.push_back(newest);
}

template <class Memory>
std::variant<ConsumerStart, Fault> recover_consumer(const LaneView& view) {
  ConsumerWords& words = *view.consumer.words;
  const std::uint32_t capacity = view.slots.capacity;
  const JournalReader<Memory> reader(view.consumer.marks, capacity);
  Journal<Memory> journal(words.intent, view.consumer.marks);

  if (Fault fault = settle_push(reader, journal, words.intent, words.free, Held::in_chain)) return fault;
  ConsumerStart start;
  start.delivered = reader.word(words.delivered);
  if (view.order == Order::latest) {
    if (Fault fault = settle_claim(view, reader, journal)) return fault;
    start.claim = reader.claim(words.shared_claim).number();
    start.repeats_end = start.delivered;
  } else {
    start.claim = reader.word(words.claim);
    start.repeats_end = std::min(start.delivered, start.claim);  // lifo: what it had not taken up may be older
    StackTaker<Memory> head(view.producer.words->head, view.producer.links, capacity, tag_of(start.claim));
    if (Fault fault = walk_again(head, journal, words.claim, start.claim, capacity)) return fault;
  }
  if (start.delivered > start.claim) return Fault{"delivered", start.delivered};
  if (Fault fault = reader.slots_marked(Held::in_chain, start.finished)) return fault;
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
  if (view.order == Order::latest) keep_newest(start, journal);
  return start;
}

}  // namespace sluice::detail
