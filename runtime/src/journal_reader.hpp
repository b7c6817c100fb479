// What a dead role's journal says, read once and checked. recovery.hpp acts on it.
#pragma once

#include <cstdint>
#include <vector>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_claim.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// A move of the shared claim that the predecessor may have begun.
struct SeenClaimIntent {
  bool took_effect = false;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

template <class Memory>
class JournalReader {
 public:
  JournalReader(const Mark* marks, std::uint32_t capacity) noexcept : marks_(marks), capacity_(capacity) {}

  static std::uint64_t word(const Word& word) noexcept {
    // [J8] relaxed, pairs with [J2], [J4], [J5] and [J14] by way of the role lock.
    return Memory::load(word, std::memory_order_relaxed);
  }
  /// The number that a live peer may be moving; where it decides something, this role's own bit is frozen.
  static ClaimWord claim(const Word& claim) noexcept { return {word(claim)}; }

  /// All slots with that mark; a mark that cannot be is a fault.
  Fault slots_marked(Held held, std::vector<SlotIndex>& slots) const {
    for (std::uint32_t at = 0; at < capacity_; ++at) {
      // [J6] relaxed, pairs with [J1] by way of the role lock.
      const std::uint8_t mark = Memory::load(marks_[at], std::memory_order_relaxed);
      if (mark > static_cast<std::uint8_t>(Held::yes)) return {"mark", mark};
      if (mark == static_cast<std::uint8_t>(held)) slots.push_back(SlotIndex{at});
    }
    return {};
  }

  /// What a consumer had finished, given back or not. Beside `free` it is ahead by what waits, and else the same.
  Fault finished(const ConsumerWords& words, StackWord& finished, StackWord& given_back) const noexcept {
    finished = {word(words.finished)};
    given_back = {word(words.free)};
    const std::uint64_t waiting = finished.pushes_since(given_back.tag());
    const bool is_sound =
        waiting == 0 ? finished.bits == given_back.bits : waiting <= capacity_ && place(finished.top()) < capacity_;
    return is_sound ? Fault{} : Fault{"finished", finished.bits};
  }

  /// A move took effect exactly if the claim shows the role's own bit as intended.
  Fault claim_intent(const ClaimIntent& intent, ClaimWord claim, std::uint64_t own_bit,
                     SeenClaimIntent& seen) const noexcept {
    // [J16] relaxed, pairs with [J15] by way of the role lock.
    const std::uint64_t bits = Memory::load(intent.bit, std::memory_order_relaxed);
    seen = {};
    if (bits == 0) return {};
    if ((bits & ~std::uint64_t{1}) != kIntentBit) return {"claim intent", bits};
    if (claim.shows(own_bit) != ((bits & 1) != 0)) return {};
    seen = {true, word(intent.from), word(intent.to)};
    if (seen.to <= seen.from || seen.to - seen.from > capacity_ || seen.to > claim.number())
      return {"claim intent", seen.to};
    return {};
  }

 private:
  const Mark* marks_;
  std::uint32_t capacity_;
};

}  // namespace sluice::detail
