// A producer dies between the store that shows its message and the call that wakes the consumer: nobody wakes it.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "time_to_notice.hpp"

using namespace std::chrono_literals;

TEST_CASE("scenario 6: a message whose producer was killed before the wake comes with the end of the sleep's slice") {
  for (const auto asleep : {10ms, 60ms, 120ms}) {
    CAPTURE(asleep.count());
    const TestChannel channel;
    ChildProcess producer{"killed_before_wake", {channel.instance()}};
    producer.wait_for_line("attached");
    auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
    CHECK(consumer.take_for(5ms).reason() == sluice::Reason::timeout);  // from now on it sleeps for whole slices
    int ended = 0;
    sluice::Reason reason{};
    std::uint64_t taken = 0;
    bool whole = false;

    const auto late = tests::time_to_notice(
        [&] {
          std::this_thread::sleep_for(asleep);  // the moment of the death, not a synchronisation
          producer.say("publish");
          ended = producer.wait();
        },
        [&] {
          const auto sample = consumer.take_for(30s);
          reason = sample.reason();
          taken = sample.sequence();
          whole = sample && tests::is_filled(*sample, taken);
        });

    REQUIRE(ended == -SIGKILL);  // else it rang, and the consumer was woken
    CHECK(reason == sluice::Reason::none);
    CHECK(taken == 1);
    CHECK(whole);
    CHECK(late < 150ms);
    CHECK(consumer.take_for(30s).reason() == sluice::Reason::producer_gone);
    auto successor = tests::RelayProducer::create({.instance = channel.instance()});
    CHECK(successor.stats().published == 1);
  }
}
