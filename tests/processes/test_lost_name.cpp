// Somebody takes a window's name away while it is in use: an `rm`, or a session manager that tidies up.
#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"

namespace {

void take_name_away(const TestChannel& channel) { REQUIRE(unlink(channel.own_path("tests.relay").c_str()) == 0); }

}  // namespace

TEST_CASE("scenario 18: two processes in a window without a name go on, and a new pair has a window of its own") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);

  take_name_away(channel);
  ChildProcess new_producer = peer(channel);
  ChildProcess new_consumer = peer(channel);
  CHECK(new_producer.ask("create") == "created");
  CHECK(new_consumer.ask("open") == "opened");

  CHECK(producer.ask("publish 2") == "published");
  CHECK(new_producer.ask("publish 1") == "published");
  CHECK(consumer.ask("take_for 30000") == "1");
  CHECK(consumer.ask("take_for 30000") == "2");
  CHECK(new_consumer.ask("take 2") == "1 the channel is empty");
  CHECK(producer.ask("leave") == "left");
  CHECK(consumer.ask("leave") == "left");
  CHECK(channel.files().size() == 1);  // who leaves the old window does not take the new one's name
  CHECK(new_producer.wait() == 0);
  CHECK(new_consumer.wait() == 0);
}

TEST_CASE("scenario 18: a consumer alone in a window without a name reads to the end, and is told to open anew") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 1") == "published");

  take_name_away(channel);
  producer.kill();

  CHECK(consumer.ask("take_for 30000") == "1");
  CHECK(consumer.ask("take_for 30000") == "the window is retired");
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("create") == "created");
  CHECK(consumer.ask("leave") == "left");
  CHECK(consumer.ask("open") == "opened");
  CHECK(consumer.wait() == 0);
  CHECK(successor.wait() == 0);
}

TEST_CASE("scenario 18: a consumer that waits for a successor of a producer that left is told that none can come") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("leave") == "left");
  CHECK(consumer.ask("take_for 30000") == "the producer has left");

  take_name_away(channel);

  CHECK(consumer.ask("take_for 30000") == "the window is retired");
  CHECK(consumer.wait() == 0);
}

TEST_CASE("scenario 18: a producer alone in a window without a name is told to create anew by each call that waits") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(producer.ask("publish 100") == "the channel is full");

  take_name_away(channel);

  CHECK(producer.ask("wait_for_consumer 30000") == "the window is retired");
  CHECK(producer.ask("drain 30000") == "the window is retired");
  CHECK(producer.ask("loan_for 30000") == "the window is retired");
  CHECK(producer.ask("leave") == "left");
  CHECK(producer.ask("create") == "created");
  CHECK(producer.wait() == 0);
}
