// Two processes, one window at two addresses: every message arrives, whole and in order.
// Built twice: for quick runs, and slow with ten times as many messages.
#include <doctest/doctest.h>

#include <chrono>
#include <sstream>
#include <string>

#include <test_channel.hpp>

#include "take_all.hpp"

using namespace std::chrono_literals;

namespace {

void exchange(std::size_t batch, sluice::Wait wait) {
  const TestChannel channel;
  constexpr std::uint64_t messages = SLUICE_TEST_MESSAGES;
  ChildProcess producer =
      tests::exchange_peer("relay", channel.instance(), messages, batch, wait == sluice::Wait::poll ? "poll" : "futex");
  producer.read_line();
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance(), .wait = wait});

  const tests::Taken taken = tests::take_all(consumer);

  CHECK(taken.wrong == 0);
  CHECK(taken.messages == tests::published(producer));
  CHECK(taken.messages > 64 * tests::RelayChannel::info.capacity);
  CHECK(consumer.stats().taken == taken.messages);
  CHECK(producer.wait() == 0);
}

}  // namespace

TEST_CASE("messages arrive whole, in order and without a gap between processes that sleep when they must") {
  exchange(1, sluice::Wait::futex);
}

TEST_CASE("messages arrive whole, in order and without a gap between processes that poll") {
  exchange(1, sluice::Wait::poll);
}

TEST_CASE("messages published in batches arrive whole, in order and without a gap") {
  exchange(16, sluice::Wait::futex);
}

TEST_CASE("the two processes see one slot at different addresses") {
  const TestChannel channel;
  ChildProcess producer = tests::exchange_peer("relay", channel.instance(), 1, 1, "futex");
  const std::string there = producer.read_line();
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  const auto sample = consumer.take_for(20s);

  REQUIRE(sample);
  std::ostringstream here;
  here << static_cast<const void*>(&*sample);
  CHECK(here.str() != there);
  CHECK(there.starts_with("0x"));
  CHECK(tests::published(producer) == 1);
  CHECK(producer.wait() == 0);
}
