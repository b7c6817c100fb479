// What an operation may cost at most, counted in accesses to shared words: no operation of fifo and lifo tries anything
// twice, and a publish of order latest tries its exchange once, whatever the other side does meanwhile.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "heap_lane.hpp"
#include "seed.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

struct Accesses {
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t exchanges = 0;
};

/// Counts, and lets the other side act before each exchange.
struct CountingMemory {
  static inline Accesses seen{};
  static inline std::function<void()> before_exchange;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    ++seen.loads;
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    ++seen.stores;
    word.store(value, order);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    ++seen.exchanges;
    if (before_exchange) before_exchange();
    return word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }

  template <class Operation>
  static Accesses of(Operation&& operation) {
    seen = {};
    operation();
    return seen;
  }
};

constexpr std::uint32_t kCapacity = 8;

/// The most that any publish, and any take of `count` messages at once, has cost.
struct Most {
  Accesses publish;
  std::uint64_t take_loads_beyond_the_walk = 0;
  std::uint64_t exchanges = 0;
};

Most dearest(Order order) {
  HeapLane lane(kCapacity, order);
  auto producer = lane.producer<CountingMemory>();
  auto consumer = lane.consumer<CountingMemory>();
  std::mt19937_64 random(sluice::test::seed());
  std::vector<SlotIndex> samples;
  Most most;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const SlotIndex slot = producer.loan();
      if (slot == kNil) continue;
      const Accesses publish = CountingMemory::of([&] { producer.publish(slot); });
      most.publish.loads = std::max(most.publish.loads, publish.loads);
      most.publish.stores = std::max(most.publish.stores, publish.stores);
      most.exchanges = std::max(most.exchanges, publish.exchanges);
    } else if (samples.size() < 2 && random() % 2 == 0) {
      SlotIndex slot = kNil;
      const Accesses take = CountingMemory::of([&] { slot = consumer.take().slot; });
      most.exchanges = std::max(most.exchanges, take.exchanges);
      if (slot != kNil) samples.push_back(slot);
    } else if (!samples.empty()) {
      const SlotIndex slot = samples.back();
      samples.pop_back();
      const Accesses release = CountingMemory::of([&] { consumer.release(slot); });
      most.exchanges = std::max(most.exchanges, release.exchanges);
    }
  }
  return most;
}

}  // namespace

TEST_CASE("a publish of fifo and lifo is five stores and two loads, and nothing is ever exchanged") {
  for (const Order order : {Order::fifo, Order::lifo}) {
    const Most most = dearest(order);

    CHECK(most.publish.stores == 5);  // number, link, head, mark, published
    CHECK(most.publish.loads <= 2);   // may the taker sleep?
    CHECK(most.exchanges == 0);
  }
}

TEST_CASE("a publish of latest makes one exchange at most, though the consumer wins each of them") {
  HeapLane lane(kCapacity, Order::latest);
  auto producer = lane.producer<CountingMemory>();
  auto consumer = lane.consumer<LiveMemory>();
  std::uint64_t lost = 0;
  std::uint64_t most = 0;
  CountingMemory::before_exchange = [&] {
    const Taken taken = consumer.take();
    if (taken.slot == kNil) return;
    ++lost;
    consumer.release(taken.slot);
  };
  for (int message = 0; message < 1000; ++message) {
    const SlotIndex slot = producer.loan();
    REQUIRE(slot != kNil);
    most = std::max(most, CountingMemory::of([&] { producer.publish(slot); }).exchanges);
  }
  CountingMemory::before_exchange = nullptr;

  CHECK(most == 1);
  CHECK(lost > 100);
  CHECK_FALSE(producer.fault());
}

TEST_CASE("a walk costs one load for each slot but the newest, and one for the word") {
  HeapLane lane(kCapacity);
  auto producer = lane.producer();
  for (std::uint32_t count = 1; count <= kCapacity; ++count) {
    for (std::uint32_t at = 0; at < count; ++at) producer.publish(producer.loan());
    StackTaker<CountingMemory> taker(lane.producer_words().head, lane.view().producer.links, kCapacity,
                                     lane.producer_words().published.load() - count);

    const Accesses walk = CountingMemory::of([&] { REQUIRE(taker.take_all([](SlotIndex, auto) { return true; })); });

    CHECK(walk.loads == count);
    CHECK(walk.stores == 0);
    auto consumer = lane.consumer();
    for (std::uint32_t at = 0; at < count; ++at) consumer.release(consumer.take().slot);
  }
}

TEST_CASE("a loan of the warmest slot walks over what came back, two loads and a store each, and no further") {
  for (std::uint32_t count = 1; count <= kCapacity; ++count) {
    HeapLane lane(kCapacity, Order::fifo, Reuse::warmest);
    auto producer = lane.producer<CountingMemory>();
    auto consumer = lane.consumer<LiveMemory>();
    // All are out, so that only those that come back are met.
    for (std::uint32_t at = 0; at < kCapacity; ++at) producer.publish(producer.loan());
    for (std::uint32_t at = 0; at < count; ++at) consumer.release(consumer.take().slot);

    SlotIndex slot = kNil;
    const Accesses loan = CountingMemory::of([&] { slot = producer.loan(); });

    CHECK(slot != kNil);
    CHECK(loan.loads == 2 * count);   // the word, links but the newest's, and marks
    CHECK(loan.stores == count + 2);  // marks, `collected`, and the number
  }
}
