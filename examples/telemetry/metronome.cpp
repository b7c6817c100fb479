// Sleeps to absolute times with clock_nanosleep; declared in metronome.hpp.
#include "metronome.hpp"

#include <cerrno>
#include <ctime>

#include <sys/prctl.h>

#include "clock.hpp"

namespace telemetry {

namespace {

constexpr std::uint64_t kLongPastNs = kNsPerSecond / 10;

void sleep_until(std::uint64_t when_ns) noexcept {
  timespec when{};
  when.tv_sec = static_cast<time_t>(when_ns / kNsPerSecond);
  when.tv_nsec = static_cast<long>(when_ns % kNsPerSecond);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
}

}  // namespace

Metronome::Metronome(std::uint32_t rate_hz) : rate_hz_(rate_hz), start_ns_(monotonic_ns()) {
  prctl(PR_SET_TIMERSLACK, 1UL);
}

Tick Metronome::next() noexcept {
  skip_what_is_long_past();
  const std::uint64_t due_ns = due_of(tick_++);
  sleep_until(due_ns);
  return {due_ns, monotonic_ns()};
}

std::uint64_t Metronome::period_ns() const noexcept { return kNsPerSecond / rate_hz_; }

// From the tick's number, not from the last tick: a rate that does not divide a second does not drift.
std::uint64_t Metronome::due_of(std::uint64_t tick) const noexcept {
  return start_ns_ + tick / rate_hz_ * kNsPerSecond + tick % rate_hz_ * kNsPerSecond / rate_hz_;
}

void Metronome::skip_what_is_long_past() noexcept {
  const std::uint64_t now_ns = monotonic_ns();
  const std::uint64_t due_ns = due_of(tick_);
  if (now_ns < due_ns + kLongPastNs) return;
  const std::uint64_t missed = (now_ns - due_ns) / period_ns();
  tick_ += missed;
  skipped_ += missed;
}

}  // namespace telemetry
