// How a taker sleeps and a pusher wakes it, without a system call while nobody sleeps.
// The taker says once that it may sleep; from then on the pusher follows each push with one full fence and
// a look at the taker's `armed`. A taker that only polls costs the pusher one load of a line that rests.
// Must hold: a taker stores a *new* odd epoch before each look-and-sleep, since an answer to an older push
// uses one up; the pusher answers each epoch once. (Model: reusing an epoch loses a wake-up.)
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include <sluice/detail/memory.hpp>
#include <sluice/visibility.hpp>

namespace sluice::detail {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC

/// Sleeps until the word is woken, differs from `expected`, or `until` has come. May wake for no reason.
SLUICE_API void futex_wait(const HalfWord& word, std::uint32_t expected, Clock::time_point until) noexcept;
SLUICE_API void futex_wake_all(const HalfWord& word) noexcept;

/// Wakes whoever waits on `bell`. Only the role that owns the bell may call it.
template <class Memory>
void ring(HalfWord& bell) noexcept {
  // [B2] relaxed: one writer; the kernel compares the word when a taker goes to sleep.
  const std::uint32_t rung = Memory::load(bell, std::memory_order_relaxed) + 1;
  Memory::store(bell, rung, std::memory_order_relaxed);
  futex_wake_all(bell);
}

/// The pusher's end: its own bell, the taker's words.
template <class Memory>
class Ringer {
 public:
  Ringer(HalfWord& bell, const HalfWord& armed, const HalfWord& sleeps) noexcept
      : bell_(&bell), armed_(&armed), sleeps_(&sleeps) {}

  /// Call after each push. Wait-free; a system call only if the taker sleeps.
  void after_push() noexcept {
    compiler_fence();  // the load below stays behind the push; a taker new to sleeping sleeps 1 ms at a time
    // [B1] relaxed, pairs with [B4]: seen late at most by a store buffer, which the short first sleeps outlast.
    if (Memory::load(*sleeps_, std::memory_order_relaxed) == 0) return;
    // [B7] full, pairs with [B8]: push then look here, arm then look there: one of the two sees the other.
    full_fence();
    const std::uint32_t epoch = armed_epoch();
    if (epoch == 0 || epoch == answered_) return;
    answered_ = epoch;
    ring();
  }

  /// Whether the taker may sleep at all: if not, after_push() has nothing to do.
  [[gnu::always_inline]] bool taker_may_sleep() const noexcept {
    compiler_fence();  // behind the push, as in after_push()
    // [B1] as above.
    return Memory::load(*sleeps_, std::memory_order_relaxed) != 0;
  }

  /// Whether the taker sleeps or is about to, as far as is known without a fence.
  bool taker_may_wait() const noexcept {
    // [B1] as above.
    return Memory::load(*sleeps_, std::memory_order_relaxed) != 0 && armed_epoch() != 0;
  }

  /// Wakes whoever waits on the bell, asked or not: for recovery and leaving.
  void ring() noexcept { detail::ring<Memory>(*bell_); }

 private:
  /// The taker's epoch if it is armed, else 0.
  std::uint32_t armed_epoch() const noexcept {
    // [B3] relaxed, pairs with [B5]: full fences on both sides order it against push and look.
    const std::uint32_t epoch = Memory::load(*armed_, std::memory_order_relaxed);
    return epoch % 2 == 1 ? epoch : 0;
  }

  HalfWord* bell_;
  const HalfWord* armed_;
  const HalfWord* sleeps_;
  std::uint32_t answered_ = 0;
};

/// The taker's end: its own words, the pusher's bell.
template <class Memory>
class Sleeper {
 public:
  Sleeper(HalfWord& armed, HalfWord& sleeps, const HalfWord& bell) noexcept
      // [B9] relaxed: this role alone writes it, and the role lock ordered the predecessor's stores.
      : armed_(&armed), sleeps_(&sleeps), bell_(&bell), epoch_(Memory::load(armed, std::memory_order_relaxed)) {}

  /// A successor begins awake, above its predecessor's epochs: none of them is answered for it.
  void start_anew() noexcept {
    epoch_ += 2 - epoch_ % 2;
    // [B5] and [B4] relaxed: as in arm() and announce().
    Memory::store(*armed_, epoch_, std::memory_order_relaxed);
    Memory::store(*sleeps_, 0U, std::memory_order_relaxed);
  }

  /// Says that this taker may sleep. Until a while later the pusher may not have seen it: see max_sleep().
  void announce() noexcept {
    if (announced_) return;
    announced_ = true;
    announced_at_ = Clock::now();
    // [B4] relaxed, pairs with [B1].
    Memory::store(*sleeps_, 1U, std::memory_order_relaxed);
  }

  /// The longest that one sleep may last: after it the taker looks whether the other side is alive.
  Clock::duration max_sleep() const noexcept {
    using std::chrono::milliseconds;
    return Clock::now() - announced_at_ < milliseconds{1} ? milliseconds{1} : milliseconds{100};
  }

  /// First half of going to sleep; the caller looks at the stack once more before sleep().
  void arm() noexcept {
    // [B6] relaxed: read before the last look, so that a ring after that look makes the futex refuse to sleep.
    rung_ = Memory::load(*bell_, std::memory_order_relaxed);
    epoch_ += epoch_ % 2 == 0 ? 1U : 2U;
    // [B5] relaxed, pairs with [B3]: ordered by the fence below.
    Memory::store(*armed_, epoch_, std::memory_order_relaxed);
    // [B8] full, pairs with [B7].
    full_fence();
  }
  void sleep(Clock::time_point until) const noexcept { futex_wait(*bell_, rung_, until); }
  void disarm() noexcept {
    epoch_ += epoch_ % 2;
    // [B5] as above: even, awake.
    Memory::store(*armed_, epoch_, std::memory_order_relaxed);
  }

 private:
  HalfWord* armed_;
  HalfWord* sleeps_;
  const HalfWord* bell_;
  std::uint32_t epoch_;
  std::uint32_t rung_ = 0;
  bool announced_ = false;
  Clock::time_point announced_at_{};
};

}  // namespace sluice::detail
