// Ctrl-C, a kill or a closed terminal asks the program to finish its loop, so that it leaves the channel properly
// and gives the terminal back. No SA_RESTART: a sleeping system call returns and the loop looks.
#pragma once

#include <atomic>
#include <csignal>

namespace telemetry {

inline std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may store it");

inline void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_asked.store(true, std::memory_order_relaxed); };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

inline bool stop_requested() noexcept { return stop_asked.load(std::memory_order_relaxed); }

}  // namespace telemetry
