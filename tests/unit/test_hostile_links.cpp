// Scenario 21: links and words that lead in circles, out of the pool, or to a slot that is not there to be taken. Who
// walks them stops within as many steps as there are slots, and says which word it met.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "heap_lane.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

constexpr std::uint32_t kCapacity = 8;

struct CountingMemory {
  static inline std::uint64_t link_reads = 0;
  static inline const Link* links = nullptr;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    const auto* const at = reinterpret_cast<const Link*>(&word);
    if (links != nullptr && at >= links && at < links + link_count(kCapacity)) ++link_reads;
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    word.store(value, order);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    return word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }
};

std::string said(const Fault& fault) {
  return fault ? std::string(fault.word) + " " + std::to_string(fault.value) : "no fault";
}

/// What a consumer says that takes `count` messages after `damage`, and how many links it read.
std::string take_after(Order order, std::uint32_t count, const std::function<void(const LaneView&)>& damage) {
  HeapLane lane(kCapacity, order);
  auto producer = lane.producer();
  if (order == Order::latest) {  // all but the newest would be dropped
    LaneView blind = lane.view();
    blind.order = Order::fifo;
    producer = ProducerLane<LiveMemory>(blind, std::get<ProducerStart>(recover_producer<LiveMemory>(blind)));
  }
  auto consumer = lane.consumer<CountingMemory>();
  for (std::uint32_t at = 0; at < count; ++at) producer.publish(producer.loan());
  damage(lane.view());
  CountingMemory::links = lane.view().producer.links;
  CountingMemory::link_reads = 0;

  const Taken taken = consumer.take();

  CHECK(taken.slot == kNil);
  CHECK(CountingMemory::link_reads <= kCapacity + 1);
  CHECK(consumer.has_failed());
  return said(consumer.fault());
}

/// What a producer says that loans after all slots have come back, and `damage`.
std::string loan_after(const std::function<void(const LaneView&)>& damage) {
  HeapLane lane(kCapacity);
  auto producer = lane.producer<CountingMemory>();
  auto consumer = lane.consumer();
  for (std::uint32_t at = 0; at < kCapacity; ++at) producer.publish(producer.loan());
  for (std::uint32_t at = 0; at < kCapacity; ++at) consumer.release(consumer.take().slot);
  damage(lane.view());
  CountingMemory::links = lane.view().consumer.links;
  CountingMemory::link_reads = 0;

  std::uint32_t loans = 0;  // before it comes to the damage
  while (loans <= kCapacity && producer.loan() != kNil) ++loans;

  CHECK(loans < kCapacity);
  CHECK(CountingMemory::link_reads <= 2 * (kCapacity + 1));  // once to fetch its slot, once to loan it
  return said(producer.fault());
}

void lead_all_to(Link* links, std::uint32_t slot) {
  for (std::uint64_t at = 0; at < link_count(kCapacity); ++at) links[at] = slot;
}

constexpr Order kOrders[] = {Order::fifo, Order::lifo, Order::latest};

}  // namespace

TEST_CASE("scenario 21: links that all lead to one slot are a repeated slot to the consumer") {
  for (const Order order : kOrders) {
    const auto damage = [](const LaneView& lane) { lead_all_to(lane.producer.links, 3); };

    CHECK(take_after(order, kCapacity, damage) == "repeated slot 3");
  }
}

TEST_CASE("scenario 21: links that go round in a circle of two are a repeated slot to the consumer") {
  for (const Order order : kOrders) {
    const auto damage = [](const LaneView& lane) {
      for (std::uint64_t at = 0; at < link_count(kCapacity); ++at) lane.producer.links[at] = at % 2;
    };

    CHECK(take_after(order, kCapacity, damage) == "repeated slot 1");
  }
}

TEST_CASE("scenario 21: a link out of the pool is refused wherever it stands in the walk") {
  for (const Order order : kOrders) {
    for (std::uint64_t tag = 1; tag < kCapacity; ++tag) {
      for (const std::uint32_t outside : {kCapacity, place(kNil), 0x8000'0000U, ~0U}) {
        const auto damage = [&](const LaneView& lane) {
          lane.producer.links[link_place(Tag{tag}, link_count(kCapacity))] = outside;
        };

        CHECK(take_after(order, kCapacity, damage) == "link " + std::to_string(outside));
      }
    }
  }
}

TEST_CASE("scenario 21: a word whose index is out of the pool is refused, with one message and with several") {
  for (const Order order : kOrders) {
    for (const std::uint32_t count : {1U, 3U}) {
      const auto damage = [&](const LaneView& lane) {
        lane.producer.words->head = StackWord::of(Tag{count}, SlotIndex{kCapacity}).bits;
      };

      CHECK(take_after(order, count, damage) == "link 8");
    }
  }
}

TEST_CASE("scenario 21: a message in a slot that was never published is refused by its number") {
  for (const Order order : {Order::fifo, Order::lifo}) {
    const auto damage = [](const LaneView& lane) {
      lane.producer.words->head = StackWord::of(Tag{1}, SlotIndex{0}).bits;  // the loan was slot 7, or another one
      reinterpret_cast<Word*>(lane.slots.base + 8)->store(77);
    };

    CHECK(take_after(order, 1, damage) == "sluice_seq 77");
  }
}

TEST_CASE("scenario 21: a number is compared in all its bits, though the tags of the words have 44") {
  constexpr std::uint64_t wrapped = std::uint64_t{1} << 44;
  for (const Order order : {Order::fifo, Order::lifo}) {
    const std::uint64_t first = order == Order::fifo ? 1 : 3;
    const auto damage = [&](const LaneView& lane) {
      for (std::uint32_t at = 0; at < kCapacity; ++at) {
        auto& number = *reinterpret_cast<Word*>(lane.slots.base + at * lane.slots.stride_bytes + 8);
        if (number == first) number = first + wrapped;
      }
    };

    CHECK(take_after(order, 3, damage) == "sluice_seq " + std::to_string(first + wrapped));
  }
}

TEST_CASE("scenario 21: slots that come back in a circle, from outside, or twice are refused by the producer") {
  CHECK(loan_after([](const LaneView& lane) { lead_all_to(lane.consumer.links, 2); }) == "repeated slot 2");
  for (std::uint64_t tag = 1; tag < kCapacity; ++tag) {
    CHECK(loan_after([&](const LaneView& lane) {
            lane.consumer.links[link_place(Tag{tag}, link_count(kCapacity))] = kCapacity;
          }) == "link 8");
  }
}

TEST_CASE("scenario 21: a slot that was not given out comes back: the producer, who has it, refuses it") {
  HeapLane lane(kCapacity);
  auto producer = lane.producer();
  std::vector<SlotIndex> loans;
  for (std::uint32_t at = 0; at < kCapacity; ++at) loans.push_back(producer.loan());
  lane.consumer_words().free = StackWord::of(Tag{1}, loans.front()).bits;

  CHECK(producer.loan() == kNil);

  CHECK(said(producer.fault()) == "repeated slot " + std::to_string(place(loans.front())));
}
