// A memory policy that writes down every store to a shared word, by name, in program order.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "heap_lane.hpp"

namespace sluice::detail {

struct RecordingMemory {
  struct Store {
    const void* word;
    std::uint64_t value;
  };
  static inline std::vector<Store> stores;

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    stores.push_back({&word, value});
    word.store(value, order);
  }

  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    const bool stored = word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
    if (stored) stores.push_back({&word, desired});
    return stored;
  }

  /// What was stored since the last call: "mark 0=1", "finished=push 1", "head=push 1" ...
  static std::vector<std::string> take_log(const HeapLane& lane) {
    std::vector<std::string> log;
    for (const Store& store : stores) log.push_back(name_of(lane, store));
    stores.clear();
    return log;
  }

 private:
  static std::string name_of(const HeapLane& lane, const Store& store) {
    const LaneView view = lane.view();
    const auto number = std::to_string(store.value);
    const auto slot_named = [&](const char* what, const auto* first) {
      return std::string(what) + " " +
             std::to_string(static_cast<const std::atomic<std::uint8_t>*>(store.word) -
                            reinterpret_cast<const std::atomic<std::uint8_t>*>(first));
    };
    const auto push = [](std::uint64_t tag) { return "push " + std::to_string(tag); };
    ProducerWords& producer = *view.producer.words;
    ConsumerWords& consumer = *view.consumer.words;
    if (store.word == &producer.head) return "head=" + push(store.value >> 20);
    if (store.word == &consumer.free) return "free=" + push(store.value >> 20);
    if (store.word == &consumer.finished) return "finished=" + push(store.value >> 20);
    if (store.word == &producer.published) return "published=" + number;
    if (store.word == &producer.collected) return "collected=" + number;
    if (store.word == &consumer.claim) return "claim=" + number;
    if (store.word == &consumer.delivered) return "delivered=" + number;
    if (store.word == &consumer.taken) return "taken=" + number;
    if (is_within(store.word, view.producer.marks, lane.capacity()))
      return slot_named("mark", view.producer.marks) + "=" + number;
    if (is_within(store.word, view.consumer.marks, lane.capacity()))
      return slot_named("mark", view.consumer.marks) + "=" + number;
    if (is_within(store.word, view.producer.links, link_count(lane.capacity())) ||
        is_within(store.word, view.consumer.links, link_count(lane.capacity()))) {
      return "link";
    }
    return "number=" + number;
  }

  template <class T>
  static bool is_within(const void* word, const T* first, std::uint64_t count) {
    return word >= first && word < first + count;
  }
};

}  // namespace sluice::detail
