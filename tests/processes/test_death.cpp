// A process dies by SIGKILL while it is idle: its successor goes on where it stopped, and nothing is lost.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "order_messages.hpp"
#include "relay_messages.hpp"
#include "relay_peers.hpp"

using namespace std::chrono_literals;

TEST_CASE("a killed producer's successor adopts the window, and the consumer goes on with the next number") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  producer.say("create");
  producer.wait_for_line("created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 2") == "published");
  CHECK(consumer.ask("take 2") == "1 2");

  producer.kill();
  ChildProcess successor = peer(channel);

  CHECK(successor.ask("create") == "created");
  CHECK(successor.ask("publish 2") == "published");
  CHECK(consumer.ask("take 3") == "3 4 the channel is empty");
  CHECK(successor.wait() == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("messages published before their producer was killed reach a later consumer") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  producer.say("create");
  producer.wait_for_line("created");
  CHECK(producer.ask("publish 3") == "published");

  producer.kill();

  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take 4") == "1 2 3 the channel is empty");
  CHECK(consumer.wait() == 0);
}

TEST_CASE("messages published before their producer was killed stand before those of its successor") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 3") == "published");

  producer.kill();
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("create") == "created");
  CHECK(successor.ask("publish 2") == "published");

  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.ask("take 6") == "1 2 3 4 5 the channel is empty");
  CHECK(consumer.wait() == 0);
  CHECK(successor.wait() == 0);
}

TEST_CASE("what a killed consumer held is delivered again and marked, what it had not seen comes unmarked") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 5") == "published");
  CHECK(consumer.ask("take 1") == "1");
  CHECK(consumer.ask("hold 2") == "2 3");

  consumer.kill();

  ChildProcess successor = peer(channel);
  CHECK(successor.ask("open") == "opened");
  CHECK(successor.ask("take 5") == "2! 3! 4 5 the channel is empty");
  CHECK(successor.ask("stats") == "published 5 taken 7 rejected 0 redelivered 2 depth 0");
  CHECK(successor.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("a message that three consumers in a row died with is delivered to the fourth, marked") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 1") == "published");
  for (const char* seen : {"1", "1!", "1!"}) {
    ChildProcess consumer = peer(channel);
    CHECK(consumer.ask("open") == "opened");
    CHECK(consumer.ask("hold 1") == seen);
    consumer.kill();
  }

  ChildProcess last = peer(channel);

  CHECK(last.ask("open") == "opened");
  CHECK(last.ask("take 2") == "1! the channel is empty");
  CHECK(last.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("order latest: the newest message outlives a producer that left and a consumer that was killed") {
  const TestChannel channel;
  const pid_t doomed = fork();
  if (doomed == 0) {
    const auto consumer = tests::OnlyNewestConsumer::open_for(30s, {.instance = channel.instance()});
    for (;;) pause();
  }
  {
    auto producer = tests::OnlyNewestProducer::create({.instance = channel.instance()});
    REQUIRE(producer.wait_for_consumer(30s));
    for (std::uint64_t number = 1; number <= 3; ++number) {
      auto loan = producer.loan();
      tests::fill(*loan, number);
      loan.publish();
    }
  }
  kill(doomed, SIGKILL);
  waitpid(doomed, nullptr, 0);

  auto consumer = tests::OnlyNewestConsumer::open({.instance = channel.instance()});

  const auto sample = consumer.take();
  REQUIRE(sample);
  CHECK(sample.sequence() == 3);
  CHECK_FALSE(sample.redelivered());
}

TEST_CASE("slots that a killed producer had loaned are its successor's") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 4") == "published");
  CHECK(producer.ask("loan 50") == "50");

  producer.kill();
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("create") == "created");

  CHECK(successor.ask("loan 1000") == std::to_string(tests::RelayChannel::info.capacity - 4));
  CHECK(successor.wait() == 0);
}

TEST_CASE("slots that a killed consumer had finished or held come back once its successor is done") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 40") == "published");
  CHECK(consumer.ask("take 3") == "1 2 3");
  CHECK(consumer.ask("hold 2") == "4 5");

  consumer.kill();
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("open") == "opened");
  CHECK(successor.ask("take 3") == "4! 5! 6");
  CHECK(successor.ask("leave") == "left");
  CHECK(successor.ask("open") == "opened");
  CHECK(successor.ask("take 34").starts_with("7 8 9 10 "));

  CHECK(producer.ask("loan 1000") == std::to_string(tests::RelayChannel::info.capacity));
  CHECK(successor.wait() == 0);
  CHECK(producer.wait() == 0);
}

TEST_CASE("after both sides were killed, two new ones go on with every message") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 3") == "published");
  CHECK(consumer.ask("hold 1") == "1");
  CHECK(producer.ask("loan 2") == "2");

  producer.kill();
  consumer.kill();
  ChildProcess new_consumer = peer(channel);
  ChildProcess new_producer = peer(channel);
  CHECK(new_consumer.ask("open") == "opened");
  CHECK(new_producer.ask("create") == "created");
  CHECK(new_producer.ask("publish 1") == "published");

  CHECK(new_consumer.ask("take 5") == "1! 2 3 4 the channel is empty");
  CHECK(new_consumer.wait() == 0);
  CHECK(new_producer.wait() == 0);
}
