// How far a channel of order latest has been taken up: the one word that both roles write. The consumer claims
// what is unread, the producer drops what a newer message replaces; who gets a message is settled here, by CAS.
// Each role flips a bit of its own with each success, so that a successor can tell whether an exchange that its
// predecessor intended took effect: the producer `s`, the consumer `t`.
// Must hold: the number only grows, and never passes the newest message [I8].
// Real time: one attempt is wait-free; who loses it has seen the other side succeed.
#pragma once

#include <cstdint>

#include <sluice/detail/memory.hpp>

namespace sluice::detail {

struct ClaimWord {
  std::uint64_t bits;

  static constexpr std::uint64_t kProducerBit = 2;  // s
  static constexpr std::uint64_t kConsumerBit = 1;  // t

  /// How many messages have been claimed or dropped.
  constexpr std::uint64_t number() const noexcept { return bits >> 2; }
  constexpr bool shows(std::uint64_t bit) const noexcept { return (bits & bit) != 0; }
  /// The word after a success of the role that owns `bit`.
  constexpr ClaimWord moved_to(std::uint64_t number, std::uint64_t bit) const noexcept {
    return {number << 2 | ((bits & 3) ^ bit)};
  }
};

template <class Memory>
class SharedClaim {
 public:
  explicit SharedClaim(Word& word) noexcept : word_(&word) {}

  ClaimWord read() const noexcept {
    // [C1] acquire, pairs with [C2]: `head`, read after this, is not older than what the claim counts.
    return {Memory::load(*word_, std::memory_order_acquire)};
  }
  bool try_move(ClaimWord seen, ClaimWord wanted) noexcept {
    // [C2] release, pairs with [C1]: the pushes that the number counts come before it.
    return Memory::compare_exchange(*word_, seen.bits, wanted.bits, std::memory_order_release);
  }

 private:
  Word* word_;
};

}  // namespace sluice::detail
