// Where each slot is, as `sluice inspect` tells it: at every store of both roles, and in lanes that were tampered with.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <seed.hpp>

#include "../unit/heap_lane.hpp"
#include "slot_places.hpp"

using namespace sluice::detail;
using sluice::Order;
using sluice::tools::Home;
using sluice::tools::LaneCopy;
using sluice::tools::Partition;
using sluice::tools::partition_of;

namespace {

Partition seen_in(const HeapLane& lane) {
  return partition_of(LaneCopy(lane.view(), *lay_out_window(lane.capacity(), HeapLane::kMessageBytes, 1, 4096)));
}

std::string all(const std::vector<std::string>& faults) {
  std::string text;
  for (const std::string& fault : faults) text += (text.empty() ? "" : "; ") + fault;
  return text;
}
std::string faults_in(const HeapLane& lane) { return all(seen_in(lane).faults); }

// Looks before each store to a shared word: what a process that is killed there leaves behind.
struct LookingMemory {
  static inline std::function<void()> look;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    look();
    word.store(value, order);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    look();
    return word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }
};

struct Looks {
  std::uint64_t count = 0;
  std::string first_fault;
};

// Random steps of both roles, looked at before each store.
Looks run_and_look(Order order, std::uint32_t capacity, std::mt19937_64& random) {
  const HeapLane lane(capacity, order);
  Looks looks;
  LookingMemory::look = [&] {
    ++looks.count;
    if (looks.first_fault.empty()) looks.first_fault = faults_in(lane);
  };
  auto producer = lane.producer<LookingMemory>();
  auto consumer = lane.consumer<LookingMemory>();
  std::vector<SlotIndex> held;
  for (int step = 0; step < 300; ++step) {
    const std::uint64_t dice = random() % 5;
    if (dice < 2) {
      std::vector<SlotIndex> batch;
      for (std::uint64_t left = 1 + random() % 3; left > 0; --left) {
        const SlotIndex slot = producer.loan();
        if (slot != kNil) batch.push_back(slot);
      }
      if (!batch.empty()) producer.publish(batch.data(), static_cast<std::uint32_t>(batch.size()));
    } else if (dice < 4) {
      const Taken taken = consumer.take();
      if (taken.slot != kNil) held.push_back(taken.slot);
      if (held.size() > 1) {
        consumer.release(held.front());
        held.erase(held.begin());
      }
    } else if (!held.empty()) {
      consumer.release(held.back());
      held.pop_back();
    }
  }
  LookingMemory::look = [] {};
  return looks;
}

void publish(const HeapLane& lane, std::uint32_t count) {
  auto producer = lane.producer();
  for (std::uint32_t at = 0; at < count; ++at) {
    const SlotIndex slot = producer.loan();
    producer.publish(&slot, 1);
  }
}

}  // namespace

TEST_CASE("whatever store a process is killed before, each slot is told to be in one place") {
  std::mt19937_64 random(sluice::test::seed());
  for (const Order order : {Order::fifo, Order::lifo, Order::latest}) {
    for (const std::uint32_t capacity : {5U, 6U, 8U, 13U}) {
      CAPTURE(static_cast<int>(order));
      CAPTURE(capacity);
      const Looks looks = run_and_look(order, capacity, random);
      CHECK(looks.first_fault == "");
      CHECK(looks.count > 500);
    }
  }
}

TEST_CASE("each slot is told to be where it is, with the number of its message") {
  const HeapLane lane(8);
  auto producer = lane.producer();
  auto consumer = lane.consumer();
  std::vector<SlotIndex> slots;
  for (int at = 0; at < 6; ++at) {
    slots.push_back(producer.loan());
    producer.publish(&slots.back(), 1);
  }
  for (int at = 0; at < 4; ++at) CHECK(consumer.take().slot == slots[static_cast<std::size_t>(at)]);
  consumer.release(slots[0]);
  consumer.release(slots[1]);  // a quarter of the channel: given back
  consumer.release(slots[2]);  // waits
  publish(lane, 1);            // by a successor, which collects what was given back

  Partition partition = seen_in(lane);

  CHECK(all(partition.faults) == "");
  CHECK(partition.count(Home::producer) == 3);
  CHECK(partition.count(Home::unread) == 1);
  CHECK(partition.count(Home::consumer) == 3);
  CHECK(partition.count(Home::finished) == 1);
  CHECK(partition.slots[place(slots[2])].is_in(Home::finished));
  CHECK(partition.slots[place(slots[3])].is_in(Home::consumer));
  CHECK(partition.slots[place(slots[3])].number == 4);
  consumer.give_back();
  CHECK(seen_in(lane).count(Home::free) == 1);
}

TEST_CASE("a slot that is nowhere has leaked, one that is marked twice is in two places") {
  const HeapLane lane(4);
  lane.view().producer.marks[2] = 0;
  lane.view().consumer.marks[3] = 1;

  CHECK(faults_in(lane) == "slot 2: is in no place: it leaked; slot 3: is in several places: producer and consumer");
}

TEST_CASE("what cannot be is told, and leads nowhere") {
  const auto after = [](const std::function<void(const HeapLane&)>& spoil) {
    const HeapLane lane(4);
    publish(lane, 2);
    spoil(lane);
    return seen_in(lane).faults.front();
  };

  CHECK(after([](const HeapLane& lane) { lane.view().producer.marks[0] = 7; }) ==
        "a mark of the producer is 7, not 0 or 1");
  CHECK(after([](const HeapLane& lane) { lane.view().producer.links[1] = 99; }) ==
        "head: push 1 put slot 99 on top, which there is not");
  CHECK(after([](const HeapLane& lane) { lane.view().producer.links[1] = 1; }) ==
        "slot 1: holds message 2, not 1 as its push says");
  CHECK(after([](const HeapLane& lane) { lane.producer_words().head = StackWord::of(Tag{9}, SlotIndex{0}).bits; }) ==
        "head: 9 pushes were not taken up, but there are 4 slots");
  CHECK(after([](const HeapLane& lane) { lane.consumer_words().claim = 5; }) ==
        "head: 17592186044413 pushes were not taken up, but there are 4 slots");
  CHECK(after([](const HeapLane& lane) {
          lane.consumer_words().finished = StackWord::of(Tag{0}, SlotIndex{1}).bits;
        }) == "finished: 0x1 does not go with free: 0xfffff");
  CHECK(after([](const HeapLane& lane) { lane.consumer_words().delivered = 3; }) ==
        "delivered: message 3, of 0 taken up");
  CHECK(after([](const HeapLane& lane) { SlotNumbers<LiveMemory>(lane.view().slots).set(SlotIndex{0}, 5); }) ==
        "slot 0: holds message 5, not 1 as its push says");
}

TEST_CASE("a slot that two pushes name is told") {
  const HeapLane lane(2);
  publish(lane, 2);
  lane.view().producer.links[1] = 1;

  CHECK(faults_in(lane) ==
        "slot 1: holds message 2, not 1 as its push says; slot 1: is unread twice; slot 0: is in no place: it leaked");
}

TEST_CASE("of many faults the first are told, and how many more there are") {
  const HeapLane lane(64);
  for (std::uint32_t at = 0; at < 64; ++at) lane.view().producer.marks[at] = 0;

  const std::vector<std::string> faults = seen_in(lane).faults;

  CHECK(faults.size() == 9);
  CHECK(faults.back() == "56 more of the kind");
}

TEST_CASE("order latest: a claim that was moved counts before its slots are marked") {
  const HeapLane lane(5, Order::latest);
  publish(lane, 1);
  const ClaimWord moved = ClaimWord{lane.consumer_words().shared_claim.load()}.moved_to(1, ClaimWord::kConsumerBit);
  Journal<LiveMemory>::intend_claim(lane.consumer_words().taking, moved.shows(ClaimWord::kConsumerBit), 0, 1);
  lane.consumer_words().shared_claim = moved.bits;

  const Partition partition = seen_in(lane);

  CHECK(all(partition.faults) == "");
  CHECK(partition.count(Home::consumer) == 1);
}
