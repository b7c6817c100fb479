#include "stop_signal.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <initializer_list>

namespace sluice::tools {

namespace {
volatile std::sig_atomic_t stopped = 0;
}  // namespace

void stop_at_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stopped = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // and no SA_RESTART: what sleeps wakes up
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

bool is_stopped() noexcept { return stopped != 0; }

void sleep_unless_stopped(std::chrono::nanoseconds time) {
  using std::chrono::nanoseconds;
  // In pieces: a signal that arrives between the question and the sleep would be slept through.
  constexpr nanoseconds longest = std::chrono::milliseconds(200);
  for (nanoseconds left = time; left > nanoseconds::zero() && !is_stopped();) {
    const nanoseconds piece = std::min(left, longest);
    const timespec wanted{0, static_cast<long>(piece.count())};
    nanosleep(&wanted, nullptr);
    left -= piece;
  }
}

}  // namespace sluice::tools
