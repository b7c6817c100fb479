// What a role notes down for its successor: marks, how far it has taken and pushed, and the numbers in slots.
// The lanes call it. Its reader comes after death, once the kernel has freed the role's lock: what a dead
// process stored is then a prefix of its program, so the stores below need compiler order, no CPU fence.
// Must hold: `published` and `finished` differ from the word of their stack exactly while a push or what belongs to
// it is under way [I4]; `delivered` never decreases [I7].
#pragma once

#include <cstddef>
#include <cstdint>

#include <sluice/detail/index_stack.hpp>
#include <sluice/detail/shared_words.hpp>

namespace sluice::detail {

/// What a role's mark says of a slot.
enum class Held : std::uint8_t { no = 0, yes = 1 };

inline constexpr std::uint64_t kIntentBit = 1ULL << 63;

template <class Memory>
class Journal {
 public:
  explicit Journal(Mark* marks) noexcept : marks_(marks) {}

  /// What this role's mark says: for checks, since nobody else should write it.
  bool is_marked(SlotIndex slot) const noexcept {
    // [J1] relaxed: the role's own.
    return Memory::load(marks_[place(slot)], std::memory_order_relaxed) != 0;
  }
  void mark(SlotIndex slot, Held held) noexcept {
    // [J1] relaxed, read by [J6] after death: compiler order around the words it belongs to is enough.
    Memory::store(marks_[place(slot)], static_cast<std::uint8_t>(held), std::memory_order_relaxed);
  }

  /// The push has been made: what follows belongs to a push that took effect.
  static void pushed() noexcept { compiler_fence(); }

  /// Notes the chain of finished slots as `free` will show it, once its links are made; the marks come off behind.
  static void note_finished(Word& finished, StackWord chain) noexcept {
    compiler_fence();
    // [J2] relaxed, read by [J8] after death: a slot is in the chain before it is no longer marked.
    Memory::store(finished, chain.bits, std::memory_order_relaxed);
    compiler_fence();
  }

  static StackWord finished_chain(const Word& finished) noexcept {
    // [J2] relaxed: the role's own.
    return {Memory::load(finished, std::memory_order_relaxed)};
  }

  /// Notes how many pushes have been taken up (`claim` or `collected`), once the slots are marked.
  static void note_taken(Word& taken_up, std::uint64_t count) noexcept {
    compiler_fence();
    // [J4] relaxed, read by [J8] after death, and by the other role for stats and drain, where late is harmless.
    Memory::store(taken_up, count, std::memory_order_relaxed);
    compiler_fence();
  }

  /// Says that this role will try to move the shared claim, and show `bit` by it.
  static void intend_claim(ClaimIntent& intent, bool bit, std::uint64_t from, std::uint64_t to) noexcept {
    // [J15] relaxed, read by [J16] after death, and only while `bit` is set and shown by the claim.
    Memory::store(intent.from, from, std::memory_order_relaxed);
    Memory::store(intent.to, to, std::memory_order_relaxed);
    compiler_fence();
    // [J15] as above: in memory before the exchange below can have taken effect.
    Memory::store(intent.bit, kIntentBit | (bit ? 1U : 0U), std::memory_order_relaxed);
    compiler_fence();
  }
  /// The claim was moved, or not, and what follows from it is marked.
  static void settle_claim(ClaimIntent& intent) noexcept {
    compiler_fence();
    // [J15] as above.
    Memory::store(intent.bit, std::uint64_t{0}, std::memory_order_relaxed);
    compiler_fence();
  }

  /// Notes the newest message's number, behind its push and the marks that belong to it.
  static void note_published(Word& published, std::uint64_t number) noexcept {
    // [J14] release, for observers: no number up to this one belongs to an unpublished message. Read by [J8] after
    // death: where it is behind the word, a push took effect whose marks may be left.
    Memory::store(published, number, std::memory_order_release);
    compiler_fence();
  }

  /// Notes that message `number`, or one below a number noted before, is about to reach the application.
  static void note_delivered(Word& delivered, std::uint64_t number) noexcept {
    // [J5] relaxed: the role's own.
    if (number <= Memory::load(delivered, std::memory_order_relaxed)) return;
    // [J5] relaxed, read by [J8] after death: before the hand-over, so that a repeat is marked.
    Memory::store(delivered, number, std::memory_order_relaxed);
    compiler_fence();
  }

  /// Notes, before a message is noted as delivered, how many others are taken up and not handed out: order lifo, where
  /// the highest number does not say it.
  static void note_in_hand(Word& in_hand, std::uint64_t count) noexcept {
    // [J17] relaxed, then a release fence, pairs with [Q2]: who sees the newest delivered sees the older ones in hand.
    Memory::store(in_hand, count, std::memory_order_relaxed);
    release_fence();
  }

 private:
  Mark* marks_;
};

/// The number at byte 8 of each slot: 0 while loaned, from publish on the message's own.
template <class Memory>
class SlotNumbers {
 public:
  explicit SlotNumbers(const SlotPool& slots) noexcept : slots_(slots) {}

  void clear(SlotIndex slot) noexcept {
    // [J9] relaxed, then a release fence, for observers: a copy that saw new payload finds the number gone.
    Memory::store(word(slot), std::uint64_t{0}, std::memory_order_relaxed);
    release_fence();
  }
  void set(SlotIndex slot, std::uint64_t number) noexcept {
    // [J10] release, for observers: the payload is complete before its number shows.
    Memory::store(word(slot), number, std::memory_order_release);
  }
  std::uint64_t of(SlotIndex slot) const noexcept {
    // [J11] relaxed: [S2] has ordered it; the lane checks the value before use.
    return Memory::load(word(slot), std::memory_order_relaxed);
  }
  /// Brings the slot's first line nearer, to be read, or to be written.
  void prefetch(SlotIndex slot) const noexcept { __builtin_prefetch(&word(slot), 0); }
  void prefetch_for_write(SlotIndex slot) const noexcept {
#if defined(__x86_64__)
    asm volatile("prefetchw %0" : : "m"(word(slot)));  // the builtin says so only where told that the CPU knows it
#else
    __builtin_prefetch(&word(slot), 1);
#endif
  }

 private:
  Word& word(SlotIndex slot) const noexcept {
    return *reinterpret_cast<Word*>(slots_.base + place(slot) * slots_.stride_bytes + 8);
  }

  SlotPool slots_;
};

/// A count for people and tools: one writer, and nothing is derived from it.
template <class Memory>
class Counter {
 public:
  explicit Counter(Word& word) noexcept : word_(&word) {}

  void increment() noexcept { add(1); }
  void add(std::uint64_t more) noexcept {
    // [J12] relaxed, pairs with nothing: late is harmless. The word is the only copy: it is this role's own.
    set(Memory::load(*word_, std::memory_order_relaxed) + more);
  }
  void set(std::uint64_t count) noexcept {
    // [J12] as above.
    Memory::store(*word_, count, std::memory_order_relaxed);
  }

 private:
  Word* word_;
};

}  // namespace sluice::detail
