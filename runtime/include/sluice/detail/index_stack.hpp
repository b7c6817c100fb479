// A stack of slot indices in shared memory: one pusher, one taker, no lock, no read-modify-write.
// The pusher alone writes the word {tag:44, index:20} and the links; the tag counts pushes, and the link of push t
// says which slot it put on top. The taker pops nothing: it remembers how many pushes it has taken up, and walks the
// rest. Links lie in the order of their pushes, so that both sides work their way through the same few cache lines:
// a link beside each slot, which leads to the slot below, cost a miss a message.
// The lanes call it: they keep the journal in order around each push and walk.
// Must hold: one pusher, one taker [I2]; a link is constant until as many pushes follow as there are links [I5].
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

inline constexpr std::uint64_t kLinksPerLine = 16;

/// How many links a stack of `capacity` slots has: a power of two, so that tags may wrap, and a cache line's more than
/// slots, so that who reads the oldest link and who writes the newest do not meet on one line when the stack is full.
constexpr std::uint64_t link_count(std::uint64_t capacity) noexcept {
  std::uint64_t count = 1;
  while (count < capacity + kLinksPerLine) count *= 2;
  return count;
}
/// Where the link of a push lies among `count` of them.
constexpr std::uint64_t link_place(Tag tag, std::uint64_t count) noexcept {
  return static_cast<std::uint64_t>(tag) & (count - 1);
}

template <class Memory>
class StackPusher {
 public:
  /// @param pushed  how many pushes the word counts, modulo 2^44 or not: what recovery has found.
  StackPusher(Word& word, Link* links, std::uint32_t capacity, std::uint64_t pushed) noexcept
      : word_(&word), links_(links), link_count_(link_count(capacity)), count_(pushed) {}

  /// How many slots were ever added, counted on from what the constructor was told.
  std::uint64_t count() const noexcept { return count_; }

  /// Puts `slot` on top of all that was added before. Returns the word that shows it.
  [[gnu::always_inline]] StackWord add(SlotIndex slot) noexcept {
    const Tag tag = tag_of(++count_);
    // [S4] relaxed, pairs with [S5]: [S1] makes the links of a chain visible with the word.
    Memory::store(links_[link_place(tag, link_count_)], place(slot), std::memory_order_relaxed);
    return StackWord::of(tag, slot);
  }

  /// Shows all that was added, at once; `last` is what the last add() returned.
  [[gnu::always_inline]] void push(StackWord last) noexcept {
    // [S1] release, pairs with [S2]: payload, number and links are complete before the slots show.
    Memory::store(*word_, last.bits, std::memory_order_release);
  }

 private:
  Word* word_;
  Link* links_;
  std::uint64_t link_count_;
  std::uint64_t count_;
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
  /// @param taken  how many pushes were taken up before, modulo 2^44 or not: what recovery has found.
  StackTaker(const Word& word, const Link* links, std::uint32_t capacity, std::uint64_t taken) noexcept
      : word_(&word),
        links_(links),
        link_count_(link_count(capacity)),
        capacity_(capacity),
        taken_(taken),
        seen_end_(taken) {}

  /// How many pushes were ever taken up, counted on from what the constructor was told.
  std::uint64_t count() const noexcept { return taken_; }

  /// Whether something was pushed that is not taken up yet. Reads one shared word.
  bool has_more() const noexcept {
    // [S6] relaxed: a hint for whoever is about to sleep; what it announces is read again by [S2].
    return StackWord{Memory::load(*word_, std::memory_order_relaxed)}.pushes_since(tag_of(taken_)) != 0;
  }

  /// The word as it is, with all that its pusher stored before it.
  StackWord look() const noexcept {
    // [S2] acquire, pairs with [S1]: every payload, number and link of the chain is complete.
    return StackWord{Memory::load(*word_, std::memory_order_acquire)};
  }

  /// The slot that push `tag` put on top, unchecked; the newest push was `seen`.
  SlotIndex slot_of(Tag tag, StackWord seen) const noexcept {
    // Of the newest the word says it: its link lies on a line that the pusher writes.
    return tag == seen.tag() ? seen.top() : link(tag);
  }

  /// Calls `visit(slot, place)` for each slot pushed since the last time, the oldest first, with places from 0. Returns
  /// how many there were. Empty: the other side wrote nonsense [I3], see fault().
  template <class Visit>
  [[nodiscard]] std::optional<std::uint32_t> take_all(Visit&& visit) noexcept {
    const StackWord seen = look();
    const auto count = checked(seen);
    if (!count) return std::nullopt;
    for (std::uint32_t at = 0; at < *count; ++at) {
      if (!accept(slot_of(tag_of(taken_ + at + 1), seen), at, visit)) return std::nullopt;
    }
    taken_ += *count;
    seen_end_ = taken_;
    return count;
  }
  /// Takes up the oldest push, the only one of them. kNil: there is none, or the other side wrote nonsense [I3], see
  /// fault(). Looks at the word only when all that it showed last is taken up: each look takes its cache line from the
  /// pusher. `announce(slot)` is called for each slot some takes before it is visited, where so many are there.
  template <class Announce, class Visit>
  SlotIndex take_next(Announce&& announce, Visit&& visit) noexcept {
    if (taken_ == seen_end_ && !look_again(announce)) return kNil;
    if (seen_end_ - taken_ > kAhead) announce_in(announce, kAhead + 1);
    const SlotIndex slot = ahead(1);
    if (!accept(slot, 0, visit)) return kNil;
    ++taken_;
    return slot;
  }

  /// How many pushes `seen` shows that are not taken up yet. May be any number: see take_all().
  std::uint64_t new_in(StackWord seen) const noexcept { return seen.pushes_since(tag_of(taken_)); }

  /// Takes up the newest push, which put `slot` on top, as take_all() does: where new_in() says that it is the only
  /// one.
  template <class Visit>
  [[nodiscard]] bool take_only(SlotIndex slot, Visit&& visit) noexcept {
    if (!accept(slot, 0, visit)) return false;
    seen_end_ = ++taken_;
    return true;
  }

  /// Visits one slot. False: there is no such slot, or `visit` does not accept it.
  template <class Visit>
  [[nodiscard]] bool accept(SlotIndex slot, std::uint32_t at, Visit&& visit) noexcept {
    if (place(slot) >= capacity_) return note({"link", place(slot)});
    return visit(slot, at) || note({"repeated slot", place(slot)});
  }

  const Fault& fault() const noexcept { return fault_; }

 private:
  static constexpr std::uint32_t kAhead = 4;  // takes

  template <class Announce>
  bool look_again(Announce& announce) noexcept {
    const StackWord seen = look();
    const auto count = checked(seen);
    if (!count) return false;
    seen_top_ = seen.top();
    seen_end_ = taken_ + *count;
    for (std::uint32_t at = 1; at <= *count && at <= kAhead; ++at) announce_in(announce, at);
    return *count != 0;
  }
  /// The slot that comes `takes` later, unchecked.
  SlotIndex ahead(std::uint32_t takes) const noexcept {
    const std::uint64_t push = taken_ + takes;
    return push == seen_end_ ? seen_top_ : link(tag_of(push));
  }
  template <class Announce>
  void announce_in(Announce& announce, std::uint32_t takes) const noexcept {
    const SlotIndex slot = ahead(takes);
    if (place(slot) < capacity_) announce(slot);
  }
  SlotIndex link(Tag tag) const noexcept {
    // [S5] relaxed, pairs with [S4]: ordered by [S2].
    return SlotIndex{Memory::load(links_[link_place(tag, link_count_)], std::memory_order_relaxed)};
  }
  std::optional<std::uint32_t> checked(StackWord seen) noexcept {
    const std::uint64_t pushes = new_in(seen);
    if (pushes <= capacity_) return static_cast<std::uint32_t>(pushes);
    note({"tag", static_cast<std::uint64_t>(seen.tag())});
    return std::nullopt;
  }
  bool note(const Fault& fault) noexcept {
    fault_ = fault;
    return false;
  }

  const Word* word_;
  const Link* links_;
  std::uint64_t link_count_;
  std::uint32_t capacity_;
  std::uint64_t taken_;
  std::uint64_t seen_end_;     // take_next(): so many pushes the word showed last
  SlotIndex seen_top_ = kNil;  // the newest of them
  Fault fault_;
};

}  // namespace sluice::detail
