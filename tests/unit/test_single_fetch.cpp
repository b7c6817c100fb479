// A word that another process may write is read once for each decision: what was checked is what is used. A policy that
// writes down the address of each load finds a second read mechanically, whatever the values are.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "heap_lane.hpp"

using namespace sluice::detail;
using sluice::Order;

namespace {

struct LoadLog {
  static inline std::vector<const void*> loads;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    loads.push_back(&word);
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

/// How often each kind of word was read, of the one word of that kind that was read most.
using Reads = std::map<std::string, long>;

class Reader {
 public:
  explicit Reader(const HeapLane& lane) : view_(lane.view()) {}

  /// What the operation read of words that the other side writes.
  template <class Operation>
  Reads foreign_reads(Operation&& operation, bool is_producer) const {
    LoadLog::loads.clear();
    operation();
    Reads most;
    for (const void* const word : LoadLog::loads) {
      const std::string name = name_of(word, is_producer);
      if (name == "own") continue;
      most[name] = std::max<long>(most[name], std::count(LoadLog::loads.begin(), LoadLog::loads.end(), word));
    }
    return most;
  }

 private:
  template <class T>
  static bool is_in(const void* word, const T* first, std::uint64_t count) {
    return word >= first && word < first + count;
  }
  std::string name_of(const void* word, bool is_producer) const {
    const ProducerWords& producer = *view_.producer.words;
    const ConsumerWords& consumer = *view_.consumer.words;
    const std::uint64_t links = link_count(view_.slots.capacity);
    if (word == &consumer.shared_claim) return "claim";
    if (is_producer) {
      if (word == &consumer.free) return "free";
      if (word == &consumer.armed || word == &consumer.sleeps) return "sleep";
      if (is_in(word, view_.consumer.links, links)) return "link";
      const bool is_own = is_in(word, &producer, 1) || is_in(word, view_.producer.marks, view_.slots.capacity);
      return is_own ? "own" : "another word";
    }
    if (word == &producer.head) return "head";
    if (word == &producer.armed || word == &producer.sleeps) return "sleep";
    if (is_in(word, view_.producer.links, links)) return "link";
    if (is_in(word, view_.slots.base, view_.slots.stride_bytes * view_.slots.capacity)) return "number";
    const bool is_own = is_in(word, &consumer, 1) || is_in(word, view_.consumer.marks, view_.slots.capacity);
    return is_own ? "own" : "another word";
  }

  LaneView view_;
};

constexpr bool kProducer = true;
constexpr bool kConsumer = false;

}  // namespace

TEST_CASE("a take reads head once if it finds one message or none, and that message's number once") {
  for (const Order order : {Order::fifo, Order::lifo}) {
    HeapLane lane(8, order);
    auto producer = lane.producer();
    auto consumer = lane.consumer<LoadLog>();
    const Reader reader(lane);
    const auto take = [&] { consumer.take(); };

    CHECK(reader.foreign_reads(take, kConsumer) == Reads{{"head", 1}});
    producer.publish(producer.loan());
    CHECK(reader.foreign_reads(take, kConsumer) == Reads{{"head", 1}, {"number", 1}});
  }
}

TEST_CASE("a take of several reads head to see how many there are, once more to walk them, and each link once") {
  for (const Order order : {Order::fifo, Order::lifo}) {
    HeapLane lane(8, order);
    auto producer = lane.producer();
    auto consumer = lane.consumer<LoadLog>();
    const Reader reader(lane);
    for (int message = 0; message < 5; ++message) producer.publish(producer.loan());

    // The walk checks the word that it reads itself: nothing of the first look is used in it.
    CHECK(reader.foreign_reads([&] { consumer.take(); }, kConsumer) == Reads{{"head", 2}, {"link", 1}, {"number", 1}});
    if (order == Order::fifo) {
      CHECK(reader.foreign_reads([&] { consumer.take(); }, kConsumer) == Reads{{"number", 1}});
    }
  }
}

TEST_CASE("order latest: a take reads claim, head, each link and the number once for an attempt") {
  HeapLane lane(8, Order::latest);
  auto producer = lane.producer();
  auto consumer = lane.consumer<LoadLog>();
  const Reader reader(lane);
  for (int message = 0; message < 3; ++message) producer.publish(producer.loan());

  CHECK(reader.foreign_reads([&] { consumer.take(); }, kConsumer) == Reads{{"claim", 1}, {"head", 1}, {"number", 1}});
  CHECK(reader.foreign_reads([&] { consumer.take(); }, kConsumer) == Reads{{"claim", 1}, {"head", 1}});
}

TEST_CASE("a loan reads free once where it must look again, and the link of its slot once; else it reads nothing") {
  HeapLane lane(8);
  auto producer = lane.producer<LoadLog>();
  const Reader reader(lane);
  std::vector<SlotIndex> loans;
  for (int slot = 0; slot < 8; ++slot) {
    CHECK(reader.foreign_reads([&] { loans.push_back(producer.loan()); }, kProducer) == Reads{});
  }
  for (const SlotIndex slot : loans) producer.publish(slot);
  auto consumer = lane.consumer();
  for (int message = 0; message < 8; ++message) consumer.release(consumer.take().slot);

  // It reads the links of the next few too, to have their slots fetched; each is read again, and checked, by its loan.
  CHECK(reader.foreign_reads([&] { producer.loan(); }, kProducer) == Reads{{"free", 1}, {"link", 2}});
  CHECK(reader.foreign_reads([&] { producer.loan(); }, kProducer) == Reads{{"link", 1}});
}

TEST_CASE("order latest: a publish reads the claim once") {
  HeapLane lane(8, Order::latest);
  auto producer = lane.producer<LoadLog>();
  const Reader reader(lane);
  const auto publish = [&] { producer.publish(producer.loan()); };
  publish();

  // Whether the taker may sleep is asked twice: it decides over a wake, and is used as nothing else.
  CHECK(reader.foreign_reads(publish, kProducer) == Reads{{"sleep", 2}, {"claim", 1}});
}

TEST_CASE("recovery reads each word of the live peer once") {
  for (const Order order : {Order::fifo, Order::lifo}) {
    HeapLane lane(8, order);
    auto producer = lane.producer();
    for (int message = 0; message < 5; ++message) producer.publish(producer.loan());
    const Reader reader(lane);

    const Reads by_consumer = reader.foreign_reads([&] { recover_consumer<LoadLog>(lane.view()); }, kConsumer);
    auto consumer = lane.consumer();
    for (int message = 0; message < 5; ++message) consumer.release(consumer.take().slot);
    const Reads by_producer = reader.foreign_reads([&] { recover_producer<LoadLog>(lane.view()); }, kProducer);

    CHECK(by_consumer == Reads{{"head", 1}, {"link", 1}, {"number", 1}});
    CHECK(by_producer == Reads{{"free", 1}, {"link", 1}});
  }
}
