// How long after something happens elsewhere a call here returns; what the machine is busy with does not count.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>

namespace tests {

/// How long thread `id` of this process has been ready to run without a core so far.
inline std::chrono::nanoseconds ready_without_a_core(pid_t id) {
  std::ifstream schedstat("/proc/self/task/" + std::to_string(id) + "/schedstat");
  std::int64_t on_cpu = 0;
  std::int64_t waited = 0;
  schedstat >> on_cpu >> waited;
  return std::chrono::nanoseconds{waited};
}

/// Runs `call` here and `event` in another thread: how long behind the event the call returned, less the time in
/// which this thread was ready to run and had no core.
template <class Event, class Call>
std::chrono::nanoseconds time_to_notice(Event event, Call call) {
  using Clock = std::chrono::steady_clock;
  const pid_t caller = gettid();
  Clock::time_point happened;
  std::chrono::nanoseconds waited_before{};
  std::thread other([&] {
    event();
    happened = Clock::now();
    waited_before = ready_without_a_core(caller);
  });
  call();
  const auto returned = Clock::now();
  const auto waited = ready_without_a_core(caller);
  other.join();
  return returned - happened - (waited - waited_before);
}

}  // namespace tests
