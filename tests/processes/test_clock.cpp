// Somebody sets the clock: it jumps by days, at each look, while calls wait. This program puts its own
// clock_gettime() before the C library's, so that only its own CLOCK_REALTIME jumps, and nothing of the machine's.
#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>

#include <test_channel.hpp>

#include "relay_messages.hpp"

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::atomic<int> looks_at_the_wall_clock{0};

// A call that waits for `timeout` and gets nothing.
template <class Call>
void check_wait(std::chrono::milliseconds timeout, Call call) {
  const auto begun = Clock::now();
  call(timeout);
  const auto waited = Clock::now() - begun;

  CHECK(waited >= timeout);
  CHECK(waited < timeout + 3s);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  const long failed = syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += ++looks_at_the_wall_clock % 2 == 0 ? -86'400 : 86'400;
  return static_cast<int>(failed);
}

TEST_CASE("scenario 24: a clock that jumps by days neither shortens nor lengthens any wait") {
  const TestChannel channel;
  const TestChannel missing;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  const auto one_look = std::chrono::system_clock::now();
  REQUIRE(std::chrono::system_clock::now() < one_look);  // the clock does jump

  check_wait(150ms, [&](auto timeout) { CHECK_FALSE(producer.wait_for_consumer(timeout)); });
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  check_wait(150ms, [&](auto timeout) { CHECK_FALSE(consumer.take_for(timeout)); });
  while (auto loan = producer.loan()) loan.publish();
  check_wait(150ms, [&](auto timeout) { CHECK_FALSE(producer.loan_for(timeout)); });
  check_wait(150ms, [&](auto timeout) { CHECK_FALSE(producer.drain(timeout)); });
  check_wait(150ms, [&](auto timeout) {
    CHECK_FALSE(tests::RelayConsumer::try_open_for(timeout, {.instance = missing.instance()}));
  });
}

TEST_CASE("scenario 24: nothing that waits looks at the wall clock") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  while (auto loan = producer.loan()) loan.publish();
  const int before = looks_at_the_wall_clock;

  CHECK_FALSE(producer.loan_for(20ms));
  CHECK_FALSE(producer.drain(20ms));
  CHECK(producer.wait_for_consumer(20ms));
  while (consumer.take_for(20ms)) continue;

  CHECK(looks_at_the_wall_clock == before);
}
