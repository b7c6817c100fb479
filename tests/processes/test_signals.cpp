// Signals are neither deaths nor wake-ups: a stopped process is waited for, and EINTR changes no deadline.
#include <doctest/doctest.h>
#include <sys/time.h>

#include <chrono>
#include <csignal>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

ChildProcess peer(const TestChannel& channel) { return ChildProcess{"relay_peer", {channel.instance()}}; }

tests::RelayProducer full_channel(const TestChannel& channel) {
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  while (auto loan = producer.loan()) loan.publish();
  return producer;
}

// A signal every millisecond, whose handler makes system calls fail with EINTR.
class SignalStorm {
 public:
  SignalStorm() {
    struct sigaction action {};
    action.sa_handler = [](int) {};  // and no SA_RESTART
    sigaction(SIGALRM, &action, &before_);
    set_timer(1000);
  }
  SignalStorm(const SignalStorm&) = delete;
  SignalStorm& operator=(const SignalStorm&) = delete;
  ~SignalStorm() {
    set_timer(0);
    sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  static void set_timer(long microseconds) {
    const struct itimerval interval {
      {0, microseconds}, { 0, microseconds }
    };
    setitimer(ITIMER_REAL, &interval, nullptr);
  }
  struct sigaction before_ {};
};

}  // namespace

TEST_CASE("a stopped producer is not dead, however long it is stopped") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  producer.stop();
  const auto sample = consumer.take_for(600ms);

  CHECK(sample.reason() == sluice::Reason::timeout);
  producer.resume();
  CHECK(producer.ask("publish 1") == "published");
  CHECK(consumer.take_for(30s).sequence() == 1);
  CHECK(producer.wait() == 0);
}

TEST_CASE("a stopped consumer is not dead, however long it is stopped") {
  const TestChannel channel;
  auto producer = full_channel(channel);
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");

  consumer.stop();
  const auto none = producer.loan_for(600ms);

  CHECK(none.reason() == sluice::Reason::timeout);
  consumer.resume();
  consumer.say("take 64");
  CHECK(producer.loan_for(30s));
  consumer.read_line();
  CHECK(consumer.wait() == 0);
}

TEST_CASE("a storm of signals neither shortens nor lengthens a wait") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  const auto begun = Clock::now();
  sluice::Reason reason{};
  {
    const SignalStorm storm;
    reason = consumer.take_for(400ms).reason();
  }
  const auto waited = Clock::now() - begun;

  CHECK(reason == sluice::Reason::timeout);
  CHECK(waited >= 400ms);
  CHECK(waited < 3s);
  CHECK(producer.wait() == 0);
}

TEST_CASE("a message wakes its consumer in the middle of a storm of signals") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  std::uint64_t last = 0;

  {
    const SignalStorm storm;
    for (int round = 0; round < 50; ++round) {
      producer.say("publish 1");
      last = consumer.take_for(30s).sequence();
    }
  }

  CHECK(last == 50);
  CHECK(producer.wait() == 0);
}
