// What `_for` calls say when the other process leaves, comes or is slow. test_peer_death.cpp: when it dies.
// The bounds are far above what is promised, so that a busy machine does not fail them; a hang does.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "order_messages.hpp"
#include "relay_messages.hpp"
#include "relay_peers.hpp"

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("unread messages of a killed producer are taken before take_for reports its death") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 2") == "published");

  producer.kill();

  CHECK(consumer.ask("take_for 30000") == "1");
  CHECK(consumer.ask("take_for 30000") == "2");
  CHECK(consumer.ask("take_for 30000") == "the producer is gone");
  CHECK(consumer.wait() == 0);
}

TEST_CASE("take_for says that the producer has left once all is read, then waits for a successor") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 1") == "published");
  CHECK(producer.ask("leave") == "left");
  CHECK(consumer.ask("take_for 30000") == "1");
  CHECK(consumer.ask("take_for 30000") == "the producer has left");

  consumer.say("take_for 30000");
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 1") == "published");

  consumer.wait_for_line("2");
  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("a consumer that sleeps when its producer leaves is woken at once, not at the end of its slice") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(consumer.ask("take_for 10") == "the time has passed");
  auto fastest = Clock::duration::max();

  for (std::uint64_t round = 1; round <= 10; ++round) {
    consumer.say("take_for 30000");
    std::this_thread::sleep_for(10ms);  // lets it fall asleep; if it does not, it only answers sooner
    const auto begun = Clock::now();
    CHECK(producer.ask("leave") == "left");
    CHECK(consumer.read_line() == "the producer has left");
    fastest = std::min(fastest, Clock::now() - begun);
    CHECK(producer.ask("create") == "created");
    CHECK(producer.ask("publish 1") == "published");
    CHECK(consumer.ask("take_for 30000") == std::to_string(round));
  }

  CHECK(fastest < 50ms);
  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("a producer that leaves is never taken for a dead one, however long its consumer has slept") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(consumer.ask("take_for 10") == "the time has passed");

  std::uint64_t number = 0;
  for (const auto asleep : {10ms, 60ms, 80ms, 95ms, 120ms, 170ms, 190ms}) {
    consumer.say("take_for 30000");
    std::this_thread::sleep_for(asleep);  // at different moments of the consumer's slices: any is legal
    CHECK(producer.ask("leave") == "left");
    CHECK(consumer.read_line() == "the producer has left");
    CHECK(producer.ask("create") == "created");
    CHECK(producer.ask("publish 1") == "published");
    CHECK(consumer.ask("take_for 30000") == std::to_string(++number));
  }

  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("drain waits until a slow consumer has taken the last message") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 3") == "published");
  CHECK(producer.ask("drain 20") == "the time has passed");

  producer.say("drain 30000");
  CHECK(consumer.ask("take 3") == "1 2 3");

  producer.wait_for_line("yes");
  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("drain of order lifo waits for the older messages too, which are handed out after the newest") {
  auto [producer, consumer] = sluice::in_process<tests::NewestFirstChannel>();
  for (std::uint64_t number = 1; number <= 3; ++number) {
    auto loan = producer.loan();
    tests::fill(*loan, number);
    REQUIRE(loan.publish());
  }
  CHECK(consumer.take().sequence() == 3);
  CHECK(producer.drain(1ms).reason() == sluice::Reason::timeout);
  CHECK(consumer.take().sequence() == 2);
  CHECK(producer.drain(1ms).reason() == sluice::Reason::timeout);

  CHECK(consumer.take().sequence() == 1);

  CHECK(producer.drain(1ms));
}

TEST_CASE("wait_for_consumer says when one comes, and that none came") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("wait_for_consumer 20") == "the time has passed");

  producer.say("wait_for_consumer 30000");
  CHECK(consumer.ask("open") == "opened");

  producer.wait_for_line("yes");
  CHECK(consumer.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("open_for returns as soon as the producer has made the channel") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);

  consumer.say("open_for 30000");
  CHECK(producer.ask("create") == "created");

  consumer.wait_for_line("opened");
  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("a wait of no length returns at once with what there is") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  CHECK(consumer.take_for(0s).reason() == sluice::Reason::timeout);
  CHECK(consumer.take_for(-1s).reason() == sluice::Reason::timeout);
  CHECK(producer.loan_for(0s));
  producer.loan().publish();
  CHECK(consumer.take_for(0s).sequence() == 1);
}
