// What a producer of order latest does after each publish: it takes back all but the newest message. One attempt
// is enough: where it fails, the consumer has just taken up messages itself.
// The producer lane calls it. Which slot holds which message is kept in private, so nothing is read back from
// the window but the claim.
// Real time: wait-free; at most as many steps as messages are unread.
#pragma once

#include <cstdint>
#include <vector>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_claim.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// A message and where it lies.
struct Numbered {
  std::uint64_t number = 0;
  SlotIndex slot = kNil;

  friend bool operator==(const Numbered& one, const Numbered& other) noexcept {
    return one.number == other.number && one.slot == other.slot;
  }
};

template <class Memory>
class Dropper {
 public:
  Dropper(const LaneView& view, const std::vector<Numbered>& unread)
      : intent_(&view.producer.words->drop), claim_(view.consumer.words->shared_claim), unread_(view.slots.capacity) {
    for (const Numbered& message : unread) note(message.number, message.slot);
  }

  /// Remembers that `slot` holds message `number` from now on.
  void note(std::uint64_t number, SlotIndex slot) noexcept { unread_[number % unread_.size()] = {number, slot}; }

  /// Takes back all unread messages below `newest`: calls `reclaim(slot)` for each, which says whether that can be.
  /// False: the other side wrote nonsense, see fault().
  template <class Reclaim>
  [[nodiscard]] bool drop_below(std::uint64_t newest, Reclaim&& reclaim) noexcept {
    const ClaimWord seen = claim_.read();
    const std::uint64_t from = seen.number();
    const std::uint64_t to = newest - 1;
    if (from < last_seen_ || from > newest) return refuse("claim", from);
    last_seen_ = from;
    if (from >= to) return true;
    const ClaimWord wanted = seen.moved_to(to, ClaimWord::kProducerBit);
    Journal<Memory>::intend_claim(*intent_, wanted.shows(ClaimWord::kProducerBit), from, to);
    if (!claim_.try_move(seen, wanted)) return true;  // the intent may stay: the claim does not show its bit
    last_seen_ = to;
    if (!reclaim_all(from, to, reclaim)) return false;  // the intent stays, for a successor to find what was lost
    Journal<Memory>::settle_claim(*intent_);
    return true;
  }

  const Fault& fault() const noexcept { return fault_; }

 private:
  template <class Reclaim>
  bool reclaim_all(std::uint64_t from, std::uint64_t to, Reclaim& reclaim) noexcept {
    for (std::uint64_t number = from + 1; number <= to; ++number) {
      const Numbered& message = unread_[number % unread_.size()];
      if (message.number != number || !reclaim(message.slot)) return refuse("claim", from);
    }
    return true;
  }
  bool refuse(const char* word, std::uint64_t value) noexcept {
    fault_ = {word, value};
    return false;
  }

  ClaimIntent* intent_;
  SharedClaim<Memory> claim_;
  std::uint64_t last_seen_ = 0;   // the claim only grows
  std::vector<Numbered> unread_;  // message n at n modulo capacity; those below the claim are past
  Fault fault_;
};

}  // namespace sluice::detail
