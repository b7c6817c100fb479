// What `_for` calls say when the other process dies, leaves, is stopped, or a signal comes: and how soon.
// The bounds are far above what is promised, so that a busy machine does not fail them; a hang does.
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
    const struct itimerval interval {{0, microseconds}, {0, microseconds}};
    setitimer(ITIMER_REAL, &interval, nullptr);
  }
  struct sigaction before_ {};
};

}  // namespace

TEST_CASE("take_for reports a killed producer soon, and goes on when another one comes") {
  for (const auto wait : {sluice::Wait::futex, sluice::Wait::poll}) {
    const TestChannel channel;
    ChildProcess producer = peer(channel);
    CHECK(producer.ask("create") == "created");
    auto consumer = tests::RelayConsumer::open({.instance = channel.instance(), .wait = wait});

    producer.kill();
    const auto killed = Clock::now();
    const auto sample = consumer.take_for(30s);

    CHECK(sample.reason() == sluice::Reason::producer_gone);
    CHECK(Clock::now() - killed < 2s);
    ChildProcess successor = peer(channel);
    CHECK(successor.ask("create") == "created");
    CHECK(successor.ask("publish 1") == "published");
    CHECK(consumer.take_for(30s).sequence() == 1);
    CHECK(successor.wait() == 0);
  }
}

TEST_CASE("a consumer that sleeps when its producer is killed wakes up to say so") {
  const TestChannel channel(TestChannel::Leftovers::expected);
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");

  consumer.say("take_for 30000");
  producer.kill();
  const auto killed = Clock::now();

  consumer.wait_for_line("the producer is gone");
  CHECK(Clock::now() - killed < 2s);
}

TEST_CASE("unread messages of a killed producer are taken before take_for reports its death") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 2") == "published");

  producer.kill();

  CHECK(consumer.ask("take_for 30000") == "1");
  CHECK(consumer.ask("take_for 30000") == "2");
  CHECK(consumer.ask("take_for 30000") == "the producer is gone");
  CHECK(consumer.wait() == 0);
}

TEST_CASE("take_for says that the producer has left once all is read, then waits for a successor") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
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

TEST_CASE("a consumer that sleeps when its producer leaves wakes up at once to say so") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");

  consumer.say("take_for 30000");
  CHECK(producer.ask("leave") == "left");

  consumer.wait_for_line("the producer has left");
  CHECK(consumer.wait() == 0);
}

TEST_CASE("loan_for on a full channel reports a killed consumer soon, and goes on when another one takes") {
  const TestChannel channel;
  auto producer = full_channel(channel);
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");

  consumer.kill();
  const auto killed = Clock::now();
  const auto none = producer.loan_for(30s);

  CHECK(none.reason() == sluice::Reason::consumer_gone);
  CHECK(Clock::now() - killed < 2s);
  ChildProcess successor = peer(channel);
  CHECK(successor.ask("open") == "opened");
  successor.say("take 64");
  CHECK(producer.loan_for(30s));
  successor.read_line();
  CHECK(successor.wait() == 0);
}

TEST_CASE("drain reports a killed consumer soon while something is unread") {
  const TestChannel channel;
  auto producer = tests::RelayProducer::create({.instance = channel.instance()});
  ChildProcess consumer = peer(channel);
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.loan().publish());

  consumer.kill();
  const auto killed = Clock::now();

  CHECK(producer.drain(30s).reason() == sluice::Reason::consumer_gone);
  CHECK(Clock::now() - killed < 2s);
}

TEST_CASE("drain waits until a slow consumer has taken the last message") {
  const TestChannel channel;
  ChildProcess producer = peer(channel);
  ChildProcess consumer = peer(channel);
  CHECK(producer.ask("create") == "created");
  CHECK(consumer.ask("open") == "opened");
  CHECK(producer.ask("publish 3") == "published");
  CHECK(producer.ask("drain 20") == "the time has passed");

  producer.say("drain 30000");
  CHECK(consumer.ask("take 3") == "1 2 3");

  producer.wait_for_line("yes");
  CHECK(producer.wait() == 0);
  CHECK(consumer.wait() == 0);
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
  consumer.kill();
  CHECK(producer.ask("wait_for_consumer 20") == "the time has passed");
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
