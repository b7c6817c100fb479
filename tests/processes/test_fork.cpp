// A forked child owns nothing of what it inherits: everything says so, and the parent notices nothing.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"

namespace {

std::string fault(const TestChannel& channel, const std::string& role) {
  return "forked sluice: " + channel.shown("tests.relay") + ": this " + role +
         " belongs to the parent of this forked process\n  hint: create or open an endpoint of its own in the child, "
         "or exec";
}

}  // namespace

TEST_CASE("scenario 14: in a forked child the producer and its loans refuse everything, and the parent goes on") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  auto consumer = [&] {
    CHECK(producer.ask("create") == "created");
    return tests::RelayConsumer::open({.instance = channel.instance()});
  }();
  CHECK(producer.ask("publish 1") == "published");
  CHECK(producer.ask("loan 2") == "2");

  const std::string said = producer.ask("fork");

  CHECK(said ==
        "publish no, publish no, loan: this process is a forked child, loan_for: this process is a forked child, "
        "loan_batch: this process is a forked child, drain: this process is a forked child, "
        "wait_for_consumer: this process is a forked child, status: this process is a forked child, published 0, "
        "fault: " +
            fault(channel, "producer"));
  CHECK(channel.files().size() == 1);
  CHECK(producer.ask("publish_loans") == "published");
  CHECK(producer.ask("publish 1") == "published");
  for (std::uint64_t number = 1; number <= 4; ++number) {
    const auto sample = consumer.take();
    CHECK(sample.sequence() == number);
    CHECK(tests::is_filled(*sample, number));
  }
  CHECK(consumer.take().reason() == sluice::Reason::empty);
  CHECK(producer.wait() == 0);
}

TEST_CASE("scenario 14: in a forked child the consumer and its samples refuse everything, and the parent goes on") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  for (std::uint64_t number = 1; number <= 3; ++number) {
    auto loan = producer.loan();
    tests::fill(*loan, number);
    loan.publish();
  }
  CHECK(consumer.ask("hold 2") == "1 2");

  const std::string said = consumer.ask("fork");

  CHECK(said ==
        "sees 0 0 0 0 0 , sees 0 0 0 0 0 , take: this process is a forked child, take_for: this process is a forked "
        "child, "
        "status: this process is a forked child, published 0, fault: " +
            fault(channel, "consumer"));
  CHECK(channel.files().size() == 1);
  CHECK(producer.wait_for_consumer({}));
  CHECK(consumer.ask("release") == "released");
  CHECK(consumer.ask("take 2") == "3 the channel is empty");
  CHECK(producer.stats().redelivered == 0);
  CHECK(consumer.wait() == 0);
}

TEST_CASE("scenario 14: a killed parent's roles are free at once, though a forked child of it lives") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("publish 2") == "published");
  CHECK(consumer.ask("hold 1") == "1");
  const pid_t first_ghost = std::stoi(producer.ask("fork_and_stay"));
  const pid_t second_ghost = std::stoi(consumer.ask("fork_and_stay"));
  REQUIRE(first_ghost > 1);  // anything else would mean other processes, or all
  REQUIRE(second_ghost > 1);

  producer.kill();
  consumer.kill();

  ChildProcess new_producer = peer(channel);
  ChildProcess new_consumer = peer(channel);
  CHECK(new_producer.ask("create") == "created");
  CHECK(new_consumer.ask("open") == "opened");
  CHECK(new_consumer.ask("take 3") == "1! 2 the channel is empty");
  CHECK(::kill(first_ghost, SIGKILL) == 0);
  CHECK(::kill(second_ghost, SIGKILL) == 0);
  CHECK(new_consumer.wait() == 0);
  CHECK(new_producer.wait() == 0);
}

TEST_CASE("scenario 14: a killed parent's roles are free at once, though a program that it started lives") {
  for (const char* const how : {"spawn_and_stay", "vfork_and_stay"}) {
    const TestChannel channel;
    ChildProcess producer = peer(channel);
    ChildProcess consumer = peer(channel);
    CHECK(producer.ask("create") == "created");
    CHECK(consumer.ask("open") == "opened");
    CHECK(producer.ask("publish 2") == "published");
    CHECK(consumer.ask("hold 1") == "1");
    const pid_t first = std::stoi(producer.ask(how));
    const pid_t second = std::stoi(consumer.ask(how));
    REQUIRE(first > 1);
    REQUIRE(second > 1);

    producer.kill();
    consumer.kill();

    ChildProcess new_producer = peer(channel);
    ChildProcess new_consumer = peer(channel);
    CHECK(new_producer.ask("create") == "created");
    CHECK(new_consumer.ask("open") == "opened");
    CHECK(new_consumer.ask("take 3") == "1! 2 the channel is empty");
    CHECK(::kill(first, SIGKILL) == 0);
    CHECK(::kill(second, SIGKILL) == 0);
    CHECK(new_consumer.wait() == 0);
    CHECK(new_producer.wait() == 0);
  }
}

TEST_CASE("a forked child may have endpoints of its own") {
  const TestChannel parents;
  const TestChannel childs;
  auto producer = tests::RelayProducer::create({.instance = parents.instance()});

  const pid_t child = fork();
  if (child == 0) {
    bool works = false;
    {
      auto own_producer = tests::RelayProducer::try_create({.instance = childs.instance()});
      auto consumer = tests::RelayConsumer::try_open({.instance = parents.instance()});
      works = own_producer && own_producer->loan().publish() && consumer &&
              consumer->take_for(std::chrono::milliseconds{0}).reason() == sluice::Reason::timeout;
    }
    _exit(works ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);

  CHECK(status == 0);
  CHECK(producer.loan().publish());
}
