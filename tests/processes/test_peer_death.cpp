// How soon a waiting call says that its peer has died, and that it works again once there is a successor.
// Promised is 150 ms from the death on; time in which this thread was ready to run and had no core does not count.
#include <doctest/doctest.h>
#include <sys/time.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <child_process.hpp>
#include <test_channel.hpp>

#include "relay_messages.hpp"
#include "relay_peers.hpp"
#include "time_to_notice.hpp"

using namespace std::chrono_literals;

namespace {

constexpr auto kPromise = 150ms;
constexpr std::chrono::milliseconds kLives[] = {5ms, 60ms, 99ms, 140ms};  // at different moments of a slice

// Runs `call`, kills `victim` when it has lived on for `life`; how long after the death the call returned.
template <class Call>
std::chrono::nanoseconds time_to_notice(ChildProcess& victim, std::chrono::milliseconds life, Call call) {
  const auto death = [&] {
    std::this_thread::sleep_for(life);  // the moment of the death, not a synchronisation
    victim.kill();
  };
  return tests::time_to_notice(death, call);
}

// One signal, once the time has passed, whose handler makes a system call fail with EINTR.
class OneSignal {
 public:
  explicit OneSignal(std::chrono::microseconds after) {
    struct sigaction action {};
    action.sa_handler = [](int) {};  // and no SA_RESTART
    sigaction(SIGALRM, &action, &before_);
    const struct itimerval once {
      {0, 0}, { 0, after.count() }
    };
    setitimer(ITIMER_REAL, &once, nullptr);
  }
  OneSignal(const OneSignal&) = delete;
  OneSignal& operator=(const OneSignal&) = delete;
  ~OneSignal() { sigaction(SIGALRM, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

}  // namespace

TEST_CASE("take_for reports a killed producer within 150 ms, asleep or polling, and takes its successor's messages") {
  for (const auto wait : {sluice::Wait::futex, sluice::Wait::poll}) {
    const TestChannel channel;
    ChildProcess first = peer(channel);
    CHECK(first.ask("create") == "created");
    auto consumer = tests::RelayConsumer::open({.instance = channel.instance(), .wait = wait});
    std::uint64_t number = 0;
    for (const auto life : kLives) {
      ChildProcess producer = peer(channel);
      if (number == 0) first.kill();
      CHECK(producer.ask("create") == "created");
      CHECK(producer.ask("publish 1") == "published");
      CHECK(consumer.take_for(30s).sequence() == ++number);

      sluice::Reason reason{};
      const auto late = time_to_notice(producer, life, [&] { reason = consumer.take_for(30s).reason(); });

      CHECK(reason == sluice::Reason::producer_gone);
      CHECK(late < kPromise);
    }
    ChildProcess last = peer(channel);
    CHECK(last.ask("create") == "created");
    CHECK(last.wait() == 0);
  }
}

TEST_CASE("a signal during the sleep does not put off the report of a killed producer") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  ChildProcess producer = peer(channel);
  CHECK(producer.ask("create") == "created");
  auto consumer = tests::RelayConsumer::open({.instance = channel.instance()});
  CHECK(consumer.take_for(5ms).reason() == sluice::Reason::timeout);  // from now on it sleeps for whole slices
  const OneSignal signal(95ms);

  sluice::Reason reason{};
  const auto late = time_to_notice(producer, 10ms, [&] { reason = consumer.take_for(30s).reason(); });

  CHECK(reason == sluice::Reason::producer_gone);
  CHECK(late < kPromise);
}

TEST_CASE("loan_for reports a killed consumer within 150 ms, asleep or polling, and loans what its successor frees") {
  for (const auto wait : {sluice::Wait::futex, sluice::Wait::poll}) {
    const TestChannel channel;
    auto producer = tests::RelayProducer::create({.instance = channel.instance(), .wait = wait});
    for (const auto life : kLives) {
      while (auto loan = producer.loan()) loan.publish();
      ChildProcess consumer = peer(channel);
      CHECK(consumer.ask("open") == "opened");

      sluice::Reason reason{};
      const auto late = time_to_notice(consumer, life, [&] { reason = producer.loan_for(30s).reason(); });

      CHECK(reason == sluice::Reason::consumer_gone);
      CHECK(late < kPromise);
      ChildProcess successor = peer(channel);
      CHECK(successor.ask("open") == "opened");
      successor.say("take 64");
      CHECK(producer.loan_for(30s));
      successor.read_line();
      CHECK(successor.wait() == 0);
    }
  }
}

TEST_CASE("drain reports a killed consumer within 150 ms, and returns when its successor has taken all") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  for (const auto life : kLives) {
    CHECK(producer.loan().publish());
    ChildProcess consumer = peer(channel);
    CHECK(consumer.ask("open") == "opened");

    sluice::Reason reason{};
    const auto late = time_to_notice(consumer, life, [&] { reason = producer.drain(30s).reason(); });

    CHECK(reason == sluice::Reason::consumer_gone);
    CHECK(late < kPromise);
    ChildProcess successor = peer(channel);
    CHECK(successor.ask("open") == "opened");
    successor.say("take 1");
    CHECK(producer.drain(30s));
    successor.read_line();
    CHECK(successor.wait() == 0);
  }
}

TEST_CASE("wait_for_consumer does not take a killed consumer for one, and returns when its successor comes") {
  const TestChannel channel;
  auto [producer, consumer] = attached_pair(channel);
  CHECK(producer.ask("wait_for_consumer 0") == "yes");

  consumer.kill();

  CHECK(producer.ask("wait_for_consumer 0") == "the time has passed");
  producer.say("wait_for_consumer 30000");
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("open") == "opened");
  producer.wait_for_line("yes");
  CHECK(successor.wait() == 0);
  CHECK(producer.wait() == 0);
}
