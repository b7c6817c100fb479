// The one door to shared words. Live code uses LiveMemory; tests bring a policy that counts stores or lies.
// Everything that both processes can see is a lock-free atomic of one of these types, reached through here
// with an explicit order; the label of each operation stands where it is called.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::detail {

using Word = std::atomic<std::uint64_t>;
using HalfWord = std::atomic<std::uint32_t>;
using Link = std::atomic<std::uint32_t>;
using Mark = std::atomic<std::uint8_t>;

static_assert(Word::is_always_lock_free && sizeof(Word) == 8,
              "a shared word must be lock-free: two processes meet on it");
static_assert(HalfWord::is_always_lock_free && sizeof(HalfWord) == 4);
static_assert(Mark::is_always_lock_free && sizeof(Mark) == 1);

struct LiveMemory {
  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    word.store(value, order);
  }
  /// Stores `desired` if the word still holds `expected`. On failure it has read nothing that may be used.
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    return word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }
};

/// Keeps the compiler from moving stores across; the CPU may. Enough for a reader that comes after death:
/// it sees a prefix of the dead process's program.
inline void compiler_fence() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

// TSan does not model fences and g++ warns of it. No payload depends on these: they order bells and the
// numbers that observers read, and TSan's tests never rest on them.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif
inline void full_fence() noexcept { std::atomic_thread_fence(std::memory_order_seq_cst); }
inline void release_fence() noexcept { std::atomic_thread_fence(std::memory_order_release); }
inline void acquire_fence() noexcept { std::atomic_thread_fence(std::memory_order_acquire); }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

}  // namespace sluice::detail
