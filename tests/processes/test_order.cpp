// Two processes, orders lifo and latest: every message that comes is whole, comes once, and is as new as the order
// says. Built twice, as test_exchange.cpp.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

#include <order_witness.hpp>
#include <test_channel.hpp>

#include "order_messages.hpp"
#include "take_all.hpp"

using namespace std::chrono_literals;

namespace {

template <class Channel>
void exchange(const char* channel_name, std::size_t batch, sluice::Wait wait) {
  constexpr std::uint64_t messages = SLUICE_TEST_MESSAGES;
  const TestChannel channel;
  ChildProcess producer = tests::exchange_peer(channel_name, channel.instance(), messages, batch,
                                               wait == sluice::Wait::poll ? "poll" : "futex");
  producer.read_line();
  auto consumer = sluice::Consumer<Channel>::open({.instance = channel.instance(), .wait = wait});
  OrderWitness witness(Channel::info.order, messages);
  std::uint64_t wrong = 0;

  while (!witness.is_complete()) {
    witness.about_to_take(consumer.stats().published);
    const auto sample = consumer.take_for(20s);
    if (!sample) {
      FAIL_CHECK("after " << witness.count() << " messages: " << sluice::to_string(sample.reason()));
      return;
    }
    const bool whole = is_filled(*sample, sample.sequence());
    wrong += witness.may_come(sample.sequence()) && whole && !sample.redelivered() ? 0 : 1;
  }

  CHECK(wrong == 0);
  CHECK(consumer.stats().taken == witness.count());
  CHECK(consumer.stats().depth == 0);
  CHECK(consumer.stats().dropped == messages - witness.count());
  CHECK(tests::published(producer) == messages);
  CHECK(producer.wait() == 0);
}

}  // namespace

TEST_CASE("lifo hands out the newest message first and each one once, between processes that sleep when they must") {
  exchange<tests::NewestFirstChannel>("newest_first", 1, sluice::Wait::futex);
}

TEST_CASE("lifo hands out messages published in batches, between processes that poll") {
  exchange<tests::NewestFirstChannel>("newest_first", 16, sluice::Wait::poll);
}

TEST_CASE("latest never goes back, never shows a torn message and none twice, between processes that sleep") {
  exchange<tests::OnlyNewestChannel>("only_newest", 1, sluice::Wait::futex);
}

TEST_CASE("latest never goes back, never shows a torn message and none twice, between processes that poll") {
  exchange<tests::OnlyNewestChannel>("only_newest", 1, sluice::Wait::poll);
}
