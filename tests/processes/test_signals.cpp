// Signals are neither deaths nor wake-ups: a stopped process is waited for, and EINTR changes no deadline.
// Built twice: quick, and slow with processes that are stopped for longer.
#include <doctest/doctest.h>
#include <sys/time.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds kStopped{SLUICE_TEST_MILLISECONDS};

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

TEST_CASE("scenario 11: a stopped producer is not dead, however long it is stopped") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});

  producer.stop();
  const auto sample = consumer.take_for(kStopped);

  CHECK(sample.reason() == sluice::Reason::timeout);
  producer.resume();
  CHECK(producer.ask("publish 1") == "published");
  CHECK(consumer.take_for(30s).sequence() == 1);
  CHECK(producer.wait() == 0);
}

TEST_CASE("scenario 11: a stopped consumer is not dead, however long it is stopped") {
  const TestChannel channel;
  auto producer = full_channel(channel);
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");

  consumer.stop();
  const auto none = producer.loan_for(kStopped);

  CHECK(none.reason() == sluice::Reason::timeout);
  consumer.resume();
  consumer.say("take 64");
  CHECK(producer.loan_for(30s));
  consumer.read_line();
  CHECK(consumer.wait() == 0);
}

TEST_CASE("scenario 24: a storm of signals neither shortens nor lengthens a wait") {
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

TEST_CASE("scenario 24: a message wakes its consumer in the middle of a storm of signals") {
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

TEST_CASE("scenario 24: a consumer that is stopped while it waits keeps its deadline, and takes nobody for dead") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  for (const auto stopped_for : {150ms, 700ms}) {  // shorter than the wait, and longer
    const auto begun = Clock::now();
    consumer.say("take_for 500");
    std::this_thread::sleep_for(50ms);  // lets it fall asleep; if it does not, it is stopped before
    consumer.stop();
    std::this_thread::sleep_for(stopped_for);  // how long it is stopped
    consumer.resume();

    CHECK(consumer.read_line() == "the time has passed");
    CHECK(Clock::now() - begun >= 500ms);
    CHECK(Clock::now() - begun < 3s);
  }
  CHECK(producer.loan().publish());
  CHECK(producer.wait_for_consumer({}));
  CHECK(consumer.wait() == 0);
}
