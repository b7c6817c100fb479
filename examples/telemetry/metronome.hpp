// Wakes its caller at a steady rate and says how late it was. Ticks lie on a fixed grid: lateness never adds up.
// A caller that was late for a few ticks gets them at once, one after the other; one that was stopped for longer
// (SIGSTOP, a suspended machine) goes on with the present, and the ticks left out are counted.
#pragma once

#include <cstdint>

namespace telemetry {

struct Tick {
  std::uint64_t due_ns;   ///< when it was to be, on CLOCK_MONOTONIC
  std::uint64_t woke_ns;  ///< when it was
};

class Metronome {
 public:
  /// The first tick is due now. Also asks the kernel for exact timers: by default it may be 50 us late on purpose.
  explicit Metronome(std::uint32_t rate_hz);

  /// Sleeps until the next tick is due.
  Tick next() noexcept;

  std::uint64_t period_ns() const noexcept;
  std::uint64_t skipped() const noexcept { return skipped_; }

 private:
  std::uint64_t due_of(std::uint64_t tick) const noexcept;
  void skip_what_is_long_past() noexcept;

  std::uint64_t rate_hz_;
  std::uint64_t start_ns_;
  std::uint64_t tick_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace telemetry
