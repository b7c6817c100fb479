// Looks at each access that a lane makes to shared words: is it one of the lane's own words, and does the operation
// end? The first shows a wild access where a sanitizer cannot: all words lie in one piece of memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/shared_words.hpp>

#include "target.hpp"

namespace sluice::fuzz {

enum class Writer { nobody, producer, consumer, both };

class Watch {
 public:
  explicit Watch(const detail::LaneView& view) noexcept : view_(view) {}

  /// More than any operation may make, and far less than for ever. Order latest tries its claim again and again.
  std::uint64_t most_accesses() const noexcept {
    const std::uint64_t slots = view_.slots.capacity;
    const std::uint64_t attempts = view_.order == Order::latest ? 2 * slots + 64 : 1;
    return attempts * (slots + 8) + 8 * slots + 64;
  }
  void begin(std::uint64_t most_accesses) noexcept { left_ = most_accesses; }

  /// Call for each access. Who may write the word.
  Writer look(const void* word) noexcept {
    demand(left_ > 0, "an operation ends after as many steps as there are slots");
    --left_;
    const Writer writer = writer_of(word);
    demand(writer != Writer::nobody, "no access leaves the words of the lane");
    return writer;
  }

 private:
  template <class T>
  static bool is_in(const void* word, const T* first, std::uint64_t count) noexcept {
    return word >= first && word < first + count;
  }
  template <class Words>
  bool is_in_part(const void* word, const detail::Part<Words>& part) const noexcept {
    return is_in(word, part.words, 1) || is_in(word, part.links, detail::link_count(view_.slots.capacity)) ||
           is_in(word, part.marks, view_.slots.capacity);
  }
  Writer writer_of(const void* word) const noexcept {
    if (word == &view_.consumer.words->shared_claim) return Writer::both;
    if (is_in_part(word, view_.producer)) return Writer::producer;
    if (is_in_part(word, view_.consumer)) return Writer::consumer;
    constexpr std::size_t number_at = 8;  // in each slot
    const auto* const byte = static_cast<const std::byte*>(word);
    const bool is_in_slots = is_in(word, view_.slots.base, view_.slots.stride_bytes * view_.slots.capacity);
    const bool is_number =
        is_in_slots && static_cast<std::size_t>(byte - view_.slots.base) % view_.slots.stride_bytes == number_at;
    return is_number ? Writer::producer : Writer::nobody;
  }

  detail::LaneView view_;
  std::uint64_t left_ = 0;
};

}  // namespace sluice::fuzz
