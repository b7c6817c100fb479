// Sleeping and waking through the kernel. Shared futexes, since the two sides map the word at different
// addresses; waiting works on a read-only mapping too.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <climits>

#include <sluice/detail/bell.hpp>

namespace sluice::detail {

void futex_wait(const HalfWord& word, std::uint32_t expected, Clock::time_point until) noexcept {
  const auto since_boot = until.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
  struct timespec deadline {};
  deadline.tv_sec = static_cast<time_t>(seconds.count());
  deadline.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since_boot - seconds).count());
  // FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC deadline: a signal or a late start does not lengthen it.
  syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, expected, &deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
}

void futex_wake_all(const HalfWord& word) noexcept {
  syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace sluice::detail
