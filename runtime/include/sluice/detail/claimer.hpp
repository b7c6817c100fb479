// How a consumer of order latest takes up what is unread: it reads the claim, then `head` and the links between, and
// moves the claim to what it saw. The producer may do so too, to drop old messages: then the consumer looks again.
// The links are read before: once the claim has moved, the producer may need their places. If it moves, they were
// whole. The consumer lane calls it. Real time: lock-free; each failure is a message dropped by the producer. Attempts
// are counted, and end.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/journal.hpp>
#include <sluice/detail/shared_claim.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

template <class Memory>
class Claimer {
 public:
  explicit Claimer(const LaneView& view) noexcept
      : intent_(&view.consumer.words->taking),
        claim_(view.consumer.words->shared_claim),
        capacity_(view.slots.capacity),
        claimed_(claim_.read().number()),
        slots_(view.order == Order::latest ? capacity_ : 0) {}

  /// Claims all that is unread and calls `visit(slot, number)` for each, oldest first. Returns how many there were.
  /// Empty: the other side wrote nonsense, see fault(), or contended() holds.
  template <class Visit>
  [[nodiscard]] std::optional<std::uint32_t> claim_all(StackTaker<Memory>& head, Visit&& visit) noexcept {
    contended_ = false;
    const std::uint64_t most = 2 * std::uint64_t{capacity_} + 64;
    for (std::uint64_t attempt = 0; attempt < most; ++attempt) {
      const ClaimWord seen = claim_.read();
      const StackWord top = head.look();
      const std::uint64_t unread = top.pushes_since(tag_of(seen.number()));
      if (unread == 0) return 0;
      if (seen.number() < claimed_) return refuse("claim", seen.number());
      // Read apart, the two may be any distance apart; if the claim has not moved, they belong together [I3].
      if (unread > capacity_ && claim_.read().bits == seen.bits) return refuse("claim", seen.number());
      if (unread > capacity_) continue;
      const auto count = static_cast<std::uint32_t>(unread);
      for (std::uint32_t at = 0; at < count; ++at) slots_[at] = head.slot_of(tag_of(seen.number() + at + 1), top);
      if (!try_claim(seen, seen.number() + unread)) continue;
      bool sound = true;
      for (std::uint32_t at = 0; sound && at < count; ++at) {
        sound = head.accept(slots_[at], at, [&](SlotIndex slot, auto) { return visit(slot, seen.number() + at + 1); });
      }
      if (!sound) return std::nullopt;  // the intent stays, for a successor to find what was lost
      Journal<Memory>::settle_claim(*intent_);
      return count;
    }
    contended_ = true;
    return std::nullopt;
  }

  /// Whether a claim would find a message now.
  bool has_more(const StackTaker<Memory>& head) const noexcept {
    const std::uint64_t claimed = claim_.read().number();
    return head.look().pushes_since(tag_of(claimed)) != 0;
  }

  std::uint64_t claimed() const noexcept { return claimed_; }
  /// The producer was faster at each of the last claim_all()'s attempts.
  bool contended() const noexcept { return contended_; }
  const Fault& fault() const noexcept { return fault_; }

 private:
  bool try_claim(ClaimWord seen, std::uint64_t to) noexcept {
    const ClaimWord wanted = seen.moved_to(to, ClaimWord::kConsumerBit);
    Journal<Memory>::intend_claim(*intent_, wanted.shows(ClaimWord::kConsumerBit), seen.number(), to);
    if (!claim_.try_move(seen, wanted)) return false;  // the intent may stay: the claim does not show its bit
    claimed_ = to;
    return true;
  }
  std::nullopt_t refuse(const char* word, std::uint64_t value) noexcept {
    fault_ = {word, value};
    return std::nullopt;
  }

  ClaimIntent* intent_;
  SharedClaim<Memory> claim_;
  std::uint32_t capacity_;
  std::uint64_t claimed_;         // the claim only grows
  std::vector<SlotIndex> slots_;  // what is about to be claimed
  bool contended_ = false;
  Fault fault_;
};

}  // namespace sluice::detail
