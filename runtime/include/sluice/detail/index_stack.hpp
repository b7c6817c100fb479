// A stack of slot indices in shared memory: one pusher, one taker, no lock, no read-modify-write.
// The pusher alone writes the word {tag:44, index:20} and the links; the tag counts pushes. The taker
// pops nothing: it remembers how many pushes it has taken up, and walks the rest from the top.
// The lanes call it: they keep marks and intent in order around each push and walk.
// Must hold: one pusher, one taker [I2]; a link is constant until its slot is pushed again [I5].
// Real time: wait-free; a push is one store, a walk at most `capacity` steps.
// Source: R. K. Treiber, IBM RJ 5118, 1986; by index after C. Wellons' C11 stack, 2014.
#pragma once

#include <cstdint>
#include <optional>

#include <sluice/detail/memory.hpp>

namespace sluice::detail {

enum class SlotIndex : std::uint32_t {};  // a place in the pool: no arithmetic, never a count
enum class Tag : std::uint64_t {};        // pushes ever made, modulo 2^44

inline constexpr SlotIndex kNil{0xF'FFFF};  // below the first slot ever pushed
constexpr std::uint32_t place(SlotIndex slot) noexcept { return static_cast<std::uint32_t>(slot); }

struct StackWord {
  std::uint64_t bits;

  static constexpr std::uint64_t kTagMask = (1ULL << 44) - 1;

  static constexpr StackWord of(Tag tag, SlotIndex top) noexcept {
    return {static_cast<std::uint64_t>(tag) << 20 | place(top)};
  }
  constexpr Tag tag() const noexcept { return Tag{bits >> 20}; }
  constexpr SlotIndex top() const noexcept { return SlotIndex{static_cast<std::uint32_t>(bits) & place(kNil)}; }
  /// How many pushes lie between `earlier` and this word; the tag may have wrapped in between.
  constexpr std::uint64_t pushes_since(Tag earlier) const noexcept {
    return (static_cast<std::uint64_t>(tag()) - static_cast<std::uint64_t>(earlier)) & kTagMask;
  }
};

/// The tag that stands for the `count`-th push ever.
constexpr Tag tag_of(std::uint64_t count) noexcept { return Tag{count & StackWord::kTagMask}; }

template <class Memory>
class StackPusher {
 public:
  /// Starts where the word stands: the same for a new window and for a dead pusher's successor.
  StackPusher(Word& word, Link* links) noexcept
      // [S3] relaxed: this role alone writes the word, and the role lock ordered the predecessor's stores.
      : word_(&word), links_(links), last_{Memory::load(word, std::memory_order_relaxed)} {}

  /// The tag that the word will show after `count` more pushes: the intent's tag, written before them [I4].
  Tag tag_after(std::uint32_t count) const noexcept { return tag_of(static_cast<std::uint64_t>(last_.tag()) + count); }

  /// Puts `upper` on `lower` inside a chain that is not pushed yet.
  void link(SlotIndex upper, SlotIndex lower) noexcept {
    // [S4] relaxed, pairs with [S5]: [S1] makes the links of a chain visible with the word.
    Memory::store(links_[place(upper)], place(lower), std::memory_order_relaxed);
  }

  /// Puts a chain of `count` linked slots on top, all at once.
  void push(SlotIndex bottom, SlotIndex top, std::uint32_t count) noexcept {
    link(bottom, last_.top());
    last_ = StackWord::of(tag_after(count), top);
    // [S1] release, pairs with [S2]: payload, number and links are complete before the slots show.
    Memory::store(*word_, last_.bits, std::memory_order_release);
  }

 private:
  Word* word_;
  Link* links_;
  StackWord last_;  // only the pusher writes the word, so it need not read it
};

/// A shared word that cannot be: whoever wrote it broke the rules, and this endpoint stops trusting the window.
struct Fault {
  const char* word = nullptr;  // null: no fault
  std::uint64_t value = 0;

  explicit operator bool() const noexcept { return word != nullptr; }
};

template <class Memory>
class StackTaker {
 public:
  StackTaker(const Word& word, const Link* links, std::uint32_t capacity, Tag taken) noexcept
      : word_(&word), links_(links), capacity_(capacity), taken_(taken) {}

  /// Whether something was pushed since the last take_all(). Reads one shared word.
  bool has_more() const noexcept {
    // [S6] relaxed: a hint for whoever is about to sleep; what it announces is read again by [S2].
    return StackWord{Memory::load(*word_, std::memory_order_relaxed)}.pushes_since(taken_) != 0;
  }

  /// The word as it is, with all that its pusher stored before it.
  StackWord look() const noexcept {
    // [S2] acquire, pairs with [S1]: every payload, number and link of the chain is complete.
    return StackWord{Memory::load(*word_, std::memory_order_acquire)};
  }

  /// Calls `visit(slot, place)` for each slot pushed since the last time, newest first; `place` counts down to
  /// 0, the oldest. Returns how many there were. Empty: the other side wrote nonsense [I3], see fault().
  template <class Visit>
  [[nodiscard]] std::optional<std::uint32_t> take_all(Visit&& visit) noexcept {
    const StackWord seen = look();
    const std::uint64_t pushes = seen.pushes_since(taken_);
    if (pushes > capacity_) return refuse("tag", static_cast<std::uint64_t>(seen.tag()));
    const auto count = static_cast<std::uint32_t>(pushes);
    if (!walk(seen.top(), count, visit)) return std::nullopt;
    taken_ = seen.tag();
    return count;
  }

  /// Visits, as take_all() does, the `count` slots from `top` down. False: the other side wrote nonsense.
  template <class Visit>
  [[nodiscard]] bool walk(SlotIndex top, std::uint32_t count, Visit&& visit) noexcept {
    SlotIndex at = top;
    for (std::uint32_t left = count; left > 0; --left) {
      if (place(at) >= capacity_) return note({"link", place(at)});
      if (!visit(at, left - 1)) return note({"slot met twice", place(at)});
      // The last link is not read: it leads to what was taken before, on a line that the pusher writes.
      // [S5] relaxed, pairs with [S4]: ordered by [S2].
      if (left > 1) at = SlotIndex{Memory::load(links_[place(at)], std::memory_order_relaxed)};
    }
    return true;
  }

  const Fault& fault() const noexcept { return fault_; }

 private:
  std::nullopt_t refuse(const char* word, std::uint64_t value) noexcept {
    note({word, value});
    return std::nullopt;
  }
  bool note(const Fault& fault) noexcept {
    fault_ = fault;
    return false;
  }

  const Word* word_;
  const Link* links_;
  std::uint32_t capacity_;
  Tag taken_;
  Fault fault_;
};

}  // namespace sluice::detail
