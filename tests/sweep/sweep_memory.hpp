// A memory policy that kills its own process at a given store to a shared word, and can leave out one kind of store.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>

namespace sweep {

struct SweepMemory {
  using Filter = std::function<bool(const void* word, std::uint64_t value)>;

  static inline std::uint64_t stores_left = 0;  // 0: not armed
  static inline Filter leaves_out{};            // of a mutant: the stores that it forgets

  /// From here on the process dies where its `store`-th store would be made.
  static void arm(std::uint64_t store) { stores_left = store; }
  static void disarm() { stores_left = 0; }

  template <class T>
  static T load(const std::atomic<T>& word, std::memory_order order) noexcept {
    return word.load(order);
  }
  template <class T>
  static void store(std::atomic<T>& word, T value, std::memory_order order) noexcept {
    if (leaves_out && leaves_out(&word, value)) return;
    about_to_store();
    word.store(value, order);
  }
  template <class T>
  static bool compare_exchange(std::atomic<T>& word, T expected, T desired, std::memory_order order) noexcept {
    about_to_store();
    return word.compare_exchange_strong(expected, desired, order, std::memory_order_relaxed);
  }

 private:
  static void about_to_store() noexcept {
    if (stores_left == 0 || --stores_left > 0) return;
    kill(getpid(), SIGKILL);
    pause();  // the signal is on its way
  }
};

}  // namespace sweep
