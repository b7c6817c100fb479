// Stands in for the runtime's sluice/detail/memory.hpp: comes first on the include path of tests/relacy, so that the
// runtime's own headers run over Relacy's atomics, which return every value that the C++ memory model allows.
// A shared word keeps its size, since the window's layout is asserted: what it holds is the number of an atomic.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <relacy/relacy.hpp>

// Relacy renames half the language for ports of old code. This is no port.
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst

#include <cassert>

namespace sluice::detail {

/// The orders of the runtime that a test may weaken, by their labels in docs/design/memory-order.md.
enum class Label { none, S1_of_head, S1_of_free, S2_of_head, S2_of_free, C1, C2, B7, B8 };

/// What a shared word is, as far as labels tell words apart.
enum class Kind { other, head, free, shared_claim };

/// All atomics of one execution: made in a test's before(), gone in its after(). Relacy abandons a failed execution
/// without after(), and with it all that was allocated there.
class SharedWords {
 public:
  struct Entry {
    rl::atomic<std::uint64_t> word;
    Kind kind = Kind::other;
  };

  SharedWords() { current_ = this; }
  SharedWords(const SharedWords&) = delete;
  SharedWords& operator=(const SharedWords&) = delete;

  static std::size_t add(std::uint64_t value) {
    auto& entries = current_->entries_;
    entries.push_back(std::make_unique<Entry>());
    entries.back()->word.store(value, rl::mo_relaxed, $);
    return entries.size() - 1;
  }
  static Entry& at(std::size_t place) { return *current_->entries_[place]; }

  static inline Label weakened = Label::none;

 private:
  static inline SharedWords* current_ = nullptr;
  std::vector<std::unique_ptr<Entry>> entries_;
};

template <class T>
class Shadowed {
 public:
  Shadowed() : Shadowed(T{}) {}
  explicit Shadowed(T value) : place_(static_cast<T>(SharedWords::add(value))) {}

  SharedWords::Entry& entry() const { return SharedWords::at(place_); }
  void is_a(Kind kind) const { entry().kind = kind; }

 private:
  T place_;
};

using Word = Shadowed<std::uint64_t>;
using HalfWord = Shadowed<std::uint32_t>;
using Link = Shadowed<std::uint32_t>;
using Mark = Shadowed<std::uint8_t>;

static_assert(sizeof(Word) == 8 && sizeof(HalfWord) == 4 && sizeof(Mark) == 1);

struct RelacyMemory {
  template <class T>
  static T load(const Shadowed<T>& word, std::memory_order order) noexcept {
    SharedWords::Entry& entry = word.entry();
    if (order == std::memory_order_acquire &&
        is_weakened(entry.kind, Label::S2_of_head, Label::S2_of_free, Label::C1)) {
      order = std::memory_order_relaxed;
    }
    return static_cast<T>(entry.word.load(as_relacy(order), $));
  }
  template <class T>
  static void store(Shadowed<T>& word, T value, std::memory_order order) noexcept {
    SharedWords::Entry& entry = word.entry();
    if (order == std::memory_order_release &&
        is_weakened(entry.kind, Label::S1_of_head, Label::S1_of_free, Label::none)) {
      order = std::memory_order_relaxed;
    }
    entry.word.store(value, as_relacy(order), $);
  }
  template <class T>
  static bool compare_exchange(Shadowed<T>& word, T expected, T desired, std::memory_order order) noexcept {
    SharedWords::Entry& entry = word.entry();
    if (order == std::memory_order_release && is_weakened(entry.kind, Label::none, Label::none, Label::C2)) {
      order = std::memory_order_relaxed;
    }
    std::uint64_t seen = expected;
    return entry.word.compare_exchange(rl::bool_t<false>(), seen, std::uint64_t{desired}, as_relacy(order),
                                       rl::mo_relaxed, $);
  }

 private:
  /// Whether the order at hand is the weakened one: which label it has depends on the word.
  static bool is_weakened(Kind kind, Label of_head, Label of_free, Label of_claim) noexcept {
    const Label labels[] = {Label::none, of_head, of_free, of_claim};
    const Label label = labels[static_cast<int>(kind)];
    return label != Label::none && label == SharedWords::weakened;
  }
  static rl::memory_order as_relacy(std::memory_order order) noexcept {
    switch (order) {
      case std::memory_order_relaxed:
        return rl::mo_relaxed;
      case std::memory_order_acquire:
        return rl::mo_acquire;
      case std::memory_order_release:
        return rl::mo_release;
      default:
        return rl::mo_seq_cst;
    }
  }
};

/// Order for a reader that comes after death: nobody dies here.
inline void compiler_fence() noexcept {}

/// [B7] in the thread that wakes, [B8] in the one that sleeps: in each test, thread 0 is the only one to wake.
inline void full_fence() noexcept {
  const Label label = rl::ctx().threadx_->index_ == 0 ? Label::B7 : Label::B8;
  if (label != SharedWords::weakened) rl::atomic_thread_fence(rl::mo_seq_cst, $);
}
inline void release_fence() noexcept { rl::atomic_thread_fence(rl::mo_release, $); }

}  // namespace sluice::detail
